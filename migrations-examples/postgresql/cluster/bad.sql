-- Writes table and indexes anew in the order of the index; nobody reads or writes meanwhile.
SET lock_timeout = '2s';

CLUSTER orders USING orders_placed_at_idx;

-- The same, with the index remembered from last time.
CLUSTER orders;
