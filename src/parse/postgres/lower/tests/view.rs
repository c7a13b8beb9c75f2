//! Views and the facts about queries.

use super::lowered;
use crate::ir::expr::{Query, Scope};
use crate::ir::table::Persistence;
use crate::name::Ident;

fn view(query: &str) -> Query {
    lowered!(CreateView, &format!("CREATE VIEW v AS {query}")).query
}

fn relations(scope: &Scope) -> Vec<String> {
    let text = |r: &crate::ir::expr::RelationRef| match &r.alias {
        Some(alias) => format!("{} {alias}", r.name),
        None => r.name.to_string(),
    };
    scope.relations.iter().map(text).collect()
}

fn columns(scope: &Scope) -> Vec<String> {
    let text = |(q, name): &(Option<Ident>, Ident)| match q {
        Some(q) => format!("{q}.{name}"),
        None => name.to_string(),
    };
    scope.columns.iter().map(text).collect()
}

fn output(query: &Query) -> Vec<&str> {
    query.output.iter().map(|name| name.as_deref().unwrap_or("*")).collect()
}

#[test]
fn the_text_is_that_of_the_query() {
    let v = lowered!(
        CreateView,
        "CREATE OR REPLACE TEMP VIEW \"as\" (a) WITH (security_barrier) AS\n SELECT 1 AS a -- c\n, 2 WITH CHECK OPTION"
    );
    assert!(v.or_replace && v.temporary && !v.recursive);
    assert_eq!(v.query.sql, "SELECT 1 AS a -- c\n, 2");
    assert_eq!((v.check_option, v.columns.len()), (Some("cascaded"), 1));
    let v = lowered!(CreateView, "CREATE VIEW v AS SELECT * FROM t WITH LOCAL CHECK OPTION");
    assert_eq!((v.check_option, v.query.sql.as_str()), (Some("local"), "SELECT * FROM t"));
    let v = lowered!(CreateView, "CREATE RECURSIVE VIEW r (n) AS VALUES (1) UNION SELECT n + 1 FROM r");
    assert!(v.recursive);
    assert_eq!(v.query.sql, "VALUES (1) UNION SELECT n + 1 FROM r");
    assert!(v.query.relations().is_empty());
    let m = lowered!(CreateMatview, "CREATE MATERIALIZED VIEW m AS TABLE t WITH NO DATA");
    assert_eq!((m.query.sql.as_str(), m.with_data), ("TABLE t", false));
    assert!(lowered!(CreateMatview, "CREATE MATERIALIZED VIEW m AS SELECT 1 WITH DATA").with_data);
}

#[test]
fn tables_from_queries() {
    let t =
        lowered!(CreateTable, "CREATE TEMP TABLE t (x) ON COMMIT DROP AS (SELECT a, b FROM s) WITH NO DATA");
    let query = t.as_query.unwrap();
    assert_eq!((query.sql.as_str(), t.with_data), ("(SELECT a, b FROM s)", false));
    assert_eq!(output(&query), ["x", "b"]);
    let t = lowered!(CreateTable, "SELECT a INTO UNLOGGED s.t FROM u UNION SELECT 1");
    assert_eq!(t.name.unwrap().to_string(), "s.t");
    assert!(t.with_data && t.persistence == Persistence::Unlogged);
    assert_eq!(t.as_query.unwrap().sql, "SELECT a FROM u UNION SELECT 1");
}

#[test]
fn levels() {
    let q = view(
        "SELECT a, (SELECT max(x) FROM u WHERE u.id = t.id) m FROM s.t JOIN r AS k USING (id, z), \
         LATERAL (SELECT 1 FROM l WHERE l.y = t.y) w, (SELECT n.* FROM n) o WHERE EXISTS (SELECT FROM e)",
    );
    let parents: Vec<Option<usize>> = q.scopes.iter().map(|s| s.parent).collect();
    assert_eq!(parents, [None, Some(0), None, Some(0), Some(0)]);
    assert_eq!(relations(&q.scopes[0]), ["s.t", "r k"]);
    assert_eq!(columns(&q.scopes[0]), ["id", "z", "a"]);
    assert_eq!(q.scopes[0].derived, [Ident::new("w"), Ident::new("o")]);
    assert_eq!(relations(&q.scopes[1]), ["l"]);
    assert_eq!(q.scopes[2].stars, [Some(Ident::new("n"))]);
    assert_eq!(columns(&q.scopes[3]), ["x", "u.id", "t.id"]);
    let names: Vec<String> = q.relations().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["s.t", "r", "l", "n", "u", "e"]);
}

