//! Every action of `ALTER TABLE`.

use super::table::{foreign_key, key};
use super::{Sample, col, con, e, id, ids, pairs, q, ty};
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::ir::table::{
    AlterTable, ColumnDef, ConstraintDef, ConstraintKind, FiringState, Identity, KeyConstraint,
    PartitionBound, ReplicaIdentity, TableAction, TriggerSelection,
};
use crate::ir::types::SequenceOptions;
use crate::text::Span;

/// `ALTER kind t` with one action.
fn one(kind: ObjectKind, action: TableAction) -> DdlOp {
    many(kind, vec![action])
}

pub(super) fn many(kind: ObjectKind, actions: Vec<TableAction>) -> DdlOp {
    DdlOp::AlterTable(AlterTable {
        kind,
        name: q("app.t"),
        if_exists: false,
        only: false,
        actions: actions.into_iter().map(|action| (action, Span::default())).collect(),
    })
}

fn on_table(action: TableAction) -> DdlOp {
    one(ObjectKind::Table, action)
}

pub(super) fn samples() -> Vec<Sample> {
    [statements(), columns(), identities(), constraints(), relations(), other_kinds()].concat()
}

pub(super) fn add(column: ColumnDef) -> TableAction {
    TableAction::AddColumn { column: Box::new(column), if_not_exists: false }
}

fn statements() -> Vec<Sample> {
    let several = AlterTable {
        kind: ObjectKind::Table,
        name: q("app.Users"),
        if_exists: true,
        only: true,
        actions: vec![
            (add(ColumnDef { not_null: true, default: Some(e("0")), ..col("n", "int4") }), Span::default()),
            (TableAction::DropColumn { name: id("old"), if_exists: true, cascade: true }, Span::default()),
        ],
    };
    vec![
        (
            DdlOp::AlterTable(several),
            "ALTER TABLE IF EXISTS ONLY app.\"Users\"\n    ADD COLUMN n integer DEFAULT 0 NOT NULL,\n    \
             DROP COLUMN IF EXISTS old CASCADE",
        ),
        (
            on_table(TableAction::AddColumn { column: Box::new(col("n", "int4")), if_not_exists: true }),
            "ALTER TABLE app.t ADD COLUMN IF NOT EXISTS n integer",
        ),
        (
            on_table(add(ColumnDef {
                constraints: vec![con(
                    None,
                    ConstraintKind::Unique(KeyConstraint { include: ids(&["m"]), ..key(&["n"]) }),
                )],
                ..col("n", "int4")
            })),
            "ALTER TABLE app.t\n    ADD COLUMN n integer,\n    ADD UNIQUE (n) INCLUDE (m)",
        ),
    ]
}

