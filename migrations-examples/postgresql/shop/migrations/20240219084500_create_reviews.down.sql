SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

DROP TABLE app.reviews;
