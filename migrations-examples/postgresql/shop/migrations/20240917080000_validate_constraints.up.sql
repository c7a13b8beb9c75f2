SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

-- Reads every row, but lets others read and write meanwhile.
ALTER TABLE app.orders VALIDATE CONSTRAINT orders_shipping_address_id_fkey;
ALTER TABLE app.orders VALIDATE CONSTRAINT orders_currency_present;
ALTER TABLE audit.events_default VALIDATE CONSTRAINT events_default_not_2024_10;
