create table `book_version` (`owner` text not null primary key, `version` text not null);
