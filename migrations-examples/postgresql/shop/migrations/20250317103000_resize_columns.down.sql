SET LOCAL ROLE shop_owner;

ALTER TABLE app.users ALTER COLUMN phone TYPE varchar(40);
ALTER TABLE app.order_items ALTER COLUMN id TYPE integer;
