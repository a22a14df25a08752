alter table `customer_order` add `delivery` json null;

create table `platform_notice` (`id` text not null primary key, `order_id` text not null, `kind` text not null, `reason` text null, `text` text null, `state` text not null, `created_at` bigint not null, `due_at` bigint not null);
create index `platform_notice_order_id_index` on `platform_notice` (`order_id`);
create index `platform_notice_state_due_at_index` on `platform_notice` (`state`, `due_at`);
