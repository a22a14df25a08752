create table `coupon` (
  `id` varchar(255) not null,
  `template_id` varchar(255) not null,
  `diner_id` varchar(255) not null,
  `state` varchar(255) not null,
  `order_id` varchar(255) null,
  `issued_at` bigint not null,
  `expires_at` bigint not null,
  primary key (`id`),
  index `coupon_diner_id_id_index` (`diner_id`, `id`),
  index `coupon_order_id_index` (`order_id`)
) engine = InnoDB;

create table `coupon_hold` (
  `order_id` varchar(255) not null,
  `state` varchar(255) not null,
  `changed_at` bigint not null,
  primary key (`order_id`)
) engine = InnoDB;

create table `coupon_template` (
  `id` varchar(255) not null,
  `name` varchar(255) not null,
  `rule` json not null,
  `store_id` varchar(255) null,
  `valid_days` int not null,
  `quantity` int null,
  `issued` int not null,
  `stackable` tinyint(1) not null,
  primary key (`id`),
  index `coupon_template_name_id_index` (`name`, `id`)
) engine = InnoDB;

create table `promotion` (
  `id` varchar(255) not null,
  `name` varchar(255) not null,
  `rule` json not null,
  `store_id` varchar(255) null,
  `starts_at` bigint not null,
  `ends_at` bigint null,
  `priority` int not null,
  `stackable` tinyint(1) not null,
  primary key (`id`),
  index `promotion_store_id_ends_at_index` (`store_id`, `ends_at`)
) engine = InnoDB;
