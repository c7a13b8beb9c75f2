//! What is known of expressions, queries and rows.

use super::one;
use crate::ir::DdlOp;
use crate::ir::data::{Delete, Insert, Update};
use crate::ir::expr::{Conjunct, Expr, ExprShape, Query};
use crate::ir::table::{ColumnDef, ConstraintKind};
use crate::name::{Dialect, Ident, QName};

/// The only column of a table.
fn column(definition: &str, dialect: Dialect) -> ColumnDef {
    let DdlOp::CreateTable(mut table) = one(&format!("CREATE TABLE t ({definition})"), dialect) else {
        panic!("{definition}")
    };
    table.columns.remove(0)
}

fn default(text: &str, dialect: Dialect) -> Expr {
    column(&format!("a int DEFAULT {text} NOT NULL"), dialect).default.unwrap()
}

fn check(text: &str) -> Expr {
    let column = column(&format!("a int CHECK ({text})"), Dialect::MySql);
    match &column.constraints[0].kind {
        ConstraintKind::Check(expr) => expr.clone(),
        other => panic!("{other:?}"),
    }
}

fn id(name: &str) -> Ident {
    Ident::new(name)
}

#[test]
fn shapes_of_defaults() {
    let literal = |text: &str| ExprShape::Literal(text.into());
    let call = |name: &str| ExprShape::Call(QName::bare(name));
    for (text, shape) in [
        ("1", literal("1")),
        ("-1.5", literal("-1.5")),
        ("'it\\'s'", literal("it's")),
        ("\"text\"", literal("text")),
        ("_utf8mb4'text'", literal("text")),
        ("b'01'", literal("01")),
        ("0x123", literal("0123")),
        ("NULL", ExprShape::Null),
        ("TRUE", ExprShape::Bool(true)),
        ("CURRENT_TIMESTAMP(6)", call("current_timestamp")),
        ("now()", call("now")),
        ("(UUID())", call("uuid")),
        ("(1 + 1)", ExprShape::Other),
    ] {
        assert_eq!(default(text, Dialect::MySql).shape, shape, "{text}");
    }
    assert_eq!(default("(strftime('%s','now'))", Dialect::Sqlite).shape, call("strftime"));
}

#[test]
fn one_spelling_for_one_expression() {
    let spellings = ["`a`>0 and LOWER( b )<>'x'", "a > 0 AND lower(`b`) <> 'x'"];
    for text in spellings {
        assert_eq!(check(text).sql, "a > 0 AND lower(b) <> 'x'");
    }
    assert_eq!(check("`order` > 0").sql, "`order` > 0");
}

#[test]
fn columns_functions_and_conjuncts() {
    let found = check("a IS NOT NULL AND 5 <= t.b AND c IN (1, 'x') AND d = 'y' AND length(e) > 1");
    let names: Vec<&str> = found.columns.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
    assert_eq!(found.columns[1].0, Some(id("t")));
    assert_eq!(found.functions, [QName::bare("length")]);
    let compare = |column: &str, op: &str, value: &str| Conjunct::Compare {
        column: id(column),
        op: op.into(),
        value: value.into(),
    };
    assert_eq!(
        found.conjuncts,
        [
            Conjunct::NotNull(id("a")),
            Conjunct::Other,
            Conjunct::In { column: id("c"), values: vec!["1".into(), "x".into()] },
            compare("d", "=", "y"),
            Conjunct::Other,
        ]
    );
    assert_eq!(
        check("a BETWEEN 1 AND 2 AND 5 > b").conjuncts,
        [compare("a", ">=", "1"), compare("a", "<=", "2"), compare("b", "<", "5")]
    );
}

fn view(query: &str) -> Query {
    match one(&format!("CREATE VIEW v AS {query}"), Dialect::MySql) {
        DdlOp::CreateView(view) => view.query,
        other => panic!("{other:?}"),
    }
}

