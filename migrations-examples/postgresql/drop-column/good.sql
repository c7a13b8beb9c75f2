SET lock_timeout = '2s';

-- This release stops using the columns and says so; nothing is lost and the old release still works.
-- They are dropped in a later one, when no running code names them.
COMMENT ON COLUMN customers.fax IS 'Unused since release 42, to be dropped in release 44.';
COMMENT ON COLUMN customers.legacy_number IS 'Unused since release 42, to be dropped in release 44.';
