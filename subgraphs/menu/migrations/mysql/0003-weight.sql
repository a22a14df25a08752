alter table `dish_spec` add `per_grams` int null;
