SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

ALTER TABLE app.orders DROP CONSTRAINT orders_currency_present;
