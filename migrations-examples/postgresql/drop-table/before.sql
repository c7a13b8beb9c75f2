DO $$
BEGIN
    CREATE ROLE shop_app;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

CREATE TABLE wishlists (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL,
    product_id bigint NOT NULL
);
GRANT SELECT, INSERT, DELETE ON wishlists TO shop_app;

CREATE VIEW popular_wishes AS
SELECT product_id, count(*) AS wishes
FROM wishlists
GROUP BY product_id;

CREATE TABLE newsletter_signups (
    email text PRIMARY KEY,
    signed_up_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON newsletter_signups TO shop_app;