fn columns() -> Vec<Sample> {
    let column = || id("c");
    vec![
        (
            on_table(TableAction::AlterType {
                column: column(),
                data_type: ty("numeric(10,2)"),
                collation: None,
                using: Some(e("c::numeric")),
            }),
            "ALTER TABLE app.t ALTER COLUMN c TYPE numeric(10,2) USING c::numeric",
        ),
        (
            on_table(TableAction::AlterType {
                column: column(),
                data_type: ty("text"),
                collation: Some(q("C")),
                using: None,
            }),
            "ALTER TABLE app.t ALTER COLUMN c TYPE text COLLATE \"C\"",
        ),
        (
            on_table(TableAction::Default { column: column(), default: Some(e("'x'")) }),
            "ALTER TABLE app.t ALTER COLUMN c SET DEFAULT 'x'",
        ),
        (
            on_table(TableAction::Default { column: column(), default: None }),
            "ALTER TABLE app.t ALTER COLUMN c DROP DEFAULT",
        ),
        (
            on_table(TableAction::NotNull { column: column(), not_null: true }),
            "ALTER TABLE app.t ALTER COLUMN c SET NOT NULL",
        ),
        (
            on_table(TableAction::NotNull { column: column(), not_null: false }),
            "ALTER TABLE app.t ALTER COLUMN c DROP NOT NULL",
        ),
        (
            on_table(TableAction::SetExpression { column: column(), expr: e("a + 1") }),
            "ALTER TABLE app.t ALTER COLUMN c SET EXPRESSION AS (a + 1)",
        ),
        (
            on_table(TableAction::DropExpression { column: column(), if_exists: true }),
            "ALTER TABLE app.t ALTER COLUMN c DROP EXPRESSION IF EXISTS",
        ),
        (
            on_table(TableAction::SetStatistics { column: column(), target: Some(500) }),
            "ALTER TABLE app.t ALTER COLUMN c SET STATISTICS 500",
        ),
        (
            on_table(TableAction::SetStatistics { column: column(), target: None }),
            "ALTER TABLE app.t ALTER COLUMN c SET STATISTICS -1",
        ),
        (
            on_table(TableAction::ColumnOptions {
                column: column(),
                set: pairs(&[("n_distinct", "-0.5")]),
                reset: vec!["n_distinct_inherited".into()],
            }),
            "ALTER TABLE app.t\n    ALTER COLUMN c SET (n_distinct = -0.5),\n    \
             ALTER COLUMN c RESET (n_distinct_inherited)",
        ),
        (
            on_table(TableAction::SetStorage { column: column(), storage: id("default") }),
            "ALTER TABLE app.t ALTER COLUMN c SET STORAGE DEFAULT",
        ),
        (
            on_table(TableAction::SetCompression { column: column(), method: id("lz4") }),
            "ALTER TABLE app.t ALTER COLUMN c SET COMPRESSION lz4",
        ),
        (
            on_table(TableAction::SetCompression { column: column(), method: id("default") }),
            "ALTER TABLE app.t ALTER COLUMN c SET COMPRESSION DEFAULT",
        ),
    ]
}

fn identities() -> Vec<Sample> {
    let options = SequenceOptions {
        start: Some(10),
        cycle: Some(true),
        restart: Some(Some(20)),
        ..SequenceOptions::default()
    };
    vec![
        (
            on_table(TableAction::AddIdentity {
                column: id("c"),
                identity: Identity { always: false, options: Box::new(SequenceOptions::default()) },
            }),
            "ALTER TABLE app.t ALTER COLUMN c ADD GENERATED BY DEFAULT AS IDENTITY",
        ),
        (
            on_table(TableAction::SetIdentity {
                column: id("c"),
                always: Some(true),
                options: Box::new(options),
            }),
            "ALTER TABLE app.t ALTER COLUMN c SET GENERATED ALWAYS SET START WITH 10 SET CYCLE RESTART WITH 20",
        ),
        (
            on_table(TableAction::DropIdentity { column: id("c"), if_exists: true }),
            "ALTER TABLE app.t ALTER COLUMN c DROP IDENTITY IF EXISTS",
        ),
    ]
}

fn constraints() -> Vec<Sample> {
    let add = |def: ConstraintDef| on_table(TableAction::AddConstraint(Box::new(def)));
    let alter = |deferrability, enforced, no_inherit| {
        on_table(TableAction::AlterConstraint { name: id("k"), deferrability, enforced, no_inherit })
    };
    vec![
        (
            add(ConstraintDef {
                not_valid: true,
                ..con(Some("k"), ConstraintKind::ForeignKey(foreign_key(&["a"], "o", &["id"])))
            }),
            "ALTER TABLE app.t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES o (id) NOT VALID",
        ),
        (
            add(ConstraintDef {
                deferrable: true,
                ..con(
                    Some("pk"),
                    ConstraintKind::PrimaryKey(KeyConstraint {
                        using_index: Some(id("i")),
                        ..KeyConstraint::default()
                    }),
                )
            }),
            "ALTER TABLE app.t ADD CONSTRAINT pk PRIMARY KEY USING INDEX i DEFERRABLE",
        ),
        (
            add(ConstraintDef {
                no_inherit: true,
                not_valid: true,
                ..con(None, ConstraintKind::Check(e("a > 0")))
            }),
            "ALTER TABLE app.t ADD CHECK (a > 0) NO INHERIT NOT VALID",
        ),
        (
            alter(Some((true, true)), None, None),
            "ALTER TABLE app.t ALTER CONSTRAINT k DEFERRABLE INITIALLY DEFERRED",
        ),
        (
            alter(Some((true, false)), None, None),
            "ALTER TABLE app.t ALTER CONSTRAINT k DEFERRABLE INITIALLY IMMEDIATE",
        ),
        (alter(Some((false, false)), None, None), "ALTER TABLE app.t ALTER CONSTRAINT k NOT DEFERRABLE"),
        (alter(None, Some(false), None), "ALTER TABLE app.t ALTER CONSTRAINT k NOT ENFORCED"),
        (alter(None, None, Some(true)), "ALTER TABLE app.t ALTER CONSTRAINT k NO INHERIT"),
        (on_table(TableAction::ValidateConstraint(id("k"))), "ALTER TABLE app.t VALIDATE CONSTRAINT k"),
        (
            on_table(TableAction::DropConstraint { name: id("k"), if_exists: true, cascade: true }),
            "ALTER TABLE app.t DROP CONSTRAINT IF EXISTS k CASCADE",
        ),
    ]
}

