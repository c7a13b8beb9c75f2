//! Facts about the statements of a migration.

use crate::effects::fact::{Extent, Lock, RowWriteKind};
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::ir::table::TableAction;
use crate::name::QName;
use crate::plan::{MigrationInfo, Step};
use crate::policy::assertion::fact::FactType::{Bool, Level, List, Number, Op, Text};
use crate::policy::assertion::fact::Value;
use crate::schema::Schema;

use super::facts;

/// The modes of locks, from weak to strong.
const LOCKS: &[&str] = &[
    "access-share",
    "row-share",
    "row-exclusive",
    "share-update-exclusive",
    "share",
    "share-row-exclusive",
    "exclusive",
    "access-exclusive",
];

facts! { Statement;
    "op" Op, "its kind as reports name it: `create-index`, `alter-table`, …" => |_, s, _| s.stmt.op.kind().into_owned().into();
    "actions" List, "the actions of an `ALTER TABLE`: `add-column`, `set-not-null`, …" => |_, s, _| Value::list(actions(s));
    "table" Text, "the relation that it is about, qualified" => |_, s, _| main_relation(s).map(ToString::to_string).into();
    "schema" Text, "the schema of that" => |_, s, _| main_relation(s).and_then(|name| name.schema.as_ref()).into();
    "tables" List, "the relations that were there before the change set and that it locks" =>
        |_, s, _| Value::list(tables(s).map(|lock| &lock.relation));
    "lock" Level(LOCKS), "its strongest lock on a relation that was there before the change set" =>
        |_, s, _| tables(s).map(|lock| lock.mode).max().map(mode).into();
    "held_lock" Level(LOCKS), "the strongest lock on such a relation that its transaction holds already" =>
        |_, s, _| s.held.iter().map(|held| held.mode).max().map(mode).into();
    "rewrite" Bool, "whether it writes such a relation anew" => |_, s, _| any(s, |name| s.effects.rewrites(name)).into();
    "scan" Bool, "whether it reads such a relation in full" => |_, s, _| any(s, |name| s.effects.scans(name)).into();
    "index_build" Bool, "whether it builds an index over the rows of such a relation" =>
        |_, s, _| any(s, |name| s.effects.index_builds.iter().any(|b| b.table == *name)).into();
    "rows" Number, "the rows of the largest such relation, as a server estimates them, else unknown" =>
        |_, s, _| largest(s, |size| size.rows);
    "bytes" Number, "the bytes of the largest such relation, as a server has them, else unknown" =>
        |_, s, _| largest(s, |size| Some(size.bytes));
    "concurrently" Bool, "whether it says `CONCURRENTLY`" => |_, s, _| concurrently(&s.stmt.op).into();
    "cascade" Bool, "whether it says `CASCADE`" => |_, s, _| cascade(&s.stmt.op).into();
    "if_exists" Bool, "whether it says `IF EXISTS`" => |_, s, _| if_exists(&s.stmt.op).into();
    "if_not_exists" Bool, "whether it says `IF NOT EXISTS`" => |_, s, _| if_not_exists(&s.stmt.op).into();
    "in_transaction" Bool, "whether it runs in a transaction with others" => |_, s, _| s.in_transaction().into();
    "lock_timeout" Number, "the `lock_timeout` in force, in milliseconds" => |_, s, _| s.lock_timeout_ms.into();
    "statement_timeout" Number, "the `statement_timeout` in force, in milliseconds" => |_, s, _| s.statement_timeout_ms.into();
    "waits" Bool, "whether it waits for all older transactions, as `CONCURRENTLY` does" =>
        |_, s, _| s.effects.waits_for_transactions.into();
    "row_changes" List, "what it does to rows: `insert`, `update`, `delete`, `merge`, `copy`" => |_, s, _| Value::list(row_changes(s));
    "every_row" Bool, "whether it changes or adds rows without a bound" =>
        |_, s, _| s.effects.row_writes.iter().any(|write| write.extent == Extent::Unbounded).into();
    "loses_data" Bool, "whether something is lost for good" => |_, s, _| (!s.effects.data_loss.is_empty()).into();
    "breaks_code" Bool, "whether code for the schema before it can no longer do something" =>
        |_, s, _| (!s.effects.breaks.is_empty()).into();
    "fails" Bool, "whether it is certain to fail" => |_, s, _| (!s.errors.is_empty()).into();
    "analysed" Bool, "whether it could be read in full" => |_, s, _| s.stmt.op.is_analysed().into();
    "version" Text, "the version of its migration, where the layout has one" => version;
}

