-- Each module has a database of its own, which the product makes: dinegraph_orders and so on.
grant all privileges on `dinegraph\_%`.* to 'dinegraph'@'%';
