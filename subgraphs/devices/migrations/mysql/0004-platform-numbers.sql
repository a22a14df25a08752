alter table `kitchen_ticket` add `platform` varchar(255) null, add `day_number` int null;
