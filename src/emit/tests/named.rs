//! Statements on objects of any kind.

use super::{Sample, call, col, e, id, ids, pairs, q, ty};
use crate::ir::object::{
    AlterExtension, AlterPublication, Comment, CreateExtension, CreatePublication, CreateSchema,
    CreateStatistics, Drop, MembershipChange, Misc, MiscAction, ObjectKind, ObjectName, OwnerTo, Rename,
    SetSchema,
};
use crate::ir::table::CreateTable;
use crate::ir::{DdlOp, Opaque, OpaqueReason};
use crate::name::QName;

pub(super) fn samples() -> Vec<Sample> {
    [drops(), renames(), moves(), comments(), small_objects(), texts()].concat()
}

pub(super) fn drop(kind: ObjectKind, objects: Vec<ObjectName>) -> Drop {
    Drop { kind, objects, if_exists: false, cascade: false, concurrently: false }
}

fn of(name: &str) -> ObjectName {
    ObjectName::of(q(name))
}

fn part(relation: &str, name: &str) -> ObjectName {
    ObjectName::part(q(relation), id(name))
}

fn text(text: &str) -> ObjectName {
    ObjectName { text: Some(text.into()), ..ObjectName::of(QName::bare("")) }
}

fn drops() -> Vec<Sample> {
    let function = ObjectName { args: Some(vec![ty("int4")]), ..of("app.f") };
    let aggregate = ObjectName { args: Some(Vec::new()), ..of("agg") };
    vec![
        (
            DdlOp::Drop(Drop {
                if_exists: true,
                cascade: true,
                ..drop(ObjectKind::Table, vec![of("app.a"), of("B")])
            }),
            "DROP TABLE IF EXISTS app.a, \"B\" CASCADE",
        ),
        (
            DdlOp::Drop(Drop { concurrently: true, ..drop(ObjectKind::Index, vec![of("app.i")]) }),
            "DROP INDEX CONCURRENTLY app.i",
        ),
        (DdlOp::Drop(drop(ObjectKind::Index, vec![part("app.t", "i")])), "DROP INDEX app.i"),
        (DdlOp::Drop(drop(ObjectKind::Function, vec![function, of("g")])), "DROP FUNCTION app.f(integer), g"),
        (DdlOp::Drop(drop(ObjectKind::Aggregate, vec![aggregate])), "DROP AGGREGATE agg(*)"),
        (DdlOp::Drop(drop(ObjectKind::Trigger, vec![part("app.t", "g")])), "DROP TRIGGER g ON app.t"),
        (DdlOp::Drop(drop(ObjectKind::Policy, vec![part("t", "My p")])), "DROP POLICY \"My p\" ON t"),
        (DdlOp::Drop(drop(ObjectKind::Cast, vec![text("(text AS int4)")])), "DROP CAST (text AS int4)"),
        (
            DdlOp::Drop(drop(ObjectKind::UserMapping, vec![text("FOR public SERVER s")])),
            "DROP USER MAPPING FOR public SERVER s",
        ),
        (DdlOp::Drop(drop(ObjectKind::Role, vec![of("a"), of("b")])), "DROP ROLE a, b"),
        (DdlOp::Drop(drop(ObjectKind::CompositeType, vec![of("k")])), "DROP TYPE k"),
        (
            DdlOp::Drop(Drop { cascade: true, ..drop(ObjectKind::Column, vec![part("t", "c")]) }),
            "ALTER TABLE t DROP COLUMN c CASCADE",
        ),
        (
            DdlOp::Drop(Drop { if_exists: true, ..drop(ObjectKind::Constraint, vec![part("t", "k")]) }),
            "ALTER TABLE t DROP CONSTRAINT IF EXISTS k",
        ),
        (
            DdlOp::Drop(drop(ObjectKind::DomainConstraint, vec![part("d", "k")])),
            "ALTER DOMAIN d DROP CONSTRAINT k",
        ),
    ]
}

pub(super) fn rename(kind: ObjectKind, object: ObjectName, relation_kind: Option<ObjectKind>) -> Rename {
    Rename { kind, object, relation_kind, to: id("New"), if_exists: false, only: false }
}