/// The relation that a statement is about: the one with the strongest lock, the first of these, and for one that it
/// makes that.
pub(in crate::policy) fn main_relation(step: &Step) -> Option<&QName> {
    let own = |lock: &&Lock| !matches!(lock.kind, ObjectKind::Index | ObjectKind::Sequence);
    let strongest = step.effects.locks.iter().filter(own).map(|lock| lock.mode).max();
    let locked = step.effects.locks.iter().filter(own).find(|lock| Some(lock.mode) == strongest);
    let made = step.changes.iter().find_map(|change| match &change.key {
        crate::schema::key::ObjectKey::Relation(name) if change.before.is_none() => Some(name),
        _ => None,
    });
    match step.stmt.op {
        DdlOp::CreateTable(_) => made.or(locked.map(|lock| &lock.relation)),
        _ => locked.map(|lock| &lock.relation).or(made),
    }
}

/// Locks on relations that were there before, indexes and sequences aside.
fn tables(step: &Step) -> impl Iterator<Item = &Lock> {
    step.existing_locks().filter(|lock| !matches!(lock.kind, ObjectKind::Index | ObjectKind::Sequence))
}

fn any(step: &Step, does: impl Fn(&QName) -> bool) -> bool {
    step.existing_locks().any(|lock| does(&lock.relation))
}

fn mode(mode: crate::ir::data::LockMode) -> &'static str {
    LOCKS.get(mode as usize).copied().unwrap_or("access-exclusive")
}

fn largest(
    step: &Step,
    number: impl Fn(&crate::schema::sizes::RelationSize) -> Option<u64>,
) -> Value<'static> {
    let mut largest = None;
    for lock in tables(step) {
        match step.size(&lock.relation).and_then(&number) {
            Some(size) => largest = largest.max(Some(size)),
            None => return Value::Unknown,
        }
    }
    largest.into()
}

fn version<'a>(_: &'a Schema, _: &'a Step, migration: &'a MigrationInfo) -> Value<'a> {
    migration.version.as_ref().into()
}

fn concurrently(op: &DdlOp) -> bool {
    match op {
        DdlOp::CreateIndex(i) => i.concurrently,
        DdlOp::Drop(d) => d.concurrently,
        DdlOp::Reindex(r) => r.concurrently,
        DdlOp::RefreshMatview(r) => r.concurrently,
        DdlOp::AlterTable(a) => a
            .actions
            .iter()
            .any(|(action, _)| matches!(action, TableAction::DetachPartition { concurrently: true, .. })),
        _ => false,
    }
}

fn cascade(op: &DdlOp) -> bool {
    match op {
        DdlOp::Drop(d) => d.cascade,
        DdlOp::Truncate(t) => t.cascade,
        DdlOp::Grant(g) => g.cascade,
        DdlOp::GrantRole(g) => g.cascade,
        DdlOp::DropOwned { cascade, .. } => *cascade,
        DdlOp::AlterTable(a) => a.actions.iter().any(|(action, _)| {
            matches!(
                action,
                TableAction::DropColumn { cascade: true, .. }
                    | TableAction::DropConstraint { cascade: true, .. }
            )
        }),
        _ => false,
    }
}

fn if_exists(op: &DdlOp) -> bool {
    match op {
        DdlOp::Drop(d) => d.if_exists,
        DdlOp::Rename(r) => r.if_exists,
        DdlOp::SetSchema(s) => s.if_exists,
        DdlOp::AlterTable(a) => {
            a.if_exists
                || a.actions.iter().any(|(action, _)| {
                    matches!(
                        action,
                        TableAction::DropColumn { if_exists: true, .. }
                            | TableAction::DropConstraint { if_exists: true, .. }
                    )
                })
        }
        _ => false,
    }
}

fn if_not_exists(op: &DdlOp) -> bool {
    match op {
        DdlOp::CreateTable(t) => t.if_not_exists,
        DdlOp::CreateIndex(i) => i.if_not_exists,
        DdlOp::CreateMatview(v) => v.if_not_exists,
        DdlOp::CreateSequence(s) => s.if_not_exists,
        DdlOp::CreateSchema(s) => s.if_not_exists,
        DdlOp::AlterTable(a) => a
            .actions
            .iter()
            .any(|(action, _)| matches!(action, TableAction::AddColumn { if_not_exists: true, .. })),
        _ => false,
    }
}

