SET LOCAL ROLE shop_owner;

-- We will run out of order item ids next year.
ALTER TABLE app.order_items ALTER COLUMN id TYPE bigint;

-- The carrier accepts 20 characters.
ALTER TABLE app.users ALTER COLUMN phone TYPE varchar(20);
