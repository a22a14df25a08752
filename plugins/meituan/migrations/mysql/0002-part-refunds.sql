create table `meituan_part_refund` (`id` varchar(36) not null, `order_no` varchar(32) not null, `refund_id` varchar(36) null, `refund_no` varchar(32) null, `foods` json not null, `rest` json null, `state` varchar(10) not null, `money` bigint null, `asked_at` bigint not null, primary key (`id`)) engine = InnoDB;
alter table `meituan_part_refund` add unique `meituan_part_refund_refund_id_unique` (`refund_id`);
alter table `meituan_part_refund` add unique `meituan_part_refund_order_no_refund_no_unique` (`order_no`, `refund_no`);
