SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

GRANT USAGE ON SCHEMA app TO shop_app, shop_readonly;

GRANT SELECT ON app.categories, app.products, app.product_variants, app.inventory, app.prices, app.coupons TO shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.addresses, app.carts, app.cart_items, app.reviews TO shop_app;
GRANT SELECT, INSERT, UPDATE ON app.orders, app.order_items, app.payments, app.refunds TO shop_app;
GRANT SELECT (id, email, full_name, phone, created_at), INSERT, UPDATE (full_name, phone) ON app.users TO shop_app;
GRANT SELECT ON app.order_totals, app.legacy_catalog, app.product_sales TO shop_app;
GRANT USAGE ON SEQUENCE app.order_number_seq TO shop_app;

GRANT SELECT ON
    app.categories, app.products, app.product_variants, app.prices, app.orders, app.order_items,
    app.order_totals, app.product_sales
TO shop_readonly;
GRANT SELECT (id, full_name, created_at) ON app.users TO shop_readonly;

-- What later migrations create.
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA app GRANT SELECT ON TABLES TO shop_app;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA app GRANT USAGE ON SEQUENCES TO shop_app;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
