SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

DROP MATERIALIZED VIEW app.product_sales;
DROP VIEW app.legacy_catalog;
DROP VIEW app.order_totals;
