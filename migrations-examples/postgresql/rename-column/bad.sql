-- Code that still runs knows the old names only.
SET lock_timeout = '2s';

ALTER TABLE customers RENAME COLUMN full_name TO display_name;
ALTER VIEW customer_names RENAME COLUMN label TO display_name;
