alter table `refund` add `trouble` text null;