fn relations() -> Vec<Sample> {
    let trigger = |which, state| on_table(TableAction::TriggerState { which, state });
    let replica = |identity| on_table(TableAction::ReplicaIdentity(identity));
    let detach = |concurrently, finalize| {
        on_table(TableAction::DetachPartition { partition: q("p"), concurrently, finalize })
    };
    vec![
        (
            trigger(TriggerSelection::Named(id("all")), FiringState::Disabled),
            "ALTER TABLE app.t DISABLE TRIGGER \"all\"",
        ),
        (trigger(TriggerSelection::All, FiringState::Enabled), "ALTER TABLE app.t ENABLE TRIGGER ALL"),
        (trigger(TriggerSelection::User, FiringState::Disabled), "ALTER TABLE app.t DISABLE TRIGGER USER"),
        (
            trigger(TriggerSelection::Named(id("g")), FiringState::Replica),
            "ALTER TABLE app.t ENABLE REPLICA TRIGGER g",
        ),
        (
            on_table(TableAction::RuleState { name: id("r"), state: FiringState::Always }),
            "ALTER TABLE app.t ENABLE ALWAYS RULE r",
        ),
        (on_table(TableAction::RowSecurity(true)), "ALTER TABLE app.t ENABLE ROW LEVEL SECURITY"),
        (on_table(TableAction::RowSecurity(false)), "ALTER TABLE app.t DISABLE ROW LEVEL SECURITY"),
        (on_table(TableAction::ForceRowSecurity(true)), "ALTER TABLE app.t FORCE ROW LEVEL SECURITY"),
        (on_table(TableAction::ForceRowSecurity(false)), "ALTER TABLE app.t NO FORCE ROW LEVEL SECURITY"),
        (on_table(TableAction::ClusterOn(Some(id("i")))), "ALTER TABLE app.t CLUSTER ON i"),
        (on_table(TableAction::ClusterOn(None)), "ALTER TABLE app.t SET WITHOUT CLUSTER"),
        (on_table(TableAction::SetLogged(true)), "ALTER TABLE app.t SET LOGGED"),
        (on_table(TableAction::SetLogged(false)), "ALTER TABLE app.t SET UNLOGGED"),
        (on_table(TableAction::SetTablespace(id("fast"))), "ALTER TABLE app.t SET TABLESPACE fast"),
        (
            on_table(TableAction::SetAccessMethod(Some(id("heap")))),
            "ALTER TABLE app.t SET ACCESS METHOD heap",
        ),
        (on_table(TableAction::SetAccessMethod(None)), "ALTER TABLE app.t SET ACCESS METHOD DEFAULT"),
        (
            on_table(TableAction::SetOptions(pairs(&[("fillfactor", "70"), ("user_catalog_table", "")]))),
            "ALTER TABLE app.t SET (fillfactor = 70, user_catalog_table)",
        ),
        (
            on_table(TableAction::ResetOptions(vec!["fillfactor".into(), "toast.autovacuum_enabled".into()])),
            "ALTER TABLE app.t RESET (fillfactor, toast.autovacuum_enabled)",
        ),
        (on_table(TableAction::Inherit { parent: q("s.p"), add: true }), "ALTER TABLE app.t INHERIT s.p"),
        (on_table(TableAction::Inherit { parent: q("s.p"), add: false }), "ALTER TABLE app.t NO INHERIT s.p"),
        (on_table(TableAction::OfType(Some(ty("row_type")))), "ALTER TABLE app.t OF row_type"),
        (on_table(TableAction::OfType(None)), "ALTER TABLE app.t NOT OF"),
        (on_table(TableAction::OwnerTo(id("Ann"))), "ALTER TABLE app.t OWNER TO \"Ann\""),
        (replica(ReplicaIdentity::Default), "ALTER TABLE app.t REPLICA IDENTITY DEFAULT"),
        (replica(ReplicaIdentity::Full), "ALTER TABLE app.t REPLICA IDENTITY FULL"),
        (replica(ReplicaIdentity::Nothing), "ALTER TABLE app.t REPLICA IDENTITY NOTHING"),
        (replica(ReplicaIdentity::Index(id("i"))), "ALTER TABLE app.t REPLICA IDENTITY USING INDEX i"),
        (
            on_table(TableAction::AttachPartition {
                partition: q("p"),
                bound: Some(PartitionBound::Default),
            }),
            "ALTER TABLE app.t ATTACH PARTITION p DEFAULT",
        ),
        (detach(true, false), "ALTER TABLE app.t DETACH PARTITION p CONCURRENTLY"),
        (detach(false, true), "ALTER TABLE app.t DETACH PARTITION p FINALIZE"),
    ]
}

