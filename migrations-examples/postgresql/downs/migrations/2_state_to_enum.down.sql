ALTER TABLE accounts DROP COLUMN state;
ALTER TABLE accounts ADD COLUMN state text NOT NULL;
