create table `despatch` (`id` text not null primary key, `order_id` text not null, `supplier_id` text not null, `number` text not null, `issued_at` bigint not null, `received_at` bigint null, `at` bigint not null);
create index `despatch_order_id_index` on `despatch` (`order_id`);
create unique index `despatch_supplier_id_number_unique` on `despatch` (`supplier_id`, `number`);

create table `despatch_line` (`id` text not null primary key, `despatch_id` text not null, `order_id` text not null, `line` integer not null, `lot` text null, `best_before` text null, `shipped` integer not null, `received` integer null);
create index `despatch_line_despatch_id_index` on `despatch_line` (`despatch_id`);
create index `despatch_line_order_id_index` on `despatch_line` (`order_id`);

create table `supplier_invoice_line` (`invoice_id` text not null, `position` integer not null, `order_id` text not null, `line` integer not null, `quantity` integer not null, `amount` bigint not null, `price` bigint not null, `per` integer not null, primary key (`invoice_id`, `position`));
create index `supplier_invoice_line_order_id_index` on `supplier_invoice_line` (`order_id`);

create table `purchase_line` (`order_id` text not null, `line` integer not null, `stock_item_id` text not null, `code` text not null, `name` text not null, `packs` integer not null, `pack_quantity` integer not null, `price` bigint not null, `ordered` integer not null, `confirmed` integer null, `reason` text null, primary key (`order_id`, `line`));

create table `purchase_order` (`id` text not null primary key, `store_id` text not null, `store_name` text not null, `supplier_id` text not null, `currency` text not null, `state` text not null, `version` integer not null, `deliver_on` text null, `note` text null, `total` bigint not null, `reference` text null, `reason` text null, `created_at` bigint not null, `ordered_at` bigint null, `asked_at` bigint null, `responded_at` bigint null);
create index `purchase_order_store_id_created_at_id_index` on `purchase_order` (`store_id`, `created_at`, `id`);
create index `purchase_order_state_asked_at_index` on `purchase_order` (`state`, `asked_at`);

create table `stock_lot` (`id` text not null primary key, `stock_item_id` text not null, `store_id` text not null, `supplier_id` text not null, `despatch_line_id` text not null, `lot` text null, `best_before` text null, `received` integer not null, `received_at` bigint not null);
create index `stock_lot_stock_item_id_index` on `stock_lot` (`stock_item_id`);
create unique index `stock_lot_despatch_line_id_unique` on `stock_lot` (`despatch_line_id`);
create index `stock_lot_store_id_lot_index` on `stock_lot` (`store_id`, `lot`);

create table `supplier` (`id` text not null primary key, `name` text not null, `provider` text not null, `account` text not null, `currency` text not null);
create unique index `supplier_provider_account_unique` on `supplier` (`provider`, `account`);

create table `supplier_invoice` (`id` text not null primary key, `order_id` text not null, `store_id` text not null, `supplier_id` text not null, `number` text not null, `issued_at` bigint not null, `net` bigint not null, `tax` bigint not null, `total` bigint not null, `state` text not null, `decided_by` text null, `decided_at` bigint null, `note` text null, `at` bigint not null);
create index `supplier_invoice_order_id_index` on `supplier_invoice` (`order_id`);
create index `supplier_invoice_store_id_state_id_index` on `supplier_invoice` (`store_id`, `state`, `id`);
create unique index `supplier_invoice_supplier_id_number_unique` on `supplier_invoice` (`supplier_id`, `number`);

create table `supplier_product` (`id` text not null primary key, `supplier_id` text not null, `store_id` text not null, `stock_item_id` text not null, `code` text not null, `name` text not null, `pack_quantity` integer not null, `price` bigint not null);
create unique index `supplier_product_store_id_supplier_id_code_unique` on `supplier_product` (`store_id`, `supplier_id`, `code`);
