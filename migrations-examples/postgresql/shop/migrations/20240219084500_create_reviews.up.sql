SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

CREATE TABLE app.reviews (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES app.products (id) ON DELETE CASCADE,
    user_id bigint NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
    order_item_id integer,
    rating smallint NOT NULL,
    title text,
    body text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reviews_product_id_user_id_key UNIQUE (product_id, user_id),
    CONSTRAINT reviews_rating_in_range CHECK (rating BETWEEN 1 AND 5)
);
COMMENT ON COLUMN app.reviews.order_item_id IS 'The purchase that is reviewed, if it is known.';

CREATE INDEX reviews_user_id_idx ON app.reviews (user_id);
CREATE STATISTICS app.reviews_product_rating_stats (dependencies) ON product_id, rating FROM app.reviews;
