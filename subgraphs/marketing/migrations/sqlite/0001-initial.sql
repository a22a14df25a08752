create table `coupon` (`id` text not null primary key, `template_id` text not null, `diner_id` text not null, `state` text not null, `order_id` text null, `issued_at` bigint not null, `expires_at` bigint not null);
create index `coupon_diner_id_id_index` on `coupon` (`diner_id`, `id`);
create index `coupon_order_id_index` on `coupon` (`order_id`);

create table `coupon_hold` (`order_id` text not null primary key, `state` text not null, `changed_at` bigint not null);

create table `coupon_template` (`id` text not null primary key, `name` text not null, `rule` json not null, `store_id` text null, `valid_days` integer not null, `quantity` integer null, `issued` integer not null, `stackable` integer not null);
create index `coupon_template_name_id_index` on `coupon_template` (`name`, `id`);

create table `promotion` (`id` text not null primary key, `name` text not null, `rule` json not null, `store_id` text null, `starts_at` bigint not null, `ends_at` bigint null, `priority` integer not null, `stackable` integer not null);
create index `promotion_store_id_ends_at_index` on `promotion` (`store_id`, `ends_at`);
