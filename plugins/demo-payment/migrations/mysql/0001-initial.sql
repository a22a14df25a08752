create table `demo_charge` (
  `payment_id` varchar(255) not null,
  `amount` bigint not null,
  `state` varchar(255) not null,
  `refunded` bigint not null,
  `created_at` bigint not null,
  primary key (`payment_id`)
) engine = InnoDB;

create table `demo_refund` (
  `refund_id` varchar(255) not null,
  `payment_id` varchar(255) not null,
  `amount` bigint not null,
  `created_at` bigint not null,
  primary key (`refund_id`),
  index `demo_refund_payment_id_index` (`payment_id`)
) engine = InnoDB;
