create table `scale` (`id` varchar(255) not null, `store_id` varchar(255) not null, `name` varchar(255) not null, `driver` varchar(255) not null, `address` varchar(255) not null, primary key (`id`)) engine = InnoDB;
alter table `scale` add index `scale_store_id_index` (`store_id`);

create table `weighing` (`id` varchar(255) not null, `scale_id` varchar(255) not null, `store_id` varchar(255) not null, `grams` int not null, `net` tinyint(1) not null, `caller` varchar(255) not null, `at` bigint not null, primary key (`id`)) engine = InnoDB;
