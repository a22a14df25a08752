create table `customer_order` (`id` text not null primary key, `state` text not null, `version` integer not null, `store_id` text not null, `store_name` text not null, `time_zone` text not null, `channel` text not null, `table_id` text null, `table_name` text null, `diner_id` text null, `currency` text not null, `subtotal` bigint not null, `discount` bigint not null, `tax` bigint not null, `total` bigint not null, `plan` json not null, `note` text null, `business_day` text not null, `pickup_number` integer null, `payment_id` text null, `created_at` bigint not null, `placed_at` bigint null, `expires_at` bigint null, `paid_at` bigint null, `completed_at` bigint null, `cancelled_at` bigint null, `cancel_reason` text null, `placed_by` text null, `placed_with` text null, `lease_until` bigint null, `rejection` json null, `source` text null, `external_id` text null);
create index `customer_order_store_id_created_at_id_index` on `customer_order` (`store_id`, `created_at`, `id`);
create index `customer_order_diner_id_created_at_id_index` on `customer_order` (`diner_id`, `created_at`, `id`);
create index `customer_order_state_expires_at_index` on `customer_order` (`state`, `expires_at`);
create unique index `customer_order_store_id_source_external_id_unique` on `customer_order` (`store_id`, `source`, `external_id`);

create table `order_line` (`id` text not null primary key, `order_id` text not null, `position` integer not null, `menu_item_id` text null, `spec_id` text null, `name` text not null, `spec_name` text not null, `modifiers` json not null, `parts` json not null, `unit_price` bigint not null, `quantity` integer not null, `subtotal` bigint not null, `discount` bigint not null, `tax_basis_points` integer not null, `tax` bigint not null, `total` bigint not null, `gift` integer not null, `note` text null);
create index `order_line_order_id_index` on `order_line` (`order_id`);

create table `payment` (`id` text not null primary key, `order_id` text not null, `provider` text not null, `amount` bigint not null, `currency` text not null, `state` text not null, `reference` text null, `decline_reason` text null, `action` text null, `refunded` bigint not null, `created_at` bigint not null, `asked_at` bigint not null, `paid_at` bigint null);
create index `payment_order_id_index` on `payment` (`order_id`);
create index `payment_state_asked_at_index` on `payment` (`state`, `asked_at`);

create table `pickup_counter` (`store_id` text not null, `business_day` text not null, `last` integer not null, primary key (`store_id`, `business_day`));

create table `refund` (`id` text not null primary key, `payment_id` text not null, `order_id` text not null, `amount` bigint not null, `state` text not null, `created_at` bigint not null, `asked_at` bigint not null);
create index `refund_payment_id_index` on `refund` (`payment_id`);
create index `refund_state_asked_at_index` on `refund` (`state`, `asked_at`);
