SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA app REVOKE USAGE ON SEQUENCES FROM shop_app;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA app REVOKE SELECT ON TABLES FROM shop_app;

-- On a table this also takes back what was granted on its columns.
REVOKE SELECT ON app.users FROM shop_readonly;
REVOKE SELECT ON
    app.categories, app.products, app.product_variants, app.prices, app.orders, app.order_items,
    app.order_totals, app.product_sales
FROM shop_readonly;

REVOKE USAGE ON SEQUENCE app.order_number_seq FROM shop_app;
REVOKE SELECT ON app.order_totals, app.legacy_catalog, app.product_sales FROM shop_app;
REVOKE SELECT, INSERT, UPDATE ON app.users FROM shop_app;
REVOKE SELECT, INSERT, UPDATE ON app.orders, app.order_items, app.payments, app.refunds FROM shop_app;
REVOKE SELECT, INSERT, UPDATE, DELETE ON app.addresses, app.carts, app.cart_items, app.reviews FROM shop_app;
REVOKE SELECT ON app.categories, app.products, app.product_variants, app.inventory, app.prices, app.coupons FROM shop_app;

REVOKE USAGE ON SCHEMA app FROM shop_app, shop_readonly;
