create table `idempotency_key` (`caller` text not null, `mutation` text not null, `key` text not null, `input_hash` text not null, `outcome` text not null, `created_at` bigint not null, primary key (`caller`, `mutation`, `key`));

create table `inbox_event` (`event_id` text not null primary key, `at` bigint not null);

create table `outbox_delivery` (`event_id` text not null, `consumer` text not null, `aggregate` text not null, `version` integer not null, `state` text not null, `attempts` integer not null, `next_at` bigint not null, `error` text null, primary key (`event_id`, `consumer`));
create index `outbox_delivery_consumer_state_next_at_index` on `outbox_delivery` (`consumer`, `state`, `next_at`);
create index `outbox_delivery_aggregate_consumer_version_index` on `outbox_delivery` (`aggregate`, `consumer`, `version`);

create table `outbox_event` (`id` text not null primary key, `name` text not null, `aggregate` text not null, `version` integer not null, `at` bigint not null, `payload` json not null);
