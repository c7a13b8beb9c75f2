//! Which kinds of statements the cases cover: every variant of the operations, of what they nest, and every
//! pair of verb and kind of object has at least one case, or stands in a list with the reason.

use std::collections::BTreeSet;

use checkrail::ir::DdlOp;
use checkrail::ir::access::GrantTarget;
use checkrail::ir::data::{LockMode, Transaction};
use checkrail::ir::index::ReindexTarget;
use checkrail::ir::object::{MembershipChange, MiscAction, ObjectKind};
use checkrail::ir::table::{
    ConstraintKind, FiringState, PartitionBound, ReplicaIdentity, TableAction, TriggerSelection,
};
use checkrail::ir::types::{DomainAction, EnumAction, TypeKind};
use checkrail::parse;

use super::{predict, suite};

/// A function that names the variant of a value, and the list of all names: a new variant does not compile
/// until it has one.
macro_rules! names {
    ($function:ident, $all:ident, $type:ty, { $($pattern:pat => $name:literal,)* }) => {
        fn $function(value: &$type) -> &'static str {
            match value {
                $($pattern => $name,)*
            }
        }
        const $all: &[&str] = &[$($name),*];
    };
}

names!(op, OPS, DdlOp, {
    DdlOp::CreateTable(_) => "create table",
    DdlOp::AlterTable(_) => "alter table",
    DdlOp::CreateIndex(_) => "create index",
    DdlOp::CreateView(_) => "create view",
    DdlOp::CreateMatview(_) => "create materialized view",
    DdlOp::CreateSequence(_) => "create sequence",
    DdlOp::AlterSequence(_) => "alter sequence",
    DdlOp::CreateType(_) => "create type",
    DdlOp::AlterEnum(_) => "alter enum",
    DdlOp::CreateDomain(_) => "create domain",
    DdlOp::AlterDomain(_) => "alter domain",
    DdlOp::CreateFunction(_) => "create function",
    DdlOp::AlterFunction(_) => "alter function",
    DdlOp::CreateTrigger(_) => "create trigger",
    DdlOp::CreateRule(_) => "create rule",
    DdlOp::CreatePolicy(_) => "create policy",
    DdlOp::AlterPolicy(_) => "alter policy",
    DdlOp::Grant(_) => "grant",
    DdlOp::GrantRole(_) => "grant role",
    DdlOp::AlterDefaultPrivileges(_) => "alter default privileges",
    DdlOp::CreateRole(_) => "create role",
    DdlOp::AlterRole(_) => "alter role",
    DdlOp::DropOwned { .. } => "drop owned",
    DdlOp::ReassignOwned { .. } => "reassign owned",
    DdlOp::CreateSchema(_) => "create schema",
    DdlOp::CreateExtension(_) => "create extension",
    DdlOp::AlterExtension(_) => "alter extension",
    DdlOp::CreateStatistics(_) => "create statistics",
    DdlOp::CreatePublication(_) => "create publication",
    DdlOp::AlterPublication(_) => "alter publication",
    DdlOp::Comment(_) => "comment",
    DdlOp::Drop(_) => "drop",
    DdlOp::Rename(_) => "rename",
    DdlOp::SetSchema(_) => "set schema",
    DdlOp::OwnerTo(_) => "owner to",
    DdlOp::Misc(_) => "other objects",
    DdlOp::Reindex(_) => "reindex",
    DdlOp::Cluster(_) => "cluster",
    DdlOp::Vacuum(_) => "vacuum",
    DdlOp::RefreshMatview(_) => "refresh materialized view",
    DdlOp::Truncate(_) => "truncate",
    DdlOp::Insert(_) => "insert",
    DdlOp::Update(_) => "update",
    DdlOp::Delete(_) => "delete",
    DdlOp::Merge(_) => "merge",
    DdlOp::Select(_) => "select",
    DdlOp::Copy(_) => "copy",
    DdlOp::LockTable(_) => "lock table",
    DdlOp::Transaction(_) => "transaction",
    DdlOp::Set(_) => "set",
    DdlOp::Do(_) => "do",
    DdlOp::Call { .. } => "call",
    DdlOp::Session(_) => "session",
    DdlOp::Opaque(_) => "not read",
});

