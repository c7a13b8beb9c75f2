-- Each reads the whole table under ACCESS EXCLUSIVE to look for a null.
SET lock_timeout = '2s';

ALTER TABLE orders ALTER COLUMN currency SET NOT NULL;
ALTER TABLE orders ALTER COLUMN placed_at SET NOT NULL;
