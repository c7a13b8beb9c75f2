-- What needs PostgreSQL 14 or later.
CREATE STATISTICS public.stats_2 ON lower(name), (age + 1) FROM users;
CREATE FUNCTION public.plain_return(a integer, b text) RETURNS text LANGUAGE sql RETURN CASE WHEN a > 1 THEN b || 'x' ELSE upper(b) END;
CREATE FUNCTION public.counted(a integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM users WHERE id > a AND name <> 'x'; END;
CREATE PROCEDURE public.logs(m text) LANGUAGE sql BEGIN ATOMIC INSERT INTO app.log (id, message) VALUES (1, m); DELETE FROM app.log WHERE made < now() - interval '1 day'; UPDATE app.log SET message = m || '!' WHERE log.id = 2; END;
CREATE FUNCTION public.rows_of(n integer) RETURNS SETOF users LANGUAGE sql BEGIN ATOMIC SELECT * FROM users u WHERE u.age > n ORDER BY 1; END;