names!(action, ACTIONS, TableAction, {
    TableAction::AddColumn { .. } => "add column",
    TableAction::DropColumn { .. } => "drop column",
    TableAction::AlterType { .. } => "alter type",
    TableAction::Default { default: Some(_), .. } => "set default",
    TableAction::Default { default: None, .. } => "drop default",
    TableAction::NotNull { not_null: true, .. } => "set not null",
    TableAction::NotNull { not_null: false, .. } => "drop not null",
    TableAction::SetExpression { .. } => "set expression",
    TableAction::DropExpression { .. } => "drop expression",
    TableAction::AddIdentity { .. } => "add identity",
    TableAction::SetIdentity { .. } => "set identity",
    TableAction::DropIdentity { .. } => "drop identity",
    TableAction::SetStatistics { .. } => "set statistics",
    TableAction::ColumnOptions { .. } => "column options",
    TableAction::SetStorage { .. } => "set storage",
    TableAction::SetCompression { .. } => "set compression",
    TableAction::AddConstraint(_) => "add constraint",
    TableAction::AlterConstraint { deferrability: Some(_), .. } => "alter constraint: deferrable",
    TableAction::AlterConstraint { enforced: Some(_), .. } => "alter constraint: enforced",
    TableAction::AlterConstraint { .. } => "alter constraint: inherit",
    TableAction::ValidateConstraint(_) => "validate constraint",
    TableAction::DropConstraint { .. } => "drop constraint",
    TableAction::TriggerState { .. } => "trigger state",
    TableAction::RuleState { .. } => "rule state",
    TableAction::RowSecurity(true) => "enable row security",
    TableAction::RowSecurity(false) => "disable row security",
    TableAction::ForceRowSecurity(true) => "force row security",
    TableAction::ForceRowSecurity(false) => "no force row security",
    TableAction::ClusterOn(Some(_)) => "cluster on",
    TableAction::ClusterOn(None) => "set without cluster",
    TableAction::SetLogged(true) => "set logged",
    TableAction::SetLogged(false) => "set unlogged",
    TableAction::SetTablespace(_) => "set tablespace",
    TableAction::SetAccessMethod(Some(_)) => "set access method",
    TableAction::SetAccessMethod(None) => "set access method default",
    TableAction::SetOptions(_) => "set options",
    TableAction::ResetOptions(_) => "reset options",
    TableAction::Inherit { add: true, .. } => "inherit",
    TableAction::Inherit { add: false, .. } => "no inherit",
    TableAction::OfType(Some(_)) => "of type",
    TableAction::OfType(None) => "not of",
    TableAction::OwnerTo(_) => "owner to",
    TableAction::ReplicaIdentity(_) => "replica identity",
    TableAction::AttachPartition { bound: Some(_), .. } => "attach partition",
    TableAction::AttachPartition { bound: None, .. } => "attach index partition",
    TableAction::DetachPartition { finalize: true, .. } => "detach partition finalize",
    TableAction::DetachPartition { concurrently: true, .. } => "detach partition concurrently",
    TableAction::DetachPartition { .. } => "detach partition",
    TableAction::ForeignOptions { column: None, .. } => "foreign options",
    TableAction::ForeignOptions { column: Some(_), .. } => "foreign column options",
    TableAction::Other(_) => "other",
});

names!(constraint, CONSTRAINTS, ConstraintKind, {
    ConstraintKind::Check(_) => "check",
    ConstraintKind::NotNull(_) => "not null",
    ConstraintKind::PrimaryKey(_) => "primary key",
    ConstraintKind::Unique(_) => "unique",
    ConstraintKind::ForeignKey(_) => "foreign key",
    ConstraintKind::Exclude(_) => "exclude",
});

names!(bound, BOUNDS, PartitionBound, {
    PartitionBound::Default => "default",
    PartitionBound::Range { .. } => "range",
    PartitionBound::List(_) => "list",
    PartitionBound::Hash { .. } => "hash",
});

