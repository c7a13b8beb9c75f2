//! Addressing objects, and what has no rows.

use super::{lowered, op};
use crate::ir::DdlOp;
use crate::ir::data::{SessionCommand, SetVariable, Transaction};
use crate::ir::object::{MembershipChange, MiscAction, ObjectKind};
use crate::ir::table::FiringState;
use crate::name::{Ident, QName};

#[test]
fn drop_addresses() {
    for (sql, kind, text) in [
        ("DROP TABLE s.t", ObjectKind::Table, "s.t"),
        ("DROP INDEX \"I\"", ObjectKind::Index, "I"),
        ("DROP TRIGGER g ON s.t", ObjectKind::Trigger, "s.t.g"),
        ("DROP POLICY p ON t", ObjectKind::Policy, "t.p"),
        ("DROP RULE r ON t", ObjectKind::Rule, "t.r"),
        ("DROP TYPE s.x", ObjectKind::Type, "s.x"),
        ("DROP FUNCTION s.f(int, OUT text)", ObjectKind::Function, "s.f(integer)"),
        ("DROP FUNCTION f", ObjectKind::Function, "f"),
        ("DROP FUNCTION f()", ObjectKind::Function, "f()"),
        ("DROP AGGREGATE a(int ORDER BY text)", ObjectKind::Aggregate, "a(integer, text)"),
        ("DROP OPERATOR s.+ (NONE, int)", ObjectKind::Operator, "s.+ (NONE, integer)"),
        ("DROP OPERATOR CLASS s.c USING gin", ObjectKind::OperatorClass, "s.c USING gin"),
        ("DROP CAST (int AS s.t)", ObjectKind::Cast, "(integer AS s.t)"),
        ("DROP TRANSFORM FOR int LANGUAGE l", ObjectKind::Transform, "FOR integer LANGUAGE l"),
        ("DROP USER MAPPING FOR \"B\" SERVER s", ObjectKind::UserMapping, "FOR \"B\" SERVER s"),
        ("DROP ROLE r", ObjectKind::Role, "r"),
        ("DROP DATABASE d", ObjectKind::Database, "d"),
        ("DROP SCHEMA s", ObjectKind::Schema, "s"),
        ("DROP TEXT SEARCH PARSER s.p", ObjectKind::TextSearchParser, "s.p"),
        ("DROP SUBSCRIPTION s", ObjectKind::Subscription, "s"),
        ("DROP TABLESPACE s", ObjectKind::Tablespace, "s"),
    ] {
        let drop = lowered!(Drop, sql);
        assert_eq!((drop.kind, drop.objects[0].to_string().as_str()), (kind, text));
    }
    let drop = lowered!(Drop, "DROP INDEX CONCURRENTLY IF EXISTS a, s.b CASCADE");
    assert!(drop.concurrently && drop.if_exists && drop.cascade && drop.objects.len() == 2);
    assert_eq!(
        op("DROP OWNED BY a, CURRENT_USER CASCADE"),
        DdlOp::DropOwned { roles: vec![Ident::new("a"), Ident::new("CURRENT_USER")], cascade: true }
    );
}

#[test]
fn comments() {
    for (sql, kind, object, text) in [
        ("COLUMN s.t.c IS 'it''s'", ObjectKind::Column, "s.t.c", Some("it's")),
        ("COLUMN t.c IS NULL", ObjectKind::Column, "t.c", None),
        ("CONSTRAINT c ON s.t IS ''", ObjectKind::Constraint, "s.t.c", None),
        ("CONSTRAINT c ON DOMAIN s.d IS 'x'", ObjectKind::DomainConstraint, "s.d.c", Some("x")),
        ("TRIGGER g ON t IS 'x'", ObjectKind::Trigger, "t.g", Some("x")),
        ("FUNCTION f(text[]) IS 'x'", ObjectKind::Function, "f(text[])", Some("x")),
        ("TYPE t IS 'x'", ObjectKind::Type, "t", Some("x")),
        ("LARGE OBJECT 42 IS 'x'", ObjectKind::LargeObject, "42", Some("x")),
        ("EXTENSION \"uuid-ossp\" IS 'x'", ObjectKind::Extension, "uuid-ossp", Some("x")),
    ] {
        let comment = lowered!(Comment, &format!("COMMENT ON {sql}"));
        assert_eq!(
            (comment.kind, comment.object.to_string().as_str(), comment.text.as_deref()),
            (kind, object, text)
        );
    }
}

