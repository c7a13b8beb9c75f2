SET lock_timeout = '2s';

-- Each in a transaction of its own.
ALTER TYPE order_status ADD VALUE 'returned' AFTER 'shipped';
ALTER TYPE order_status ADD VALUE 'draft' BEFORE 'new';

UPDATE orders SET status = 'returned' WHERE returned_at > now() - interval '1 day';
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'draft';
