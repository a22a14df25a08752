alter table `stock_item` add `largest_portion` int not null default 1000000;
