-- The first column of the primary key serves the same look-ups.
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY order_items_order_id_idx ON order_items (order_id);

-- With the wider index the old one, on customer_id alone, is of no use any more.
CREATE INDEX CONCURRENTLY orders_customer_id_placed_at_idx ON orders (customer_id, placed_at);