#[test]
fn scopes_of_queries() {
    let query = view(
        "WITH c AS (SELECT x FROM base) SELECT a.id, b.*, count(*) n FROM s.a JOIN b AS bb ON a.id = bb.id, c \
         WHERE EXISTS (SELECT 1 FROM inside WHERE inside.k = a.k) ORDER BY n, z FOR UPDATE",
    );
    let relations: Vec<String> = query.relations().iter().map(ToString::to_string).collect();
    assert_eq!(relations, ["base", "s.a", "b", "inside"]);
    assert_eq!(query.output, [Some(id("id")), None, Some(id("n"))]);
    assert!(query.filtered && query.locks_rows);
    let main = query.scopes.iter().position(|scope| scope.relations.len() == 2).unwrap();
    assert_eq!(query.scopes[main].stars, [Some(id("b"))]);
    assert_eq!(query.scopes[main].derived, [id("c")]);
    assert_eq!(query.scopes[main].relations[1].alias, Some(id("bb")));
    let inside = query.scopes.iter().find(|scope| scope.relations.len() == 1 && scope.parent == Some(main));
    assert!(inside.unwrap().columns.contains(&(Some(id("a")), id("k"))));
    let columns: Vec<&str> =
        query.scopes.iter().flat_map(|s| &s.columns).map(|(_, name)| name.as_str()).collect();
    assert!(columns.contains(&"z") && !columns.contains(&"n"), "{columns:?}");
    assert_eq!(view("SELECT 1 FROM (SELECT 2) AS d").scopes[0].derived, [id("d")]);
    assert!(!view("SELECT a FROM t UNION SELECT b FROM u").filtered);
}

fn insert(text: &str, dialect: Dialect) -> Insert {
    match one(text, dialect) {
        DdlOp::Insert(insert) => *insert,
        other => panic!("{other:?}"),
    }
}

#[test]
fn inserts() {
    let rows = insert("INSERT INTO s.t (a, `B`) VALUES (1, 'x'), (2, NULL)", Dialect::MySql);
    assert_eq!((rows.table, rows.columns), (QName::qualified("s", "t"), vec![id("a"), id("B")]));
    assert_eq!((rows.rows, rows.values.len(), rows.on_conflict), (Some(2), 2, false));
    assert_eq!(rows.values[1][1].shape, ExprShape::Null);
    let many = insert(&format!("INSERT INTO t VALUES {}", vec!["(1, 2)"; 600].join(",")), Dialect::Sqlite);
    assert_eq!((many.rows, many.values.len()), (Some(600), 500));
    let query = insert("INSERT INTO t (a) SELECT b FROM u WHERE c", Dialect::MySql);
    assert_eq!((query.rows, query.query.sql.as_str()), (None, "SELECT b FROM u WHERE c"));
    assert!(query.query.filtered);
    for text in [
        "REPLACE INTO t VALUES (1)",
        "INSERT IGNORE INTO t VALUES (1)",
        "INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 2",
    ] {
        assert!(insert(text, Dialect::MySql).on_conflict, "{text}");
    }
    assert!(insert("INSERT OR REPLACE INTO t VALUES (1)", Dialect::Sqlite).on_conflict);
    let set = insert("INSERT INTO t SET a = 1, b = 2", Dialect::MySql);
    assert_eq!((set.columns, set.values[0].len()), (vec![id("a"), id("b")], 2));
    let defaults = insert("INSERT INTO t DEFAULT VALUES", Dialect::Sqlite);
    assert_eq!((defaults.rows, defaults.values.len()), (Some(1), 0));
}

#[test]
fn changes_of_rows() {
    let update = |text: &str, dialect| match one(text, dialect) {
        DdlOp::Update(update) => *update,
        other => panic!("{other:?}"),
    };
    let Update { table, assignments, filter, query, parts: _ } =
        update("UPDATE t SET a = b + 1 WHERE id IN (SELECT id FROM u)", Dialect::MySql);
    assert_eq!((table, assignments[0].0.clone()), (QName::bare("t"), id("a")));
    assert_eq!(filter.unwrap().relations, [QName::bare("u")]);
    assert!(query.filtered && query.sql.starts_with("UPDATE"));
    assert!(update("UPDATE t SET a = 1", Dialect::Sqlite).filter.is_none());
    let delete = |text: &str, dialect| match one(text, dialect) {
        DdlOp::Delete(delete) => *delete,
        other => panic!("{other:?}"),
    };
    let Delete { table, filter, .. } = delete("DELETE FROM s.t WHERE a < 5", Dialect::MySql);
    assert_eq!((table, filter.is_some()), (QName::qualified("s", "t"), true));
    assert_eq!(delete("DELETE a FROM a JOIN b ON a.x = b.x", Dialect::MySql).table, QName::bare("a"));
    assert!(delete("DELETE FROM t", Dialect::Sqlite).filter.is_none());
}
