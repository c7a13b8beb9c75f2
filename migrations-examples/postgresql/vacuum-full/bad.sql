-- Writes table and indexes anew; nobody reads or writes meanwhile.
SET lock_timeout = '2s';

VACUUM FULL carts;
VACUUM (FULL, ANALYZE) carts;
