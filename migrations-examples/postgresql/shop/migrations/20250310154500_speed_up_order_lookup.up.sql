SET LOCAL ROLE shop_owner;

-- The order list of a customer filters by status.
CREATE INDEX orders_user_id_status_idx ON app.orders (user_id, status);

-- Reviews should point at real purchases and always have a title.
ALTER TABLE app.reviews
    ADD CONSTRAINT reviews_order_item_id_fkey FOREIGN KEY (order_item_id) REFERENCES app.order_items (id);
ALTER TABLE app.reviews ALTER COLUMN title SET NOT NULL;
