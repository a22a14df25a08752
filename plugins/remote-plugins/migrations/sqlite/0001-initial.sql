create table `remote_plugin` (`name` text not null primary key, `contract` text not null, `url` text null, `schema` text null, `webhook_url` text null, `events` json not null, `scopes` json not null, `store_ids` json null, `enabled` integer not null, `secrets` text not null, `registered_at` bigint not null);

create table `remote_plugin_change` (`id` text not null primary key, `plugin` text not null, `what` text not null, `after` text null, `by` text not null, `at` bigint not null);

create table `webhook_delivery` (`id` text not null primary key, `plugin` text not null, `event` text not null, `aggregate` text not null, `version` integer not null, `at` bigint not null, `body` text not null, `state` text not null, `due_at` bigint not null, `tries` integer not null, `attempts` json not null);
create index `webhook_delivery_plugin_state_due_at_index` on `webhook_delivery` (`plugin`, `state`, `due_at`);
create index `webhook_delivery_plugin_aggregate_state_index` on `webhook_delivery` (`plugin`, `aggregate`, `state`);
