SET lock_timeout = '2s';

-- A constant default is stored in the catalog: no row is touched, and running code need not know the column.
ALTER TABLE customers ADD COLUMN locale text NOT NULL DEFAULT 'en';
ALTER TABLE customers ADD COLUMN newsletter boolean NOT NULL DEFAULT false;
