SET lock_timeout = '2s';

-- Makes the space usable again while others read and write.
VACUUM (ANALYZE) carts;

-- No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
REINDEX TABLE CONCURRENTLY carts;
