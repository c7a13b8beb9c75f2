SET lock_timeout = '2s';

-- What is not there yet: look-ups without regard to case, and paid orders instead of open ones.
DROP INDEX CONCURRENTLY IF EXISTS customers_lower_email_idx;
DROP INDEX CONCURRENTLY IF EXISTS orders_paid_idx;

-- No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY customers_lower_email_idx ON customers (lower(email));
CREATE INDEX CONCURRENTLY orders_paid_idx ON orders (placed_at) WHERE status = 'paid';
