-- Statements as people write them. Names of objects are only to tell them apart.
ALTER TABLE orders ADD CONSTRAINT status_in CHECK (status IN ('open', 'paid', 'shipped'));
ALTER TABLE orders ADD CONSTRAINT status_not_in CHECK (status NOT IN ('open', 'paid'));
ALTER TABLE orders ADD CONSTRAINT status_one CHECK (status IN ('open'));
ALTER TABLE orders ADD CONSTRAINT status_not_one CHECK (status NOT IN ('open'));
ALTER TABLE orders ADD CONSTRAINT status_any CHECK (status = ANY (ARRAY['a', 'b']));
ALTER TABLE orders ADD CONSTRAINT status_any_cast CHECK (status = ANY ('{a,b}'::text[]));
ALTER TABLE orders ADD CONSTRAINT status_all CHECK (status <> ALL (ARRAY['a', 'b']::varchar[]));
ALTER TABLE orders ADD CONSTRAINT status_mix CHECK (status IN ('a', 'b', note));
ALTER TABLE orders ADD CONSTRAINT status_mix2 CHECK (status IN (note, 'a'));
ALTER TABLE orders ADD CONSTRAINT status_or CHECK (status = 'a' OR status = 'b' OR (status = 'c' AND total > 0));
ALTER TABLE orders ADD CONSTRAINT id_in CHECK (id IN (1, 2, 3));
ALTER TABLE orders ADD CONSTRAINT uid_in_big CHECK (user_id IN (1, 5000000000));
ALTER TABLE orders ADD CONSTRAINT total_in CHECK (total IN (1, 2.5));
ALTER TABLE orders ADD CONSTRAINT not_in_paren CHECK (NOT (status IN ('a', 'b')));
ALTER TABLE users ADD CONSTRAINT like_ CHECK (name LIKE 'a%');
ALTER TABLE users ADD CONSTRAINT not_like CHECK (name NOT LIKE 'a%' AND nick NOT ILIKE '%b');
ALTER TABLE users ADD CONSTRAINT like_escape CHECK (nick LIKE 'a!%' ESCAPE '!');
ALTER TABLE users ADD CONSTRAINT similar_ CHECK (name SIMILAR TO 'a|b');
ALTER TABLE users ADD CONSTRAINT not_similar CHECK (nick NOT SIMILAR TO '(a|b)%');
ALTER TABLE users ADD CONSTRAINT regex CHECK (name ~ '^[a-z]+$' AND nick !~* 'x');
ALTER TABLE users ADD CONSTRAINT between_ CHECK (age BETWEEN 0 AND 150);
ALTER TABLE users ADD CONSTRAINT not_between CHECK (visits NOT BETWEEN 1 AND 10);
ALTER TABLE users ADD CONSTRAINT between_sym CHECK (id BETWEEN SYMMETRIC 10 AND 1);
ALTER TABLE users ADD CONSTRAINT not_between_sym CHECK (score NOT BETWEEN SYMMETRIC 10 AND 1);
ALTER TABLE users ADD CONSTRAINT between_date CHECK (born BETWEEN '1900-01-01' AND DATE '2100-12-31');
ALTER TABLE users ADD CONSTRAINT between_num CHECK (score BETWEEN 0 AND 99.5);
ALTER TABLE users ADD CONSTRAINT between_ts CHECK (made BETWEEN '2020-01-01' AND '2020-12-31 23:59:59.5+02');
ALTER TABLE users ADD CONSTRAINT ne CHECK (id != 5 AND name != '');
ALTER TABLE users ADD CONSTRAINT neg CHECK (age > -1 AND score >= -1.5 AND ratio > -1 AND visits > -5000000000);
ALTER TABLE users ADD CONSTRAINT neg_expr CHECK (- id < 0 AND -(1) < id);
ALTER TABLE users ADD CONSTRAINT nullness CHECK (nick IS NOT NULL OR mail ISNULL);
ALTER TABLE users ADD CONSTRAINT distinct_ CHECK (nick IS DISTINCT FROM name);
ALTER TABLE users ADD CONSTRAINT not_distinct CHECK (id IS NOT DISTINCT FROM manager);
ALTER TABLE users ADD CONSTRAINT distinct_null CHECK (nick IS DISTINCT FROM NULL AND mail IS NOT DISTINCT FROM NULL);
ALTER TABLE users ADD CONSTRAINT rows_eq CHECK ((id, name) = (1, 'a'));
ALTER TABLE users ADD CONSTRAINT rows_ne CHECK ((id, name) <> (manager, nick));
ALTER TABLE users ADD CONSTRAINT rows_lt CHECK ((id, age) < (10, 20));
ALTER TABLE users ADD CONSTRAINT rows_in CHECK ((id, name) IN ((1, 'a'), (2, 'b')));
ALTER TABLE users ADD CONSTRAINT rows_distinct CHECK ((id, name) IS DISTINCT FROM (1, 'a'));
ALTER TABLE users ADD CONSTRAINT bools CHECK (active IS TRUE OR active IS NOT FALSE AND NOT active);
ALTER TABLE users ADD CONSTRAINT bool_lit CHECK (active = true OR active = 't' OR active IN ('yes', 'no'));
ALTER TABLE users ADD CONSTRAINT bool_cmp CHECK ((nick IS NULL) = (mail IS NULL));
ALTER TABLE users ADD CONSTRAINT case_when CHECK (CASE WHEN age > 18 THEN score > 0 WHEN age IS NULL THEN true END);
ALTER TABLE users ADD CONSTRAINT case_else CHECK (CASE WHEN active THEN nick ELSE name END <> '');
ALTER TABLE users ADD CONSTRAINT case_simple CHECK (CASE name WHEN 'a' THEN 1 WHEN 'b' THEN 2 ELSE 3 END > 1);
ALTER TABLE users ADD CONSTRAINT case_num CHECK (CASE WHEN active THEN 1 ELSE 2.5 END > 0);
ALTER TABLE users ADD CONSTRAINT coalesce_ CHECK (coalesce(nick, name, 'none') <> 'none');
ALTER TABLE users ADD CONSTRAINT coalesce_num CHECK (coalesce(score, 0) >= 0 AND coalesce(ratio, 0) < 1 AND coalesce(visits, age) > 0);
ALTER TABLE users ADD CONSTRAINT nullif_ CHECK (nullif(nick, '') IS NOT NULL);
ALTER TABLE users ADD CONSTRAINT greatest_ CHECK (greatest(id, visits) > least(age, 3));
ALTER TABLE users ADD CONSTRAINT length_ CHECK (length(name) > 2 AND char_length(nick) <= 40 AND length(trim(name)) > 0);
ALTER TABLE users ADD CONSTRAINT lower_ CHECK (lower(name) = name AND upper(nick) = 'X');
ALTER TABLE users ADD CONSTRAINT concat_ CHECK (name || nick <> 'x' AND name || '-' || id <> '');
ALTER TABLE users ADD CONSTRAINT concat_fn CHECK (concat(name, nick, id) <> '');
ALTER TABLE users ADD CONSTRAINT substr_ CHECK (substring(name from 1 for 2) = 'ab' AND substring(nick, 3) <> 'q');
ALTER TABLE users ADD CONSTRAINT substr_re CHECK (substring(nick from '[0-9]+') <> '');
ALTER TABLE users ADD CONSTRAINT position_ CHECK (position('@' in mail) > 1);
ALTER TABLE users ADD CONSTRAINT trim_ CHECK (trim(both ' ' from nick) = btrim(name) AND trim(leading from nick) <> '');
ALTER TABLE users ADD CONSTRAINT overlay_ CHECK (overlay(nick placing 'x' from 2 for 1) <> '');
ALTER TABLE users ADD CONSTRAINT extract_ CHECK (extract(year from born) > 1900 AND date_part('month', made) = 1);
ALTER TABLE users ADD CONSTRAINT arith CHECK (id + 1 > manager * 2 AND score / 2 > 1 AND id / 2 > 0 AND ratio * id > 0);
ALTER TABLE users ADD CONSTRAINT arith_mix CHECK (score * ratio > 1 AND weight + 1 > 0 AND visits % id = 0 AND id * 1.5 > 0);
ALTER TABLE users ADD CONSTRAINT pow CHECK (id ^ 2 > 4 AND score ^ 2 > 1);
ALTER TABLE users ADD CONSTRAINT shift CHECK (id & 1 = 1 AND (id | 2) <> 0 AND id # 3 > 0 AND ~id < 0);
ALTER TABLE users ADD CONSTRAINT interval_ CHECK (wait > interval '1 day' AND wait < '2 weeks' AND wait <> INTERVAL '90' MINUTE);
ALTER TABLE users ADD CONSTRAINT interval_math CHECK (made - interval '24 hours' > seen AND wait / 2 > '1 second' AND wait * 1.5 < '1 year 2 mons');
ALTER TABLE users ADD CONSTRAINT date_math CHECK (born + 1 > '2020-01-01' AND born - born > 0 AND born + interval '1 month' < seen);
ALTER TABLE users ADD CONSTRAINT ts_lit CHECK (made > '2020-01-01T00:00:00Z' AND seen < timestamp '2030-01-01' AND born < 'infinity');
ALTER TABLE users ADD CONSTRAINT ts_date CHECK (made > born AND seen >= born AND changed > made);
ALTER TABLE users ADD CONSTRAINT time_ CHECK (at > '08:00' AND at < time '17:30:00');
ALTER TABLE users ADD CONSTRAINT now_ CHECK (made <= now() AND seen < current_timestamp AND born <= current_date);
ALTER TABLE users ADD CONSTRAINT zone CHECK (made AT TIME ZONE 'UTC' > seen);
ALTER TABLE users ADD CONSTRAINT trunc CHECK (date_trunc('day', made) = made);
ALTER TABLE users ADD CONSTRAINT cast_int CHECK (nick::integer > 5 AND CAST(age AS bigint) > 1);
ALTER TABLE users ADD CONSTRAINT cast_text CHECK (id::text <> name AND name::text <> '' AND nick::varchar(5) <> 'x' AND key::text <> '');
ALTER TABLE users ADD CONSTRAINT cast_chain CHECK (nick::varchar::text <> '' AND (score::integer)::bigint > 0);
ALTER TABLE users ADD CONSTRAINT cast_numeric CHECK (id::numeric / 3 > 0.5 AND visits::float8 > 1);
ALTER TABLE users ADD CONSTRAINT enum_ CHECK (feeling = 'ok' OR feeling IN ('sad', 'happy'));
ALTER TABLE users ADD CONSTRAINT enum_cmp CHECK (feeling > 'sad'::mood);
ALTER TABLE users ADD CONSTRAINT domain_ CHECK (mail LIKE '%.org' AND mail = 'a@b' AND lower(mail) = mail);
ALTER TABLE users ADD CONSTRAINT code_ CHECK (code = 'abc' AND code <> 'x' AND code IN ('a', 'b'));
ALTER TABLE users ADD CONSTRAINT array_ CHECK (tags && ARRAY['a'] AND 'x' = ANY (tags) AND tags @> '{a,b}' AND tags <> '{}');
ALTER TABLE users ADD CONSTRAINT array_vc CHECK (names && ARRAY['a', 'b']::varchar[] AND name = ANY (names) AND NOT 'x' = ANY (names));
ALTER TABLE users ADD CONSTRAINT array_ix CHECK (tags[1] = 'a' AND nums[1:2] = '{1,2}' AND array_length(tags, 1) > 0 AND cardinality(nums) < 5);
ALTER TABLE users ADD CONSTRAINT array_in CHECK (nums @> ARRAY[1, 2] AND 5 <> ALL (nums) AND array[id, age] <> nums);
ALTER TABLE users ADD CONSTRAINT array_empty CHECK (tags <> ARRAY[]::text[] AND tags <> '{}'::text[]);
ALTER TABLE users ADD CONSTRAINT json_ CHECK (doc ->> 'a' = 'b' AND doc @> '{"a":1}' AND doc ? 'k' AND (doc -> 'a' ->> 'b')::int > 1);
ALTER TABLE users ADD CONSTRAINT json_path CHECK (doc #>> '{a,b}' <> 'x' AND doc ?| array['a', 'b'] AND jsonb_typeof(doc) = 'object');
ALTER TABLE users ADD CONSTRAINT json_lit CHECK (doc <> '{}' AND doc <> '[]'::jsonb AND jsonb_array_length(doc -> 'x') > 0);
ALTER TABLE users ADD CONSTRAINT uuid_ CHECK (key <> '00000000-0000-0000-0000-00000000ABCD');
ALTER TABLE users ADD CONSTRAINT inet_ CHECK (ip << '10.0.0.0/8' AND ip <> '127.0.0.1');
ALTER TABLE users ADD CONSTRAINT bytea_ CHECK (bin <> '\x00ff' AND length(bin) = 32 AND octet_length(bin) > 0);
ALTER TABLE users ADD CONSTRAINT ts_ CHECK (words @@ to_tsquery('english', 'a & b'));
ALTER TABLE users ADD CONSTRAINT range_ CHECK (span && int4range(1, 10) AND lower(span) > 0 AND span @> 5);
ALTER TABLE users ADD CONSTRAINT func CHECK (twice(id) > 2 AND shout(name) <> '' AND shout(nick) <> 'x');
ALTER TABLE users ADD CONSTRAINT func_named CHECK (app.named(id, c => 'y') > 0);
ALTER TABLE users ADD CONSTRAINT func_variadic CHECK (app.any_of(nick, name, 'z') <> '' AND app.any_of(VARIADIC tags) <> '');
ALTER TABLE users ADD CONSTRAINT func_num CHECK (round(score, 1) > 0 AND round(ratio) > 0 AND abs(age) > 0 AND mod(id, 2) = 0);
ALTER TABLE users ADD CONSTRAINT func_json CHECK (jsonb_extract_path_text(doc, 'a', 'b') = 'x');
ALTER TABLE users ADD CONSTRAINT nonnulls CHECK (num_nonnulls(nick, mail, id) = 1);
ALTER TABLE users ADD CONSTRAINT xor CHECK ((nick IS NOT NULL)::int + (mail IS NOT NULL)::int = 1);
ALTER TABLE users ADD CONSTRAINT comp CHECK ((duo).a > 0 AND (duo).b <> '');
ALTER TABLE users ADD CONSTRAINT collate_ CHECK (name COLLATE "C" > 'a' AND nick < 'b' COLLATE "C");
ALTER TABLE users ADD CONSTRAINT op_explicit CHECK (id OPERATOR(pg_catalog.>) 3);
ALTER TABLE users ADD CONSTRAINT deep CHECK (((id > 0) AND ((age > 0) AND (visits > 0))) AND (nick = 'a' OR (nick = 'b' OR nick = 'c')));
ALTER TABLE users ADD CONSTRAINT not_and CHECK (NOT (id > 0 AND age > 0));
ALTER TABLE users ADD CONSTRAINT starts CHECK (starts_with(name, 'a') AND left(name, 3) <> 'abc' AND split_part(mail, '@', 2) <> '');
ALTER TABLE users ADD CONSTRAINT md5_ CHECK (md5(name) <> nick AND name IS NOT NULL);
ALTER TABLE users ADD CONSTRAINT to_char_ CHECK (to_char(seen, 'YYYY') = '2020');
ALTER TABLE users ADD CONSTRAINT numtext CHECK (score = '1.50' AND id = '5' AND ratio > '1.5' AND visits < '99999999999');
ALTER TABLE users ADD CONSTRAINT exp CHECK (score < 1e3 AND ratio < 1.5e-3);
ALTER TABLE users ADD CONSTRAINT unknown_concat CHECK (nick || ':' || name LIKE '%:%');
CREATE TABLE public.defaults1 (LIKE public.users);
ALTER TABLE public.defaults1
    ALTER nick SET DEFAULT 'x',
    ALTER name SET DEFAULT 'x',
    ALTER code SET DEFAULT 'abc',
    ALTER mail SET DEFAULT 'a@b',
    ALTER feeling SET DEFAULT 'ok',
    ALTER age SET DEFAULT -1,
    ALTER score SET DEFAULT 0,
    ALTER ratio SET DEFAULT 0,
    ALTER weight SET DEFAULT 1.5,
    ALTER visits SET DEFAULT 0,
    ALTER born SET DEFAULT '2020-01-01',
    ALTER seen SET DEFAULT now(),
    ALTER made SET DEFAULT CURRENT_TIMESTAMP,
    ALTER changed SET DEFAULT now() + interval '1 hour',
    ALTER wait SET DEFAULT '36 hours',
    ALTER at SET DEFAULT '08:00',
    ALTER active SET DEFAULT 'f',
    ALTER tags SET DEFAULT '{}',
    ALTER names SET DEFAULT ARRAY[]::varchar[],
    ALTER nums SET DEFAULT '{1, 2}',
    ALTER doc SET DEFAULT '{"a":1,"b":[]}',
    ALTER raw SET DEFAULT '{"a":1}',
    ALTER key SET DEFAULT gen_random_uuid(),
    ALTER ip SET DEFAULT '127.0.0.1',
    ALTER bin SET DEFAULT '\x',
    ALTER words SET DEFAULT to_tsvector('a b'),
    ALTER span SET DEFAULT '[1,10)',
    ALTER manager SET DEFAULT nextval('counter');
CREATE TABLE public.defaults2 (LIKE public.users);
ALTER TABLE public.defaults2
    ALTER nick SET DEFAULT ('a' || 'b')::text,
    ALTER name SET DEFAULT lower('ABC')::character varying,
    ALTER mail SET DEFAULT NULL,
    ALTER feeling SET DEFAULT 'sad'::mood,
    ALTER age SET DEFAULT 5::smallint,
    ALTER score SET DEFAULT '0.00',
    ALTER ratio SET DEFAULT '1.50',
    ALTER visits SET DEFAULT nextval('app.counter2'::regclass),
    ALTER born SET DEFAULT CURRENT_DATE,
    ALTER seen SET DEFAULT (now() AT TIME ZONE 'utc'),
    ALTER made SET DEFAULT timezone('utc', now()),
    ALTER wait SET DEFAULT INTERVAL '1' DAY,
    ALTER active SET DEFAULT TRUE,
    ALTER tags SET DEFAULT ARRAY['a', 'b'],
    ALTER names SET DEFAULT '{}'::varchar[],
    ALTER nums SET DEFAULT array[1, 2],
    ALTER doc SET DEFAULT jsonb_build_object('a', 1),
    ALTER key SET DEFAULT '00000000-0000-0000-0000-00000000ABCD',
    ALTER manager SET DEFAULT twice(2),
    ALTER code SET DEFAULT 'x'::bpchar,
    ALTER at SET DEFAULT LOCALTIME,
    ALTER changed SET DEFAULT 'epoch';
CREATE INDEX index_0 ON users (lower(name));
CREATE INDEX index_1 ON users (lower(name) varchar_pattern_ops);
CREATE INDEX index_2 ON users ((doc ->> 'a'));
CREATE INDEX index_3 ON users (coalesce(nick, ''), id DESC NULLS LAST);
CREATE UNIQUE INDEX index_4 ON users (id) WHERE active;
CREATE INDEX index_5 ON users (id) WHERE active = true AND nick IS NOT NULL;
CREATE INDEX index_6 ON users (name) WHERE name <> '' AND feeling IN ('ok', 'happy');
CREATE INDEX index_7 ON users (made DESC) WHERE visits > 0;
CREATE INDEX index_8 ON users USING gin (tags);
CREATE INDEX index_9 ON users USING gin (doc jsonb_path_ops);
CREATE INDEX index_10 ON users USING gin (to_tsvector('english', coalesce(name, '') || ' ' || coalesce(nick, '')));
CREATE INDEX index_11 ON users USING gist (span);
CREATE INDEX index_12 ON users USING btree (name text_ops, id int4_ops);
CREATE INDEX index_13 ON users USING brin (made);
CREATE INDEX index_14 ON users ((name || nick), (id + 1));
CREATE INDEX index_15 ON users (twice(id));
CREATE INDEX index_16 ON users (((duo).a));
CREATE INDEX index_17 ON users (date_trunc('day', seen));
CREATE INDEX index_18 ON users ((made AT TIME ZONE 'UTC'));
CREATE INDEX index_19 ON users (upper(code), md5(nick));
CREATE INDEX index_20 ON users (nick COLLATE "C", name COLLATE "POSIX");
CREATE INDEX index_21 ON users ((nums[1]));
CREATE INDEX index_22 ON users ((CASE WHEN active THEN id END));
CREATE INDEX index_23 ON users (cast(score as integer));
CREATE INDEX index_24 ON users (extract(year from born));
CREATE INDEX index_25 ON users USING hash (nick);
CREATE INDEX index_26 ON users (((ip)::text));
CREATE VIEW view_0 AS SELECT * FROM users;
CREATE VIEW view_1 AS SELECT u.* FROM users u;
CREATE VIEW view_2 AS SELECT id, name FROM users WHERE active;
CREATE VIEW view_3 AS SELECT u.id, o.id AS order_id FROM users u JOIN orders o ON o.user_id = u.id;
CREATE VIEW view_4 AS SELECT users.id, orders.total FROM users, orders WHERE users.id = user_id;
CREATE VIEW view_5 AS SELECT u.id, o.total, i.sku FROM users u LEFT JOIN orders o ON u.id = o.user_id LEFT JOIN app.items i ON i.order_id = o.id WHERE u.active AND o.total > 10;
CREATE VIEW view_6 AS SELECT u.id, sku FROM (users u INNER JOIN orders o ON u.id = o.user_id) RIGHT OUTER JOIN app.items i ON i.order_id = o.id;
CREATE VIEW view_7 AS SELECT id, user_id FROM orders JOIN app.items USING (id, user_id);
CREATE VIEW view_8 AS SELECT * FROM orders NATURAL JOIN app.items;
CREATE VIEW view_9 AS SELECT user_id, orders.id, sku FROM orders FULL JOIN app.items USING (user_id);
CREATE VIEW view_10 AS SELECT user_id, count(*) FROM orders LEFT JOIN app.items USING (user_id) GROUP BY user_id;
CREATE VIEW view_11 AS SELECT a.id, b.id AS other FROM users a CROSS JOIN users b;
CREATE VIEW view_12 AS SELECT count(*) FROM users;
CREATE VIEW view_13 AS SELECT status, count(*) AS n, sum(total) FROM orders GROUP BY status HAVING count(*) > 1 ORDER BY n DESC;
CREATE VIEW view_14 AS SELECT status, count(*) FROM orders GROUP BY 1 ORDER BY 2 DESC, 1;
CREATE VIEW view_15 AS SELECT date_trunc('day', placed) AS day, sum(total) / count(*) AS mean FROM orders GROUP BY day ORDER BY day DESC NULLS LAST;
CREATE VIEW view_16 AS SELECT lower(status) AS status FROM orders GROUP BY lower(status);
CREATE VIEW view_17 AS SELECT user_id, status, sum(total) FROM orders GROUP BY ROLLUP (user_id, status);
CREATE VIEW view_18 AS SELECT user_id, status, sum(total), grouping(user_id) FROM orders GROUP BY GROUPING SETS ((user_id), (status), ());
CREATE VIEW view_19 AS SELECT DISTINCT status FROM orders;
CREATE VIEW view_20 AS SELECT DISTINCT ON (user_id) user_id, placed FROM orders ORDER BY user_id, placed DESC;
CREATE VIEW view_21 AS SELECT count(DISTINCT user_id), count(*) FILTER (WHERE total > 0) AS paid, array_agg(id ORDER BY placed DESC) FROM orders;
CREATE VIEW view_22 AS SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM users;
CREATE VIEW view_23 AS SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM orders;
CREATE VIEW view_24 AS SELECT avg(total)::int, max(placed), min(status), bool_or(total > 1), sum(id)::bigint FROM orders;
CREATE VIEW view_25 AS SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY placed DESC) AS rn FROM orders;
CREATE VIEW view_26 AS SELECT id, sum(total) OVER w, lag(total, 1) OVER w FROM orders WINDOW w AS (PARTITION BY user_id ORDER BY placed);
CREATE VIEW view_27 AS SELECT id, avg(total) OVER (ORDER BY placed ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) FROM orders;
CREATE VIEW view_28 AS SELECT id, sum(total) OVER (ORDER BY placed RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM orders;
CREATE VIEW view_29 AS SELECT id FROM users WHERE id IN (SELECT user_id FROM orders WHERE status = 'paid');
CREATE VIEW view_30 AS SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM orders);
CREATE VIEW view_31 AS SELECT id FROM users u WHERE EXISTS (SELECT 1 FROM orders WHERE user_id = u.id);
CREATE VIEW view_32 AS SELECT id FROM users u WHERE NOT EXISTS (SELECT * FROM orders o WHERE o.user_id = u.id AND o.total > u.score);
CREATE VIEW view_33 AS SELECT id FROM users WHERE visits > ALL (SELECT id FROM orders) OR id = ANY (SELECT user_id FROM orders);
CREATE VIEW view_34 AS SELECT id, (SELECT max(total) FROM orders WHERE user_id = users.id) AS top FROM users;
CREATE VIEW view_35 AS SELECT id, (SELECT count(*) FROM orders o WHERE o.user_id = u.id), ARRAY(SELECT o.id FROM orders o WHERE o.user_id = u.id ORDER BY 1) AS ids FROM users u;
CREATE VIEW view_36 AS SELECT x.id, x.n FROM (SELECT user_id AS id, count(*) AS n FROM orders GROUP BY user_id) x WHERE x.n > 1;
CREATE VIEW view_37 AS SELECT * FROM (SELECT id, name FROM users) AS s (a, b) WHERE b <> '';
CREATE VIEW view_38 AS SELECT s.id, t.id AS tid FROM (SELECT id FROM users) s, LATERAL (SELECT o.id FROM orders o WHERE o.user_id = s.id LIMIT 1) t;
CREATE VIEW view_39 AS SELECT u.id, t.x FROM users u CROSS JOIN LATERAL app.table_of(u.id) t;
CREATE VIEW view_40 AS SELECT u.id, t.y FROM users u, app.table_of(u.id) AS t;
CREATE VIEW view_41 AS SELECT u.id, tag FROM users u, unnest(u.tags) AS tag;
CREATE VIEW view_42 AS SELECT u.id, t.tag, t.n FROM users u, unnest(u.tags) WITH ORDINALITY AS t (tag, n);
CREATE VIEW view_43 AS SELECT g FROM generate_series(1, 10) g;
CREATE VIEW view_44 AS SELECT g.d::date FROM generate_series('2020-01-01'::timestamp, '2020-02-01', '1 day') AS g (d);
CREATE VIEW view_45 AS SELECT e.key, e.value FROM users, jsonb_each(doc) e;
CREATE VIEW view_46 AS SELECT e.key AS k, value FROM users u CROSS JOIN jsonb_each_text(u.doc) e;
CREATE VIEW view_47 AS SELECT x ->> 'a' AS a FROM users, jsonb_array_elements(doc) x;
CREATE VIEW view_48 AS SELECT value FROM users, jsonb_array_elements_text(doc);
CREATE VIEW view_49 AS SELECT r.a, r.b FROM users, jsonb_to_recordset(doc) AS r (a int, b text);
CREATE VIEW view_50 AS SELECT p.id, p.name FROM app.people() p;
CREATE VIEW view_51 AS SELECT id FROM app.people();
CREATE VIEW view_52 AS SELECT n FROM app.ids() n;
CREATE VIEW view_53 AS SELECT id FROM users UNION SELECT user_id FROM orders;
CREATE VIEW view_54 AS SELECT id, name, 'user' AS kind FROM users UNION ALL SELECT id::int, status, 'order' FROM orders ORDER BY kind, 1 DESC;
CREATE VIEW view_55 AS (SELECT id FROM users EXCEPT SELECT user_id FROM orders) INTERSECT SELECT manager FROM users ORDER BY id LIMIT 5;
CREATE VIEW view_56 AS SELECT NULL AS nothing, 'x' AS word, 1 AS one, 1.5 AS half, true AS yes, id FROM users;
CREATE VIEW view_57 AS SELECT NULL::text AS a FROM users UNION ALL SELECT note FROM orders;
CREATE VIEW view_58 AS WITH x AS (SELECT id, name FROM users WHERE active) SELECT x.id, o.total FROM x JOIN orders o ON o.user_id = x.id;
CREATE VIEW view_59 AS WITH x (a, b) AS (SELECT id, name FROM users), y AS (SELECT a FROM x) SELECT * FROM y;
CREATE VIEW view_60 AS WITH RECURSIVE t AS (SELECT id, manager, 1 AS depth FROM users WHERE manager IS NULL UNION ALL SELECT u.id, u.manager, t.depth + 1 FROM users u JOIN t ON t.id = u.manager) SELECT * FROM t;
CREATE VIEW view_61 AS WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 100) SELECT sum(n) FROM t;
CREATE VIEW view_62 AS WITH x AS MATERIALIZED (SELECT id FROM users) SELECT id FROM x;
CREATE VIEW view_63 AS WITH x AS (SELECT 1 AS id) SELECT users.id FROM users, x WHERE users.id = x.id;
CREATE VIEW view_64 AS SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (n, w);
CREATE VIEW view_65 AS VALUES (1, 'one'), (2, 'two');
CREATE VIEW view_66 AS SELECT column1, column2 FROM (VALUES (1, 2.5)) v;
CREATE VIEW view_67 AS SELECT id FROM users ORDER BY name COLLATE "C", id LIMIT 10 OFFSET 5;
CREATE VIEW view_68 AS SELECT id FROM users ORDER BY lower(name), made DESC FETCH FIRST 3 ROWS ONLY;
CREATE VIEW view_69 AS SELECT id FROM users LIMIT ALL;
CREATE VIEW view_70 AS SELECT id FROM ONLY users;
CREATE VIEW view_71 AS SELECT id FROM users TABLESAMPLE bernoulli (10);
CREATE VIEW view_72 AS SELECT users FROM users;
CREATE VIEW view_73 AS SELECT row_to_json(u) AS j, to_jsonb(u.*) AS k FROM users u;
CREATE VIEW view_74 AS SELECT (u).name, u.duo, (u.duo).a FROM users u;
CREATE VIEW view_75 AS SELECT count(u) FROM users u LEFT JOIN orders o ON o.user_id = u.id;
CREATE VIEW view_76 AS SELECT u.id AS "Id", o.id "order id", u.name AS value FROM users u JOIN orders o ON true;
CREATE VIEW view_77 AS SELECT a.id FROM users a JOIN users b ON a.manager = b.id JOIN users c ON b.manager = c.id WHERE c.name = 'x' AND a.id IN (SELECT a.user_id FROM orders a WHERE a.note = b.nick);
CREATE VIEW view_78 AS SELECT id, CASE WHEN score > 10 THEN 'high' WHEN score > 5 THEN 'mid' ELSE 'low' END AS level FROM users;
CREATE VIEW view_79 AS SELECT id, CASE feeling WHEN 'sad' THEN 0 WHEN 'ok' THEN 1 END AS f FROM users;
CREATE VIEW view_80 AS SELECT id, coalesce(nick, name) AS label, nullif(age, 0), greatest(age, id) FROM users;
CREATE VIEW view_81 AS SELECT id, name || ' <' || mail || '>' AS address FROM users;
CREATE VIEW view_82 AS SELECT id, extract(epoch FROM (now() - made)) AS secs, age(born) AS age FROM users;
CREATE VIEW view_83 AS SELECT id, made AT TIME ZONE 'Europe/Berlin' AS local, made::date AS day, to_char(made, 'YYYY-MM') AS month FROM users;
CREATE VIEW view_84 AS SELECT id, current_user AS u, session_user AS s, current_date AS d, localtimestamp AS l, current_schema AS c FROM users;
CREATE VIEW view_85 AS SELECT id, doc -> 'a' ->> 'b' AS b, (doc ->> 'n')::int AS n, doc #> '{x,y}' AS xy FROM users;
CREATE VIEW view_86 AS SELECT id, score::double precision / visits AS rate, (score * 100)::int AS cents, id::text || 'x' AS t FROM users;
CREATE VIEW view_87 AS SELECT id, round(score / 3, 2) AS third, total / nullif(quantity, 0) AS unit FROM users JOIN (SELECT total, quantity, i.user_id FROM orders o JOIN app.items i ON i.order_id = o.id) q ON q.user_id = users.id;
CREATE VIEW view_88 AS SELECT id, active AND nick IS NULL AS odd, NOT active AS off, age IN (1, 2) AS few FROM users;
CREATE VIEW view_89 AS SELECT id, tags[1] AS first, nums[2:3] AS part, array_to_string(tags, ',') AS all_tags, ARRAY[id, manager] AS pair FROM users;
CREATE VIEW view_90 AS SELECT (SELECT name FROM users WHERE users.id = orders.user_id) FROM orders;
CREATE VIEW view_91 AS SELECT o.* FROM orders o WHERE (o.user_id, o.status) IN (SELECT id, name FROM users);
CREATE VIEW view_92 AS SELECT u.id FROM users u JOIN (SELECT DISTINCT user_id FROM orders) o ON u.id = o.user_id;
CREATE VIEW view_93 AS SELECT u.id, x.total FROM users u LEFT JOIN (orders x JOIN app.items i ON i.order_id = x.id) ON x.user_id = u.id;
CREATE VIEW view_94 AS SELECT id FROM users WHERE name = ANY (SELECT status FROM orders) AND name LIKE ANY (ARRAY['a%', 'b%']);
CREATE VIEW view_95 AS SELECT sum(CASE WHEN status = 'paid' THEN 1 ELSE 0 END) AS paid, sum(total) FILTER (WHERE placed > now() - '7 days'::interval) FROM orders;
CREATE VIEW view_96 AS SELECT min(u.id) AS lo, u.name FROM users AS u GROUP BY u.name HAVING min(u.id) > 1 AND max(u.age) IS NOT NULL;
CREATE VIEW view_97 AS SELECT users.name, orders.status stat FROM public.users, public.orders;
CREATE VIEW view_98 AS SELECT id FROM users WHERE ctid IS NOT NULL AND tableoid = 'users'::regclass;
CREATE VIEW view_99 AS SELECT id FROM users WHERE made > now() - interval '30 days' AND born >= '2000-01-01' AND feeling = 'ok';
CREATE VIEW view_100 AS SELECT id FROM users FOR UPDATE;
CREATE VIEW view_101 AS SELECT exists(SELECT 1 FROM users) AS any_user, 1 IN (SELECT id FROM users) AS one;
CREATE VIEW view_102 AS SELECT xmlelement(name a, xmlattributes(id AS i), name) FROM users;
CREATE VIEW view_103 AS SELECT u.id FROM users u, orders WHERE u.id = orders.user_id AND (orders.total, u.id) > (10, 5);
CREATE VIEW view_104 AS SELECT q.id, q.rank FROM (SELECT id, rank() OVER (ORDER BY score DESC) FROM users) q WHERE q.rank <= 3;
CREATE VIEW view_106 AS SELECT id, array(SELECT g FROM generate_series(1, users.age) g) FROM users;
CREATE MATERIALIZED VIEW matview_1 AS SELECT status, sum(total) AS total FROM orders GROUP BY status WITH NO DATA;
CREATE VIEW view_named (a, b) AS SELECT id, name FROM users;
CREATE VIEW view_on_view AS SELECT * FROM view_named WHERE a > 1;
CREATE POLICY policy_0 ON users FOR SELECT USING (id = app.tenant());
CREATE POLICY policy_1 ON users USING (manager = current_setting('app.user')::int);
CREATE POLICY policy_2 ON users FOR SELECT TO PUBLIC USING (EXISTS (SELECT 1 FROM orders WHERE orders.user_id = users.id AND status = 'paid'));
CREATE POLICY policy_3 ON users USING (id IN (SELECT user_id FROM orders WHERE note = nick));
CREATE POLICY policy_4 ON users USING (id IN (SELECT o.user_id FROM public.orders o JOIN app.items i ON o.id = i.order_id WHERE i.user_id = users.manager)) WITH CHECK (active);
CREATE POLICY policy_5 ON users FOR INSERT WITH CHECK (name = current_user);
CREATE POLICY policy_6 ON users FOR UPDATE USING (true) WITH CHECK ((SELECT app.tenant()) = id);
CREATE POLICY policy_7 ON users USING (nick = (SELECT u.nick FROM users u WHERE u.id = users.manager));
CREATE POLICY policy_8 ON users AS RESTRICTIVE USING (active OR id = ANY (ARRAY(SELECT app.ids())));
CREATE POLICY policy_9 ON users USING ((SELECT count(*) FROM orders) > 5);
CREATE TRIGGER trigger_0 BEFORE UPDATE ON users FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE PROCEDURE touch();
CREATE TRIGGER trigger_1 BEFORE UPDATE ON users FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch();
CREATE TRIGGER trigger_2 AFTER INSERT OR UPDATE OF name, nick ON users FOR EACH ROW WHEN (NEW.active AND NEW.feeling IN ('sad', 'ok')) EXECUTE FUNCTION public.touch();
CREATE TRIGGER trigger_3 AFTER INSERT ON users FOR EACH ROW WHEN (pg_trigger_depth() < 1 AND NEW.score > 1) EXECUTE FUNCTION touch();
CREATE TRIGGER trigger_4 BEFORE UPDATE ON users FOR EACH ROW WHEN ((OLD.name, OLD.nick) IS DISTINCT FROM (NEW.name, NEW.nick)) EXECUTE FUNCTION touch();
CREATE TRIGGER trigger_5 BEFORE UPDATE ON users FOR EACH ROW WHEN (OLD.changed <> NEW.changed OR NEW.name LIKE 'a%' OR NEW.code = 'abc') EXECUTE FUNCTION touch('a', 'b');
CREATE RULE rule_0 AS ON INSERT TO view_named DO INSTEAD INSERT INTO users (id, name) VALUES (new.a, new.b);
CREATE RULE rule_1 AS ON UPDATE TO view_named DO INSTEAD UPDATE users SET name = new.b WHERE id = old.a;
CREATE RULE rule_2 AS ON DELETE TO view_named DO INSTEAD DELETE FROM users WHERE id = old.a;
CREATE RULE rule_3 AS ON INSERT TO orders WHERE new.total > 10 DO ALSO INSERT INTO app.log SELECT new.id, 'big', now();
CREATE RULE rule_4 AS ON DELETE TO orders DO INSTEAD NOTHING;
CREATE RULE rule_5 AS ON UPDATE TO orders DO ALSO (INSERT INTO app.log (id, message) VALUES (old.id, 'u'); DELETE FROM app.items WHERE order_id = old.id);
CREATE TABLE public.computed (
    a integer,
    b integer,
    name character varying,
    total numeric GENERATED ALWAYS AS (a * 1.5) STORED,
    label text GENERATED ALWAYS AS (name || '-' || lower(name)) STORED,
    flag boolean GENERATED ALWAYS AS (a BETWEEN 1 AND b) STORED,
    size integer GENERATED ALWAYS AS (COALESCE(length(name), 0)) STORED
);
CREATE TABLE public.parted (id bigint, made timestamp with time zone, day date, kind text, name character varying) PARTITION BY RANGE (made);
CREATE TABLE public.parted_1 PARTITION OF parted FOR VALUES FROM ('2020-01-01') TO ('2020-02-01 00:00:00+00');
CREATE TABLE public.parted_2 PARTITION OF parted FOR VALUES FROM (MINVALUE) TO (date '2020-01-01');
CREATE TABLE public.listed (id bigint, kind character varying) PARTITION BY LIST (lower(kind));
CREATE TABLE public.listed_1 PARTITION OF listed FOR VALUES IN ('a', 'b', NULL);
CREATE TABLE public.numbered (id bigint, n integer, d date) PARTITION BY RANGE (id, d);
CREATE TABLE public.numbered_1 PARTITION OF numbered FOR VALUES FROM (1, '2020-01-01') TO (10, MAXVALUE);
CREATE TABLE public.flagged (id integer, ok boolean, f public.mood) PARTITION BY LIST (ok);
CREATE TABLE public.flagged_1 PARTITION OF flagged FOR VALUES IN ('t');
CREATE DOMAIN public.positive AS integer DEFAULT '5' CHECK (VALUE > 0 AND VALUE <> 13);
CREATE DOMAIN public.slug AS character varying(40) DEFAULT 'x' CHECK (VALUE ~ '^[a-z]+$') CHECK (length(VALUE) > 2 OR VALUE IN ('a', 'b'));
CREATE STATISTICS public.stats_1 (ndistinct) ON id, age FROM users;
ALTER TABLE orders ADD CONSTRAINT excluded EXCLUDE USING gist (int8range(id, id + 5) WITH &&) WHERE (status <> 'void');
CREATE FUNCTION public.with_defaults(a integer DEFAULT 1, b text DEFAULT 'x', c timestamptz DEFAULT now(), d numeric DEFAULT -1.5, e mood DEFAULT 'ok', f text[] DEFAULT '{}') RETURNS integer LANGUAGE sql COST 100 AS 'SELECT 1';