fn row_changes(step: &Step) -> Vec<&'static str> {
    let mut found = Vec::new();
    for write in &step.effects.row_writes {
        let name = match write.kind {
            RowWriteKind::Insert => "insert",
            RowWriteKind::Update => "update",
            RowWriteKind::Delete => "delete",
            RowWriteKind::Merge => "merge",
            RowWriteKind::Copy => "copy",
        };
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

fn actions(step: &Step) -> Vec<&'static str> {
    let DdlOp::AlterTable(alter) = &step.stmt.op else { return Vec::new() };
    let mut found = Vec::new();
    for (action, _) in &alter.actions {
        let name = action_name(action);
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// An action's name: its keywords.
fn action_name(action: &TableAction) -> &'static str {
    match action {
        TableAction::AddColumn { .. } => "add-column",
        TableAction::DropColumn { .. } => "drop-column",
        TableAction::AlterType { .. } => "alter-type",
        TableAction::Default { default: Some(_), .. } => "set-default",
        TableAction::Default { default: None, .. } => "drop-default",
        TableAction::NotNull { not_null: true, .. } => "set-not-null",
        TableAction::NotNull { not_null: false, .. } => "drop-not-null",
        TableAction::SetExpression { .. } => "set-expression",
        TableAction::DropExpression { .. } => "drop-expression",
        TableAction::AddIdentity { .. } => "add-identity",
        TableAction::SetIdentity { .. } => "set-identity",
        TableAction::DropIdentity { .. } => "drop-identity",
        TableAction::SetStatistics { .. } => "set-statistics",
        TableAction::ColumnOptions { .. } => "set-column-options",
        TableAction::SetStorage { .. } => "set-storage",
        TableAction::SetCompression { .. } => "set-compression",
        TableAction::AddConstraint(_) => "add-constraint",
        TableAction::AlterConstraint { .. } => "alter-constraint",
        TableAction::ValidateConstraint(_) => "validate-constraint",
        TableAction::DropConstraint { .. } => "drop-constraint",
        TableAction::TriggerState { .. } => "set-trigger-state",
        TableAction::RuleState { .. } => "set-rule-state",
        TableAction::RowSecurity(true) => "enable-row-level-security",
        TableAction::RowSecurity(false) => "disable-row-level-security",
        TableAction::ForceRowSecurity(true) => "force-row-level-security",
        TableAction::ForceRowSecurity(false) => "no-force-row-level-security",
        TableAction::ClusterOn(_) => "cluster-on",
        TableAction::SetLogged(true) => "set-logged",
        TableAction::SetLogged(false) => "set-unlogged",
        TableAction::SetTablespace(_) => "set-tablespace",
        TableAction::SetAccessMethod(_) => "set-access-method",
        TableAction::SetOptions(_) => "set-options",
        TableAction::ResetOptions(_) => "reset-options",
        TableAction::Inherit { add: true, .. } => "inherit",
        TableAction::Inherit { add: false, .. } => "no-inherit",
        TableAction::OfType(_) => "of-type",
        TableAction::OwnerTo(_) => "owner-to",
        TableAction::ReplicaIdentity(_) => "replica-identity",
        TableAction::AttachPartition { .. } => "attach-partition",
        TableAction::DetachPartition { .. } => "detach-partition",
        TableAction::ForeignOptions { .. } => "foreign-options",
        TableAction::Other(_) => "other",
    }
}

/// Whether a statement may be of this kind.
pub(in crate::policy) fn is_op(name: &str) -> bool {
    ops().any(|op| op == name)
}

/// The kinds of statements.
pub(in crate::policy) fn ops() -> impl Iterator<Item = String> {
    const WHOLE: &[&str] = &[
        "create-table-as",
        "create-foreign-table",
        "create-table",
        "create-index",
        "create-view",
        "create-materialized-view",
        "create-sequence",
        "alter-sequence",
        "create-type",
        "alter-type",
        "create-domain",
        "alter-domain",
        "create-function",
        "create-procedure",
        "create-trigger",
        "create-rule",
        "create-policy",
        "alter-policy",
        "grant",
        "revoke",
        "grant-role",
        "revoke-role",
        "alter-default-privileges",
        "create-role",
        "alter-role",
        "drop-owned",
        "reassign-owned",
        "create-schema",
        "create-extension",
        "alter-extension",
        "create-statistics",
        "create-publication",
        "alter-publication",
        "comment",
        "utility",
        "reindex",
        "cluster",
        "vacuum",
        "analyze",
        "refresh-materialized-view",
        "truncate",
        "insert",
        "update",
        "delete",
        "merge",
        "select",
        "copy",
        "lock-table",
        "begin",
        "commit",
        "rollback",
        "savepoint",
        "prepare-transaction",
        "set",
        "do",
        "call",
        "session",
        "not-analysed",
    ];
    let by_kind = ["create", "alter", "drop", "rename"].into_iter().flat_map(|verb| {
        ObjectKind::ALL
            .iter()
            .map(move |kind| format!("{verb}-{}", kind.keyword().to_ascii_lowercase().replace(' ', "-")))
    });
    WHOLE.iter().map(|op| (*op).to_owned()).chain(by_kind)
}
