alter table `dish_spec` add column `per_grams` integer null;
