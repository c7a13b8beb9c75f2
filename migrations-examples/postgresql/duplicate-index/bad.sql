-- The same columns in the same order are indexed already; each copy slows every write down.
SET lock_timeout = 0;

CREATE INDEX CONCURRENTLY customers_email_idx ON customers (email);
CREATE INDEX CONCURRENTLY orders_by_customer ON orders USING btree (customer_id ASC NULLS LAST);
CREATE INDEX CONCURRENTLY orders_new_idx ON orders (placed_at) WHERE status = 'new';
