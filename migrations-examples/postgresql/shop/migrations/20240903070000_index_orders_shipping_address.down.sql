-- no-transaction
DROP INDEX CONCURRENTLY app.orders_shipping_address_id_idx;
