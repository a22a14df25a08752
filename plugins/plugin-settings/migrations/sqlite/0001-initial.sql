create table `plugin_at_store` (`plugin` text not null, `store_id` text not null, `enabled` integer not null, primary key (`plugin`, `store_id`));

create table `plugin_change` (`id` text not null primary key, `plugin` text not null, `store_id` text not null, `setting` text not null, `before` text null, `after` text null, `by` text not null, `at` bigint not null);
create index `plugin_change_store_id_id_index` on `plugin_change` (`store_id`, `id`);

create table `plugin_value` (`plugin` text not null, `store_id` text not null, `name` text not null, `value` text not null, primary key (`plugin`, `store_id`, `name`));
