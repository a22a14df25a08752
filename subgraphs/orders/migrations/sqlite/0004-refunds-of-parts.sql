alter table `refund` add `part` json null;
alter table `refund` add `external_id` text null;
create unique index `refund_payment_id_external_id_unique` on `refund` (`payment_id`, `external_id`);
