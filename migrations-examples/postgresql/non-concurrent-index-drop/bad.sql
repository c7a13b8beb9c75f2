-- Takes ACCESS EXCLUSIVE on orders too: it waits for every running query and holds up all that come after it.
SET lock_timeout = '2s';

DROP INDEX orders_status_idx;
DROP INDEX IF EXISTS orders_placed_at_status_idx;
