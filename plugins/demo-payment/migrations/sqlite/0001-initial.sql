create table `demo_charge` (`payment_id` text not null primary key, `amount` bigint not null, `state` text not null, `refunded` bigint not null, `created_at` bigint not null);

create table `demo_refund` (`refund_id` text not null primary key, `payment_id` text not null, `amount` bigint not null, `created_at` bigint not null);
create index `demo_refund_payment_id_index` on `demo_refund` (`payment_id`);
