//! The name of a statement's kind, as reports show it.

use std::borrow::Cow;

use super::DdlOp;
use super::data::Transaction;
use super::index::ReindexTarget;
use super::object::{MiscAction, ObjectKind};
use super::table::TableAction;

impl DdlOp {
    /// The kind in kebab case: `create-table`, `alter-table`, `drop-index`, `not-analysed`.
    #[must_use]
    pub fn kind(&self) -> Cow<'static, str> {
        let with = |verb: &str, kind: ObjectKind| {
            Cow::Owned(format!("{verb}-{}", kind.keyword().to_ascii_lowercase().replace(' ', "-")))
        };
        let fixed = match self {
            Self::CreateTable(t) if t.as_query.is_some() => "create-table-as",
            Self::CreateTable(t) if t.foreign_server.is_some() => "create-foreign-table",
            Self::CreateTable(_) => "create-table",
            Self::AlterTable(a) => return with("alter", a.kind),
            Self::CreateIndex(_) => "create-index",
            Self::CreateView(_) => "create-view",
            Self::CreateMatview(_) => "create-materialized-view",
            Self::CreateSequence(_) => "create-sequence",
            Self::AlterSequence(_) => "alter-sequence",
            Self::CreateType(_) => "create-type",
            Self::AlterEnum(_) => "alter-type",
            Self::CreateDomain(_) => "create-domain",
            Self::AlterDomain(_) => "alter-domain",
            Self::CreateFunction(f) if f.procedure => "create-procedure",
            Self::CreateFunction(_) => "create-function",
            Self::AlterFunction(f) => return with("alter", f.kind),
            Self::CreateTrigger(_) => "create-trigger",
            Self::CreateRule(_) => "create-rule",
            Self::CreatePolicy(_) => "create-policy",
            Self::AlterPolicy(_) => "alter-policy",
            Self::Grant(g) if g.grant => "grant",
            Self::Grant(_) => "revoke",
            Self::GrantRole(g) if g.grant => "grant-role",
            Self::GrantRole(_) => "revoke-role",
            Self::AlterDefaultPrivileges(_) => "alter-default-privileges",
            Self::CreateRole(_) => "create-role",
            Self::AlterRole(_) => "alter-role",
            Self::DropOwned { .. } => "drop-owned",
            Self::ReassignOwned { .. } => "reassign-owned",
            Self::CreateSchema(_) => "create-schema",
            Self::CreateExtension(_) => "create-extension",
            Self::AlterExtension(_) => "alter-extension",
            Self::CreateStatistics(_) => "create-statistics",
            Self::CreatePublication(_) => "create-publication",
            Self::AlterPublication(_) => "alter-publication",
            Self::Comment(_) => "comment",
            Self::Drop(d) => return with("drop", d.kind),
            Self::Rename(r) => return with("rename", r.kind),
            Self::SetSchema(s) => return with("alter", s.kind),
            Self::OwnerTo(o) => return with("alter", o.kind),
            Self::Misc(m) => match m.action {
                MiscAction::Create => return with("create", m.kind),
                MiscAction::Alter | MiscAction::State(_) => return with("alter", m.kind),
                MiscAction::Other => "utility",
            },
            Self::Reindex(_) => "reindex",
            Self::Cluster(_) => "cluster",
            Self::Vacuum(v) if v.vacuum => "vacuum",
            Self::Vacuum(_) => "analyze",
            Self::RefreshMatview(_) => "refresh-materialized-view",
            Self::Truncate(_) => "truncate",
            Self::Insert(_) => "insert",
            Self::Update(_) => "update",
            Self::Delete(_) => "delete",
            Self::Merge(_) => "merge",
            Self::Select(_) => "select",
            Self::Copy(_) => "copy",
            Self::LockTable(_) => "lock-table",
            Self::Transaction(t) => match t {
                Transaction::Begin { .. } => "begin",
                Transaction::Commit { .. } => "commit",
                Transaction::Rollback { .. } | Transaction::RollbackTo(_) => "rollback",
                Transaction::Savepoint(_) | Transaction::Release(_) => "savepoint",
                Transaction::TwoPhase(_) => "prepare-transaction",
            },
            Self::Set(_) => "set",
            Self::Do(_) => "do",
            Self::Call { .. } => "call",
            Self::Session(_) => "session",
            Self::Opaque(_) => "not-analysed",
        };
        Cow::Borrowed(fixed)
    }

    /// Whether the statement could be read in full: not [`DdlOp::Opaque`], and no part of a `DO` body unread.
    #[must_use]
    pub fn is_analysed(&self) -> bool {
        match self {
            Self::Opaque(_) => false,
            Self::Do(block) => block.unread.is_empty() && block.statements.iter().all(|n| n.op.is_analysed()),
            _ => true,
        }
    }

    /// Whether the server refuses the statement inside a transaction block whatever it is about, with the
    /// server's name for it. (Some more are refused only on partitioned relations; `effects` knows those.)
    #[must_use]
    pub fn transaction_refusal(&self) -> Option<&'static str> {
        match self {
            Self::CreateIndex(i) if i.concurrently => Some("CREATE INDEX CONCURRENTLY"),
            Self::Drop(d) if d.concurrently => Some("DROP INDEX CONCURRENTLY"),
            Self::Drop(d) if d.kind == ObjectKind::Database => Some("DROP DATABASE"),
            Self::Drop(d) if d.kind == ObjectKind::Tablespace => Some("DROP TABLESPACE"),
            Self::Reindex(r) if r.concurrently => Some("REINDEX CONCURRENTLY"),
            Self::Reindex(r) => match r.target {
                ReindexTarget::Schema(_) => Some("REINDEX SCHEMA"),
                ReindexTarget::Database => Some("REINDEX DATABASE"),
                ReindexTarget::System => Some("REINDEX SYSTEM"),
                ReindexTarget::Index(_) | ReindexTarget::Table(_) => None,
            },
            Self::Vacuum(v) if v.vacuum => Some("VACUUM"),
            Self::Cluster(c) if c.table.is_none() => Some("CLUSTER"),
            Self::Misc(m) if m.action == MiscAction::Create && m.kind == ObjectKind::Database => {
                Some("CREATE DATABASE")
            }
            Self::Misc(m) if m.action == MiscAction::Create && m.kind == ObjectKind::Tablespace => {
                Some("CREATE TABLESPACE")
            }
            Self::AlterTable(a) => a
                .actions
                .iter()
                .any(|(action, _)| matches!(action, TableAction::DetachPartition { concurrently: true, .. }))
                .then_some("ALTER TABLE ... DETACH CONCURRENTLY"),
            _ => None,
        }
    }
}
