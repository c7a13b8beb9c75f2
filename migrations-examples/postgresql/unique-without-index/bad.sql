-- Both build their index under ACCESS EXCLUSIVE: nobody reads or writes until it is done.
SET lock_timeout = '2s';

ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);
ALTER TABLE customers ADD COLUMN loyalty_number text UNIQUE;
