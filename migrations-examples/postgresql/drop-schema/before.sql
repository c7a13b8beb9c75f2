DO $$
BEGIN
    CREATE ROLE shop_app;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

CREATE SCHEMA legacy_shop;
GRANT USAGE ON SCHEMA legacy_shop TO shop_app;

CREATE TABLE legacy_shop.orders (
    id bigint PRIMARY KEY,
    total numeric(12, 2) NOT NULL
);
GRANT SELECT ON legacy_shop.orders TO shop_app;
