create table `recipe` (`menu_item_id` text not null, `store_id` text not null, `spec_id` text not null, `ingredients` json not null, primary key (`menu_item_id`, `store_id`, `spec_id`));

create table `reservation` (`order_id` text not null primary key, `state` text not null, `at` bigint not null);

create table `reservation_line` (`order_id` text not null, `stock_item_id` text not null, `quantity` integer not null, primary key (`order_id`, `stock_item_id`));

create table `stock_item` (`id` text not null primary key, `store_id` text not null, `name` text not null, `unit` text not null, `on_hand` integer not null, `reserved` integer not null);
create unique index `stock_item_store_id_name_unique` on `stock_item` (`store_id`, `name`);

create table `stock_move` (`id` text not null primary key, `stock_item_id` text not null, `kind` text not null, `quantity` integer not null, `on_hand` integer not null, `order_id` text null, `caller` text not null, `note` text null, `at` bigint not null);
create index `stock_move_stock_item_id_id_index` on `stock_move` (`stock_item_id`, `id`);
