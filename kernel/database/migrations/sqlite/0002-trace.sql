alter table `outbox_event` add column `trace` text null;
