create table `kitchen` (`store_id` text not null primary key, `version` integer not null, `default_station_id` text null);

create table `kitchen_order` (`order_id` text not null primary key, `store_id` text not null, `diner_id` text null, `tickets` integer not null, `started` integer not null, `ready` integer not null, `served` integer not null, `progress` integer not null);

create table `kitchen_ticket` (`id` text not null primary key, `store_id` text not null, `station_id` text not null, `order_id` text not null, `state` text not null, `pickup_number` integer not null, `table_name` text null, `channel` text not null, `note` text null, `created_at` bigint not null, `due_at` bigint not null, `started_at` bigint null, `ready_at` bigint null, `served_at` bigint null);
create index `kitchen_ticket_store_id_state_due_at_index` on `kitchen_ticket` (`store_id`, `state`, `due_at`);
create unique index `kitchen_ticket_order_id_station_id_unique` on `kitchen_ticket` (`order_id`, `station_id`);

create table `paired_device` (`id` text not null primary key, `store_id` text not null, `station_id` text null, `name` text not null, `pair_by` bigint not null, `paired_at` bigint null, `unpaired_at` bigint null);
create index `paired_device_store_id_index` on `paired_device` (`store_id`);

create table `pairing_code` (`code_hash` text not null primary key, `device_id` text not null);

create table `print_job` (`id` text not null primary key, `store_id` text not null, `order_id` text not null, `ticket_id` text null, `kind` text not null, `state` text not null, `content` text not null, `created_at` bigint not null);
create index `print_job_order_id_index` on `print_job` (`order_id`);
create index `print_job_store_id_id_index` on `print_job` (`store_id`, `id`);

create table `station` (`id` text not null primary key, `store_id` text not null, `name` text not null);
create index `station_store_id_index` on `station` (`store_id`);

create table `station_route` (`store_id` text not null, `kind` text not null, `target_id` text not null, `station_id` text not null, primary key (`store_id`, `kind`, `target_id`));
create index `station_route_station_id_index` on `station_route` (`station_id`);

create table `ticket_line` (`id` text not null primary key, `ticket_id` text not null, `position` integer not null, `name` text not null, `spec_name` text not null, `quantity` integer not null, `modifiers` json not null, `note` text null);
create index `ticket_line_ticket_id_position_index` on `ticket_line` (`ticket_id`, `position`);
