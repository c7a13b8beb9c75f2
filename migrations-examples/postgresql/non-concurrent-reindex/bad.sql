-- SHARE on the table stops writes, ACCESS EXCLUSIVE on the index stops readers that would use it.
SET lock_timeout = '2s';

REINDEX INDEX orders_placed_at_idx;
REINDEX TABLE order_items;