names!(identity, IDENTITIES, ReplicaIdentity, {
    ReplicaIdentity::Default => "default",
    ReplicaIdentity::Full => "full",
    ReplicaIdentity::Nothing => "nothing",
    ReplicaIdentity::Index(_) => "index",
});

names!(selection, SELECTIONS, TriggerSelection, {
    TriggerSelection::Named(_) => "named",
    TriggerSelection::All => "all",
    TriggerSelection::User => "user",
});

names!(state, STATES, FiringState, {
    FiringState::Enabled => "enable",
    FiringState::Disabled => "disable",
    FiringState::Replica => "enable replica",
    FiringState::Always => "enable always",
});

names!(domain, DOMAINS, DomainAction, {
    DomainAction::Default(Some(_)) => "set default",
    DomainAction::Default(None) => "drop default",
    DomainAction::NotNull(true) => "set not null",
    DomainAction::NotNull(false) => "drop not null",
    DomainAction::AddConstraint(_) => "add constraint",
    DomainAction::DropConstraint { .. } => "drop constraint",
    DomainAction::ValidateConstraint(_) => "validate constraint",
});

names!(transaction, TRANSACTIONS, Transaction, {
    Transaction::Begin { .. } => "begin",
    Transaction::Commit { .. } => "commit",
    Transaction::Rollback { .. } => "rollback",
    Transaction::Savepoint(_) => "savepoint",
    Transaction::Release(_) => "release",
    Transaction::RollbackTo(_) => "rollback to",
    Transaction::TwoPhase(_) => "two-phase",
});

names!(reindex, REINDEXES, ReindexTarget, {
    ReindexTarget::Index(_) => "index",
    ReindexTarget::Table(_) => "table",
    ReindexTarget::Schema(_) => "schema",
    ReindexTarget::Database => "database",
    ReindexTarget::System => "system",
});

names!(target, TARGETS, GrantTarget, {
    GrantTarget::Objects(_) => "objects",
    GrantTarget::AllInSchemas(_) => "all in schema",
});

names!(membership, MEMBERSHIPS, MembershipChange, {
    MembershipChange::Add => "add",
    MembershipChange::Drop => "drop",
    MembershipChange::Set => "set",
});

names!(lock_mode, LOCK_MODES, LockMode, {
    LockMode::AccessShare => "access share",
    LockMode::RowShare => "row share",
    LockMode::RowExclusive => "row exclusive",
    LockMode::ShareUpdateExclusive => "share update exclusive",
    LockMode::Share => "share",
    LockMode::ShareRowExclusive => "share row exclusive",
    LockMode::Exclusive => "exclusive",
    LockMode::AccessExclusive => "access exclusive",
});

names!(type_kind, TYPE_KINDS, TypeKind, {
    TypeKind::Enum(_) => "enum",
    TypeKind::Composite(_) => "composite",
    TypeKind::Range(_) => "range",
    TypeKind::Base(_) => "base",
    TypeKind::Shell => "shell",
});

names!(label, LABELS, EnumAction, {
    EnumAction::AddValue { neighbour: None, .. } => "add value",
    EnumAction::AddValue { neighbour: Some(_), .. } => "add value before or after",
    EnumAction::RenameValue { .. } => "rename value",
});

