//! Facts about expressions and types.

use super::lowered;
use crate::ir::expr::{Conjunct, Expr, ExprShape};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};

/// The filter of a `DELETE`.
fn expr(sql: &str) -> Expr {
    lowered!(Delete, &format!("DELETE FROM t WHERE {sql}")).filter.unwrap()
}

fn names(names: &[QName]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

fn columns(expr: &Expr) -> Vec<String> {
    let text = |(qualifier, name): &(Option<Ident>, Ident)| match qualifier {
        Some(q) => format!("{q}.{name}"),
        None => name.to_string(),
    };
    expr.columns.iter().map(text).collect()
}

#[test]
fn names_are_collected_once_and_in_order() {
    let e = expr(
        "lower(T.a) = 'x' AND s.F(a, NEW.b, pg_catalog.now()) AND c::int = CURRENT_DATE AND lower(a) > d::s.Ty",
    );
    assert_eq!(columns(&e), ["t.a", "a", "new.b", "c", "d"]);
    assert_eq!(names(&e.functions), ["lower", "s.f", "now", "current_date"]);
    assert_eq!(
        e.types,
        [TypeName::builtin("int4"), TypeName { name: QName::qualified("s", "ty"), ..TypeName::builtin("") }]
    );
}

#[test]
fn forms_with_keywords_are_functions() {
    let e = expr("EXTRACT(year FROM a AT TIME ZONE 'utc') > 1 OR a LIKE b ESCAPE '#' OR trim(a) = ''");
    assert_eq!(names(&e.functions), ["extract", "timezone", "like_escape", "btrim"]);
}

#[test]
fn sequences_are_read_from_strings() {
    let e =
        expr("a = nextval('s.\"Q\"\"x\"'::regclass) OR a = currval('B') OR nextval(x) > setval('c.d', 1)");
    assert_eq!(e.sequences, [QName::qualified("s", "Q\"x"), QName::bare("b"), QName::qualified("c", "d")]);
    assert!(expr("nextval('not a name') = 1").sequences.is_empty());
}

#[test]
fn shapes() {
    let shape = |sql: &str| {
        expr(&format!("a = {sql}")).sql.clone()
            + &format!(" {:?}", {
                let op = lowered!(AlterDomain, &format!("ALTER DOMAIN d SET DEFAULT {sql}"));
                match op.action {
                    crate::ir::types::DomainAction::Default(Some(e)) => e.shape.clone(),
                    other => panic!("{other:?}"),
                }
            })
    };
    for (sql, expected) in [
        ("NULL::int", "a = NULL::integer Null"),
        ("true", "a = true Bool(true)"),
        ("'f'::bool", "a = 'f'::boolean Bool(false)"),
        ("-1.5", "a = -1.5 Literal(\"-1.5\")"),
        ("'x'::varchar(3)::text", "a = 'x'::character varying(3)::text Literal(\"x\")"),
        ("c", "a = c Column(\"c\")"),
        ("now()", "a = now() Call(\"now\")"),
        ("current_user", "a = CURRENT_USER Call(\"current_user\")"),
        ("t.c", "a = t.c Other"),
        ("1 + 1", "a = 1 + 1 Other"),
    ] {
        assert_eq!(shape(sql), expected);
    }
    let e = lowered!(Update, "UPDATE t SET a = b::text");
    let cast = ExprShape::ColumnCast(Ident::new("b"), TypeName::builtin("text"));
    assert_eq!(e.assignments[0].1.shape, cast);
}

#[test]
fn conjuncts() {
    let compare = |column: &str, op: &str, value: &str| Conjunct::Compare {
        column: Ident::new(column),
        op: op.to_owned(),
        value: value.to_owned(),
    };
    let null = |column: &str| Conjunct::Null(Ident::new(column));
    let among = |column: &str, values: &[&str]| Conjunct::In {
        column: Ident::new(column),
        values: values.iter().map(|v| (*v).to_owned()).collect(),
    };
    for (sql, expected) in [
        (
            "a IS NOT NULL AND (b > 5 AND x >= '2024-01-01'::date)",
            vec![
                Conjunct::NotNull(Ident::new("a")),
                compare("b", ">", "5"),
                compare("x", ">=", "2024-01-01"),
            ],
        ),
        ("5 >= a AND '1' <> b", vec![compare("a", "<=", "5"), compare("b", "<>", "1")]),
        ("a BETWEEN 1 AND 9", vec![compare("a", ">=", "1"), compare("a", "<=", "9")]),
        ("a IN (1, 'x')", vec![among("a", &["1", "x"])]),
        ("s::text = ANY (ARRAY['a'::varchar, 'b']::text[])", vec![among("s", &["a", "b"])]),
        ("status::text = 'x'::text", vec![compare("status", "=", "x")]),
        ("active = false", vec![compare("active", "=", "false")]),
        // Not understood: the cast changes the comparison, the negation, a function, two columns, OR.
        ("a::date >= '2024-01-01'", vec![Conjunct::Other]),
        ("a NOT IN (1, 2)", vec![compare("a", "<>", "1"), compare("a", "<>", "2")]),
        ("a <> ALL (ARRAY[1])", vec![compare("a", "<>", "1")]),
        (
            "a NOT BETWEEN 1 AND 2",
            vec![Conjunct::Or(vec![vec![compare("a", "<", "1")], vec![compare("a", ">", "2")]])],
        ),
        ("a = ALL (ARRAY[1])", vec![Conjunct::Other]),
        ("a IN (1, b)", vec![Conjunct::Other]),
        ("lower(a) = 'x' AND a = b", vec![Conjunct::Other, Conjunct::Other]),
        ("a IS NULL OR b = c", vec![Conjunct::Other]),
        ("a IS NULL OR b = 1", vec![Conjunct::Or(vec![vec![null("a")], vec![compare("b", "=", "1")]])]),
        ("NOT a IS NULL", vec![Conjunct::NotNull(Ident::new("a"))]),
        (
            "NOT (a >= 1 AND a < 9)",
            vec![Conjunct::Or(vec![vec![compare("a", "<", "1")], vec![compare("a", ">=", "9")]])],
        ),
        ("NOT (a = 1 OR f(a))", vec![compare("a", "<>", "1"), Conjunct::Other]),
        ("a || b = 'c'", vec![Conjunct::Other]),
    ] {
        assert_eq!(expr(sql).conjuncts, expected, "{sql}");
    }
}

#[test]
fn sub_queries_keep_their_levels() {
    let e = expr(
        "o IN (SELECT m.o FROM s.m WHERE m.u = t.u AND EXISTS (SELECT FROM x AS y, (SELECT 1) z, f(q) \
         WHERE y.a = m.a AND z.b = t.b AND f.c = j.k))",
    );
    assert_eq!(names(&e.relations), ["s.m", "x"]);
    // Only what no level inside defines comes from outside.
    assert_eq!(columns(&e), ["o", "t.u", "t.b", "j.k"]);
    let parents: Vec<Option<usize>> = e.scopes.iter().map(|s| s.parent).collect();
    assert_eq!(parents, [None, Some(0), Some(0)]);
    assert_eq!(e.scopes[1].derived, [Ident::new("z"), Ident::new("f")]);
}

#[test]
fn types_are_resolved_and_printed() {
    let cases = [
        ("int", "int4", "integer"),
        ("decimal(10, 2)", "numeric(10,2)", "numeric(10,2)"),
        ("timestamp(3) with time zone", "timestamptz(3)", "timestamp(3) with time zone"),
        ("time", "time", "time without time zone"),
        ("char", "bpchar(1)", "character(1)"),
        ("bpchar", "bpchar", "bpchar"),
        ("\"char\"", "char", "\"char\""),
        ("interval day to second(3)", "interval(day to second,3)", "interval day to second(3)"),
        ("interval(3)", "interval(3)", "interval(3)"),
        ("text[][3]", "text[][]", "text[][]"),
        ("int ARRAY", "int4[]", "integer[]"),
        ("pg_catalog.\"int8\"", "int8", "bigint"),
        ("s.\"T\"(1, x)", "s.T(1,x)", "s.\"T\"(1,x)"),
        ("\"order\"", "order", "\"order\""),
        ("bigserial", "bigserial", "bigserial"),
        ("varbit", "varbit", "bit varying"),
    ];
    for (sql, catalog, printed) in cases {
        let table = lowered!(CreateTable, &format!("CREATE TABLE t (a {sql})"));
        let ty = table.columns[0].data_type.as_ref().unwrap();
        let modifiers = match &ty.modifiers[..] {
            [] => String::new(),
            list => format!("({})", list.join(",")),
        };
        assert_eq!(format!("{}{modifiers}{}", ty.name, "[]".repeat(ty.array.into())), catalog, "{sql}");
        assert_eq!(ty.sql(), printed, "{sql}");
    }
    let function =
        lowered!(CreateFunction, "CREATE FUNCTION f(a s.t.c%TYPE) RETURNS SETOF x LANGUAGE sql AS ''");
    assert_eq!(function.args[0].data_type.sql(), "s.t.c%TYPE");
    assert_eq!(function.returns.unwrap().sql(), "SETOF x");
}