#[test]
fn renames() {
    use ObjectKind as K;
    for (sql, kind, object, relation) in [
        ("TABLE IF EXISTS s.t RENAME TO x", K::Table, "s.t", None),
        ("TABLE t RENAME a TO x", K::Column, "t.a", Some(K::Table)),
        ("VIEW t RENAME COLUMN a TO x", K::Column, "t.a", Some(K::View)),
        ("TYPE t RENAME ATTRIBUTE a TO x", K::Column, "t.a", Some(K::CompositeType)),
        ("TABLE t RENAME CONSTRAINT a TO x", K::Constraint, "t.a", Some(K::Table)),
        ("DOMAIN s.d RENAME CONSTRAINT a TO x", K::DomainConstraint, "s.d.a", None),
        ("INDEX i RENAME TO x", K::Index, "i", None),
        ("POLICY p ON t RENAME TO x", K::Policy, "t.p", None),
        ("TRIGGER p ON t RENAME TO x", K::Trigger, "t.p", None),
        ("FUNCTION f(int) RENAME TO x", K::Function, "f(integer)", None),
        ("SCHEMA s RENAME TO x", K::Schema, "s", None),
        ("ROLE r RENAME TO x", K::Role, "r", None),
        ("TYPE s.e RENAME TO x", K::Type, "s.e", None),
        ("PUBLICATION p RENAME TO x", K::Publication, "p", None),
        ("OPERATOR FAMILY f USING btree RENAME TO x", K::OperatorFamily, "f USING btree", None),
    ] {
        let rename = lowered!(Rename, &format!("ALTER {sql}"));
        assert_eq!(
            (rename.kind, rename.object.to_string().as_str(), rename.relation_kind),
            (kind, object, relation),
            "{sql}"
        );
        assert_eq!((rename.to.as_str(), rename.if_exists), ("x", sql.contains("IF EXISTS")));
    }
}

#[test]
fn schemas_and_owners() {
    let op = lowered!(SetSchema, "ALTER FUNCTION a.f(int) SET SCHEMA b");
    assert_eq!((op.object.to_string().as_str(), op.schema.as_str()), ("a.f(integer)", "b"));
    let op = lowered!(SetSchema, "ALTER TABLE IF EXISTS a.t SET SCHEMA b");
    assert!(op.if_exists && op.kind == ObjectKind::Table);
    let op = lowered!(OwnerTo, "ALTER SCHEMA s OWNER TO SESSION_USER");
    assert_eq!((op.kind, op.owner.as_str()), (ObjectKind::Schema, "SESSION_USER"));
    let op = lowered!(OwnerTo, "ALTER OPERATOR + (int, int) OWNER TO \"Joe\"");
    assert_eq!((op.object.to_string().as_str(), op.owner.as_str()), ("+ (integer, integer)", "Joe"));
}

#[test]
fn schema_elements_are_statements() {
    let sql = "CREATE SCHEMA IF NOT EXISTS AUTHORIZATION joe";
    let schema = lowered!(CreateSchema, sql);
    assert_eq!((schema.name.as_str(), schema.owner.as_deref()), ("joe", Some("joe")));
    let sql = "CREATE SCHEMA s GRANT CREATE, USAGE ON SCHEMA s TO u \
               CREATE VIEW v AS SELECT a FROM t AS create_it CREATE TABLE t (a int)";
    let elements = lowered!(CreateSchema, sql).elements;
    let [DdlOp::Grant(_), DdlOp::CreateView(view), DdlOp::CreateTable(table)] = &elements[..] else {
        panic!()
    };
    assert_eq!(view.query.sql, "SELECT a FROM t AS create_it");
    assert_eq!(table.columns[0].span.slice(sql), "a int");
}

#[test]
fn extensions_and_publications() {
    let e =
        lowered!(CreateExtension, "CREATE EXTENSION IF NOT EXISTS \"x-y\" SCHEMA s VERSION '1.1' CASCADE");
    assert!(e.if_not_exists && e.cascade);
    assert_eq!((e.schema.as_deref(), e.version.as_deref()), (Some("s"), Some("1.1")));
    assert!(!lowered!(AlterExtension, "ALTER EXTENSION e DROP TABLE t").update);
    let p = lowered!(CreatePublication, "CREATE PUBLICATION p FOR TABLE a, ONLY s.b, TABLES IN SCHEMA c");
    assert_eq!((p.tables.len(), p.schemas.len(), p.all_tables), (2, 1, false));
    let p = lowered!(AlterPublication, "ALTER PUBLICATION p SET (publish = 'insert')");
    assert_eq!((p.action, p.options.len()), (MembershipChange::Set, 1));
    assert_eq!(lowered!(AlterPublication, "ALTER PUBLICATION p DROP TABLE t").action, MembershipChange::Drop);
}

