alter table `kitchen_ticket` add column `platform` text null;
alter table `kitchen_ticket` add column `day_number` integer null;
