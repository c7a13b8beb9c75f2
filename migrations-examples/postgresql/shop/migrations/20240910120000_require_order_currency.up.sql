SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

ALTER TABLE app.orders
    ADD CONSTRAINT orders_currency_present CHECK (currency IS NOT NULL) NOT VALID;
