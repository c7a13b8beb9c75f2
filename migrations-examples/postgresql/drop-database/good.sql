SET lock_timeout = '2s';

-- Nobody can connect any more, which can be taken back. Dropping it is the work of an administrator, after a dump.
ALTER DATABASE shop_archive WITH ALLOW_CONNECTIONS false;
COMMENT ON DATABASE shop_archive IS 'Closed in release 42.';
