insert into `points_account` (`id`, `balance`, `earned`) values ('programme', 0, 0);
