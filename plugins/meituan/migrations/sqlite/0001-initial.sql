create table `meituan_closed_payment` (`payment_id` text not null primary key, `at` bigint not null);

create table `meituan_dish` (`store_id` text not null, `menu_item_id` text not null, `dish` json not null, primary key (`store_id`, `menu_item_id`));

create table `meituan_menu` (`store_id` text not null primary key, `code` text not null, `due_at` bigint not null, `whole_at` bigint not null);
create index `meituan_menu_due_at_index` on `meituan_menu` (`due_at`);

create table `meituan_order` (`order_no` text not null primary key, `store_id` text not null, `order_id` text null, `payment_id` text null, `total` bigint not null, `standing` text not null, `refund_no` text null, `received_at` bigint not null, `asked_at` bigint not null);
create index `meituan_order_order_id_index` on `meituan_order` (`order_id`);
create index `meituan_order_payment_id_index` on `meituan_order` (`payment_id`);
create index `meituan_order_standing_asked_at_index` on `meituan_order` (`standing`, `asked_at`);

create table `meituan_push` (`id` text not null primary key, `digest` text not null, `kind` text not null, `order_no` text not null, `content` text not null, `received_at` bigint not null, `handled_at` bigint null);
create unique index `meituan_push_digest_unique` on `meituan_push` (`digest`);
create index `meituan_push_handled_at_order_no_id_index` on `meituan_push` (`handled_at`, `order_no`, `id`);

create table `meituan_simulator` (`id` text not null primary key, `text` text not null);
