create table `meituan_part_refund` (`id` text not null primary key, `order_no` text not null, `refund_id` text null, `refund_no` text null, `foods` json not null, `rest` json null, `state` text not null, `money` bigint null, `asked_at` bigint not null);
create unique index `meituan_part_refund_refund_id_unique` on `meituan_part_refund` (`refund_id`);
create unique index `meituan_part_refund_order_no_refund_no_unique` on `meituan_part_refund` (`order_no`, `refund_no`);
