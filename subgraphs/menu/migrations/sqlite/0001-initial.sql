create table `category` (`id` text not null primary key, `name` text not null, `position` integer not null);
create unique index `category_name_unique` on `category` (`name`);

create table `daypart` (`id` text not null primary key, `name` text not null, `from` text not null, `to` text not null);
create unique index `daypart_name_unique` on `daypart` (`name`);

create table `dining_table` (`id` text not null primary key, `store_id` text not null, `name` text not null, `code` text not null, `seats` integer not null, `active` integer not null);
create unique index `dining_table_code_unique` on `dining_table` (`code`);
create unique index `dining_table_store_id_name_unique` on `dining_table` (`store_id`, `name`);

create table `dish` (`id` text not null primary key, `owner` text not null, `name` text not null, `description` text null, `category_id` text not null, `modifier_group_ids` json not null, `combo_slots` json not null, `daypart_ids` json not null, `tags` json not null, `tax_category` text not null);
create unique index `dish_owner_name_unique` on `dish` (`owner`, `name`);

create table `dish_spec` (`id` text not null primary key, `dish_id` text not null, `name` text not null, `price` bigint not null, `position` integer not null);
create unique index `dish_spec_dish_id_name_unique` on `dish_spec` (`dish_id`, `name`);

create table `menu_item` (`id` text not null primary key, `store_id` text not null, `dish_id` text not null, `sold_out` integer not null);
create unique index `menu_item_store_id_dish_id_unique` on `menu_item` (`store_id`, `dish_id`);

create table `modifier` (`id` text not null primary key, `group_id` text not null, `name` text not null, `price` bigint not null, `position` integer not null);
create index `modifier_group_id_index` on `modifier` (`group_id`);

create table `modifier_group` (`id` text not null primary key, `name` text not null, `min` integer not null, `max` integer not null);

create table `price` (`menu_item_id` text not null, `spec_id` text not null, `channel` text not null, `price` bigint not null, primary key (`menu_item_id`, `spec_id`, `channel`));

create table `store` (`id` text not null primary key, `name` text not null, `address` text null, `currency` text not null, `time_zone` text not null, `prices_include_tax` integer not null, `tax_rates` json not null, `opening_hours` json not null, `paused` integer not null, `business_day_ends_at` integer not null);
create unique index `store_name_unique` on `store` (`name`);
