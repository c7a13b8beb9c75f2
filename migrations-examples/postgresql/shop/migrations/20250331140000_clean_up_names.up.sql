SET LOCAL ROLE shop_owner;

-- The API has called it display name for a while.
ALTER TABLE app.users RENAME COLUMN full_name TO display_name;

-- Nobody needs the numbers of the old shop any more.
DROP VIEW app.legacy_catalog;
ALTER TABLE app.products DROP COLUMN legacy_sku;
