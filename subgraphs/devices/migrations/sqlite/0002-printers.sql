create table `printer` (`id` text not null primary key, `store_id` text not null, `name` text not null, `driver` text not null, `address` text not null, `paper_width` integer not null, `prints_receipts` integer not null, `station_ids` json not null, `drawer_for` json not null, `takeover_id` text null, `takeover_seconds` integer not null, `state` text not null, `seen_at` bigint null, `trouble_since` bigint null, `retry_at` bigint null, `lease_until` bigint null, `removed_at` bigint null);
create index `printer_store_id_index` on `printer` (`store_id`);

create table `print_job__temp_alter` (`id` text not null primary key, `store_id` text not null, `order_id` text null, `ticket_id` text null, `kind` text not null, `state` text not null, `content` text not null, `created_at` bigint not null, `printer_id` text null, `paid_by` text null, `tries` integer not null default 0, `sheets` integer not null default 0, `sent_at` bigint null, `problem` text null, `printed_at` bigint null, `print_by` bigint not null default '0');
insert into `print_job__temp_alter` select `id`, `store_id`, `order_id`, `ticket_id`, `kind`, `state`, `content`, `created_at`, null as `printer_id`, null as `paid_by`, 0 as `tries`, 0 as `sheets`, null as `sent_at`, null as `problem`, null as `printed_at`, 0 as `print_by` from `print_job`;
drop table `print_job`;
alter table `print_job__temp_alter` rename to `print_job`;
create index `print_job_order_id_index` on `print_job` (`order_id`);
create index `print_job_store_id_id_index` on `print_job` (`store_id`, `id`);
create index `print_job_state_printer_id_id_index` on `print_job` (`state`, `printer_id`, `id`);
