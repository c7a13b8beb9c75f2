SET LOCAL ROLE shop_owner;

-- The structure comes back, the old numbers do not.
ALTER TABLE app.products ADD COLUMN legacy_sku text;
COMMENT ON COLUMN app.products.legacy_sku IS 'Number in the old shop, kept for redirects.';
CREATE UNIQUE INDEX products_legacy_sku_idx ON app.products (legacy_sku) WHERE legacy_sku IS NOT NULL;

CREATE VIEW app.legacy_catalog WITH (security_invoker = true) AS
SELECT p.legacy_sku, p.slug, v.sku
FROM app.products AS p
JOIN app.product_variants AS v ON v.product_id = p.id
WHERE p.legacy_sku IS NOT NULL;
COMMENT ON VIEW app.legacy_catalog IS 'Redirects from the old shop.';
GRANT SELECT ON app.legacy_catalog TO shop_app;

ALTER TABLE app.users RENAME COLUMN display_name TO full_name;
