create table `printer` (`id` varchar(255) not null, `store_id` varchar(255) not null, `name` varchar(255) not null, `driver` varchar(255) not null, `address` varchar(255) not null, `paper_width` int not null, `prints_receipts` tinyint(1) not null, `station_ids` json not null, `drawer_for` json not null, `takeover_id` varchar(255) null, `takeover_seconds` int not null, `state` varchar(255) not null, `seen_at` bigint null, `trouble_since` bigint null, `retry_at` bigint null, `lease_until` bigint null, `removed_at` bigint null, primary key (`id`)) engine = InnoDB;
alter table `printer` add index `printer_store_id_index` (`store_id`);

alter table `print_job` add `printer_id` varchar(255) null, add `paid_by` varchar(255) null, add `tries` int not null default 0, add `sheets` int not null default 0, add `sent_at` bigint null, add `problem` varchar(255) null, add `printed_at` bigint null, add `print_by` bigint not null default '0';
alter table `print_job` modify `order_id` varchar(255) null;
alter table `print_job` add index `print_job_state_printer_id_id_index` (`state`, `printer_id`, `id`);
