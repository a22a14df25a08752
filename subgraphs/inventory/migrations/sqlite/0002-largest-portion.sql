alter table `stock_item` add `largest_portion` integer not null default 1000000;