#[test]
fn common_table_expressions_are_no_relations_where_they_are_visible() {
    let q = view("WITH a AS (SELECT 1 FROM a), b AS (SELECT * FROM a, b) SELECT * FROM a, b AS c, s.a, d");
    // Outside in: the query first. `a` is a relation in its own definition, `b` too, `s.a` always.
    assert_eq!(relations(&q.scopes[0]), ["s.a", "d"]);
    assert_eq!(q.scopes[0].derived, [Ident::new("a"), Ident::new("c")]);
    assert_eq!(relations(&q.scopes[1]), ["a"]);
    assert_eq!(relations(&q.scopes[2]), ["b"]);
    let q = view("WITH RECURSIVE a AS (SELECT 1 FROM b UNION SELECT 2 FROM a), b AS (SELECT 1) TABLE a");
    assert!(q.relations().is_empty());
    let q = view("SELECT (WITH a AS (SELECT 1) SELECT * FROM a) FROM a");
    assert_eq!(relations(&q.scopes[0]), ["a"]);
    assert!(relations(&q.scopes[1]).is_empty());
    let q = view("WITH a AS (SELECT 1) SELECT 1 FROM x UNION ALL (SELECT 2 FROM a ORDER BY z) ORDER BY y");
    assert_eq!((relations(&q.scopes[0]), columns(&q.scopes[0])), (vec!["x".to_owned()], vec![]));
    assert_eq!(columns(&q.scopes[1]), ["z"]);
}

#[test]
fn grouping_and_ordering_by_output_names_use_no_column() {
    let q = view(
        "SELECT date(x) AS d, count(*) n FROM t GROUP BY d, k HAVING max(h) > 1 ORDER BY n DESC, o, t.n",
    );
    assert_eq!(columns(&q.scopes[0]), ["x", "k", "h", "o", "t.n"]);
    let q =
        view("SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY p ORDER BY q) LIMIT (SELECT 1 FROM l)");
    assert_eq!(columns(&q.scopes[0]), ["a", "p", "q"]);
    assert_eq!(q.relations().len(), 2);
}

#[test]
fn output_names_are_the_servers() {
    let q = view(
        "SELECT a, t.b, c AS d, f(x), x::text, 'y'::int, 1, t.*, (r).g, COALESCE(a, b), CASE WHEN a THEN b END, \
         CASE WHEN a THEN 1 ELSE e END, EXISTS (SELECT), ARRAY[1], (SELECT z FROM u), (SELECT 1), now(), \
         CURRENT_DATE, a + b, EXTRACT(year FROM a), NULLIF(a, b), x COLLATE \"C\", ROW(1), m[1], GREATEST(1, 2)",
    );
    assert_eq!(
        output(&q),
        [
            "a",
            "b",
            "d",
            "f",
            "x",
            "int4",
            "?column?",
            "*",
            "g",
            "coalesce",
            "case",
            "e",
            "exists",
            "array",
            "z",
            "?column?",
            "now",
            "current_date",
            "?column?",
            "extract",
            "nullif",
            "x",
            "row",
            "m",
            "greatest"
        ]
    );
    assert_eq!(output(&view("VALUES (1, 2), (3, 4)")), ["column1", "column2"]);
    assert_eq!(output(&view("SELECT a FROM x UNION SELECT b FROM y")), ["a"]);
}

#[test]
fn filters_locks_and_types() {
    assert!(view("SELECT * FROM t WHERE a").filtered);
    assert!(view("SELECT * FROM a JOIN b USING (id)").filtered);
    for unbounded in [
        "SELECT * FROM t",
        "SELECT * FROM t WHERE true",
        "SELECT * FROM a LEFT JOIN b ON a.x = b.x",
        "SELECT * FROM a CROSS JOIN b",
        "SELECT * FROM a WHERE x UNION ALL SELECT * FROM b",
    ] {
        assert!(!view(unbounded).filtered, "{unbounded}");
    }
    let q = view(
        "SELECT a::s.ty FROM f(1) AS x(b int4range), XMLTABLE('/a' PASSING y COLUMNS c uuid) FOR UPDATE",
    );
    assert!(q.locks_rows);
    let types: Vec<String> = q.types.iter().map(ToString::to_string).collect();
    assert_eq!(types, ["int4range", "uuid", "s.ty"]);
}