fn other_kinds() -> Vec<Sample> {
    vec![
        (one(ObjectKind::CompositeType, add(col("n", "int4"))), "ALTER TYPE app.t ADD ATTRIBUTE n integer"),
        (
            one(
                ObjectKind::CompositeType,
                TableAction::DropColumn { name: id("n"), if_exists: true, cascade: false },
            ),
            "ALTER TYPE app.t DROP ATTRIBUTE IF EXISTS n",
        ),
        (
            one(
                ObjectKind::CompositeType,
                TableAction::AlterType {
                    column: id("n"),
                    data_type: ty("int8"),
                    collation: None,
                    using: None,
                },
            ),
            "ALTER TYPE app.t ALTER ATTRIBUTE n TYPE bigint",
        ),
        (
            one(ObjectKind::Index, TableAction::AttachPartition { partition: q("i"), bound: None }),
            "ALTER INDEX app.t ATTACH PARTITION i",
        ),
        (
            one(ObjectKind::Index, TableAction::SetStatistics { column: id("2"), target: Some(9) }),
            "ALTER INDEX app.t ALTER COLUMN 2 SET STATISTICS 9",
        ),
        (
            one(ObjectKind::MaterializedView, TableAction::ClusterOn(Some(id("i")))),
            "ALTER MATERIALIZED VIEW app.t CLUSTER ON i",
        ),
        (one(ObjectKind::Sequence, TableAction::OwnerTo(id("ann"))), "ALTER SEQUENCE app.t OWNER TO ann"),
        (
            one(ObjectKind::View, TableAction::SetOptions(pairs(&[("security_barrier", "true")]))),
            "ALTER VIEW app.t SET (security_barrier = true)",
        ),
        (
            one(
                ObjectKind::ForeignTable,
                TableAction::ForeignOptions { column: None, sql: "OPTIONS (SET a 'b')".into() },
            ),
            "ALTER FOREIGN TABLE app.t OPTIONS (SET a 'b')",
        ),
        (
            one(
                ObjectKind::ForeignTable,
                TableAction::ForeignOptions { column: Some(id("c")), sql: "OPTIONS (DROP a)".into() },
            ),
            "ALTER FOREIGN TABLE app.t ALTER COLUMN c OPTIONS (DROP a)",
        ),
        (
            one(ObjectKind::Table, TableAction::Other("SET WITHOUT OIDS".into())),
            "ALTER TABLE app.t SET WITHOUT OIDS",
        ),
    ]
}
