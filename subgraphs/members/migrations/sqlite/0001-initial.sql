create table `consent` (`id` text not null primary key, `diner_id` text not null, `purpose` text not null, `version` text not null, `granted` integer not null, `at` bigint not null);
create index `consent_diner_id_index` on `consent` (`diner_id`);

create table `device_grant` (`device_id` text not null primary key, `store_id` text not null, `scopes` json not null);

create table `diner` (`id` text not null primary key, `name` text not null, `registered_at` bigint not null);

create table `external_identity` (`provider` text not null, `subject` text not null, `diner_id` text not null, primary key (`provider`, `subject`));
create index `external_identity_diner_id_index` on `external_identity` (`diner_id`);

create table `open_session` (`id` text not null primary key, `principal_id` text not null, `version` integer not null, `seed` text not null, `refresh_hash` text not null, `spent_hash` text not null, `traded_at` bigint not null, `expires_at` bigint not null);
create index `open_session_principal_id_index` on `open_session` (`principal_id`);
create index `open_session_expires_at_index` on `open_session` (`expires_at`);

create table `points_account` (`id` text not null primary key, `balance` bigint not null, `earned` bigint not null);

create table `points_entry` (`id` text not null primary key, `account_id` text not null, `transfer_id` text not null, `points` integer not null, `balance_after` bigint not null);
create index `points_entry_transfer_id_index` on `points_entry` (`transfer_id`);
create index `points_entry_account_id_id_index` on `points_entry` (`account_id`, `id`);

create table `points_transfer` (`id` text not null primary key, `kind` text not null, `debit_account_id` text not null, `credit_account_id` text not null, `points` integer not null, `reference` text not null, `actor` text not null, `at` bigint not null);

create table `principal` (`id` text not null primary key, `kind` text not null, `version` integer not null);

create table `signing_key` (`kid` text not null primary key, `private_jwk` json not null, `created_at` bigint not null);

create table `sign_in_guard` (`name_key` text not null primary key, `failures` integer not null, `locked_until` bigint not null, `last_at` bigint not null);
create index `sign_in_guard_last_at_index` on `sign_in_guard` (`last_at`);

create table `staff_member` (`id` text not null primary key, `name` text not null, `name_key` text not null, `pin_hash` text not null, `role` text not null, `store_ids` json not null, `active` integer not null, `created_at` bigint not null);
create unique index `staff_member_name_key_unique` on `staff_member` (`name_key`);
