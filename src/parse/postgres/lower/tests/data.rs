//! Statements on rows.

use super::{lowered, op};
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::name::{Ident, QName};

#[test]
fn inserts() {
    let i = lowered!(Insert, "INSERT INTO s.t (a, \"B\") VALUES (1, now()), (DEFAULT, NULL)");
    assert_eq!((i.rows, i.columns.len(), i.values.len()), (Some(2), 2, 2));
    assert_eq!(i.values[0][1].sql, "now()");
    assert_eq!(i.query, crate::ir::expr::Query::default());
    assert_eq!(lowered!(Insert, "INSERT INTO t DEFAULT VALUES").rows, Some(1));

    let i = lowered!(
        Insert,
        "WITH q AS (DELETE FROM old WHERE x RETURNING *) INSERT INTO t (a) (SELECT b FROM q, u) ON CONFLICT (a) \
         DO UPDATE SET c = excluded.d RETURNING e"
    );
    assert_eq!(i.rows, None);
    assert!(i.on_conflict);
    assert_eq!(i.query.sql, "WITH q AS (DELETE FROM old WHERE x RETURNING *) (SELECT b FROM q, u)");
    assert_eq!(i.query.writes, [QName::bare("old")]);
    let names: Vec<String> = i.query.relations().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["u", "t", "old"]);

    // What a cell reads is known, although there is no source query.
    let i = lowered!(Insert, "INSERT INTO t VALUES ((SELECT max(id) FROM u))");
    assert_eq!((i.rows, i.query.sql.as_str(), i.query.relations().len()), (Some(1), "", 1));
}

#[test]
fn long_lists_keep_only_their_first_rows() {
    let rows = vec!["(1, 2, 3)"; 400].join(", ");
    let i = lowered!(Insert, &format!("INSERT INTO t VALUES {rows}"));
    assert_eq!((i.rows, i.values.len()), (Some(400), 333));
}

#[test]
fn updates_and_deletes() {
    let u = lowered!(
        Update,
        "WITH q AS (SELECT 1 AS id) UPDATE s.t AS x SET (a, b) = (1, DEFAULT), c = (SELECT d FROM q), (e, f) = \
         (SELECT 1, 2) FROM u WHERE x.id IN (SELECT id FROM q)"
    );
    let sql: Vec<(&str, &str)> = u.assignments.iter().map(|(c, e)| (c.as_str(), e.sql.as_str())).collect();
    assert_eq!(sql, [("a", "1"), ("b", "DEFAULT"), ("c", "(SELECT d FROM q)"), ("e", ""), ("f", "")]);
    assert!(u.query.filtered);
    // The name of a common table expression is no relation in the parts either.
    let filter = u.filter.unwrap();
    assert!(filter.relations.is_empty() && u.assignments[2].1.relations.is_empty());
    assert_eq!(filter.scopes[0].derived, [Ident::new("q")]);
    let names: Vec<String> = u.query.relations().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["s.t", "u"]);
    assert_eq!(u.query.scopes[0].relations[0].alias.as_deref(), Some("x"));

    let d = lowered!(Delete, "DELETE FROM ONLY t USING u WHERE t.a = u.a RETURNING t.*");
    assert!(d.query.filtered && d.filter.is_some());
    let d = lowered!(Delete, "DELETE FROM t WHERE true");
    assert!(!d.query.filtered);
    let d = lowered!(Delete, "DELETE FROM t WHERE CURRENT OF c");
    assert_eq!(d.filter.unwrap().sql, "CURRENT OF c");

    let m = lowered!(
        Merge,
        "MERGE INTO t USING (SELECT * FROM s) q ON t.a = q.a WHEN NOT MATCHED THEN DO NOTHING"
    );
    assert_eq!(m.query.relations().len(), 2);
}

#[test]
fn selects_with_effects() {
    let s = lowered!(
        Select,
        "SELECT setval('a.q', 1), nextval('r'), set_config('Search_Path', 'x', false), set_config('a', b, true)"
    );
    assert_eq!(s.sequences, [QName::qualified("a", "q"), QName::bare("r")]);
    assert_eq!((s.settings.len(), s.settings[0].name.as_str()), (1, "search_path"));
    assert_eq!((s.settings[0].values.as_slice(), s.settings[0].local), (&["x".to_owned()][..], false));
    let s = lowered!(Select, "WITH a AS (INSERT INTO t SELECT * FROM u RETURNING 1) SELECT * FROM a");
    assert_eq!((s.writes.len(), s.query.writes.len()), (1, 1));
}

#[test]
fn copy_truncate_lock() {
    let c = lowered!(Copy, "COPY s.t (a) FROM STDIN");
    assert!(c.from && c.table == Some(QName::qualified("s", "t")));
    let c = lowered!(Copy, "COPY (SELECT f(a) FROM t WHERE (b)) TO STDOUT (FORMAT csv)");
    assert_eq!(c.query.unwrap().sql, "SELECT f(a) FROM t WHERE (b)");
    let c = lowered!(Copy, "COPY (DELETE FROM t RETURNING a) TO STDOUT");
    assert_eq!(c.query.unwrap().writes, [QName::bare("t")]);
    let t = lowered!(Truncate, "TRUNCATE a, ONLY s.b RESTART IDENTITY CASCADE");
    assert!(t.restart_identity && t.cascade && t.tables.len() == 2);
    let l = lowered!(LockTable, "LOCK TABLE a, b IN SHARE ROW EXCLUSIVE MODE NOWAIT");
    assert!(l.nowait && l.mode == LockMode::ShareRowExclusive);
    assert_eq!(lowered!(LockTable, "LOCK t").mode, LockMode::AccessExclusive);
    assert!(matches!(op("TABLE t"), DdlOp::Select(_)));
}
