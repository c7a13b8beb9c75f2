SET LOCAL ROLE shop_owner;

DROP TABLE app.inventory;
DROP TABLE app.product_variants;
DROP TABLE app.products;
DROP TABLE app.categories;
