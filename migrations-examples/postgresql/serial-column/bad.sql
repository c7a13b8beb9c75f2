-- A serial is NOT NULL DEFAULT nextval(...): the table is written anew to number the rows, under ACCESS EXCLUSIVE.
SET lock_timeout = '2s';

ALTER TABLE shipments ADD COLUMN label_number bigserial;
