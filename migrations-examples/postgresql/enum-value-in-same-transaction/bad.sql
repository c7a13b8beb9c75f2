-- expect error: 55P04
-- A new value may not be used before it is committed.
BEGIN;
ALTER TYPE order_status ADD VALUE 'returned' AFTER 'shipped';
UPDATE orders SET status = 'returned' WHERE returned_at > now() - interval '1 day';
COMMIT;

BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TYPE order_status ADD VALUE 'draft' BEFORE 'new';
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'draft';
COMMIT;
