create table `blind_box` (
  `order_id` varchar(36) not null,
  `store_id` varchar(36) not null,
  `diner_id` varchar(36) not null,
  `total` bigint not null,
  `state` varchar(10) not null,
  `prize` varchar(40) null,
  `made_at` bigint not null,
  `opened_at` bigint null,
  primary key (`order_id`)
) engine = InnoDB;
