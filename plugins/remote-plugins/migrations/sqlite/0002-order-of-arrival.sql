alter table `webhook_delivery` add column `arrival` integer null;
create unique index `webhook_delivery_plugin_aggregate_arrival_unique` on `webhook_delivery` (`plugin`, `aggregate`, `arrival`);
