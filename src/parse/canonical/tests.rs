//! Pairs that are the same and pairs that only look so. What servers print of many statements is compared in
//! `tests/it/canonical.rs`.

use super::*;

/// A table of each sort of column, and one to join.
struct Shop;

impl Catalog for Shop {
    fn relation(&self, name: &QName) -> Option<Relation> {
        let columns: &[(&str, &str)] = match name.name.as_str() {
            "t" => &[
                ("id", "int4"),
                ("big", "int8"),
                ("n", "numeric"),
                ("f", "float8"),
                ("v", "varchar"),
                ("x", "text"),
                ("c", "bpchar"),
                ("d", "date"),
                ("ts", "timestamp"),
                ("tz", "timestamptz"),
                ("w", "interval"),
                ("ok", "bool"),
                ("j", "jsonb"),
                ("ci", "citext"),
                ("e", "mood"),
            ],
            "u" => &[("id", "int4"), ("t_id", "int4"), ("y", "text")],
            _ => return None,
        };
        let column = |(name, ty): &(&str, &str)| (Ident::new(name), Some(TypeName::builtin(ty)));
        let name = QName { schema: Some(Ident::new("public")), name: name.name.clone() };
        Some(Relation { name, columns: columns.iter().map(column).collect(), complete: true })
    }

    fn function(&self, name: &QName) -> Option<QName> {
        (name.name == "mine").then(|| QName { schema: Some("public".into()), name: name.name.clone() })
    }

    fn result(&self, _: &QName) -> Option<TypeName> {
        None
    }

    fn extract_is_date_part(&self) -> bool {
        false
    }

    fn base(&self, _: &TypeName) -> Option<TypeName> {
        None
    }
}

fn text(sql: &str) -> Text<'_> {
    Text { sql, catalog: &Shop }
}

fn expression(a: &str, b: &str) -> bool {
    let table = QName::bare("t");
    let home = Home { table: Some(&table), ..Home::default() };
    let same = same_expression(text(a), text(b), home);
    assert_eq!(same, same_expression(text(b), text(a), home), "the other way round: {a} / {b}");
    same
}

fn query(a: &str, b: &str) -> bool {
    let same = same_query(text(a), text(b));
    assert_eq!(same, same_query(text(b), text(a)), "the other way round: {a} / {b}");
    same
}

#[track_caller]
fn check(compare: impl Fn(&str, &str) -> bool, same: bool, pairs: &[(&str, &str)]) {
    for (a, b) in pairs {
        assert_eq!(compare(a, b), same, "{a}\n{b}");
    }
}

