-- Each build holds SHARE on its table: nobody can write until every row is read and sorted.
SET lock_timeout = '2s';

CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE INDEX orders_open_idx ON orders (placed_at) WHERE status = 'new';
CREATE UNIQUE INDEX customers_lower_email_idx ON customers (lower(email));
