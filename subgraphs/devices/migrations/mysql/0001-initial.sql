create table `kitchen` (
  `store_id` varchar(255) not null,
  `version` int not null,
  `default_station_id` varchar(255) null,
  primary key (`store_id`)
) engine = InnoDB;

create table `kitchen_order` (
  `order_id` varchar(255) not null,
  `store_id` varchar(255) not null,
  `diner_id` varchar(255) null,
  `tickets` int not null,
  `started` int not null,
  `ready` int not null,
  `served` int not null,
  `progress` int not null,
  primary key (`order_id`)
) engine = InnoDB;

create table `kitchen_ticket` (
  `id` varchar(255) not null,
  `store_id` varchar(255) not null,
  `station_id` varchar(255) not null,
  `order_id` varchar(255) not null,
  `state` varchar(255) not null,
  `pickup_number` int not null,
  `table_name` varchar(255) null,
  `channel` varchar(255) not null,
  `note` text null,
  `created_at` bigint not null,
  `due_at` bigint not null,
  `started_at` bigint null,
  `ready_at` bigint null,
  `served_at` bigint null,
  primary key (`id`),
  index `kitchen_ticket_store_id_state_due_at_index` (`store_id`, `state`, `due_at`),
  unique `kitchen_ticket_order_id_station_id_unique` (`order_id`, `station_id`)
) engine = InnoDB;

create table `paired_device` (
  `id` varchar(255) not null,
  `store_id` varchar(255) not null,
  `station_id` varchar(255) null,
  `name` varchar(255) not null,
  `pair_by` bigint not null,
  `paired_at` bigint null,
  `unpaired_at` bigint null,
  primary key (`id`),
  index `paired_device_store_id_index` (`store_id`)
) engine = InnoDB;

create table `pairing_code` (
  `code_hash` varchar(255) not null,
  `device_id` varchar(255) not null,
  primary key (`code_hash`)
) engine = InnoDB;

create table `print_job` (
  `id` varchar(255) not null,
  `store_id` varchar(255) not null,
  `order_id` varchar(255) not null,
  `ticket_id` varchar(255) null,
  `kind` varchar(255) not null,
  `state` varchar(255) not null,
  `content` mediumtext not null,
  `created_at` bigint not null,
  primary key (`id`),
  index `print_job_order_id_index` (`order_id`),
  index `print_job_store_id_id_index` (`store_id`, `id`)
) engine = InnoDB;

create table `station` (
  `id` varchar(255) not null,
  `store_id` varchar(255) not null,
  `name` varchar(255) not null,
  primary key (`id`),
  index `station_store_id_index` (`store_id`)
) engine = InnoDB;

create table `station_route` (
  `store_id` varchar(255) not null,
  `kind` varchar(255) not null,
  `target_id` varchar(255) not null,
  `station_id` varchar(255) not null,
  primary key (`store_id`, `kind`, `target_id`),
  index `station_route_station_id_index` (`station_id`)
) engine = InnoDB;

create table `ticket_line` (
  `id` varchar(255) not null,
  `ticket_id` varchar(255) not null,
  `position` int not null,
  `name` varchar(255) not null,
  `spec_name` varchar(255) not null,
  `quantity` int not null,
  `modifiers` json not null,
  `note` text null,
  primary key (`id`),
  index `ticket_line_ticket_id_position_index` (`ticket_id`, `position`)
) engine = InnoDB;
