alter table `refund` add column `trouble` text null;
