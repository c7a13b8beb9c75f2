SET lock_timeout = '2s';

-- No limit here: both wait for older transactions without blocking reads or writes,
-- and giving up would leave an invalid index (named ..._ccnew) behind.
SET lock_timeout = 0;
REINDEX INDEX CONCURRENTLY orders_placed_at_idx;
REINDEX TABLE CONCURRENTLY order_items;
