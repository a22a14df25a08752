create table `book_version` (`owner` varchar(255) not null, `version` varchar(255) not null, primary key (`owner`)) engine = InnoDB;
