SET LOCAL ROLE shop_owner;

ALTER TABLE app.reviews ALTER COLUMN title DROP NOT NULL;
ALTER TABLE app.reviews DROP CONSTRAINT reviews_order_item_id_fkey;
DROP INDEX app.orders_user_id_status_idx;
