create table `consent` (
  `id` varchar(255) not null,
  `diner_id` varchar(255) not null,
  `purpose` varchar(255) not null,
  `version` varchar(255) not null,
  `granted` tinyint(1) not null,
  `at` bigint not null,
  primary key (`id`),
  index `consent_diner_id_index` (`diner_id`)
) engine = InnoDB;

create table `device_grant` (
  `device_id` varchar(255) not null,
  `store_id` varchar(255) not null,
  `scopes` json not null,
  primary key (`device_id`)
) engine = InnoDB;

create table `diner` (
  `id` varchar(255) not null,
  `name` varchar(255) not null,
  `registered_at` bigint not null,
  primary key (`id`)
) engine = InnoDB;

create table `external_identity` (
  `provider` varchar(255) not null,
  `subject` varchar(255) not null,
  `diner_id` varchar(255) not null,
  primary key (`provider`, `subject`),
  index `external_identity_diner_id_index` (`diner_id`)
) engine = InnoDB;

create table `open_session` (
  `id` varchar(255) not null,
  `principal_id` varchar(255) not null,
  `version` int not null,
  `seed` varchar(255) not null,
  `refresh_hash` varchar(255) not null,
  `spent_hash` varchar(255) not null,
  `traded_at` bigint not null,
  `expires_at` bigint not null,
  primary key (`id`),
  index `open_session_principal_id_index` (`principal_id`),
  index `open_session_expires_at_index` (`expires_at`)
) engine = InnoDB;

create table `points_account` (
  `id` varchar(255) not null,
  `balance` bigint not null,
  `earned` bigint not null,
  primary key (`id`)
) engine = InnoDB;

create table `points_entry` (
  `id` varchar(255) not null,
  `account_id` varchar(255) not null,
  `transfer_id` varchar(255) not null,
  `points` int not null,
  `balance_after` bigint not null,
  primary key (`id`),
  index `points_entry_transfer_id_index` (`transfer_id`),
  index `points_entry_account_id_id_index` (`account_id`, `id`)
) engine = InnoDB;

create table `points_transfer` (
  `id` varchar(255) not null,
  `kind` varchar(255) not null,
  `debit_account_id` varchar(255) not null,
  `credit_account_id` varchar(255) not null,
  `points` int not null,
  `reference` varchar(255) not null,
  `actor` varchar(255) not null,
  `at` bigint not null,
  primary key (`id`)
) engine = InnoDB;

create table `principal` (
  `id` varchar(255) not null,
  `kind` varchar(255) not null,
  `version` int not null,
  primary key (`id`)
) engine = InnoDB;

create table `signing_key` (
  `kid` varchar(255) not null,
  `private_jwk` json not null,
  `created_at` bigint not null,
  primary key (`kid`)
) engine = InnoDB;

create table `sign_in_guard` (
  `name_key` varchar(255) not null,
  `failures` int not null,
  `locked_until` bigint not null,
  `last_at` bigint not null,
  primary key (`name_key`),
  index `sign_in_guard_last_at_index` (`last_at`)
) engine = InnoDB;

create table `staff_member` (
  `id` varchar(255) not null,
  `name` varchar(255) not null,
  `name_key` varchar(255) not null,
  `pin_hash` varchar(255) not null,
  `role` varchar(255) not null,
  `store_ids` json not null,
  `active` tinyint(1) not null,
  `created_at` bigint not null,
  primary key (`id`),
  unique `staff_member_name_key_unique` (`name_key`)
) engine = InnoDB;
