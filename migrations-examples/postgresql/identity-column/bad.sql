-- The table is written anew to number the rows, under ACCESS EXCLUSIVE.
SET lock_timeout = '2s';

ALTER TABLE order_items ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY;
