alter table `refund` add `part` json null, add `external_id` varchar(255) null;
alter table `refund` add unique `refund_payment_id_external_id_unique` (`payment_id`, `external_id`);