#[test]
fn other_objects() {
    for (sql, action, kind, object) in [
        (
            "CREATE CAST (int AS s.t) WITHOUT FUNCTION",
            MiscAction::Create,
            ObjectKind::Cast,
            "(integer AS s.t)",
        ),
        (
            "CREATE AGGREGATE s.a (int) (sfunc = f, stype = int)",
            MiscAction::Create,
            ObjectKind::Aggregate,
            "s.a(integer)",
        ),
        (
            "ALTER EVENT TRIGGER e DISABLE",
            MiscAction::State(FiringState::Disabled),
            ObjectKind::EventTrigger,
            "e",
        ),
        ("ALTER SYSTEM SET x = 1", MiscAction::Other, ObjectKind::Parameter, "x"),
        ("SECURITY LABEL ON COLUMN t.c IS 'x'", MiscAction::Other, ObjectKind::Column, "t.c"),
        ("ALTER TRIGGER g ON t DEPENDS ON EXTENSION e", MiscAction::Alter, ObjectKind::Trigger, "t.g"),
        ("ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b", MiscAction::Other, ObjectKind::Table, "a"),
    ] {
        let misc = lowered!(Misc, sql);
        let text = misc.object.map(|o| o.to_string());
        assert_eq!((misc.action, misc.kind, text.as_deref(), &*misc.sql), (action, kind, Some(object), sql));
    }
    assert_eq!(lowered!(Misc, "ALTER SYSTEM RESET ALL").object, None);
}

#[test]
fn settings() {
    for (sql, name, values, local) in [
        ("SET search_path TO a, \"B\"", "search_path", vec!["a", "B"], false),
        ("SET LOCAL Lock_Timeout = '2s'", "lock_timeout", vec!["2s"], true),
        ("SET TIME ZONE INTERVAL '1' HOUR", "timezone", vec!["1"], false),
        ("SET x TO DEFAULT", "x", vec![], false),
        ("RESET ALL", "all", vec![], false),
        ("SET ROLE NONE", "role", vec!["none"], false),
        ("SET SESSION AUTHORIZATION 'x'", "session authorization", vec!["x"], false),
        ("SET CONSTRAINTS a, s.b IMMEDIATE", "constraints", vec!["immediate", "a", "s.b"], false),
        ("SET CONSTRAINTS ALL DEFERRED", "constraints", vec!["deferred", "all"], false),
        ("SET TRANSACTION READ ONLY, DEFERRABLE", "transaction", vec!["read only", "deferrable"], false),
        ("SET x = -1.5", "x", vec!["-1.5"], false),
    ] {
        let values = values.into_iter().map(str::to_owned).collect();
        assert_eq!(lowered!(Set, sql), SetVariable { name: name.to_owned(), values, local });
    }
}

#[test]
fn transactions_and_commands() {
    for (sql, expected) in [
        ("START TRANSACTION READ ONLY", Transaction::Begin { modes: vec!["READ ONLY".into()] }),
        (
            "BEGIN ISOLATION LEVEL repeatable read, NOT DEFERRABLE",
            Transaction::Begin {
                modes: vec!["ISOLATION LEVEL REPEATABLE READ".into(), "NOT DEFERRABLE".into()],
            },
        ),
        ("END AND CHAIN", Transaction::Commit { chain: true }),
        ("ABORT", Transaction::Rollback { chain: false }),
        ("ROLLBACK TO \"S\"", Transaction::RollbackTo(Ident::new("S"))),
        ("PREPARE TRANSACTION 'a''b'", Transaction::TwoPhase("PREPARE TRANSACTION 'a''b'".to_owned())),
    ] {
        assert_eq!(lowered!(Transaction, sql), expected);
    }
    assert_eq!(lowered!(Session, "MOVE c"), SessionCommand { verb: "MOVE" });
    assert_eq!(lowered!(Session, "EXPLAIN DELETE FROM t"), SessionCommand { verb: "EXPLAIN" });
    // Runs what it explains.
    let delete = lowered!(Delete, "EXPLAIN (ANALYZE, VERBOSE) DELETE FROM t");
    assert_eq!(delete.query.sql, "DELETE FROM t");
    assert_eq!(op("CALL s.p(1)"), DdlOp::Call { procedure: QName::qualified("s", "p") });
}
