-- ADD COLUMN takes ACCESS EXCLUSIVE, and the update of many rows keeps it.
BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE customers ADD COLUMN email_domain text;
UPDATE customers SET email_domain = split_part(email, '@', 2) WHERE email LIKE '%@%';
COMMIT;
