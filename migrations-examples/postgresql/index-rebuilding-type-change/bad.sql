-- The rows stay as they are, but another order means another index: it is built under ACCESS EXCLUSIVE.
SET lock_timeout = '2s';

ALTER TABLE customers ALTER COLUMN email TYPE citext;
ALTER TABLE customers ALTER COLUMN last_name TYPE text COLLATE "C";
