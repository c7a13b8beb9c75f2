-- A handful of rows for a database that has the migrations up to 20241118101500.
BEGIN;

INSERT INTO app.users (email, full_name, password_hash, phone) VALUES
    ('ada@example.com', 'Ada Lovelace', public.crypt('analytical', public.gen_salt('bf', 4)), '+44 20 7946 0001'),
    ('Grace@example.com', 'Grace Hopper', public.crypt('nanosecond', public.gen_salt('bf', 4)), NULL),
    ('alan@example.org', 'Alan Turing', NULL, '+44 20 7946 0002');

INSERT INTO app.addresses (user_id, recipient, line1, city, postal_code, country, is_default)
SELECT id, full_name, id || ' High Street', 'London', 'N1 ' || id || 'AA', 'GB', true
FROM app.users;

INSERT INTO app.categories (slug, name) VALUES ('clothing', 'Clothing'), ('books', 'Books');
INSERT INTO app.categories (parent_id, slug, name, position)
SELECT id, 'shirts', 'Shirts', 1 FROM app.categories WHERE slug = 'clothing';

INSERT INTO app.products (category_id, slug, name, description, attributes, legacy_sku)
SELECT c.id, p.slug, p.name, p.description, p.attributes::jsonb, p.legacy_sku
FROM (VALUES
    ('shirts', 'plain-shirt', 'Plain shirt', 'A shirt without print.', '{"material": "cotton"}', 'OLD-17'),
    ('shirts', 'striped-shirt', 'Striped shirt', 'A shirt with stripes.', '{"material": "linen"}', NULL),
    ('books', 'gardening', 'Gardening for beginners', 'How to grow tomatoes.', '{"pages": 180}', 'OLD-42')
) AS p (category, slug, name, description, attributes, legacy_sku)
JOIN app.categories AS c ON c.slug = p.category;

INSERT INTO app.product_variants (product_id, sku, options, weight_grams)
SELECT p.id, p.slug || '-' || o.size, jsonb_build_object('size', o.size), 200
FROM app.products AS p
CROSS JOIN (VALUES ('s'), ('m'), ('l')) AS o (size)
WHERE p.slug LIKE '%-shirt';
INSERT INTO app.product_variants (product_id, sku, weight_grams)
SELECT id, slug, 410 FROM app.products WHERE slug = 'gardening';

INSERT INTO app.inventory (variant_id, on_hand)
SELECT id, 25 FROM app.product_variants;

INSERT INTO app.prices (variant_id, currency, amount, valid)
SELECT v.id, c.currency, c.amount, daterange('2024-01-01', NULL)
FROM app.product_variants AS v
CROSS JOIN (VALUES ('EUR', 19.90), ('GBP', 16.50)) AS c (currency, amount);

INSERT INTO app.promotions (code, percent_off, starts_at) VALUES ('WELCOME10', 10, '2024-01-01 00:00:00+00');

INSERT INTO app.carts (user_id)
SELECT id FROM app.users WHERE email = 'alan@example.org';
INSERT INTO app.cart_items (cart_id, variant_id, quantity)
SELECT c.id, v.id, 2 FROM app.carts AS c JOIN app.product_variants AS v ON v.sku = 'gardening';

INSERT INTO app.orders (user_id, coupon_id, shipping_address_id, status, currency, shipping_fee)
SELECT u.id, p.id, a.id, s.status::app.order_status, 'EUR', 4.90
FROM (VALUES
    ('ada@example.com', 'delivered', 'WELCOME10'),
    ('ada@example.com', 'pending', NULL),
    ('grace@example.com', 'paid', NULL)
) AS s (email, status, coupon)
JOIN app.users AS u ON u.email = s.email::public.citext
JOIN app.addresses AS a ON a.user_id = u.id
LEFT JOIN app.promotions AS p ON p.code = s.coupon::public.citext;

INSERT INTO app.order_items (order_id, variant_id, quantity, unit_price)
SELECT o.id, v.id, 1, 19.90
FROM app.orders AS o
JOIN app.product_variants AS v ON v.sku IN ('plain-shirt-m', 'gardening');

INSERT INTO app.payments (order_id, method, status, amount, provider_reference)
SELECT order_id, 'card', 'captured', total, 'pay-' || number
FROM app.order_totals
WHERE status <> 'pending';

INSERT INTO app.refunds (payment_id, amount, reason)
SELECT id, 5, 'damaged box' FROM app.payments ORDER BY id LIMIT 1;

INSERT INTO app.reviews (product_id, user_id, order_item_id, rating, title, body)
SELECT v.product_id, o.user_id, i.id, 5, 'Fits well', 'Would buy again.'
FROM app.order_items AS i
JOIN app.product_variants AS v ON v.id = i.variant_id
JOIN app.orders AS o ON o.id = i.order_id
WHERE v.sku = 'plain-shirt-m' AND o.status = 'delivered';

COMMIT;

REFRESH MATERIALIZED VIEW app.product_sales;