names!(kind, KINDS, ObjectKind, {
    ObjectKind::Table => "table",
    ObjectKind::ForeignTable => "foreign table",
    ObjectKind::View => "view",
    ObjectKind::MaterializedView => "materialized view",
    ObjectKind::Index => "index",
    ObjectKind::Sequence => "sequence",
    ObjectKind::CompositeType => "composite type",
    ObjectKind::Column => "column",
    ObjectKind::Constraint => "constraint",
    ObjectKind::Trigger => "trigger",
    ObjectKind::Rule => "rule",
    ObjectKind::Policy => "policy",
    ObjectKind::Type => "type",
    ObjectKind::Domain => "domain",
    ObjectKind::DomainConstraint => "domain constraint",
    ObjectKind::Function => "function",
    ObjectKind::Procedure => "procedure",
    ObjectKind::Routine => "routine",
    ObjectKind::Aggregate => "aggregate",
    ObjectKind::Schema => "schema",
    ObjectKind::Extension => "extension",
    ObjectKind::Role => "role",
    ObjectKind::Database => "database",
    ObjectKind::Tablespace => "tablespace",
    ObjectKind::Publication => "publication",
    ObjectKind::Subscription => "subscription",
    ObjectKind::Statistics => "statistics",
    ObjectKind::EventTrigger => "event trigger",
    ObjectKind::Language => "language",
    ObjectKind::Collation => "collation",
    ObjectKind::Conversion => "conversion",
    ObjectKind::Cast => "cast",
    ObjectKind::Operator => "operator",
    ObjectKind::OperatorClass => "operator class",
    ObjectKind::OperatorFamily => "operator family",
    ObjectKind::TextSearchConfiguration => "text search configuration",
    ObjectKind::TextSearchDictionary => "text search dictionary",
    ObjectKind::TextSearchParser => "text search parser",
    ObjectKind::TextSearchTemplate => "text search template",
    ObjectKind::ForeignDataWrapper => "foreign data wrapper",
    ObjectKind::Server => "server",
    ObjectKind::UserMapping => "user mapping",
    ObjectKind::AccessMethod => "access method",
    ObjectKind::Transform => "transform",
    ObjectKind::LargeObject => "large object",
    ObjectKind::Parameter => "parameter",
    ObjectKind::Other => "other",
});

/// What a statement covers: its variant, those of what it nests, and the pair of verb and kind of object.
fn covers(stmt: &DdlOp) -> Vec<String> {
    let one = |of: &str, name: &str| vec![format!("{of}: {name}")];
    let mut found = match stmt {
        DdlOp::AlterTable(alter) => alter.actions.iter().flat_map(|(done, _)| of_action(done)).collect(),
        DdlOp::CreateTable(create) => {
            create.partition_of.iter().map(|(_, at)| format!("partition of: {}", bound(at))).collect()
        }
        DdlOp::AlterDomain(alter) => one("alter domain", domain(&alter.action)),
        DdlOp::AlterEnum(alter) => one("alter enum", label(&alter.action)),
        DdlOp::CreateType(create) => one("create type", type_kind(&create.kind)),
        DdlOp::Transaction(control) => one("transaction", transaction(control)),
        DdlOp::Reindex(r) if r.concurrently => one("reindex concurrently", reindex(&r.target)),
        DdlOp::Reindex(r) => one("reindex", reindex(&r.target)),
        DdlOp::LockTable(lock) => one("lock table", lock_mode(&lock.mode)),
        DdlOp::AlterPublication(alter) => one("alter publication", membership(&alter.action)),
        DdlOp::Grant(grant) => {
            let verb = if grant.grant { "grant" } else { "revoke" };
            [one(verb, target(&grant.target)), one("grant on", kind(&grant.kind))].concat()
        }
        DdlOp::Drop(drop) => one("drop", kind(&drop.kind)),
        DdlOp::Rename(rename) => one("rename", kind(&rename.kind)),
        DdlOp::SetSchema(set) => one("set schema", kind(&set.kind)),
        DdlOp::OwnerTo(owner) => one("owner to", kind(&owner.kind)),
        DdlOp::Comment(comment) => one("comment", kind(&comment.kind)),
        DdlOp::Misc(misc) => match misc.action {
            MiscAction::Create => one("create", kind(&misc.kind)),
            MiscAction::Alter | MiscAction::State(_) => one("alter", kind(&misc.kind)),
            MiscAction::Other => one("utility", misc.sql.split_whitespace().next().unwrap_or_default()),
        },
        DdlOp::Session(command) => one("session", command.verb),
        _ => Vec::new(),
    };
    found.push(op(stmt).to_owned());
    found
}

