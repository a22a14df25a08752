create table `blind_box` (
  `order_id` text not null primary key,
  `store_id` text not null,
  `diner_id` text not null,
  `total` bigint not null,
  `state` text not null,
  `prize` text null,
  `made_at` bigint not null,
  `opened_at` bigint null
);
