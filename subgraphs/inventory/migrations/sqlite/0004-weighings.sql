alter table `stock_move` add column `weighing_id` text null;
create unique index `stock_move_weighing_id_unique` on `stock_move` (`weighing_id`);
