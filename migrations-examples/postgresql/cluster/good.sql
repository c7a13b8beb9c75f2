SET lock_timeout = '2s';

-- An index that holds all the report needs, in its order: the order of the table no longer matters.
DROP INDEX CONCURRENTLY IF EXISTS orders_placed_at_total_idx;

-- No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY orders_placed_at_total_idx ON orders (placed_at) INCLUDE (total);

SET lock_timeout = '2s';
DROP INDEX CONCURRENTLY orders_placed_at_idx;
