-- Behind one long query the statement waits without limit, and every later query of orders waits behind it.
ALTER TABLE orders ADD COLUMN note text;

-- Zero means no limit.
SET lock_timeout = 0;
ALTER TABLE orders ADD COLUMN gift_message text;

-- Outside a transaction SET LOCAL is only a warning.
SET LOCAL lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN gift_wrapped boolean;

-- Too late.
BEGIN;
ALTER TABLE orders ADD COLUMN locale text;
SET LOCAL lock_timeout = '2s';
COMMIT;
