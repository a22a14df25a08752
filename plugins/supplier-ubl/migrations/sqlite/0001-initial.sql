create table `ubl_document` (`id` text not null primary key, `account` text not null, `type` text not null, `number` text not null, `digest` text not null, `raw` text not null, `state` text not null, `reason` text null, `at` bigint not null, `due_at` bigint null);
create index `ubl_document_state_due_at_index` on `ubl_document` (`state`, `due_at`);
create unique index `ubl_document_account_digest_unique` on `ubl_document` (`account`, `digest`);

create table `ubl_message` (`id` text not null primary key, `message_id` text not null, `digest` text not null, `at` bigint not null);
create index `ubl_message_message_id_index` on `ubl_message` (`message_id`);
create index `ubl_message_at_index` on `ubl_message` (`at`);

create table `ubl_simulator` (`id` text not null primary key, `text` text not null);
