alter table `webhook_delivery` add `arrival` int null;
alter table `webhook_delivery` add unique `webhook_delivery_plugin_aggregate_arrival_unique` (`plugin`, `aggregate`, `arrival`);