#[test]
fn the_same_expression() {
    check(
        expression,
        true,
        &[
            (
                "v IN ('a','b')",
                "((v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ),
            ("v IN ('a','b')", "v::text = ANY (ARRAY['a'::text, 'b'::text])"),
            ("v IN ('a')", "(v)::text = 'a'::text"),
            ("t.id > 0", "(id > 0)"),
            ("public.t.id > 0", "id > 0"),
            ("id != -1", "(id <> '-1'::integer)"),
            ("n >= 0", "(n >= (0)::numeric)"),
            ("n = '0'", "n = (0)::numeric"),
            ("id / f > 1", "(((id)::double precision / f) > (1)::double precision)"),
            ("x LIKE 'a%'", "(x ~~ 'a%'::text)"),
            ("id BETWEEN 1 AND 5 AND ok", "(((id >= 1) AND (id <= 5)) AND ok)"),
            ("NOT (x IS DISTINCT FROM v)", "x IS NOT DISTINCT FROM (v)::text"),
            ("CASE WHEN ok THEN x END", "CASE WHEN ok THEN x ELSE NULL::text END"),
            ("tz > now() - interval '24 hours'", "(tz > (CURRENT_TIMESTAMP - '24:00:00'::interval))"),
            ("tz = '2020-01-01'", "(tz = '2020-01-01 00:00:00+00'::timestamp with time zone)"),
            ("j @> '{\"b\":1, \"a\":[]}'", "(j @> '{\"a\": [], \"b\": 1}'::jsonb)"),
            ("ok = 't'", "(ok = true)"),
            ("length(v) > 1", "(length((v)::text) > 1)"),
            ("coalesce(v, 'x') = 'x'", "((COALESCE(v, 'x'::character varying))::text = 'x'::text)"),
            ("pg_catalog.lower(x) = x", "lower(x) = x"),
            ("mine(id) > 0", "public.mine(id) > 0"),
            ("substring(x from 1 for 2) = 'a'", "\"substring\"(x, 1, 2) = 'a'::text"),
            ("e = 'ok'", "(e = 'ok'::public.mood)"),
            ("(id, x) = (1, 'a')", "((id = 1) AND (x = 'a'::text))"),
            ("nextval('s')", "nextval('public.s'::regclass)"),
        ],
    );
}

#[test]
fn not_the_same_expression() {
    check(
        expression,
        false,
        &[
            ("id > 0", "id >= 0"),
            ("id > 0", "big > 0"),
            ("v IN ('a', 'b')", "v IN ('b', 'a', 'c')"),
            ("v IN ('a', 'b')", "v IN ('a', 'c')"),
            ("v = 'a'", "v = 'A'"),
            ("v NOT IN ('a', 'b')", "v <> ANY (ARRAY['a', 'b'])"),
            ("x LIKE 'a%'", "x ILIKE 'a%'"),
            ("id = 1 AND ok OR id = 2", "id = 1 AND (ok OR id = 2)"),
            ("id BETWEEN 1 AND 5", "id > 1 AND id <= 5"),
            // Casts that change something.
            ("id / 2 > 0", "id::numeric / 2 > 0"),
            ("id / 2 > 0", "(id)::numeric / (2)::numeric > 0"),
            ("id / 2 > 0", "id / 2.0 > 0"),
            ("n = 1", "n::integer = 1"),
            ("f > 1", "f::integer > 1"),
            ("tz > '2020-01-01'", "tz::date > '2020-01-01'"),
            ("d < '2020-01-01'", "d < '2020-01-01'::timestamp with time zone"),
            ("tz = ts", "tz::timestamp = ts"),
            ("id::text = 'a'", "id = 1"),
            ("x = '5'", "x::integer = 5"),
            ("x = 'a'", "x::varchar(3) = 'a'"),
            ("v::varchar(3) = 'a'", "v::varchar(4) = 'a'"),
            ("ci = 'a'", "ci::text = 'a'"),
            ("e < 'ok'", "e::text < 'ok'"),
            ("big * 2 > 0", "(big::integer) * 2 > 0"),
            ("j = '{}'", "j::text = '{}'"),
            // Constants that are near.
            ("n = 1.0", "n = 1.1"),
            ("w > '1 month'", "w > '30 days'"),
            ("w > '1 day'", "w > '24 hours'"),
            ("tz = '2020-01-01 00:00:00+00'", "tz = '2020-01-01 00:00:00+01'"),
            ("x = '1'", "x = '01'"),
            ("x = 'true'", "x = 't'"),
            ("j @> '{\"a\":1}'", "j @> '{\"a\":2}'"),
            ("ok", "NOT ok"),
            ("ok IS TRUE", "ok IS NOT FALSE"),
            // Names.
            ("one.f(id) > 0", "two.f(id) > 0"),
            ("mine(id) > 0", "other.mine(id) > 0"),
            ("nextval('one.s')", "nextval('two.s'::regclass)"),
            ("nextval('s')", "nextval('r')"),
            ("x COLLATE \"C\" > 'a'", "x > 'a'"),
            ("x = current_user", "x = session_user"),
            ("tz < now()", "tz < clock_timestamp()"),
            ("lower(x) = 'a'", "upper(x) = 'a'"),
            ("coalesce(x, v) = 'a'", "coalesce(v, x) = 'a'"),
            ("CASE WHEN ok THEN 1 ELSE 0 END", "CASE WHEN ok THEN 1 END"),
            ("x IS DISTINCT FROM v", "x <> v"),
            ("extract(year FROM d) > 1", "date_part('year', d) > 1"),
            ("x ~ 'a'", "x ~* 'a'"),
            ("id - 1 > 0", "1 - id > 0"),
            // What is not SQL is never the same as something else.
            ("id >", "id > 1"),
        ],
    );
}

#[test]
fn the_same_query() {
    check(
        query,
        true,
        &[
            ("SELECT * FROM u", "SELECT u.id, u.t_id, u.y FROM public.u"),
            (
                "SELECT a.id FROM t a, u b WHERE a.id = t_id",
                "SELECT x.id FROM public.t x, public.u y WHERE (x.id = y.t_id)",
            ),
            ("SELECT id FROM t JOIN u USING (id)", "SELECT t.id FROM (public.t JOIN public.u USING (id))"),
            ("SELECT x FROM t ORDER BY 1", "SELECT t.x FROM t ORDER BY t.x"),
            ("SELECT lower(x) AS l FROM t GROUP BY l", "SELECT lower(x) AS l FROM t GROUP BY (lower(x))"),
            (
                "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE t_id = t.id)",
                "SELECT id FROM t WHERE (EXISTS ( SELECT u.id FROM u WHERE (u.t_id = t.id)))",
            ),
            ("SELECT q.a FROM (SELECT id AS a FROM t) q", "SELECT r.a FROM ( SELECT t.id AS a FROM t) r"),
            (
                "WITH c AS (SELECT id FROM t) SELECT * FROM c",
                "WITH c AS ( SELECT t.id FROM public.t ) SELECT c.id FROM c",
            ),
            ("SELECT to_jsonb(t) FROM t", "SELECT to_jsonb(t.*) AS to_jsonb FROM t"),
            ("SELECT g FROM generate_series(1, 3) g", "SELECT g.g FROM generate_series(1, 3) g(g)"),
            ("SELECT 'a' FROM t", "SELECT 'a'::text AS a FROM t"),
        ],
    );
}

#[test]
fn not_the_same_query() {
    check(
        query,
        false,
        &[
            ("SELECT id FROM t", "SELECT id FROM u"),
            ("SELECT id FROM one.t2", "SELECT id FROM two.t2"),
            ("SELECT * FROM u", "SELECT u.id, u.t_id FROM u"),
            ("SELECT t.id FROM t, u", "SELECT u.id FROM t, u"),
            ("SELECT a.id FROM t a, t b", "SELECT b.id FROM t a, t b"),
            ("SELECT t.id FROM t JOIN u ON true", "SELECT t.id FROM t LEFT JOIN u ON true"),
            ("SELECT id FROM t ORDER BY 1", "SELECT id FROM t ORDER BY 1 DESC"),
            ("SELECT id FROM t ORDER BY id NULLS FIRST", "SELECT id FROM t ORDER BY id"),
            ("SELECT x, id FROM t ORDER BY 1", "SELECT x, id FROM t ORDER BY 2"),
            ("SELECT id FROM t UNION SELECT id FROM u", "SELECT id FROM t UNION ALL SELECT id FROM u"),
            ("SELECT DISTINCT id FROM t", "SELECT id FROM t"),
            ("SELECT id FROM t LIMIT 1", "SELECT id FROM t LIMIT 2"),
            ("SELECT count(*) FROM t", "SELECT count(id) FROM t"),
            ("SELECT count(id) FROM t", "SELECT count(DISTINCT id) FROM t"),
            ("SELECT id FROM ONLY t", "SELECT id FROM t"),
            (
                "SELECT id FROM t WHERE EXISTS (SELECT count(*) FROM u)",
                "SELECT id FROM t WHERE EXISTS (SELECT id FROM u)",
            ),
            (
                "SELECT id FROM t WHERE id IN (SELECT id FROM u)",
                "SELECT id FROM t WHERE id IN (SELECT t_id FROM u)",
            ),
            // A name that means the inner table's column, and one that says the outer's.
            (
                "SELECT id FROM t WHERE 1 = (SELECT id FROM u)",
                "SELECT id FROM t WHERE 1 = (SELECT t.id FROM u)",
            ),
            (
                "SELECT q.a FROM (SELECT id AS a, big AS b FROM t) q",
                "SELECT q.a FROM (SELECT id AS b, big AS a FROM t) q",
            ),
            ("SELECT sum(n) OVER (ORDER BY id) FROM t", "SELECT sum(n) OVER (PARTITION BY id) FROM t"),
            ("SELECT id FROM t FOR UPDATE", "SELECT id FROM t"),
            ("SELECT id::bigint FROM t", "SELECT id FROM t"),
            ("SELECT x::varchar(5) FROM t", "SELECT x FROM t"),
            // Labels are not words of ours.
            (
                "SELECT s.sort FROM (SELECT id AS sort, big AS \"case\" FROM t) s",
                "SELECT s.\"case\" FROM (SELECT id AS sort, big AS \"case\" FROM t) s",
            ),
        ],
    );
}

#[test]
fn stored_values() {
    let same = |a: &str, b: &str, ty: &str| {
        let ty = TypeName::builtin(ty);
        same_expression(text(a), text(b), Home { ty: Some(&ty), ..Home::default() })
    };
    assert!(same("'f'", "false", "bool"));
    assert!(same("'5'", "5", "int4"));
    assert!(same("'0'", "'0'::bigint", "int8"));
    assert!(same("'{1, 2}'", "'{1,2}'::integer[]", "int4"));
    assert!(same("'36 hours'", "'36:00:00'::interval", "interval"));
    assert!(!same("'5'", "6", "int4"));
    assert!(!same("'a'", "'b'::text", "text"));
    assert!(!same("now()", "'now'", "timestamptz"));
}

#[test]
fn rules_and_definitions() {
    let rule = |a: &str, b: &str| same_rule(text(a), text(b));
    let written = "CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO u SELECT new.id, new.big, 'x'";
    let printed = "CREATE RULE r AS ON INSERT TO public.t DO INSERT INTO public.u (id, t_id, y) SELECT new.id, new.big, 'x'::text";
    assert!(rule(written, printed));
    assert!(!rule(written, &printed.replace("new.big", "new.id")));
    assert!(!rule(written, &printed.replace("DO INSERT", "DO INSTEAD INSERT")));

    let written = "create event trigger e on ddl_command_end execute procedure f()";
    let printed = "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION public.f()";
    assert!(same_definition(written, printed));
    assert!(!same_definition(written, &printed.replace("public.f", "public.g")));
    assert!(!same_definition(&printed.replace("public.", "one."), printed));
}

#[test]
fn bodies() {
    let body = |a: &str, b: &str| same_body(text(a), text(b));
    let written = "BEGIN ATOMIC SELECT id FROM t WHERE big > a; DELETE FROM u WHERE y = 'x'; END";
    let printed = "BEGIN ATOMIC\n SELECT t.id FROM public.t WHERE (t.big > a);\n DELETE FROM public.u WHERE (u.y = 'x'::text);\nEND";
    assert!(body(written, printed));
    assert!(!body(written, &printed.replace("t.big", "t.id")));
    assert!(!body(written, "RETURN 1"));
}

#[test]
fn deep_and_broken_texts() {
    let deep = |n: usize| format!("{}id{} > 0", "(".repeat(n), ")".repeat(n));
    assert!(expression(&deep(500), "id > 0"));
    let casts = |ty: &str| format!("x{} = 'a'", format!("::{ty}").repeat(300));
    assert!(!expression(&casts("integer::text"), &casts("bigint::text")));
    assert!(!expression("a\0b", "a"));
    assert!(!expression("", "id"));
}
