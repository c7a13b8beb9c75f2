-- definitions.sql on PostgreSQL 18.
CREATE DOMAIN public.positive AS integer DEFAULT 5 CONSTRAINT positive_check CHECK (((VALUE > 0) AND (VALUE <> 13)));
CREATE DOMAIN public.slug AS character varying(40) DEFAULT 'x'::character varying CONSTRAINT slug_check CHECK (((VALUE)::text ~ '^[a-z]+$'::text)) CONSTRAINT slug_check1 CHECK (((length((VALUE)::text) > 2) OR ((VALUE)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))));
CREATE TABLE public.defaults1 (id integer NOT NULL, name character varying(80) DEFAULT 'x'::character varying NOT NULL, nick text DEFAULT 'x'::text, code character(3) DEFAULT 'abc'::bpchar, mail public.email DEFAULT 'a@b'::text, feeling public.mood DEFAULT 'ok'::public.mood, age smallint DEFAULT '-1'::integer, score numeric(10,2) DEFAULT 0, ratio double precision DEFAULT 0, weight real DEFAULT 1.5, visits bigint DEFAULT 0, born date DEFAULT '2020-01-01'::date, seen timestamp without time zone DEFAULT now(), made timestamp with time zone DEFAULT CURRENT_TIMESTAMP, changed public.stamp DEFAULT (now() + '01:00:00'::interval), wait interval DEFAULT '36:00:00'::interval, at time without time zone DEFAULT '08:00:00'::time without time zone, active boolean DEFAULT false, tags text[] DEFAULT '{}'::text[], names character varying[] DEFAULT ARRAY[]::character varying[], nums integer[] DEFAULT '{1,2}'::integer[], doc jsonb DEFAULT '{"a": 1, "b": []}'::jsonb, raw json DEFAULT '{"a":1}'::json, key uuid DEFAULT gen_random_uuid(), ip inet DEFAULT '127.0.0.1'::inet, bin bytea DEFAULT '\x'::bytea, words tsvector DEFAULT to_tsvector('a b'::text), span int4range DEFAULT '[1,10)'::int4range, manager integer DEFAULT nextval('public.counter'::regclass), duo app.pair);
CREATE TABLE public.defaults2 (id integer NOT NULL, name character varying(80) DEFAULT (lower('ABC'::text))::character varying NOT NULL, nick text DEFAULT ('a'::text || 'b'::text), code character(3) DEFAULT 'x'::bpchar, mail public.email DEFAULT NULL::text, feeling public.mood DEFAULT 'sad'::public.mood, age smallint DEFAULT (5)::smallint, score numeric(10,2) DEFAULT 0.00, ratio double precision DEFAULT '1.5'::double precision, weight real, visits bigint DEFAULT nextval('app.counter2'::regclass), born date DEFAULT CURRENT_DATE, seen timestamp without time zone DEFAULT (now() AT TIME ZONE 'utc'::text), made timestamp with time zone DEFAULT timezone('utc'::text, now()), changed public.stamp DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone, wait interval DEFAULT '1 day'::interval, at time without time zone DEFAULT LOCALTIME, active boolean DEFAULT true, tags text[] DEFAULT ARRAY['a'::text, 'b'::text], names character varying[] DEFAULT '{}'::character varying[], nums integer[] DEFAULT ARRAY[1, 2], doc jsonb DEFAULT jsonb_build_object('a', 1), raw json, key uuid DEFAULT '00000000-0000-0000-0000-00000000abcd'::uuid, ip inet, bin bytea, words tsvector, span int4range, manager integer DEFAULT public.twice(2), duo app.pair);
CREATE TABLE public.computed (a integer, b integer, name character varying, total numeric GENERATED ALWAYS AS (((a)::numeric * 1.5)) STORED, label text GENERATED ALWAYS AS ((((name)::text || '-'::text) || lower((name)::text))) STORED, flag boolean GENERATED ALWAYS AS (((a >= 1) AND (a <= b))) STORED, size integer GENERATED ALWAYS AS (COALESCE(length((name)::text), 0)) STORED);
CREATE TABLE public.parted (id bigint, made timestamp with time zone, day date, kind text, name character varying) PARTITION BY RANGE (made);
CREATE TABLE public.parted_1 (id bigint, made timestamp with time zone, day date, kind text, name character varying);
CREATE TABLE public.parted_2 (id bigint, made timestamp with time zone, day date, kind text, name character varying);
CREATE TABLE public.listed (id bigint, kind character varying) PARTITION BY LIST (lower((kind)::text));
CREATE TABLE public.listed_1 (id bigint, kind character varying);
CREATE TABLE public.numbered (id bigint, n integer, d date) PARTITION BY RANGE (id, d);
CREATE TABLE public.numbered_1 (id bigint, n integer, d date);
CREATE TABLE public.flagged (id integer, ok boolean, f public.mood) PARTITION BY LIST (ok);
CREATE TABLE public.flagged_1 (id integer, ok boolean, f public.mood);
ALTER TABLE public.parted ATTACH PARTITION public.parted_1 FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2020-02-01 00:00:00+00');
ALTER TABLE public.parted ATTACH PARTITION public.parted_2 FOR VALUES FROM (MINVALUE) TO ('2020-01-01 00:00:00+00');
ALTER TABLE public.listed ATTACH PARTITION public.listed_1 FOR VALUES IN ('a', 'b', NULL);
ALTER TABLE public.numbered ATTACH PARTITION public.numbered_1 FOR VALUES FROM ('1', '2020-01-01') TO ('10', MAXVALUE);
ALTER TABLE public.flagged ATTACH PARTITION public.flagged_1 FOR VALUES IN (true);
ALTER TABLE public.orders ADD CONSTRAINT status_in CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'paid'::character varying, 'shipped'::character varying])::text[])));
ALTER TABLE public.orders ADD CONSTRAINT status_not_in CHECK (((status)::text <> ALL ((ARRAY['open'::character varying, 'paid'::character varying])::text[])));
ALTER TABLE public.orders ADD CONSTRAINT status_one CHECK (((status)::text = 'open'::text));
ALTER TABLE public.orders ADD CONSTRAINT status_not_one CHECK (((status)::text <> 'open'::text));
ALTER TABLE public.orders ADD CONSTRAINT status_any CHECK (((status)::text = ANY (ARRAY['a'::text, 'b'::text])));
ALTER TABLE public.orders ADD CONSTRAINT status_any_cast CHECK (((status)::text = ANY ('{a,b}'::text[])));
ALTER TABLE public.orders ADD CONSTRAINT status_all CHECK (((status)::text <> ALL ((ARRAY['a'::character varying, 'b'::character varying])::text[])));
ALTER TABLE public.orders ADD CONSTRAINT status_mix CHECK ((((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])) OR ((status)::text = note)));
ALTER TABLE public.orders ADD CONSTRAINT status_mix2 CHECK ((((status)::text = note) OR ((status)::text = 'a'::text)));
ALTER TABLE public.orders ADD CONSTRAINT status_or CHECK ((((status)::text = 'a'::text) OR ((status)::text = 'b'::text) OR (((status)::text = 'c'::text) AND (total > (0)::numeric))));
ALTER TABLE public.orders ADD CONSTRAINT id_in CHECK ((id = ANY (ARRAY[(1)::bigint, (2)::bigint, (3)::bigint])));
ALTER TABLE public.orders ADD CONSTRAINT uid_in_big CHECK ((user_id = ANY (ARRAY[(1)::bigint, '5000000000'::bigint])));
ALTER TABLE public.orders ADD CONSTRAINT total_in CHECK ((total = ANY (ARRAY[(1)::numeric, 2.5])));
ALTER TABLE public.orders ADD CONSTRAINT not_in_paren CHECK ((NOT ((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))));
ALTER TABLE public.users ADD CONSTRAINT like_ CHECK (((name)::text ~~ 'a%'::text));
ALTER TABLE public.users ADD CONSTRAINT not_like CHECK ((((name)::text !~~ 'a%'::text) AND (nick !~~* '%b'::text)));
ALTER TABLE public.users ADD CONSTRAINT like_escape CHECK ((nick ~~ like_escape('a!%'::text, '!'::text)));
ALTER TABLE public.users ADD CONSTRAINT similar_ CHECK (((name)::text ~ similar_to_escape('a|b'::text)));
ALTER TABLE public.users ADD CONSTRAINT not_similar CHECK ((nick !~ similar_to_escape('(a|b)%'::text)));
ALTER TABLE public.users ADD CONSTRAINT regex CHECK ((((name)::text ~ '^[a-z]+$'::text) AND (nick !~* 'x'::text)));
ALTER TABLE public.users ADD CONSTRAINT between_ CHECK (((age >= 0) AND (age <= 150)));
ALTER TABLE public.users ADD CONSTRAINT not_between CHECK (((visits < 1) OR (visits > 10)));
ALTER TABLE public.users ADD CONSTRAINT between_sym CHECK ((((id >= 10) AND (id <= 1)) OR ((id >= 1) AND (id <= 10))));
ALTER TABLE public.users ADD CONSTRAINT not_between_sym CHECK ((((score < (10)::numeric) OR (score > (1)::numeric)) AND ((score < (1)::numeric) OR (score > (10)::numeric))));
ALTER TABLE public.users ADD CONSTRAINT between_date CHECK (((born >= '1900-01-01'::date) AND (born <= '2100-12-31'::date)));
ALTER TABLE public.users ADD CONSTRAINT between_num CHECK (((score >= (0)::numeric) AND (score <= 99.5)));
ALTER TABLE public.users ADD CONSTRAINT between_ts CHECK (((made >= '2020-01-01 00:00:00+00'::timestamp with time zone) AND (made <= '2020-12-31 21:59:59.5+00'::timestamp with time zone)));
ALTER TABLE public.users ADD CONSTRAINT ne CHECK (((id <> 5) AND ((name)::text <> ''::text)));
ALTER TABLE public.users ADD CONSTRAINT neg CHECK (((age > '-1'::integer) AND (score >= '-1.5'::numeric) AND (ratio > ('-1'::integer)::double precision) AND (visits > '-5000000000'::bigint)));
ALTER TABLE public.users ADD CONSTRAINT neg_expr CHECK ((((- id) < 0) AND ('-1'::integer < id)));
ALTER TABLE public.users ADD CONSTRAINT nullness CHECK (((nick IS NOT NULL) OR (mail IS NULL)));
ALTER TABLE public.users ADD CONSTRAINT distinct_ CHECK ((nick IS DISTINCT FROM (name)::text));
ALTER TABLE public.users ADD CONSTRAINT not_distinct CHECK ((NOT (id IS DISTINCT FROM manager)));
ALTER TABLE public.users ADD CONSTRAINT distinct_null CHECK (((nick IS NOT NULL) AND (mail IS NULL)));
ALTER TABLE public.users ADD CONSTRAINT rows_eq CHECK (((id = 1) AND ((name)::text = 'a'::text)));
ALTER TABLE public.users ADD CONSTRAINT rows_ne CHECK (((id <> manager) OR ((name)::text <> nick)));
ALTER TABLE public.users ADD CONSTRAINT rows_lt CHECK ((ROW(id, age) < ROW(10, 20)));
ALTER TABLE public.users ADD CONSTRAINT rows_in CHECK ((((id = 1) AND ((name)::text = 'a'::text)) OR ((id = 2) AND ((name)::text = 'b'::text))));
ALTER TABLE public.users ADD CONSTRAINT rows_distinct CHECK (((id IS DISTINCT FROM 1) OR ((name)::text IS DISTINCT FROM 'a'::text)));
ALTER TABLE public.users ADD CONSTRAINT bools CHECK (((active IS TRUE) OR ((active IS NOT FALSE) AND (NOT active))));
ALTER TABLE public.users ADD CONSTRAINT bool_lit CHECK (((active = true) OR (active = true) OR (active = ANY (ARRAY[true, false]))));
ALTER TABLE public.users ADD CONSTRAINT bool_cmp CHECK (((nick IS NULL) = (mail IS NULL)));
ALTER TABLE public.users ADD CONSTRAINT case_when CHECK (
CASE
    WHEN (age > 18) THEN (score > (0)::numeric)
    WHEN (age IS NULL) THEN true
    ELSE NULL::boolean
END);
ALTER TABLE public.users ADD CONSTRAINT case_else CHECK (((
CASE
    WHEN active THEN (nick)::character varying
    ELSE name
END)::text <> ''::text));
ALTER TABLE public.users ADD CONSTRAINT case_simple CHECK ((
CASE name
    WHEN 'a'::text THEN 1
    WHEN 'b'::text THEN 2
    ELSE 3
END > 1));
ALTER TABLE public.users ADD CONSTRAINT case_num CHECK ((
CASE
    WHEN active THEN (1)::numeric
    ELSE 2.5
END > (0)::numeric));
ALTER TABLE public.users ADD CONSTRAINT coalesce_ CHECK ((COALESCE(nick, (name)::text, 'none'::text) <> 'none'::text));
ALTER TABLE public.users ADD CONSTRAINT coalesce_num CHECK (((COALESCE(score, (0)::numeric) >= (0)::numeric) AND (COALESCE(ratio, (0)::double precision) < (1)::double precision) AND (COALESCE(visits, (age)::bigint) > 0)));
ALTER TABLE public.users ADD CONSTRAINT nullif_ CHECK ((NULLIF(nick, ''::text) IS NOT NULL));
ALTER TABLE public.users ADD CONSTRAINT greatest_ CHECK ((GREATEST((id)::bigint, visits) > LEAST((age)::integer, 3)));
ALTER TABLE public.users ADD CONSTRAINT length_ CHECK (((length((name)::text) > 2) AND (char_length(nick) <= 40) AND (length(TRIM(BOTH FROM name)) > 0)));
ALTER TABLE public.users ADD CONSTRAINT lower_ CHECK (((lower((name)::text) = (name)::text) AND (upper(nick) = 'X'::text)));
ALTER TABLE public.users ADD CONSTRAINT concat_ CHECK (((((name)::text || nick) <> 'x'::text) AND ((((name)::text || '-'::text) || id) <> ''::text)));
ALTER TABLE public.users ADD CONSTRAINT concat_fn CHECK ((concat(name, nick, id) <> ''::text));
ALTER TABLE public.users ADD CONSTRAINT substr_ CHECK (((SUBSTRING(name FROM 1 FOR 2) = 'ab'::text) AND ("substring"(nick, 3) <> 'q'::text)));
ALTER TABLE public.users ADD CONSTRAINT substr_re CHECK (("substring"(nick, '[0-9]+'::text) <> ''::text));
ALTER TABLE public.users ADD CONSTRAINT position_ CHECK ((POSITION(('@'::text) IN (mail)) > 1));
ALTER TABLE public.users ADD CONSTRAINT trim_ CHECK (((TRIM(BOTH ' '::text FROM nick) = btrim((name)::text)) AND (TRIM(LEADING FROM nick) <> ''::text)));
ALTER TABLE public.users ADD CONSTRAINT overlay_ CHECK ((OVERLAY(nick PLACING 'x'::text FROM 2 FOR 1) <> ''::text));
ALTER TABLE public.users ADD CONSTRAINT extract_ CHECK (((EXTRACT(year FROM born) > (1900)::numeric) AND (date_part('month'::text, made) = (1)::double precision)));
ALTER TABLE public.users ADD CONSTRAINT arith CHECK ((((id + 1) > (manager * 2)) AND ((score / (2)::numeric) > (1)::numeric) AND ((id / 2) > 0) AND ((ratio * (id)::double precision) > (0)::double precision)));
ALTER TABLE public.users ADD CONSTRAINT arith_mix CHECK (((((score)::double precision * ratio) > (1)::double precision) AND ((weight + (1)::double precision) > (0)::double precision) AND ((visits % (id)::bigint) = 0) AND (((id)::numeric * 1.5) > (0)::numeric)));
ALTER TABLE public.users ADD CONSTRAINT pow CHECK (((((id)::double precision ^ (2)::double precision) > (4)::double precision) AND ((score ^ (2)::numeric) > (1)::numeric)));
ALTER TABLE public.users ADD CONSTRAINT shift CHECK ((((id & 1) = 1) AND ((id | 2) <> 0) AND ((id # 3) > 0) AND ((~ id) < 0)));
ALTER TABLE public.users ADD CONSTRAINT interval_ CHECK (((wait > '1 day'::interval) AND (wait < '14 days'::interval) AND (wait <> '01:30:00'::interval minute)));
ALTER TABLE public.users ADD CONSTRAINT interval_math CHECK ((((made - '24:00:00'::interval) > seen) AND ((wait / (2)::double precision) > '00:00:01'::interval) AND ((wait * (1.5)::double precision) < '1 year 2 mons'::interval)));
ALTER TABLE public.users ADD CONSTRAINT date_math CHECK ((((born + 1) > '2020-01-01'::date) AND ((born - born) > 0) AND ((born + '1 mon'::interval) < seen)));
ALTER TABLE public.users ADD CONSTRAINT ts_lit CHECK (((made > '2020-01-01 00:00:00+00'::timestamp with time zone) AND (seen < '2030-01-01 00:00:00'::timestamp without time zone) AND (born < 'infinity'::date)));
ALTER TABLE public.users ADD CONSTRAINT ts_date CHECK (((made > born) AND (seen >= born) AND ((changed)::timestamp with time zone > made)));
ALTER TABLE public.users ADD CONSTRAINT time_ CHECK (((at > '08:00:00'::time without time zone) AND (at < '17:30:00'::time without time zone)));
ALTER TABLE public.users ADD CONSTRAINT now_ CHECK (((made <= now()) AND (seen < CURRENT_TIMESTAMP) AND (born <= CURRENT_DATE)));
ALTER TABLE public.users ADD CONSTRAINT zone CHECK (((made AT TIME ZONE 'UTC'::text) > seen));
ALTER TABLE public.users ADD CONSTRAINT trunc CHECK ((date_trunc('day'::text, made) = made));
ALTER TABLE public.users ADD CONSTRAINT cast_int CHECK ((((nick)::integer > 5) AND ((age)::bigint > 1)));
ALTER TABLE public.users ADD CONSTRAINT cast_text CHECK ((((id)::text <> (name)::text) AND ((name)::text <> ''::text) AND (((nick)::character varying(5))::text <> 'x'::text) AND ((key)::text <> ''::text)));
ALTER TABLE public.users ADD CONSTRAINT cast_chain CHECK (((((nick)::character varying)::text <> ''::text) AND (((score)::integer)::bigint > 0)));
ALTER TABLE public.users ADD CONSTRAINT cast_numeric CHECK (((((id)::numeric / (3)::numeric) > 0.5) AND ((visits)::double precision > (1)::double precision)));
ALTER TABLE public.users ADD CONSTRAINT enum_ CHECK (((feeling = 'ok'::public.mood) OR (feeling = ANY (ARRAY['sad'::public.mood, 'happy'::public.mood]))));
ALTER TABLE public.users ADD CONSTRAINT enum_cmp CHECK ((feeling > 'sad'::public.mood));
ALTER TABLE public.users ADD CONSTRAINT domain_ CHECK ((((mail)::text ~~ '%.org'::text) AND ((mail)::text = 'a@b'::text) AND (lower((mail)::text) = (mail)::text)));
ALTER TABLE public.users ADD CONSTRAINT code_ CHECK (((code = 'abc'::bpchar) AND (code <> 'x'::bpchar) AND (code = ANY (ARRAY['a'::bpchar, 'b'::bpchar]))));
ALTER TABLE public.users ADD CONSTRAINT array_ CHECK (((tags && ARRAY['a'::text]) AND ('x'::text = ANY (tags)) AND (tags @> '{a,b}'::text[]) AND (tags <> '{}'::text[])));
ALTER TABLE public.users ADD CONSTRAINT array_vc CHECK (((names && ARRAY['a'::character varying, 'b'::character varying]) AND ((name)::text = ANY ((names)::text[])) AND (NOT ('x'::text = ANY ((names)::text[])))));
ALTER TABLE public.users ADD CONSTRAINT array_ix CHECK (((tags[1] = 'a'::text) AND (nums[1:2] = '{1,2}'::integer[]) AND (array_length(tags, 1) > 0) AND (cardinality(nums) < 5)));
ALTER TABLE public.users ADD CONSTRAINT array_in CHECK (((nums @> ARRAY[1, 2]) AND (5 <> ALL (nums)) AND (ARRAY[id, (age)::integer] <> nums)));
ALTER TABLE public.users ADD CONSTRAINT array_empty CHECK (((tags <> ARRAY[]::text[]) AND (tags <> '{}'::text[])));
ALTER TABLE public.users ADD CONSTRAINT json_ CHECK ((((doc ->> 'a'::text) = 'b'::text) AND (doc @> '{"a": 1}'::jsonb) AND (doc ? 'k'::text) AND ((((doc -> 'a'::text) ->> 'b'::text))::integer > 1)));
ALTER TABLE public.users ADD CONSTRAINT json_path CHECK ((((doc #>> '{a,b}'::text[]) <> 'x'::text) AND (doc ?| ARRAY['a'::text, 'b'::text]) AND (jsonb_typeof(doc) = 'object'::text)));
ALTER TABLE public.users ADD CONSTRAINT json_lit CHECK (((doc <> '{}'::jsonb) AND (doc <> '[]'::jsonb) AND (jsonb_array_length((doc -> 'x'::text)) > 0)));
ALTER TABLE public.users ADD CONSTRAINT uuid_ CHECK ((key <> '00000000-0000-0000-0000-00000000abcd'::uuid));
ALTER TABLE public.users ADD CONSTRAINT inet_ CHECK (((ip << '10.0.0.0/8'::inet) AND (ip <> '127.0.0.1'::inet)));
ALTER TABLE public.users ADD CONSTRAINT bytea_ CHECK (((bin <> '\x00ff'::bytea) AND (length(bin) = 32) AND (octet_length(bin) > 0)));
ALTER TABLE public.users ADD CONSTRAINT ts_ CHECK ((words @@ to_tsquery('english'::regconfig, 'a & b'::text)));
ALTER TABLE public.users ADD CONSTRAINT range_ CHECK (((span && int4range(1, 10)) AND (lower(span) > 0) AND (span @> 5)));
ALTER TABLE public.users ADD CONSTRAINT func CHECK (((public.twice(id) > 2) AND (public.shout((name)::text) <> ''::text) AND (public.shout(nick) <> 'x'::text)));
ALTER TABLE public.users ADD CONSTRAINT func_named CHECK ((app.named(id, c => 'y'::text) > 0));
ALTER TABLE public.users ADD CONSTRAINT func_variadic CHECK (((app.any_of(VARIADIC ARRAY[nick, (name)::text, 'z'::text]) <> ''::text) AND (app.any_of(VARIADIC tags) <> ''::text)));
ALTER TABLE public.users ADD CONSTRAINT func_num CHECK (((round(score, 1) > (0)::numeric) AND (round(ratio) > (0)::double precision) AND (abs(age) > 0) AND (mod(id, 2) = 0)));
ALTER TABLE public.users ADD CONSTRAINT func_json CHECK ((jsonb_extract_path_text(doc, VARIADIC ARRAY['a'::text, 'b'::text]) = 'x'::text));
ALTER TABLE public.users ADD CONSTRAINT nonnulls CHECK ((num_nonnulls(nick, mail, id) = 1));
ALTER TABLE public.users ADD CONSTRAINT xor CHECK (((((nick IS NOT NULL))::integer + ((mail IS NOT NULL))::integer) = 1));
ALTER TABLE public.users ADD CONSTRAINT comp CHECK ((((duo).a > 0) AND ((duo).b <> ''::text)));
ALTER TABLE public.users ADD CONSTRAINT collate_ CHECK (((((name)::text COLLATE "C") > 'a'::text) AND (nick < ('b'::text COLLATE "C"))));
ALTER TABLE public.users ADD CONSTRAINT op_explicit CHECK ((id > 3));
ALTER TABLE public.users ADD CONSTRAINT deep CHECK (((id > 0) AND ((age > 0) AND (visits > 0)) AND ((nick = 'a'::text) OR ((nick = 'b'::text) OR (nick = 'c'::text)))));
ALTER TABLE public.users ADD CONSTRAINT not_and CHECK ((NOT ((id > 0) AND (age > 0))));
ALTER TABLE public.users ADD CONSTRAINT starts CHECK ((starts_with((name)::text, 'a'::text) AND ("left"((name)::text, 3) <> 'abc'::text) AND (split_part((mail)::text, '@'::text, 2) <> ''::text)));
ALTER TABLE public.users ADD CONSTRAINT md5_ CHECK (((md5((name)::text) <> nick) AND (name IS NOT NULL)));
ALTER TABLE public.users ADD CONSTRAINT to_char_ CHECK ((to_char(seen, 'YYYY'::text) = '2020'::text));
ALTER TABLE public.users ADD CONSTRAINT numtext CHECK (((score = 1.50) AND (id = 5) AND (ratio > '1.5'::double precision) AND (visits < '99999999999'::bigint)));
ALTER TABLE public.users ADD CONSTRAINT exp CHECK (((score < '1000'::numeric) AND (ratio < (0.0015)::double precision)));
ALTER TABLE public.users ADD CONSTRAINT unknown_concat CHECK ((((nick || ':'::text) || (name)::text) ~~ '%:%'::text));
ALTER TABLE public.orders ADD CONSTRAINT excluded EXCLUDE USING gist (int8range(id, (id + 5)) WITH &&) WHERE (((status)::text <> 'void'::text));
CREATE INDEX index_0 ON public.users USING btree (lower((name)::text));
CREATE INDEX index_1 ON public.users USING btree (lower((name)::text) varchar_pattern_ops);
CREATE INDEX index_2 ON public.users USING btree (((doc ->> 'a'::text)));
CREATE INDEX index_3 ON public.users USING btree (COALESCE(nick, ''::text), id DESC NULLS LAST);
CREATE UNIQUE INDEX index_4 ON public.users USING btree (id) WHERE active;
CREATE INDEX index_5 ON public.users USING btree (id) WHERE ((active = true) AND (nick IS NOT NULL));
CREATE INDEX index_6 ON public.users USING btree (name) WHERE (((name)::text <> ''::text) AND (feeling = ANY (ARRAY['ok'::public.mood, 'happy'::public.mood])));
CREATE INDEX index_7 ON public.users USING btree (made DESC) WHERE (visits > 0);
CREATE INDEX index_8 ON public.users USING gin (tags);
CREATE INDEX index_9 ON public.users USING gin (doc jsonb_path_ops);
CREATE INDEX index_10 ON public.users USING gin (to_tsvector('english'::regconfig, (((COALESCE(name, ''::character varying))::text || ' '::text) || COALESCE(nick, ''::text))));
CREATE INDEX index_11 ON public.users USING gist (span);
CREATE INDEX index_12 ON public.users USING btree (name, id);
CREATE INDEX index_13 ON public.users USING brin (made);
CREATE INDEX index_14 ON public.users USING btree ((((name)::text || nick)), ((id + 1)));
CREATE INDEX index_15 ON public.users USING btree (public.twice(id));
CREATE INDEX index_16 ON public.users USING btree (((duo).a));
CREATE INDEX index_17 ON public.users USING btree (date_trunc('day'::text, seen));
CREATE INDEX index_18 ON public.users USING btree ((made AT TIME ZONE 'UTC'::text));
CREATE INDEX index_19 ON public.users USING btree (upper((code)::text), md5(nick));
CREATE INDEX index_20 ON public.users USING btree (nick COLLATE "C", name COLLATE "POSIX");
CREATE INDEX index_21 ON public.users USING btree ((nums[1]));
CREATE INDEX index_22 ON public.users USING btree ((
CASE
    WHEN active THEN id
    ELSE NULL::integer
END));
CREATE INDEX index_23 ON public.users USING btree (((score)::integer));
CREATE INDEX index_24 ON public.users USING btree (EXTRACT(year FROM born));
CREATE INDEX index_25 ON public.users USING hash (nick);
CREATE INDEX index_26 ON public.users USING btree (((ip)::text));
CREATE VIEW public.view_0 AS  SELECT id,
    name,
    nick,
    code,
    mail,
    feeling,
    age,
    score,
    ratio,
    weight,
    visits,
    born,
    seen,
    made,
    changed,
    wait,
    at,
    active,
    tags,
    names,
    nums,
    doc,
    raw,
    key,
    ip,
    bin,
    words,
    span,
    manager,
    duo
   FROM public.users;
CREATE VIEW public.view_1 AS  SELECT id,
    name,
    nick,
    code,
    mail,
    feeling,
    age,
    score,
    ratio,
    weight,
    visits,
    born,
    seen,
    made,
    changed,
    wait,
    at,
    active,
    tags,
    names,
    nums,
    doc,
    raw,
    key,
    ip,
    bin,
    words,
    span,
    manager,
    duo
   FROM public.users u;
CREATE VIEW public.view_2 AS  SELECT id,
    name
   FROM public.users
  WHERE active;
CREATE VIEW public.view_3 AS  SELECT u.id,
    o.id AS order_id
   FROM (public.users u
     JOIN public.orders o ON ((o.user_id = u.id)));
CREATE VIEW public.view_4 AS  SELECT users.id,
    orders.total
   FROM public.users,
    public.orders
  WHERE (users.id = orders.user_id);
CREATE VIEW public.view_5 AS  SELECT u.id,
    o.total,
    i.sku
   FROM ((public.users u
     LEFT JOIN public.orders o ON ((u.id = o.user_id)))
     LEFT JOIN app.items i ON ((i.order_id = o.id)))
  WHERE (u.active AND (o.total > (10)::numeric));
CREATE VIEW public.view_6 AS  SELECT u.id,
    i.sku
   FROM ((public.users u
     JOIN public.orders o ON ((u.id = o.user_id)))
     RIGHT JOIN app.items i ON ((i.order_id = o.id)));
CREATE VIEW public.view_7 AS  SELECT orders.id,
    orders.user_id
   FROM (public.orders
     JOIN app.items USING (id, user_id));
CREATE VIEW public.view_8 AS  SELECT orders.id,
    orders.user_id,
    orders.total,
    orders.status,
    orders.placed,
    orders.note,
    items.order_id,
    items.sku,
    items.quantity,
    items.price
   FROM (public.orders
     JOIN app.items USING (id, user_id));
CREATE VIEW public.view_9 AS  SELECT user_id,
    orders.id,
    items.sku
   FROM (public.orders
     FULL JOIN app.items USING (user_id));
CREATE VIEW public.view_10 AS  SELECT orders.user_id,
    count(*) AS count
   FROM (public.orders
     LEFT JOIN app.items USING (user_id))
  GROUP BY orders.user_id;
CREATE VIEW public.view_11 AS  SELECT a.id,
    b.id AS other
   FROM (public.users a
     CROSS JOIN public.users b);
CREATE VIEW public.view_12 AS  SELECT count(*) AS count
   FROM public.users;
CREATE VIEW public.view_13 AS  SELECT status,
    count(*) AS n,
    sum(total) AS sum
   FROM public.orders
  GROUP BY status
 HAVING (count(*) > 1)
  ORDER BY (count(*)) DESC;
CREATE VIEW public.view_14 AS  SELECT status,
    count(*) AS count
   FROM public.orders
  GROUP BY status
  ORDER BY (count(*)) DESC, status;
CREATE VIEW public.view_15 AS  SELECT date_trunc('day'::text, placed) AS day,
    (sum(total) / (count(*))::numeric) AS mean
   FROM public.orders
  GROUP BY (date_trunc('day'::text, placed))
  ORDER BY (date_trunc('day'::text, placed)) DESC NULLS LAST;
CREATE VIEW public.view_16 AS  SELECT lower((status)::text) AS status
   FROM public.orders
  GROUP BY (lower((status)::text));
CREATE VIEW public.view_17 AS  SELECT user_id,
    status,
    sum(total) AS sum
   FROM public.orders
  GROUP BY ROLLUP(user_id, status);
CREATE VIEW public.view_18 AS  SELECT user_id,
    status,
    sum(total) AS sum,
    GROUPING(user_id) AS "grouping"
   FROM public.orders
  GROUP BY GROUPING SETS ((user_id), (status), ());
CREATE VIEW public.view_19 AS  SELECT DISTINCT status
   FROM public.orders;
CREATE VIEW public.view_20 AS  SELECT DISTINCT ON (user_id) user_id,
    placed
   FROM public.orders
  ORDER BY user_id, placed DESC;
CREATE VIEW public.view_21 AS  SELECT count(DISTINCT user_id) AS count,
    count(*) FILTER (WHERE (total > (0)::numeric)) AS paid,
    array_agg(id ORDER BY placed DESC) AS array_agg
   FROM public.orders;
CREATE VIEW public.view_22 AS  SELECT string_agg(DISTINCT (name)::text, ', '::text ORDER BY (name)::text) AS string_agg
   FROM public.users;
CREATE VIEW public.view_23 AS  SELECT percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY ((total)::double precision)) AS percentile_cont
   FROM public.orders;
CREATE VIEW public.view_24 AS  SELECT (avg(total))::integer AS avg,
    max(placed) AS max,
    min((status)::text) AS min,
    bool_or((total > (1)::numeric)) AS bool_or,
    (sum(id))::bigint AS sum
   FROM public.orders;
CREATE VIEW public.view_25 AS  SELECT id,
    row_number() OVER (PARTITION BY user_id ORDER BY placed DESC) AS rn
   FROM public.orders;
CREATE VIEW public.view_26 AS  SELECT id,
    sum(total) OVER w AS sum,
    lag(total, 1) OVER w AS lag
   FROM public.orders
  WINDOW w AS (PARTITION BY user_id ORDER BY placed);
CREATE VIEW public.view_27 AS  SELECT id,
    avg(total) OVER (ORDER BY placed ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS avg
   FROM public.orders;
CREATE VIEW public.view_28 AS  SELECT id,
    sum(total) OVER (ORDER BY placed RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS sum
   FROM public.orders;
CREATE VIEW public.view_29 AS  SELECT id
   FROM public.users
  WHERE (id IN ( SELECT orders.user_id
           FROM public.orders
          WHERE ((orders.status)::text = 'paid'::text)));
CREATE VIEW public.view_30 AS  SELECT id
   FROM public.users
  WHERE (NOT (id IN ( SELECT orders.user_id
           FROM public.orders)));
CREATE VIEW public.view_31 AS  SELECT id
   FROM public.users u
  WHERE (EXISTS ( SELECT 1
           FROM public.orders
          WHERE (orders.user_id = u.id)));
CREATE VIEW public.view_32 AS  SELECT id
   FROM public.users u
  WHERE (NOT (EXISTS ( SELECT o.id,
            o.user_id,
            o.total,
            o.status,
            o.placed,
            o.note
           FROM public.orders o
          WHERE ((o.user_id = u.id) AND (o.total > u.score)))));
CREATE VIEW public.view_33 AS  SELECT id
   FROM public.users
  WHERE ((visits > ALL ( SELECT orders.id
           FROM public.orders)) OR (id IN ( SELECT orders.user_id
           FROM public.orders)));
CREATE VIEW public.view_34 AS  SELECT id,
    ( SELECT max(orders.total) AS max
           FROM public.orders
          WHERE (orders.user_id = users.id)) AS top
   FROM public.users;
CREATE VIEW public.view_35 AS  SELECT id,
    ( SELECT count(*) AS count
           FROM public.orders o
          WHERE (o.user_id = u.id)) AS count,
    ARRAY( SELECT o.id
           FROM public.orders o
          WHERE (o.user_id = u.id)
          ORDER BY o.id) AS ids
   FROM public.users u;
CREATE VIEW public.view_36 AS  SELECT id,
    n
   FROM ( SELECT orders.user_id AS id,
            count(*) AS n
           FROM public.orders
          GROUP BY orders.user_id) x
  WHERE (n > 1);
CREATE VIEW public.view_37 AS  SELECT a,
    b
   FROM ( SELECT users.id,
            users.name
           FROM public.users) s(a, b)
  WHERE ((b)::text <> ''::text);
CREATE VIEW public.view_38 AS  SELECT s.id,
    t.id AS tid
   FROM ( SELECT users.id
           FROM public.users) s,
    LATERAL ( SELECT o.id
           FROM public.orders o
          WHERE (o.user_id = s.id)
         LIMIT 1) t;
CREATE VIEW public.view_39 AS  SELECT u.id,
    t.x
   FROM (public.users u
     CROSS JOIN LATERAL app.table_of(u.id) t(x, y));
CREATE VIEW public.view_40 AS  SELECT u.id,
    t.y
   FROM public.users u,
    LATERAL app.table_of(u.id) t(x, y);
CREATE VIEW public.view_41 AS  SELECT u.id,
    tag.tag
   FROM public.users u,
    LATERAL unnest(u.tags) tag(tag);
CREATE VIEW public.view_42 AS  SELECT u.id,
    t.tag,
    t.n
   FROM public.users u,
    LATERAL unnest(u.tags) WITH ORDINALITY t(tag, n);
CREATE VIEW public.view_43 AS  SELECT g
   FROM generate_series(1, 10) g(g);
CREATE VIEW public.view_44 AS  SELECT (d)::date AS d
   FROM generate_series('2020-01-01 00:00:00'::timestamp without time zone, '2020-02-01 00:00:00'::timestamp without time zone, '1 day'::interval) g(d);
CREATE VIEW public.view_45 AS  SELECT e.key,
    e.value
   FROM public.users,
    LATERAL jsonb_each(users.doc) e(key, value);
CREATE VIEW public.view_46 AS  SELECT e.key AS k,
    e.value
   FROM (public.users u
     CROSS JOIN LATERAL jsonb_each_text(u.doc) e(key, value));
CREATE VIEW public.view_47 AS  SELECT (x.value ->> 'a'::text) AS a
   FROM public.users,
    LATERAL jsonb_array_elements(users.doc) x(value);
CREATE VIEW public.view_48 AS  SELECT jsonb_array_elements_text.value
   FROM public.users,
    LATERAL jsonb_array_elements_text(users.doc) jsonb_array_elements_text(value);
CREATE VIEW public.view_49 AS  SELECT r.a,
    r.b
   FROM public.users,
    LATERAL jsonb_to_recordset(users.doc) r(a integer, b text);
CREATE VIEW public.view_50 AS  SELECT id,
    name
   FROM app.people() p(id, name, nick, code, mail, feeling, age, score, ratio, weight, visits, born, seen, made, changed, wait, at, active, tags, names, nums, doc, raw, key, ip, bin, words, span, manager, duo);
CREATE VIEW public.view_51 AS  SELECT id
   FROM app.people() people(id, name, nick, code, mail, feeling, age, score, ratio, weight, visits, born, seen, made, changed, wait, at, active, tags, names, nums, doc, raw, key, ip, bin, words, span, manager, duo);
CREATE VIEW public.view_52 AS  SELECT n
   FROM app.ids() n(n);
CREATE VIEW public.view_53 AS  SELECT users.id
   FROM public.users
UNION
 SELECT orders.user_id AS id
   FROM public.orders;
CREATE VIEW public.view_54 AS  SELECT users.id,
    users.name,
    'user'::text AS kind
   FROM public.users
UNION ALL
 SELECT (orders.id)::integer AS id,
    orders.status AS name,
    'order'::text AS kind
   FROM public.orders
  ORDER BY 3, 1 DESC;
CREATE VIEW public.view_55 AS (
         SELECT users.id
           FROM public.users
        EXCEPT
         SELECT orders.user_id AS id
           FROM public.orders
) INTERSECT
 SELECT users.manager AS id
   FROM public.users
  ORDER BY 1
 LIMIT 5;
CREATE VIEW public.view_56 AS  SELECT NULL::text AS nothing,
    'x'::text AS word,
    1 AS one,
    1.5 AS half,
    true AS yes,
    id
   FROM public.users;
CREATE VIEW public.view_57 AS  SELECT NULL::text AS a
   FROM public.users
UNION ALL
 SELECT orders.note AS a
   FROM public.orders;
CREATE VIEW public.view_58 AS  WITH x AS (
         SELECT users.id,
            users.name
           FROM public.users
          WHERE users.active
        )
 SELECT x.id,
    o.total
   FROM (x
     JOIN public.orders o ON ((o.user_id = x.id)));
CREATE VIEW public.view_59 AS  WITH x(a, b) AS (
         SELECT users.id,
            users.name
           FROM public.users
        ), y AS (
         SELECT x.a
           FROM x
        )
 SELECT a
   FROM y;
CREATE VIEW public.view_60 AS  WITH RECURSIVE t AS (
         SELECT users.id,
            users.manager,
            1 AS depth
           FROM public.users
          WHERE (users.manager IS NULL)
        UNION ALL
         SELECT u.id,
            u.manager,
            (t_1.depth + 1)
           FROM (public.users u
             JOIN t t_1 ON ((t_1.id = u.manager)))
        )
 SELECT id,
    manager,
    depth
   FROM t;
CREATE VIEW public.view_61 AS  WITH RECURSIVE t(n) AS (
         VALUES (1)
        UNION ALL
         SELECT (t_1.n + 1)
           FROM t t_1
          WHERE (t_1.n < 100)
        )
 SELECT sum(n) AS sum
   FROM t;
CREATE VIEW public.view_62 AS  WITH x AS MATERIALIZED (
         SELECT users.id
           FROM public.users
        )
 SELECT id
   FROM x;
CREATE VIEW public.view_63 AS  WITH x AS (
         SELECT 1 AS id
        )
 SELECT users.id
   FROM public.users,
    x
  WHERE (users.id = x.id);
CREATE VIEW public.view_64 AS  SELECT n,
    w
   FROM ( VALUES (1,'a'::text), (2,'b'::text)) v(n, w);
CREATE VIEW public.view_65 AS  VALUES (1,'one'::text), (2,'two'::text);
CREATE VIEW public.view_66 AS  SELECT column1,
    column2
   FROM ( VALUES (1,2.5)) v;
CREATE VIEW public.view_67 AS  SELECT id
   FROM public.users
  ORDER BY (name COLLATE "C"), id
 OFFSET 5
 LIMIT 10;
CREATE VIEW public.view_68 AS  SELECT id
   FROM public.users
  ORDER BY (lower((name)::text)), made DESC
 LIMIT 3;
CREATE VIEW public.view_69 AS  SELECT id
   FROM public.users
 LIMIT ALL;
CREATE VIEW public.view_70 AS  SELECT id
   FROM ONLY public.users;
CREATE VIEW public.view_71 AS  SELECT id
   FROM public.users TABLESAMPLE bernoulli (10);
CREATE VIEW public.view_72 AS  SELECT users.*::public.users AS users
   FROM public.users;
CREATE VIEW public.view_73 AS  SELECT row_to_json(u.*) AS j,
    to_jsonb(u.*) AS k
   FROM public.users u;
CREATE VIEW public.view_74 AS  SELECT name,
    duo,
    (duo).a AS a
   FROM public.users u;
CREATE VIEW public.view_75 AS  SELECT count(u.*) AS count
   FROM (public.users u
     LEFT JOIN public.orders o ON ((o.user_id = u.id)));
CREATE VIEW public.view_76 AS  SELECT u.id AS "Id",
    o.id AS "order id",
    u.name AS value
   FROM (public.users u
     JOIN public.orders o ON (true));
CREATE VIEW public.view_77 AS  SELECT a.id
   FROM ((public.users a
     JOIN public.users b ON ((a.manager = b.id)))
     JOIN public.users c ON ((b.manager = c.id)))
  WHERE (((c.name)::text = 'x'::text) AND (a.id IN ( SELECT a_1.user_id
           FROM public.orders a_1
          WHERE (a_1.note = b.nick))));
CREATE VIEW public.view_78 AS  SELECT id,
        CASE
            WHEN (score > (10)::numeric) THEN 'high'::text
            WHEN (score > (5)::numeric) THEN 'mid'::text
            ELSE 'low'::text
        END AS level
   FROM public.users;
CREATE VIEW public.view_79 AS  SELECT id,
        CASE feeling
            WHEN 'sad'::public.mood THEN 0
            WHEN 'ok'::public.mood THEN 1
            ELSE NULL::integer
        END AS f
   FROM public.users;
CREATE VIEW public.view_80 AS  SELECT id,
    COALESCE(nick, (name)::text) AS label,
    NULLIF(age, 0) AS "nullif",
    GREATEST((age)::integer, id) AS "greatest"
   FROM public.users;
CREATE VIEW public.view_81 AS  SELECT id,
    ((((name)::text || ' <'::text) || (mail)::text) || '>'::text) AS address
   FROM public.users;
CREATE VIEW public.view_82 AS  SELECT id,
    EXTRACT(epoch FROM (now() - made)) AS secs,
    age((born)::timestamp with time zone) AS age
   FROM public.users;
CREATE VIEW public.view_83 AS  SELECT id,
    (made AT TIME ZONE 'Europe/Berlin'::text) AS local,
    (made)::date AS day,
    to_char(made, 'YYYY-MM'::text) AS month
   FROM public.users;
CREATE VIEW public.view_84 AS  SELECT id,
    CURRENT_USER AS u,
    SESSION_USER AS s,
    CURRENT_DATE AS d,
    LOCALTIMESTAMP AS l,
    CURRENT_SCHEMA AS c
   FROM public.users;
CREATE VIEW public.view_85 AS  SELECT id,
    ((doc -> 'a'::text) ->> 'b'::text) AS b,
    ((doc ->> 'n'::text))::integer AS n,
    (doc #> '{x,y}'::text[]) AS xy
   FROM public.users;
CREATE VIEW public.view_86 AS  SELECT id,
    ((score)::double precision / (visits)::double precision) AS rate,
    ((score * (100)::numeric))::integer AS cents,
    ((id)::text || 'x'::text) AS t
   FROM public.users;
CREATE VIEW public.view_87 AS  SELECT users.id,
    round((users.score / (3)::numeric), 2) AS third,
    (q.total / (NULLIF(q.quantity, 0))::numeric) AS unit
   FROM (public.users
     JOIN ( SELECT o.total,
            i.quantity,
            i.user_id
           FROM (public.orders o
             JOIN app.items i ON ((i.order_id = o.id)))) q ON ((q.user_id = users.id)));
CREATE VIEW public.view_88 AS  SELECT id,
    (active AND (nick IS NULL)) AS odd,
    (NOT active) AS off,
    (age = ANY (ARRAY[1, 2])) AS few
   FROM public.users;
CREATE VIEW public.view_89 AS  SELECT id,
    tags[1] AS first,
    nums[2:3] AS part,
    array_to_string(tags, ','::text) AS all_tags,
    ARRAY[id, manager] AS pair
   FROM public.users;
CREATE VIEW public.view_90 AS  SELECT ( SELECT users.name
           FROM public.users
          WHERE (users.id = orders.user_id)) AS name
   FROM public.orders;
CREATE VIEW public.view_91 AS  SELECT id,
    user_id,
    total,
    status,
    placed,
    note
   FROM public.orders o
  WHERE ((user_id, (status)::text) IN ( SELECT users.id,
            users.name
           FROM public.users));
CREATE VIEW public.view_92 AS  SELECT u.id
   FROM (public.users u
     JOIN ( SELECT DISTINCT orders.user_id
           FROM public.orders) o ON ((u.id = o.user_id)));
CREATE VIEW public.view_93 AS  SELECT u.id,
    x.total
   FROM (public.users u
     LEFT JOIN (public.orders x
     JOIN app.items i ON ((i.order_id = x.id))) ON ((x.user_id = u.id)));
CREATE VIEW public.view_94 AS  SELECT id
   FROM public.users
  WHERE (((name)::text IN ( SELECT orders.status
           FROM public.orders)) AND ((name)::text ~~ ANY (ARRAY['a%'::text, 'b%'::text])));
CREATE VIEW public.view_95 AS  SELECT sum(
        CASE
            WHEN ((status)::text = 'paid'::text) THEN 1
            ELSE 0
        END) AS paid,
    sum(total) FILTER (WHERE (placed > (now() - '7 days'::interval))) AS sum
   FROM public.orders;
CREATE VIEW public.view_96 AS  SELECT min(id) AS lo,
    name
   FROM public.users u
  GROUP BY name
 HAVING ((min(id) > 1) AND (max(age) IS NOT NULL));
CREATE VIEW public.view_97 AS  SELECT users.name,
    orders.status AS stat
   FROM public.users,
    public.orders;
CREATE VIEW public.view_98 AS  SELECT id
   FROM public.users
  WHERE ((ctid IS NOT NULL) AND (tableoid = ('public.users'::regclass)::oid));
CREATE VIEW public.view_99 AS  SELECT id
   FROM public.users
  WHERE ((made > (now() - '30 days'::interval)) AND (born >= '2000-01-01'::date) AND (feeling = 'ok'::public.mood));
CREATE VIEW public.view_100 AS  SELECT id
   FROM public.users
 FOR UPDATE OF users;
CREATE VIEW public.view_101 AS  SELECT (EXISTS ( SELECT 1
           FROM public.users)) AS any_user,
    (1 IN ( SELECT users.id
           FROM public.users)) AS one;
CREATE VIEW public.view_102 AS  SELECT XMLELEMENT(NAME a, XMLATTRIBUTES(id AS i), name) AS "xmlelement"
   FROM public.users;
CREATE VIEW public.view_103 AS  SELECT u.id
   FROM public.users u,
    public.orders
  WHERE ((u.id = orders.user_id) AND (ROW(orders.total, u.id) > ROW((10)::numeric, 5)));
CREATE VIEW public.view_104 AS  SELECT id,
    rank
   FROM ( SELECT users.id,
            rank() OVER (ORDER BY users.score DESC) AS rank
           FROM public.users) q
  WHERE (rank <= 3);
CREATE VIEW public.view_106 AS  SELECT id,
    ARRAY( SELECT g.g
           FROM generate_series(1, (users.age)::integer) g(g)) AS "array"
   FROM public.users;
CREATE MATERIALIZED VIEW public.matview_1 AS  SELECT status,
    sum(total) AS total
   FROM public.orders
  GROUP BY status WITH NO DATA;
CREATE VIEW public.view_named AS  SELECT id AS a,
    name AS b
   FROM public.users;
CREATE VIEW public.view_on_view AS  SELECT a,
    b
   FROM public.view_named
  WHERE (a > 1);
CREATE POLICY policy_0 ON public.users AS PERMISSIVE FOR SELECT USING ((id = app.tenant()));
CREATE POLICY policy_1 ON public.users AS PERMISSIVE FOR ALL USING ((manager = (current_setting('app.user'::text))::integer));
CREATE POLICY policy_2 ON public.users AS PERMISSIVE FOR SELECT USING ((EXISTS ( SELECT 1
   FROM public.orders
  WHERE ((orders.user_id = users.id) AND ((orders.status)::text = 'paid'::text)))));
CREATE POLICY policy_3 ON public.users AS PERMISSIVE FOR ALL USING ((id IN ( SELECT orders.user_id
   FROM public.orders
  WHERE (orders.note = users.nick))));
CREATE POLICY policy_4 ON public.users AS PERMISSIVE FOR ALL USING ((id IN ( SELECT o.user_id
   FROM (public.orders o
     JOIN app.items i ON ((o.id = i.order_id)))
  WHERE (i.user_id = users.manager)))) WITH CHECK (active);
CREATE POLICY policy_5 ON public.users AS PERMISSIVE FOR INSERT WITH CHECK (((name)::text = CURRENT_USER));
CREATE POLICY policy_6 ON public.users AS PERMISSIVE FOR UPDATE USING (true) WITH CHECK ((( SELECT app.tenant() AS tenant) = id));
CREATE POLICY policy_7 ON public.users AS PERMISSIVE FOR ALL USING ((nick = ( SELECT u.nick
   FROM public.users u
  WHERE (u.id = users.manager))));
CREATE POLICY policy_8 ON public.users AS RESTRICTIVE FOR ALL USING ((active OR (id = ANY (ARRAY( SELECT app.ids() AS ids)))));
CREATE POLICY policy_9 ON public.users AS PERMISSIVE FOR ALL USING ((( SELECT count(*) AS count
   FROM public.orders) > 5));
CREATE TRIGGER trigger_0 BEFORE UPDATE ON public.users FOR EACH ROW WHEN (((old.name)::text IS DISTINCT FROM (new.name)::text)) EXECUTE FUNCTION public.touch();
CREATE TRIGGER trigger_1 BEFORE UPDATE ON public.users FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION public.touch();
CREATE TRIGGER trigger_2 AFTER INSERT OR UPDATE OF name, nick ON public.users FOR EACH ROW WHEN ((new.active AND (new.feeling = ANY (ARRAY['sad'::public.mood, 'ok'::public.mood])))) EXECUTE FUNCTION public.touch();
CREATE TRIGGER trigger_3 AFTER INSERT ON public.users FOR EACH ROW WHEN (((pg_trigger_depth() < 1) AND (new.score > (1)::numeric))) EXECUTE FUNCTION public.touch();
CREATE TRIGGER trigger_4 BEFORE UPDATE ON public.users FOR EACH ROW WHEN ((((old.name)::text IS DISTINCT FROM (new.name)::text) OR (old.nick IS DISTINCT FROM new.nick))) EXECUTE FUNCTION public.touch();
CREATE TRIGGER trigger_5 BEFORE UPDATE ON public.users FOR EACH ROW WHEN ((((old.changed)::timestamp with time zone <> (new.changed)::timestamp with time zone) OR ((new.name)::text ~~ 'a%'::text) OR (new.code = 'abc'::bpchar))) EXECUTE FUNCTION public.touch('a', 'b');
CREATE RULE rule_0 AS
    ON INSERT TO public.view_named DO INSTEAD  INSERT INTO public.users (id, name)
  VALUES (new.a, new.b);
CREATE RULE rule_1 AS
    ON UPDATE TO public.view_named DO INSTEAD  UPDATE public.users SET name = new.b
  WHERE (users.id = old.a);
CREATE RULE rule_2 AS
    ON DELETE TO public.view_named DO INSTEAD  DELETE FROM public.users
  WHERE (users.id = old.a);
CREATE RULE rule_3 AS
    ON INSERT TO public.orders
   WHERE (new.total > (10)::numeric) DO  INSERT INTO app.log (id, message, made)  SELECT new.id,
            'big',
            now() AS now;
CREATE RULE rule_4 AS
    ON DELETE TO public.orders DO INSTEAD NOTHING;
CREATE RULE rule_5 AS
    ON UPDATE TO public.orders DO ( INSERT INTO app.log (id, message)
  VALUES (old.id, 'u'::text);
 DELETE FROM app.items
  WHERE (items.order_id = old.id);
);
CREATE STATISTICS public.stats_1 (ndistinct) ON id, age FROM public.users;
CREATE STATISTICS public.stats_2 ON lower(name::text), (age + 1) FROM public.users;
CREATE OR REPLACE FUNCTION public.with_defaults(a integer DEFAULT 1, b text DEFAULT 'x'::text, c timestamp with time zone DEFAULT now(), d numeric DEFAULT '-1.5'::numeric, e public.mood DEFAULT 'ok'::public.mood, f text[] DEFAULT '{}'::text[])
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 1$function$;
CREATE OR REPLACE FUNCTION public.plain_return(a integer, b text)
 RETURNS text
 LANGUAGE sql
RETURN CASE WHEN (a > 1) THEN (b || 'x'::text) ELSE upper(b) END;
CREATE OR REPLACE FUNCTION public.counted(a integer)
 RETURNS bigint
 LANGUAGE sql
BEGIN ATOMIC
 SELECT count(*) AS count
    FROM public.users
   WHERE ((users.id > counted.a) AND ((users.name)::text <> 'x'::text));
END;
CREATE OR REPLACE PROCEDURE public.logs(IN m text)
 LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO app.log (id, message)
   VALUES (1, logs.m);
 DELETE FROM app.log
   WHERE (log.made < (now() - '1 day'::interval));
 UPDATE app.log SET message = (logs.m || '!'::text)
   WHERE (log.id = 2);
END;
CREATE OR REPLACE FUNCTION public.rows_of(n integer)
 RETURNS SETOF public.users
 LANGUAGE sql
BEGIN ATOMIC
 SELECT u.id,
     u.name,
     u.nick,
     u.code,
     u.mail,
     u.feeling,
     u.age,
     u.score,
     u.ratio,
     u.weight,
     u.visits,
     u.born,
     u.seen,
     u.made,
     u.changed,
     u.wait,
     u.at,
     u.active,
     u.tags,
     u.names,
     u.nums,
     u.doc,
     u.raw,
     u.key,
     u.ip,
     u.bin,
     u.words,
     u.span,
     u.manager,
     u.duo
    FROM public.users u
   WHERE (u.age > rows_of.n)
   ORDER BY u.id;
END;
