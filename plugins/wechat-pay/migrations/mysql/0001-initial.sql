create table `wechat_bill_day` (`day` varchar(10) not null, `compared_at` bigint not null, `paid` bigint not null, `refunded` bigint not null, primary key (`day`)) engine = InnoDB;

create table `wechat_bill_difference` (`id` varchar(36) not null, `day` varchar(10) not null, `subject` varchar(10) not null, `number` varchar(64) not null, `kind` varchar(10) not null, `ours` bigint null, `theirs` bigint null, primary key (`id`)) engine = InnoDB;
alter table `wechat_bill_difference` add index `wechat_bill_difference_day_index` (`day`);

create table `wechat_callback` (`id` varchar(64) not null, `event_id` varchar(64) not null, `event_type` varchar(64) not null, `subject` varchar(64) not null, `received_at` bigint not null, primary key (`id`)) engine = InnoDB;
alter table `wechat_callback` add index `wechat_callback_event_id_index` (`event_id`);
alter table `wechat_callback` add index `wechat_callback_received_at_index` (`received_at`);

create table `wechat_share` (`payment_id` varchar(64) not null, `order_id` varchar(100) not null, `store_id` varchar(100) not null, `out_order_no` varchar(64) not null, `receiver_type` varchar(20) not null, `receiver` varchar(64) not null, `amount` bigint not null, `returned` bigint not null, `state` varchar(10) not null, `reason` varchar(500) null, `due_at` bigint not null, primary key (`payment_id`)) engine = InnoDB;
alter table `wechat_share` add index `wechat_share_order_id_index` (`order_id`);
alter table `wechat_share` add unique `wechat_share_out_order_no_unique` (`out_order_no`);
alter table `wechat_share` add index `wechat_share_state_due_at_index` (`state`, `due_at`);

create table `wechat_shipping` (`payment_id` varchar(64) not null, `order_id` varchar(100) not null, `handed_over_at` bigint not null, `state` varchar(10) not null, `reason` varchar(500) null, `next_at` bigint not null, primary key (`payment_id`)) engine = InnoDB;
alter table `wechat_shipping` add index `wechat_shipping_state_next_at_index` (`state`, `next_at`);

create table `wechat_simulator` (`id` varchar(10) not null, `text` mediumtext not null, primary key (`id`)) engine = InnoDB;

create table `wechat_trade` (`payment_id` varchar(64) not null, `out_trade_no` varchar(32) not null, `order_id` varchar(100) not null, `store_id` varchar(100) not null, `kind` varchar(10) not null, `amount` bigint not null, `description` varchar(127) not null, `open_id` varchar(128) null, `expires_at` bigint null, `is_shared` tinyint(1) not null, `state` varchar(10) not null, `action` text null, `transaction_id` varchar(32) null, `decline_reason` varchar(500) null, `refunded` bigint not null, `created_at` bigint not null, `watched_until` bigint null, `paid_at` bigint null, primary key (`payment_id`)) engine = InnoDB;
alter table `wechat_trade` add unique `wechat_trade_out_trade_no_unique` (`out_trade_no`);
alter table `wechat_trade` add index `wechat_trade_order_id_index` (`order_id`);
alter table `wechat_trade` add index `wechat_trade_kind_state_created_at_index` (`kind`, `state`, `created_at`);
alter table `wechat_trade` add index `wechat_trade_paid_at_index` (`paid_at`);
alter table `wechat_trade` add index `wechat_trade_watched_until_index` (`watched_until`);

create table `wechat_refund` (`refund_id` varchar(64) not null, `out_refund_no` varchar(64) not null, `payment_id` varchar(64) not null, `amount` bigint not null, `state` varchar(10) not null, `platform_id` varchar(64) null, `share_back` bigint not null, `is_share_back` tinyint(1) not null, `reason` varchar(500) null, `created_at` bigint not null, `finished_at` bigint null, primary key (`refund_id`)) engine = InnoDB;
alter table `wechat_refund` add unique `wechat_refund_out_refund_no_unique` (`out_refund_no`);
alter table `wechat_refund` add index `wechat_refund_payment_id_index` (`payment_id`);
alter table `wechat_refund` add index `wechat_refund_created_at_index` (`created_at`);
