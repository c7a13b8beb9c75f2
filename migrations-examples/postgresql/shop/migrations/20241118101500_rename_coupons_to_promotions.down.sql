SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

DROP VIEW app.coupons;
ALTER TABLE app.promotions RENAME TO coupons;
