-- The values are gone and code that names the columns fails; the unique constraint goes without a word.
SET lock_timeout = '2s';

ALTER TABLE customers DROP COLUMN fax;
ALTER TABLE customers DROP COLUMN IF EXISTS legacy_number CASCADE;
