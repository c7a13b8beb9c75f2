SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

DROP TABLE app.cart_items;
DROP TABLE app.carts;
DROP TABLE app.coupons;