fn of_action(done: &TableAction) -> Vec<String> {
    let more = match done {
        TableAction::AddConstraint(def) => Some(format!("add constraint: {}", constraint(&def.kind))),
        TableAction::AttachPartition { bound: Some(at), .. } => Some(format!("attach: {}", bound(at))),
        TableAction::ReplicaIdentity(which) => Some(format!("replica identity: {}", identity(which))),
        TableAction::TriggerState { which, state: to } => {
            return vec![
                "alter table: trigger state".to_owned(),
                format!("trigger: {}", selection(which)),
                format!("trigger: {}", state(to)),
            ];
        }
        TableAction::RuleState { state: to, .. } => Some(format!("rule: {}", state(to))),
        _ => None,
    };
    more.into_iter().chain([format!("alter table: {}", action(done))]).collect()
}

/// All that there is to cover.
fn all() -> BTreeSet<String> {
    let nested: [(&str, &[&str]); 18] = [
        ("alter table", ACTIONS),
        ("add constraint", CONSTRAINTS),
        ("attach", BOUNDS),
        ("partition of", BOUNDS),
        ("replica identity", IDENTITIES),
        ("trigger", SELECTIONS),
        ("trigger", STATES),
        ("rule", STATES),
        ("alter domain", DOMAINS),
        ("alter enum", LABELS),
        ("create type", TYPE_KINDS),
        ("transaction", TRANSACTIONS),
        ("reindex", REINDEXES),
        ("reindex concurrently", REINDEXES),
        ("lock table", LOCK_MODES),
        ("alter publication", MEMBERSHIPS),
        ("grant", TARGETS),
        ("revoke", TARGETS),
    ];
    let verbs = ["grant on", "drop", "rename", "set schema", "owner to", "comment", "create", "alter"];
    let kinds = verbs.iter().map(|verb| (*verb, KINDS));
    let nested = nested.into_iter().chain(kinds);
    let nested = nested.flat_map(|(of, names)| names.iter().map(move |name| format!("{of}: {name}")));
    OPS.iter().map(ToString::to_string).chain(nested).collect()
}

