//! What the plan knows about one statement.

use serde::Serialize;

use crate::effects::Effects;
use crate::ir::Stmt;
use crate::ir::data::LockMode;
use crate::name::QName;
use crate::schema::error::SchemaError;
use crate::schema::model::Change;
use crate::schema::sizes::RelationSize;
use crate::text::{FileId, Span};

use super::deferred::PendingCheck;

/// One migration as the plan sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct MigrationInfo {
    /// Its file.
    pub file: FileId,
    /// The part of the file that is run forward.
    pub span: Span,
    /// Version, when the layout has one.
    pub version: Option<String>,
    /// Its place among all migrations, history included.
    pub index: usize,
    /// How its statements are grouped into transactions.
    pub transaction: TransactionMode,
}

/// How the statements of a migration are grouped into transactions, as reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TransactionMode {
    /// The runner puts the whole file into one transaction.
    Single,
    /// Each statement is its own transaction.
    None,
    /// The file itself says `BEGIN` and `COMMIT`.
    Explicit,
}

/// The transaction a statement runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionScope {
    /// By itself: its locks go when it ends.
    Own,
    /// In the transaction of this number (unique in a run), made by the runner.
    Runner(usize),
    /// In the transaction of this number, made by `BEGIN` in the file.
    Explicit(usize),
}

impl TransactionScope {
    /// The number of the transaction block, when there is one.
    #[must_use]
    pub const fn block(self) -> Option<usize> {
        match self {
            Self::Own => None,
            Self::Runner(id) | Self::Explicit(id) => Some(id),
        }
    }
}

/// How old a relation is, seen from the change set under review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lifetime {
    /// It was there before the change set: other sessions may use it.
    Existing,
    /// The change set made it: nobody else uses it yet.
    Created,
    /// A temporary relation: nobody else can use it.
    Temporary,
}

/// A lock taken by an earlier statement of the same transaction and still held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLock {
    /// The relation.
    pub relation: QName,
    /// The mode.
    pub mode: LockMode,
    /// The step that took it.
    pub step: usize,
}

/// One statement in its surroundings.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number in the run, from 0.
    pub index: usize,
    /// The migration it belongs to (index into the reviewed migrations).
    pub migration: usize,
    /// The change set it belongs to.
    pub change_set: usize,
    /// The statement.
    pub stmt: Stmt,
    /// What it does, with relations named as before the statement.
    pub effects: Effects,
    /// Errors that the server will raise, foreseen by the schema.
    pub errors: Vec<SchemaError>,
    /// The transaction around it.
    pub transaction: TransactionScope,
    /// Locks on existing relations held from earlier statements of the same transaction.
    pub held: Vec<HeldLock>,
    /// A check that the transaction has put off and that keeps the server from running the statement.
    pub pending_check: Option<PendingCheck>,
    /// For each lock of `effects.locks`, how old the relation is: seen from the change set, and whether it
    /// existed before this migration.
    pub lifetimes: Vec<(Lifetime, bool)>,
    /// For each lock of `effects.locks`, how big the relation is; empty when no server was asked.
    pub sizes: Vec<Option<RelationSize>>,
    /// The value of `lock_timeout` in force, in milliseconds; `None` when none was set or it is 0.
    pub lock_timeout_ms: Option<u64>,
    /// The value of `statement_timeout` in force, in milliseconds; `None` when none was set or it is 0.
    pub statement_timeout_ms: Option<u64>,
    /// What it changed; empty until the step is committed.
    pub changes: Vec<Change>,
}

impl Step {
    /// Whether it runs inside a transaction block, the runner's or its own.
    #[must_use]
    pub const fn in_transaction(&self) -> bool {
        self.transaction.block().is_some()
    }

    /// How big a relation is that the statement locks, with its partitions; `None` when that is not known.
    #[must_use]
    pub fn size(&self, relation: &QName) -> Option<&RelationSize> {
        let place = self.effects.locks.iter().position(|l| l.relation == *relation)?;
        self.sizes.get(place)?.as_ref()
    }

    /// Locks on relations that existed before the change set, with their modes.
    pub fn existing_locks(&self) -> impl Iterator<Item = &crate::effects::fact::Lock> {
        self.effects
            .locks
            .iter()
            .zip(&self.lifetimes)
            .filter(|(_, (lifetime, _))| *lifetime == Lifetime::Existing)
            .map(|(lock, _)| lock)
    }
}
