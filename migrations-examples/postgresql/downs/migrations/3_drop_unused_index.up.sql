ALTER TABLE accounts DROP CONSTRAINT one_account;
CREATE UNIQUE INDEX accounts_email_idx ON accounts (lower(email));
