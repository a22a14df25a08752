create table `used_weighing` (`weighing_id` text not null primary key, `order_id` text not null);
create index `used_weighing_order_id_index` on `used_weighing` (`order_id`);

alter table `order_line` add column `grams` integer null;
