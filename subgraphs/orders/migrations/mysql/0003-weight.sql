create table `used_weighing` (`weighing_id` varchar(255) not null, `order_id` varchar(255) not null, primary key (`weighing_id`)) engine = InnoDB;
alter table `used_weighing` add index `used_weighing_order_id_index` (`order_id`);

alter table `order_line` add `grams` int null;
