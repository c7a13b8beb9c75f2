-- ACCESS EXCLUSIVE on the table, with CASCADE also on every table that references it, and all their rows gone.
SET lock_timeout = '2s';

TRUNCATE search_log;
TRUNCATE TABLE carts RESTART IDENTITY CASCADE;
