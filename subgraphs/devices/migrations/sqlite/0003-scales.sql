create table `scale` (`id` text not null primary key, `store_id` text not null, `name` text not null, `driver` text not null, `address` text not null);
create index `scale_store_id_index` on `scale` (`store_id`);

create table `weighing` (`id` text not null primary key, `scale_id` text not null, `store_id` text not null, `grams` integer not null, `net` integer not null, `caller` text not null, `at` bigint not null);
