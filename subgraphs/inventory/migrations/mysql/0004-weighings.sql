alter table `stock_move` add `weighing_id` varchar(255) null;
alter table `stock_move` add unique `stock_move_weighing_id_unique` (`weighing_id`);
