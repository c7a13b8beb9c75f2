SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

-- A constraint cannot be made unvalidated again, only replaced.
ALTER TABLE audit.events_default
    DROP CONSTRAINT events_default_not_2024_10,
    ADD CONSTRAINT events_default_not_2024_10 CHECK (
        occurred_at < '2024-10-01 00:00:00+00' OR occurred_at >= '2024-11-01 00:00:00+00'
    ) NOT VALID;
ALTER TABLE app.orders
    DROP CONSTRAINT orders_currency_present,
    ADD CONSTRAINT orders_currency_present CHECK (currency IS NOT NULL) NOT VALID;
ALTER TABLE app.orders
    DROP CONSTRAINT orders_shipping_address_id_fkey,
    ADD CONSTRAINT orders_shipping_address_id_fkey
    FOREIGN KEY (shipping_address_id) REFERENCES app.addresses (id) ON DELETE SET NULL NOT VALID;
