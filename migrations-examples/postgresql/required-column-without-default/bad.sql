-- expect error: 23502
-- Works on the empty table of the developer, fails as soon as there is a row.
SET lock_timeout = '2s';

ALTER TABLE customers ADD COLUMN locale text NOT NULL;
ALTER TABLE customers ADD COLUMN newsletter boolean NOT NULL;
