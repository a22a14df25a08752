create table `plugin_at_store` (`plugin` varchar(100) not null, `store_id` varchar(100) not null, `enabled` tinyint(1) not null, primary key (`plugin`, `store_id`)) engine = InnoDB;

create table `plugin_change` (`id` varchar(36) not null, `plugin` varchar(100) not null, `store_id` varchar(100) not null, `setting` varchar(100) not null, `before` text null, `after` text null, `by` varchar(200) not null, `at` bigint not null, primary key (`id`)) engine = InnoDB;
alter table `plugin_change` add index `plugin_change_store_id_id_index` (`store_id`, `id`);

create table `plugin_value` (`plugin` varchar(100) not null, `store_id` varchar(100) not null, `name` varchar(100) not null, `value` text not null, primary key (`plugin`, `store_id`, `name`)) engine = InnoDB;
