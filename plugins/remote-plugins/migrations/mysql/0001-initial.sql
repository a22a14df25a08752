create table `remote_plugin` (`name` varchar(40) not null, `contract` varchar(20) not null, `url` varchar(1000) null, `schema` mediumtext null, `webhook_url` varchar(1000) null, `events` json not null, `scopes` json not null, `store_ids` json null, `enabled` tinyint(1) not null, `secrets` text not null, `registered_at` bigint not null, primary key (`name`)) engine = InnoDB;

create table `remote_plugin_change` (`id` varchar(36) not null, `plugin` varchar(40) not null, `what` varchar(40) not null, `after` mediumtext null, `by` varchar(200) not null, `at` bigint not null, primary key (`id`)) engine = InnoDB;

create table `webhook_delivery` (`id` varchar(36) not null, `plugin` varchar(40) not null, `event` varchar(100) not null, `aggregate` varchar(100) not null, `version` int not null, `at` bigint not null, `body` mediumtext not null, `state` varchar(10) not null, `due_at` bigint not null, `tries` int not null, `attempts` json not null, primary key (`id`)) engine = InnoDB;
alter table `webhook_delivery` add index `webhook_delivery_plugin_state_due_at_index` (`plugin`, `state`, `due_at`);
alter table `webhook_delivery` add index `webhook_delivery_plugin_aggregate_state_index` (`plugin`, `aggregate`, `state`);
