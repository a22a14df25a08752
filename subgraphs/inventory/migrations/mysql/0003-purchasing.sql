create table `despatch` (`id` varchar(36) not null, `order_id` varchar(36) not null, `supplier_id` varchar(36) not null, `number` varchar(60) not null, `issued_at` bigint not null, `received_at` bigint null, `at` bigint not null, primary key (`id`)) engine = InnoDB;
alter table `despatch` add index `despatch_order_id_index` (`order_id`);
alter table `despatch` add unique `despatch_supplier_id_number_unique` (`supplier_id`, `number`);

create table `despatch_line` (`id` varchar(36) not null, `despatch_id` varchar(36) not null, `order_id` varchar(36) not null, `line` int not null, `lot` varchar(60) null, `best_before` varchar(10) null, `shipped` int not null, `received` int null, primary key (`id`)) engine = InnoDB;
alter table `despatch_line` add index `despatch_line_despatch_id_index` (`despatch_id`);
alter table `despatch_line` add index `despatch_line_order_id_index` (`order_id`);

create table `supplier_invoice_line` (`invoice_id` varchar(36) not null, `position` int unsigned not null, `order_id` varchar(36) not null, `line` int not null, `quantity` int not null, `amount` bigint not null, `price` bigint not null, `per` int not null, primary key (`invoice_id`, `position`)) engine = InnoDB;
alter table `supplier_invoice_line` add index `supplier_invoice_line_order_id_index` (`order_id`);

create table `purchase_line` (`order_id` varchar(36) not null, `line` int unsigned not null, `stock_item_id` varchar(36) not null, `code` varchar(60) not null, `name` varchar(100) not null, `packs` int not null, `pack_quantity` int not null, `price` bigint not null, `ordered` int not null, `confirmed` int null, `reason` varchar(500) null, primary key (`order_id`, `line`)) engine = InnoDB;

create table `purchase_order` (`id` varchar(36) not null, `store_id` varchar(100) not null, `store_name` varchar(200) not null, `supplier_id` varchar(36) not null, `currency` varchar(3) not null, `state` varchar(10) not null, `version` int not null, `deliver_on` varchar(10) null, `note` varchar(500) null, `total` bigint not null, `reference` varchar(100) null, `reason` varchar(500) null, `created_at` bigint not null, `ordered_at` bigint null, `asked_at` bigint null, `responded_at` bigint null, primary key (`id`)) engine = InnoDB;
alter table `purchase_order` add index `purchase_order_store_id_created_at_id_index` (`store_id`, `created_at`, `id`);
alter table `purchase_order` add index `purchase_order_state_asked_at_index` (`state`, `asked_at`);

create table `stock_lot` (`id` varchar(36) not null, `stock_item_id` varchar(36) not null, `store_id` varchar(100) not null, `supplier_id` varchar(36) not null, `despatch_line_id` varchar(36) not null, `lot` varchar(60) null, `best_before` varchar(10) null, `received` int not null, `received_at` bigint not null, primary key (`id`)) engine = InnoDB;
alter table `stock_lot` add index `stock_lot_stock_item_id_index` (`stock_item_id`);
alter table `stock_lot` add unique `stock_lot_despatch_line_id_unique` (`despatch_line_id`);
alter table `stock_lot` add index `stock_lot_store_id_lot_index` (`store_id`, `lot`);

create table `supplier` (`id` varchar(36) not null, `name` varchar(100) not null, `provider` varchar(60) not null, `account` varchar(60) not null, `currency` varchar(3) not null, primary key (`id`)) engine = InnoDB;
alter table `supplier` add unique `supplier_provider_account_unique` (`provider`, `account`);

create table `supplier_invoice` (`id` varchar(36) not null, `order_id` varchar(36) not null, `store_id` varchar(100) not null, `supplier_id` varchar(36) not null, `number` varchar(60) not null, `issued_at` bigint not null, `net` bigint not null, `tax` bigint not null, `total` bigint not null, `state` varchar(10) not null, `decided_by` varchar(100) null, `decided_at` bigint null, `note` varchar(500) null, `at` bigint not null, primary key (`id`)) engine = InnoDB;
alter table `supplier_invoice` add index `supplier_invoice_order_id_index` (`order_id`);
alter table `supplier_invoice` add index `supplier_invoice_store_id_state_id_index` (`store_id`, `state`, `id`);
alter table `supplier_invoice` add unique `supplier_invoice_supplier_id_number_unique` (`supplier_id`, `number`);

create table `supplier_product` (`id` varchar(36) not null, `supplier_id` varchar(36) not null, `store_id` varchar(100) not null, `stock_item_id` varchar(36) not null, `code` varchar(60) not null, `name` varchar(100) not null, `pack_quantity` int not null, `price` bigint not null, primary key (`id`)) engine = InnoDB;
alter table `supplier_product` add unique `supplier_product_store_id_supplier_id_code_unique` (`store_id`, `supplier_id`, `code`);
