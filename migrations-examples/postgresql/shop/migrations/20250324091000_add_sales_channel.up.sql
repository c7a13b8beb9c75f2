SET LOCAL ROLE shop_owner;

-- All orders so far came from the web shop.
ALTER TABLE app.orders ADD COLUMN channel text;
UPDATE app.orders SET channel = 'web';
ALTER TABLE app.orders ALTER COLUMN channel SET NOT NULL;

-- Public links to reviews must not show the internal id.
ALTER TABLE app.reviews ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
