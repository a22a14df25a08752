alter table `outbox_event` add `trace` varchar(255) null;
