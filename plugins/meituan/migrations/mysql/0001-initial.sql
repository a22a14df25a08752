create table `meituan_closed_payment` (`payment_id` varchar(36) not null, `at` bigint not null, primary key (`payment_id`)) engine = InnoDB;

create table `meituan_dish` (`store_id` varchar(100) not null, `menu_item_id` varchar(100) not null, `dish` json not null, primary key (`store_id`, `menu_item_id`)) engine = InnoDB;

create table `meituan_menu` (`store_id` varchar(100) not null, `code` varchar(100) not null, `due_at` bigint not null, `whole_at` bigint not null, primary key (`store_id`)) engine = InnoDB;
alter table `meituan_menu` add index `meituan_menu_due_at_index` (`due_at`);

create table `meituan_order` (`order_no` varchar(32) not null, `store_id` varchar(100) not null, `order_id` varchar(36) null, `payment_id` varchar(36) null, `total` bigint not null, `standing` varchar(10) not null, `refund_no` varchar(64) null, `received_at` bigint not null, `asked_at` bigint not null, primary key (`order_no`)) engine = InnoDB;
alter table `meituan_order` add index `meituan_order_order_id_index` (`order_id`);
alter table `meituan_order` add index `meituan_order_payment_id_index` (`payment_id`);
alter table `meituan_order` add index `meituan_order_standing_asked_at_index` (`standing`, `asked_at`);

create table `meituan_push` (`id` varchar(36) not null, `digest` varchar(64) not null, `kind` varchar(20) not null, `order_no` varchar(32) not null, `content` mediumtext not null, `received_at` bigint not null, `handled_at` bigint null, primary key (`id`)) engine = InnoDB;
alter table `meituan_push` add unique `meituan_push_digest_unique` (`digest`);
alter table `meituan_push` add index `meituan_push_handled_at_order_no_id_index` (`handled_at`, `order_no`, `id`);

create table `meituan_simulator` (`id` varchar(10) not null, `text` mediumtext not null, primary key (`id`)) engine = InnoDB;
