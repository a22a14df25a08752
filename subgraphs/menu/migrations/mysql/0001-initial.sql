create table `category` (
  `id` varchar(255) not null,
  `name` varchar(255) not null,
  `position` int not null,
  primary key (`id`),
  unique `category_name_unique` (`name`)
) engine = InnoDB;

create table `daypart` (
  `id` varchar(255) not null,
  `name` varchar(255) not null,
  `from` varchar(255) not null,
  `to` varchar(255) not null,
  primary key (`id`),
  unique `daypart_name_unique` (`name`)
) engine = InnoDB;

create table `dining_table` (
  `id` varchar(255) not null,
  `store_id` varchar(255) not null,
  `name` varchar(255) not null,
  `code` varchar(255) not null,
  `seats` int not null,
  `active` tinyint(1) not null,
  primary key (`id`),
  unique `dining_table_code_unique` (`code`),
  unique `dining_table_store_id_name_unique` (`store_id`, `name`)
) engine = InnoDB;

create table `dish` (
  `id` varchar(255) not null,
  `owner` varchar(255) not null,
  `name` varchar(255) not null,
  `description` text null,
  `category_id` varchar(255) not null,
  `modifier_group_ids` json not null,
  `combo_slots` json not null,
  `daypart_ids` json not null,
  `tags` json not null,
  `tax_category` varchar(255) not null,
  primary key (`id`),
  unique `dish_owner_name_unique` (`owner`, `name`)
) engine = InnoDB;

create table `dish_spec` (
  `id` varchar(255) not null,
  `dish_id` varchar(255) not null,
  `name` varchar(255) not null,
  `price` bigint not null,
  `position` int not null,
  primary key (`id`),
  unique `dish_spec_dish_id_name_unique` (`dish_id`, `name`)
) engine = InnoDB;

create table `menu_item` (
  `id` varchar(255) not null,
  `store_id` varchar(255) not null,
  `dish_id` varchar(255) not null,
  `sold_out` tinyint(1) not null,
  primary key (`id`),
  unique `menu_item_store_id_dish_id_unique` (`store_id`, `dish_id`)
) engine = InnoDB;

create table `modifier` (
  `id` varchar(255) not null,
  `group_id` varchar(255) not null,
  `name` varchar(255) not null,
  `price` bigint not null,
  `position` int not null,
  primary key (`id`),
  index `modifier_group_id_index` (`group_id`)
) engine = InnoDB;

create table `modifier_group` (
  `id` varchar(255) not null,
  `name` varchar(255) not null,
  `min` int not null,
  `max` int not null,
  primary key (`id`)
) engine = InnoDB;

create table `price` (
  `menu_item_id` varchar(255) not null,
  `spec_id` varchar(255) not null,
  `channel` varchar(255) not null,
  `price` bigint not null,
  primary key (`menu_item_id`, `spec_id`, `channel`)
) engine = InnoDB;

create table `store` (
  `id` varchar(255) not null,
  `name` varchar(255) not null,
  `address` varchar(255) null,
  `currency` varchar(255) not null,
  `time_zone` varchar(255) not null,
  `prices_include_tax` tinyint(1) not null,
  `tax_rates` json not null,
  `opening_hours` json not null,
  `paused` tinyint(1) not null,
  `business_day_ends_at` int not null,
  primary key (`id`),
  unique `store_name_unique` (`name`)
) engine = InnoDB;
