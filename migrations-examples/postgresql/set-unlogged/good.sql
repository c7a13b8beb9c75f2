SET lock_timeout = '2s';

-- The rows live a day at most: the next release writes to the new tables and looks into the old ones
-- until the last of their rows has expired.
CREATE UNLOGGED TABLE cart_cache (LIKE carts INCLUDING ALL);
CREATE TABLE durable_sessions (LIKE sessions INCLUDING ALL);
