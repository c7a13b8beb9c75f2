DROP INDEX accounts_email_idx ON accounts;
ALTER TABLE accounts ADD UNIQUE (email);
