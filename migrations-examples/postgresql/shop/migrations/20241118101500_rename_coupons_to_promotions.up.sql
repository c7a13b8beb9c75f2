SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

-- New code uses app.promotions. The view serves releases that still say app.coupons
-- and is dropped when none of them runs any more.
ALTER TABLE app.coupons RENAME TO promotions;
CREATE VIEW app.coupons WITH (security_invoker = true) AS
SELECT id, code, percent_off, amount_off, starts_at, ends_at, max_uses
FROM app.promotions;
COMMENT ON VIEW app.coupons IS 'Old name of app.promotions.';
