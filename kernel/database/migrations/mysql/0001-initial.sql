create table `idempotency_key` (
  `caller` varchar(100) not null,
  `mutation` varchar(100) not null,
  `key` varchar(100) not null,
  `input_hash` varchar(43) not null,
  `outcome` varchar(255) not null,
  `created_at` bigint not null,
  primary key (`caller`, `mutation`, `key`)
) engine = InnoDB;

create table `inbox_event` (
  `event_id` varchar(255) not null,
  `at` bigint not null,
  primary key (`event_id`)
) engine = InnoDB;

create table `outbox_delivery` (
  `event_id` varchar(255) not null,
  `consumer` varchar(255) not null,
  `aggregate` varchar(255) not null,
  `version` int not null,
  `state` varchar(255) not null,
  `attempts` int not null,
  `next_at` bigint not null,
  `error` text null,
  primary key (`event_id`, `consumer`),
  index `outbox_delivery_consumer_state_next_at_index` (`consumer`, `state`, `next_at`),
  index `outbox_delivery_aggregate_consumer_version_index` (`aggregate`, `consumer`, `version`)
) engine = InnoDB;

create table `outbox_event` (
  `id` varchar(255) not null,
  `name` varchar(255) not null,
  `aggregate` varchar(255) not null,
  `version` int not null,
  `at` bigint not null,
  `payload` json not null,
  primary key (`id`)
) engine = InnoDB;
