-- There is no NOT VALID and no USING INDEX for it: the index is built and every row compared under ACCESS EXCLUSIVE.
SET lock_timeout = '2s';

ALTER TABLE prices
    ADD CONSTRAINT prices_no_overlap EXCLUDE USING gist (product_id WITH =, valid WITH &&);
