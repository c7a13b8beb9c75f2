-- What the statements of written.sql stand on.
CREATE SCHEMA app;
CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE app.pair AS (a integer, b text);
CREATE DOMAIN public.email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN public.stamp AS timestamp with time zone;
CREATE TABLE public.users (
    id integer PRIMARY KEY,
    name character varying(80) NOT NULL,
    nick text,
    code character(3),
    mail public.email,
    feeling public.mood,
    age smallint,
    score numeric(10, 2),
    ratio double precision,
    weight real,
    visits bigint,
    born date,
    seen timestamp without time zone,
    made timestamp with time zone,
    changed public.stamp,
    wait interval,
    at time without time zone,
    active boolean,
    tags text[],
    names character varying[],
    nums integer[],
    doc jsonb,
    raw json,
    key uuid,
    ip inet,
    bin bytea,
    words tsvector,
    span int4range,
    manager integer,
    duo app.pair
);
CREATE TABLE public.orders (
    id bigint PRIMARY KEY,
    user_id integer REFERENCES public.users (id),
    total numeric,
    status character varying NOT NULL,
    placed timestamp with time zone,
    note text
);
CREATE TABLE app.items (
    id bigint,
    order_id bigint,
    sku character varying(20),
    quantity integer,
    price numeric(12, 2),
    user_id integer
);
CREATE TABLE app.log (id bigint, message text, made timestamp with time zone);
CREATE FUNCTION public.twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE FUNCTION public.shout(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(t)';
CREATE FUNCTION app.tenant() RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION app.ids() RETURNS SETOF integer LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION app.people() RETURNS SETOF public.users LANGUAGE sql STABLE AS 'SELECT * FROM public.users';
CREATE FUNCTION app.table_of(n integer) RETURNS TABLE (x integer, y text) LANGUAGE sql STABLE AS 'SELECT 1, ''a''';
CREATE FUNCTION app.any_of(VARIADIC names text[]) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT names[1]';
CREATE FUNCTION app.named(a integer, b integer DEFAULT 1, c text DEFAULT 'x') RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE SEQUENCE public.counter;
CREATE SEQUENCE app.counter2;