fn renames() -> Vec<Sample> {
    let function = ObjectName { args: Some(vec![ty("int4")]), ..of("f") };
    let plain = |kind, object, relation_kind| DdlOp::Rename(rename(kind, object, relation_kind));
    vec![
        (
            DdlOp::Rename(Rename { if_exists: true, ..rename(ObjectKind::Table, of("app.t"), None) }),
            "ALTER TABLE IF EXISTS app.t RENAME TO \"New\"",
        ),
        (
            plain(ObjectKind::Column, part("app.t", "Old"), Some(ObjectKind::Table)),
            "ALTER TABLE app.t RENAME COLUMN \"Old\" TO \"New\"",
        ),
        (
            plain(ObjectKind::Column, part("v", "a"), Some(ObjectKind::View)),
            "ALTER VIEW v RENAME COLUMN a TO \"New\"",
        ),
        (
            plain(ObjectKind::Column, part("k", "a"), Some(ObjectKind::CompositeType)),
            "ALTER TYPE k RENAME ATTRIBUTE a TO \"New\"",
        ),
        (plain(ObjectKind::Constraint, part("t", "k"), None), "ALTER TABLE t RENAME CONSTRAINT k TO \"New\""),
        (
            plain(ObjectKind::DomainConstraint, part("d", "k"), None),
            "ALTER DOMAIN d RENAME CONSTRAINT k TO \"New\"",
        ),
        (plain(ObjectKind::Trigger, part("t", "g"), None), "ALTER TRIGGER g ON t RENAME TO \"New\""),
        (plain(ObjectKind::Policy, part("t", "p"), None), "ALTER POLICY p ON t RENAME TO \"New\""),
        (plain(ObjectKind::Function, function, None), "ALTER FUNCTION f(integer) RENAME TO \"New\""),
        (plain(ObjectKind::Index, of("i"), None), "ALTER INDEX i RENAME TO \"New\""),
        (plain(ObjectKind::Role, of("r"), None), "ALTER ROLE r RENAME TO \"New\""),
    ]
}

fn moves() -> Vec<Sample> {
    vec![
        (
            DdlOp::SetSchema(SetSchema {
                kind: ObjectKind::MaterializedView,
                object: of("app.m"),
                schema: id("Other"),
                if_exists: true,
            }),
            "ALTER MATERIALIZED VIEW IF EXISTS app.m SET SCHEMA \"Other\"",
        ),
        (
            DdlOp::OwnerTo(OwnerTo {
                kind: ObjectKind::Schema,
                object: of("app"),
                owner: id("CURRENT_USER"),
            }),
            "ALTER SCHEMA app OWNER TO CURRENT_USER",
        ),
        (
            DdlOp::OwnerTo(OwnerTo { kind: ObjectKind::LargeObject, object: text("42"), owner: id("ann") }),
            "ALTER LARGE OBJECT 42 OWNER TO ann",
        ),
    ]
}

fn comments() -> Vec<Sample> {
    let on = |kind, object, text: Option<&str>| {
        DdlOp::Comment(Comment { kind, object, text: text.map(String::from) })
    };
    vec![
        (on(ObjectKind::Table, of("app.t"), Some("it's\nlong")), "COMMENT ON TABLE app.t IS 'it''s\nlong'"),
        (on(ObjectKind::Column, part("app.t", "A"), None), "COMMENT ON COLUMN app.t.\"A\" IS NULL"),
        (on(ObjectKind::Constraint, part("t", "k"), Some("")), "COMMENT ON CONSTRAINT k ON t IS ''"),
        (
            on(ObjectKind::DomainConstraint, part("d", "k"), Some("x")),
            "COMMENT ON CONSTRAINT k ON DOMAIN d IS 'x'",
        ),
        (on(ObjectKind::Role, of("App"), Some("x")), "COMMENT ON ROLE \"App\" IS 'x'"),
        (
            on(ObjectKind::OperatorClass, text("o USING btree"), Some("x")),
            "COMMENT ON OPERATOR CLASS o USING btree IS 'x'",
        ),
    ]
}

