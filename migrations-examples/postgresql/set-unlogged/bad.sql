-- In both directions table and indexes are written anew under ACCESS EXCLUSIVE; an unlogged table is empty after a crash.
SET lock_timeout = '2s';

ALTER TABLE carts SET UNLOGGED;
ALTER TABLE sessions SET LOGGED;
