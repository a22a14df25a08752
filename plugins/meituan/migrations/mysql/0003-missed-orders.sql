create table `meituan_shop_day` (`store_id` varchar(100) not null, `code` varchar(100) not null, `day` varchar(8) not null, `latest` int not null, primary key (`store_id`)) engine = InnoDB;
