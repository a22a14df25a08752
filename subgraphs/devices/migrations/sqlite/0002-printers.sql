create table `printer` (`id` text not null primary key, `store_id` text not null, `name` text not null, `driver` text not null, `address` text not null, `paper_width` integer not null, `prints_receipts` integer not null, `station_ids` json not null, `drawer_for` json not null, `takeover_id` text null, `takeover_seconds` integer not null, `state` text not null, `seen_at` bigint null, `trouble_since` bigint null, `retry_at` bigint null, `lease_until` bigint null, `removed_at` bigint null);
create index `printer_store_id_index` on `printer` (`store_id`);

alter table `print_job` add column `printer_id` text null;
alter table `print_job` add column `paid_by` text null;
alter table `print_job` add column `tries` integer not null default 0;
alter table `print_job` add column `sheets` integer not null default 0;
alter table `print_job` add column `sent_at` bigint null;
alter table `print_job` add column `problem` text null;
alter table `print_job` add column `printed_at` bigint null;
alter table `print_job` add column `print_by` bigint not null default '0';
create index `print_job_state_printer_id_id_index` on `print_job` (`state`, `printer_id`, `id`);
