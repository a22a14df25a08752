create table `ubl_document` (`id` varchar(36) not null, `account` varchar(60) not null, `type` varchar(20) not null, `number` varchar(60) not null, `digest` varchar(64) not null, `raw` mediumtext not null, `state` varchar(10) not null, `reason` varchar(500) null, `at` bigint not null, `due_at` bigint null, primary key (`id`)) engine = InnoDB;
alter table `ubl_document` add index `ubl_document_state_due_at_index` (`state`, `due_at`);
alter table `ubl_document` add unique `ubl_document_account_digest_unique` (`account`, `digest`);

create table `ubl_message` (`id` varchar(64) not null, `message_id` varchar(64) not null, `digest` varchar(64) not null, `at` bigint not null, primary key (`id`)) engine = InnoDB;
alter table `ubl_message` add index `ubl_message_message_id_index` (`message_id`);
alter table `ubl_message` add index `ubl_message_at_index` (`at`);

create table `ubl_simulator` (`id` varchar(10) not null, `text` mediumtext not null, primary key (`id`)) engine = InnoDB;
