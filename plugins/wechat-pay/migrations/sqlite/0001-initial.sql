create table `wechat_bill_day` (`day` text not null primary key, `compared_at` bigint not null, `paid` bigint not null, `refunded` bigint not null);

create table `wechat_bill_difference` (`id` text not null primary key, `day` text not null, `subject` text not null, `number` text not null, `kind` text not null, `ours` bigint null, `theirs` bigint null);
create index `wechat_bill_difference_day_index` on `wechat_bill_difference` (`day`);

create table `wechat_callback` (`id` text not null primary key, `event_id` text not null, `event_type` text not null, `subject` text not null, `received_at` bigint not null);
create index `wechat_callback_event_id_index` on `wechat_callback` (`event_id`);
create index `wechat_callback_received_at_index` on `wechat_callback` (`received_at`);

create table `wechat_share` (`payment_id` text not null primary key, `order_id` text not null, `store_id` text not null, `out_order_no` text not null, `receiver_type` text not null, `receiver` text not null, `amount` bigint not null, `returned` bigint not null, `state` text not null, `reason` text null, `due_at` bigint not null);
create index `wechat_share_order_id_index` on `wechat_share` (`order_id`);
create unique index `wechat_share_out_order_no_unique` on `wechat_share` (`out_order_no`);
create index `wechat_share_state_due_at_index` on `wechat_share` (`state`, `due_at`);

create table `wechat_shipping` (`payment_id` text not null primary key, `order_id` text not null, `handed_over_at` bigint not null, `state` text not null, `reason` text null, `next_at` bigint not null);
create index `wechat_shipping_state_next_at_index` on `wechat_shipping` (`state`, `next_at`);

create table `wechat_simulator` (`id` text not null primary key, `text` text not null);

create table `wechat_trade` (`payment_id` text not null primary key, `out_trade_no` text not null, `order_id` text not null, `store_id` text not null, `kind` text not null, `amount` bigint not null, `description` text not null, `open_id` text null, `expires_at` bigint null, `is_shared` integer not null, `state` text not null, `action` text null, `transaction_id` text null, `decline_reason` text null, `refunded` bigint not null, `created_at` bigint not null, `watched_until` bigint null, `paid_at` bigint null);
create unique index `wechat_trade_out_trade_no_unique` on `wechat_trade` (`out_trade_no`);
create index `wechat_trade_order_id_index` on `wechat_trade` (`order_id`);
create index `wechat_trade_kind_state_created_at_index` on `wechat_trade` (`kind`, `state`, `created_at`);
create index `wechat_trade_paid_at_index` on `wechat_trade` (`paid_at`);
create index `wechat_trade_watched_until_index` on `wechat_trade` (`watched_until`);

create table `wechat_refund` (`refund_id` text not null primary key, `out_refund_no` text not null, `payment_id` text not null, `amount` bigint not null, `state` text not null, `platform_id` text null, `share_back` bigint not null, `is_share_back` integer not null, `reason` text null, `created_at` bigint not null, `finished_at` bigint null);
create unique index `wechat_refund_out_refund_no_unique` on `wechat_refund` (`out_refund_no`);
create index `wechat_refund_payment_id_index` on `wechat_refund` (`payment_id`);
create index `wechat_refund_created_at_index` on `wechat_refund` (`created_at`);
