create table `meituan_shop_day` (`store_id` text not null primary key, `code` text not null, `day` text not null, `latest` integer not null);
