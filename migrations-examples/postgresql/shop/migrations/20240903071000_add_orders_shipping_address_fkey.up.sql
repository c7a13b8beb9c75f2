SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

-- Checks new rows only; a later migration validates the old ones.
ALTER TABLE app.orders
    ADD CONSTRAINT orders_shipping_address_id_fkey
    FOREIGN KEY (shipping_address_id) REFERENCES app.addresses (id) ON DELETE SET NULL NOT VALID;
