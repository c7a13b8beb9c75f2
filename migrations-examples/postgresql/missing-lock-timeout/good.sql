-- Gives up after two seconds; the deployment tries again later.
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD COLUMN gift_message text;
RESET lock_timeout;

-- Or for one transaction only.
BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN gift_wrapped boolean, ADD COLUMN locale text;
COMMIT;
