create table `recipe` (
  `menu_item_id` varchar(255) not null,
  `store_id` varchar(255) not null,
  `spec_id` varchar(255) not null,
  `ingredients` json not null,
  primary key (`menu_item_id`, `store_id`, `spec_id`)
) engine = InnoDB;

create table `reservation` (
  `order_id` varchar(255) not null,
  `state` varchar(255) not null,
  `at` bigint not null,
  primary key (`order_id`)
) engine = InnoDB;

create table `reservation_line` (
  `order_id` varchar(255) not null,
  `stock_item_id` varchar(255) not null,
  `quantity` int not null,
  primary key (`order_id`, `stock_item_id`)
) engine = InnoDB;

create table `stock_item` (
  `id` varchar(255) not null,
  `store_id` varchar(255) not null,
  `name` varchar(255) not null,
  `unit` varchar(255) not null,
  `on_hand` int not null,
  `reserved` int not null,
  primary key (`id`),
  unique `stock_item_store_id_name_unique` (`store_id`, `name`)
) engine = InnoDB;

create table `stock_move` (
  `id` varchar(255) not null,
  `stock_item_id` varchar(255) not null,
  `kind` varchar(255) not null,
  `quantity` int not null,
  `on_hand` int not null,
  `order_id` varchar(255) null,
  `caller` varchar(255) not null,
  `note` varchar(255) null,
  `at` bigint not null,
  primary key (`id`),
  index `stock_move_stock_item_id_id_index` (`stock_item_id`, `id`)
) engine = InnoDB;
