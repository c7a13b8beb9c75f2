SET LOCAL ROLE shop_owner;

CREATE VIEW app.order_totals WITH (security_invoker = true) AS
SELECT
    o.id AS order_id,
    o.number,
    o.user_id,
    o.status,
    coalesce(sum(i.quantity * i.unit_price), 0) + o.shipping_fee AS total
FROM app.orders AS o
LEFT JOIN app.order_items AS i ON i.order_id = o.id
GROUP BY o.id;
COMMENT ON VIEW app.order_totals IS 'What an order costs; shows each reader only the orders that reader may see.';

CREATE VIEW app.legacy_catalog WITH (security_invoker = true) AS
SELECT p.legacy_sku, p.slug, v.sku
FROM app.products AS p
JOIN app.product_variants AS v ON v.product_id = p.id
WHERE p.legacy_sku IS NOT NULL;
COMMENT ON VIEW app.legacy_catalog IS 'Redirects from the old shop.';

CREATE MATERIALIZED VIEW app.product_sales AS
SELECT
    v.product_id,
    count(DISTINCT i.order_id) AS orders,
    sum(i.quantity) AS units,
    sum(i.quantity * i.unit_price) AS revenue
FROM app.order_items AS i
JOIN app.product_variants AS v ON v.id = i.variant_id
GROUP BY v.product_id
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW app.product_sales IS 'Refreshed every hour, concurrently.';

CREATE UNIQUE INDEX product_sales_product_id_idx ON app.product_sales (product_id);
CREATE INDEX product_sales_units_idx ON app.product_sales (units DESC);
