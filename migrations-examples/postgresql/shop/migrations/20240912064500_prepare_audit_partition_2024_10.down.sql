SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

ALTER TABLE audit.events_default DROP CONSTRAINT events_default_not_2024_10;
DROP TABLE audit.events_2024_10;
