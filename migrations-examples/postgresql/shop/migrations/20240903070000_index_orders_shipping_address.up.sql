-- no-transaction
CREATE INDEX CONCURRENTLY orders_shipping_address_id_idx ON app.orders (shipping_address_id);
