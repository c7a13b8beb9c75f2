-- Everything in the schema goes, and whatever elsewhere depends on it.
SET lock_timeout = '2s';

DROP SCHEMA legacy_shop CASCADE;