fn small_objects() -> Vec<Sample> {
    let table = CreateTable { name: Some(q("t")), columns: vec![col("a", "int4")], ..CreateTable::default() };
    let schema = |owner: Option<&str>, elements| {
        DdlOp::CreateSchema(CreateSchema {
            name: id("app"),
            if_not_exists: owner.is_none(),
            owner: owner.map(id),
            elements,
        })
    };
    let extension = |update, version: Option<&str>| {
        DdlOp::AlterExtension(AlterExtension { name: id("x"), update, version: version.map(String::from) })
    };
    let publication = CreatePublication {
        name: id("p"),
        all_tables: false,
        tables: vec![q("a"), q("s.b")],
        only: Vec::new(),
        parts: Vec::new(),
        schemas: ids(&["c"]),
        options: pairs(&[("publish", "insert, update")]),
    };
    let change = |action, tables: &[&str], schemas: &[&str], options: &[(&str, &str)]| {
        DdlOp::AlterPublication(Box::new(AlterPublication {
            name: id("p"),
            action,
            tables: tables.iter().map(|name| q(name)).collect(),
            only: Vec::new(),
            parts: Vec::new(),
            schemas: ids(schemas),
            options: pairs(options),
        }))
    };
    vec![
        (schema(None, Vec::new()), "CREATE SCHEMA IF NOT EXISTS app"),
        (
            schema(Some("ann"), vec![DdlOp::CreateTable(Box::new(table))]),
            "CREATE SCHEMA app AUTHORIZATION ann\n    CREATE TABLE t (\n        a integer\n    )",
        ),
        (
            DdlOp::CreateExtension(CreateExtension {
                name: id("uuid-ossp"),
                if_not_exists: true,
                schema: Some(id("ext")),
                version: Some("1.1".into()),
                cascade: true,
            }),
            "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" SCHEMA ext VERSION '1.1' CASCADE",
        ),
        (extension(true, None), "ALTER EXTENSION x UPDATE"),
        (extension(true, Some("2.0")), "ALTER EXTENSION x UPDATE TO '2.0'"),
        (extension(false, None), "-- text not kept: ALTER EXTENSION x"),
        (
            DdlOp::CreateStatistics(CreateStatistics {
                name: Some(q("app.s")),
                if_not_exists: true,
                kinds: ids(&["ndistinct", "mcv"]),
                exprs: vec![
                    crate::ir::expr::Expr::from(crate::ir::expr::ExprFacts {
                        shape: crate::ir::expr::ExprShape::Column(id("a")),
                        ..e("a").into_inner()
                    }),
                    e("a + b"),
                    call("lower(c)"),
                ],
                table: q("t"),
            }),
            "CREATE STATISTICS IF NOT EXISTS app.s (ndistinct, mcv) ON a, (a + b), lower(c) FROM t",
        ),
        (
            DdlOp::CreatePublication(Box::new(publication.clone())),
            "CREATE PUBLICATION p FOR TABLE a, s.b, TABLES IN SCHEMA c WITH (publish = 'insert, update')",
        ),
        (
            DdlOp::CreatePublication(Box::new(CreatePublication {
                all_tables: true,
                tables: Vec::new(),
                schemas: Vec::new(),
                options: Vec::new(),
                ..publication
            })),
            "CREATE PUBLICATION p FOR ALL TABLES",
        ),
        (
            change(MembershipChange::Add, &["a"], &["s"], &[]),
            "ALTER PUBLICATION p ADD TABLE a, TABLES IN SCHEMA s",
        ),
        (change(MembershipChange::Drop, &["a"], &[], &[]), "ALTER PUBLICATION p DROP TABLE a"),
        (change(MembershipChange::Set, &[], &["s"], &[]), "ALTER PUBLICATION p SET TABLES IN SCHEMA s"),
        (
            change(MembershipChange::Set, &[], &[], &[("publish", "insert")]),
            "ALTER PUBLICATION p SET (publish = 'insert')",
        ),
    ]
}

fn texts() -> Vec<Sample> {
    vec![
        (
            DdlOp::Misc(Misc {
                action: MiscAction::Create,
                kind: ObjectKind::Collation,
                object: Some(of("c")),
                sql: "CREATE COLLATION c (locale = 'C');".into(),
            }),
            "CREATE COLLATION c (locale = 'C')",
        ),
        (
            DdlOp::Opaque(Opaque {
                verb: "CREATE\nTHING".into(),
                object: None,
                reason: OpaqueReason::Unsupported("unknown".into()),
            }),
            "-- not analysed: CREATE THING",
        ),
    ]
}
