SET lock_timeout = '2s';

-- The old name goes on as a view, which can be written to as well, until no running code uses it.
BEGIN;
ALTER TABLE clients RENAME TO customers;
CREATE VIEW clients WITH (security_invoker = true) AS SELECT id, email FROM customers;
GRANT SELECT, INSERT, UPDATE ON clients TO shop_app;
COMMIT;

BEGIN;
ALTER TABLE vouchers RENAME TO coupons;
CREATE VIEW vouchers WITH (security_invoker = true) AS SELECT id, code FROM coupons;
GRANT SELECT ON vouchers TO shop_app;
COMMIT;
