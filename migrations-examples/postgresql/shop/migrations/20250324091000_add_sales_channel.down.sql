SET LOCAL ROLE shop_owner;

ALTER TABLE app.reviews DROP COLUMN public_id;
ALTER TABLE app.orders DROP COLUMN channel;