/// What no case can cover, and why.
const EXCEPTIONS: &[(&str, &[&str], &str)] = &[
    (
        "alter",
        &[
            "access method",
            "aggregate",
            "cast",
            "column",
            "constraint",
            "conversion",
            "domain constraint",
            "language",
            "large object",
            "operator class",
            "parameter",
            "rule",
            "schema",
            "text search parser",
            "text search template",
            "transform",
        ],
        "PostgreSQL has no such statement",
    ),
    (
        "alter",
        &[
            "domain",
            "extension",
            "foreign table",
            "materialized view",
            "policy",
            "procedure",
            "publication",
            "role",
            "routine",
            "sequence",
            "table",
            "view",
        ],
        "an operation of its own: not among those without a model",
    ),
    ("alter", &["other"], "objects of other dialects"),
    ("alter", &["composite type"], "stands for the type in ALTER TYPE … ATTRIBUTE alone"),
    ("comment", &["parameter", "user mapping"], "PostgreSQL has no such statement"),
    (
        "comment",
        &["subscription"],
        "a copy of a database has no subscription, and the base cannot be copied while it has one",
    ),
    ("comment", &["other"], "objects of other dialects"),
    ("comment", &["composite type"], "stands for the type in ALTER TYPE … ATTRIBUTE alone"),
    (
        "create",
        &["column", "constraint", "domain constraint", "large object", "parameter", "routine"],
        "PostgreSQL has no such statement",
    ),
    (
        "create",
        &[
            "domain",
            "extension",
            "foreign table",
            "function",
            "index",
            "materialized view",
            "policy",
            "procedure",
            "publication",
            "role",
            "rule",
            "schema",
            "sequence",
            "statistics",
            "table",
            "trigger",
            "type",
            "view",
        ],
        "an operation of its own: not among those without a model",
    ),
    ("create", &["other"], "objects of other dialects"),
    ("create", &["composite type"], "stands for the type in ALTER TYPE … ATTRIBUTE alone"),
    (
        "drop",
        &["column", "constraint", "domain constraint", "large object", "parameter"],
        "PostgreSQL has no such statement",
    ),
    ("drop", &["other"], "objects of other dialects"),
    ("drop", &["composite type"], "stands for the type in ALTER TYPE … ATTRIBUTE alone"),
    (
        "grant on",
        &[
            "access method",
            "aggregate",
            "cast",
            "collation",
            "column",
            "constraint",
            "conversion",
            "domain constraint",
            "event trigger",
            "extension",
            "index",
            "operator",
            "operator class",
            "operator family",
            "policy",
            "publication",
            "role",
            "rule",
            "statistics",
            "subscription",
            "text search configuration",
            "text search dictionary",
            "text search parser",
            "text search template",
            "transform",
            "trigger",
            "user mapping",
        ],
        "PostgreSQL has no such statement",
    ),
    ("grant on", &["other"], "objects of other dialects"),
    ("grant on", &["foreign table", "materialized view", "view"], "said as GRANT ON TABLE"),
    ("grant on", &["composite type"], "stands for the type in ALTER TYPE … ATTRIBUTE alone"),
    (
        "owner to",
        &[
            "access method",
            "cast",
            "column",
            "constraint",
            "domain constraint",
            "extension",
            "parameter",
            "policy",
            "role",
            "rule",
            "text search parser",
            "text search template",
            "transform",
            "trigger",
            "user mapping",
        ],
        "PostgreSQL has no such statement",
    ),
    (
        "owner to",
        &["subscription"],
        "a copy of a database has no subscription, and the base cannot be copied while it has one",
    ),
    (
        "owner to",
        &["foreign table", "index", "materialized view", "sequence", "table", "view"],
        "an action of ALTER TABLE",
    ),
    ("owner to", &["other"], "objects of other dialects"),
    ("owner to", &["composite type"], "stands for the type in ALTER TYPE … ATTRIBUTE alone"),
    (
        "rename",
        &[
            "access method",
            "cast",
            "extension",
            "large object",
            "operator",
            "parameter",
            "transform",
            "user mapping",
        ],
        "PostgreSQL has no such statement",
    ),
    (
        "rename",
        &["subscription"],
        "a copy of a database has no subscription, and the base cannot be copied while it has one",
    ),
    ("rename", &["other"], "objects of other dialects"),
    ("rename", &["composite type"], "stands for the type in ALTER TYPE … ATTRIBUTE alone"),
    (
        "set schema",
        &[
            "access method",
            "cast",
            "column",
            "constraint",
            "database",
            "domain constraint",
            "event trigger",
            "foreign data wrapper",
            "index",
            "language",
            "large object",
            "parameter",
            "policy",
            "publication",
            "role",
            "rule",
            "schema",
            "server",
            "subscription",
            "tablespace",
            "transform",
            "trigger",
            "user mapping",
        ],
        "PostgreSQL has no such statement",
    ),
    ("set schema", &["other"], "objects of other dialects"),
    ("set schema", &["composite type"], "stands for the type in ALTER TYPE … ATTRIBUTE alone"),
];

#[test]
fn every_kind_of_statement_has_a_case() {
    let covered = parse::with_large_stack(|| {
        let cases = suite::cases();
        let of_case = |case: &suite::Case| covers(&predict::statement(&case.statements().1).op);
        cases.iter().flat_map(of_case).collect::<BTreeSet<String>>()
    })
    .expect("a thread");
    let excepted: BTreeSet<String> = EXCEPTIONS
        .iter()
        .flat_map(|(verb, names, _)| names.iter().map(move |name| format!("{verb}: {name}")))
        .collect();
    let absent = &(&all() - &covered) - &excepted;
    assert!(absent.is_empty(), "no case, and no reason for that in EXCEPTIONS: {absent:#?}");
    let idle: Vec<&String> =
        excepted.iter().filter(|what| covered.contains(*what) || !all().contains(*what)).collect();
    assert!(idle.is_empty(), "in EXCEPTIONS without need: {idle:#?}");
}
