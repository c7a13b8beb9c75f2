-- Without a policy nobody but the owner sees a row, with FORCE not even the owner; inserts fail.
SET lock_timeout = '2s';

ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE addresses ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
