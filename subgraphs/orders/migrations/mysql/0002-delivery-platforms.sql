alter table `customer_order` add `delivery` json null;

create table `platform_notice` (`id` varchar(255) not null, `order_id` varchar(255) not null, `kind` varchar(255) not null, `reason` varchar(255) null, `text` text null, `state` varchar(255) not null, `created_at` bigint not null, `due_at` bigint not null, primary key (`id`)) engine = InnoDB;
alter table `platform_notice` add index `platform_notice_order_id_index` (`order_id`);
alter table `platform_notice` add index `platform_notice_state_due_at_index` (`state`, `due_at`);
