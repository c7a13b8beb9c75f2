-- Fails on the first value that does not fit, or rounds it without a word; rewrites the table either way.
SET lock_timeout = '2s';

ALTER TABLE customers ALTER COLUMN phone TYPE varchar(20);
ALTER TABLE order_items ALTER COLUMN quantity TYPE integer;
ALTER TABLE order_items ALTER COLUMN unit_price TYPE numeric(12, 2);
