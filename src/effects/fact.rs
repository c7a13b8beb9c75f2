//! The facts that effects consist of.

use serde::Serialize;

use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::name::{Ident, QName};

/// Everything that one statement does. Relations are qualified. The order of `locks` is the order in which the
/// server takes them, as far as it was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// Locks on relations; the strongest mode for each relation.
    pub locks: Vec<Lock>,
    /// Relations whose file is written anew.
    pub rewrites: Vec<Rewrite>,
    /// Relations read in full, also for an index build, a validation or a rewrite.
    pub scans: Vec<Scan>,
    /// Indexes that are built or rebuilt over existing rows.
    pub index_builds: Vec<IndexBuild>,
    /// Rows written by `INSERT`, `UPDATE`, `DELETE`, `MERGE` and `COPY`.
    pub row_writes: Vec<RowWrite>,
    /// Set when the server refuses the statement inside a transaction block; the sentence says why.
    pub no_transaction: Option<&'static str>,
    /// Set when it ends the transaction that it runs in, as a procedure with `COMMIT` does; whether it certainly
    /// gets there. Inside a transaction block that is refused (2D000).
    pub ends_transaction: Option<bool>,
    /// Whether it waits for every transaction that is older than itself (the `CONCURRENTLY` forms).
    pub waits_for_transactions: bool,
    /// Errors that depend on the rows or on what the model cannot see; certain ones come from the schema.
    pub possible_errors: Vec<PossibleError>,
    /// What is lost for good.
    pub data_loss: Vec<DataLoss>,
    /// What code written for the schema before the statement can no longer do.
    pub breaks: Vec<Break>,
    /// Why these facts may be incomplete; empty when they are exact.
    pub uncertain: Vec<String>,
}

impl Effects {
    /// Adds a lock, keeping the strongest mode for each relation.
    pub fn lock(&mut self, relation: QName, kind: ObjectKind, mode: LockMode) {
        match self.locks.iter_mut().find(|l| l.relation == relation) {
            Some(lock) => lock.mode = lock.mode.max(mode),
            None => self.locks.push(Lock { relation, kind, mode }),
        }
    }

    /// The mode in which a relation is locked.
    #[must_use]
    pub fn lock_on(&self, relation: &QName) -> Option<LockMode> {
        self.locks.iter().find(|l| l.relation == *relation).map(|l| l.mode)
    }

    /// Adds a full scan, once for each relation and reason.
    pub fn scan(&mut self, relation: QName, reason: ScanReason) {
        let scan = Scan { relation, reason };
        if !self.scans.contains(&scan) {
            self.scans.push(scan);
        }
    }

    /// Adds a rewrite, once for each relation.
    pub fn rewrite(&mut self, relation: QName, reason: RewriteReason) {
        if self.rewrites.iter().all(|r| r.relation != relation) {
            self.rewrites.push(Rewrite { relation, reason });
        }
    }

    /// Whether a relation is read in full for any reason.
    #[must_use]
    pub fn scans(&self, relation: &QName) -> bool {
        self.scans.iter().any(|s| s.relation == *relation)
    }

    /// Whether a relation is rewritten.
    #[must_use]
    pub fn rewrites(&self, relation: &QName) -> bool {
        self.rewrites.iter().any(|r| r.relation == *relation)
    }
}

/// A lock on a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The relation.
    pub relation: QName,
    /// What it is.
    pub kind: ObjectKind,
    /// The mode.
    pub mode: LockMode,
}

/// A new file for a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// The relation.
    pub relation: QName,
    /// Why.
    pub reason: RewriteReason,
}

/// Why a relation is rewritten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RewriteReason {
    /// A new column whose default differs for each row: a volatile function, `serial`, identity.
    VolatileDefault(Ident),
    /// A new stored generated column, or a new expression for one.
    StoredGenerated(Ident),
    /// A new column whose domain has constraints.
    ConstrainedDomain(Ident),
    /// A type change that is not binary coercible.
    TypeChange(Ident),
    /// `SET LOGGED` or `SET UNLOGGED`.
    Persistence,
    /// `SET ACCESS METHOD`.
    AccessMethod,
    /// `SET TABLESPACE` copies the file.
    Tablespace,
    /// `CLUSTER`.
    Cluster,
    /// `VACUUM FULL`.
    VacuumFull,
    /// `REFRESH MATERIALIZED VIEW`.
    Refresh,
    /// `TRUNCATE`: the new file is empty.
    Truncate,
    /// `REINDEX`, for an index.
    Reindex,
}

/// A full read of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The relation.
    pub relation: QName,
    /// Why.
    pub reason: ScanReason,
}

/// Why a relation is read in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScanReason {
    /// To build an index.
    IndexBuild,
    /// To rebuild an index over a column whose type or collation changes, without a rewrite of the table.
    IndexRebuild,
    /// To check a `CHECK` constraint.
    Check(Ident),
    /// To check `NOT NULL` on a column.
    NotNull(Ident),
    /// To check a foreign key, on either side.
    ForeignKey(Ident),
    /// To check an exclusion constraint.
    Exclusion(Ident),
    /// To check a partition's bound.
    PartitionBound,
    /// To check that the default partition holds no rows of a new partition.
    DefaultPartition,
    /// To check the constraints of a domain.
    DomainConstraint,
    /// As part of a rewrite.
    Rewrite,
    /// Because a query reads it.
    Query,
    /// Because rows are changed without a `WHERE`.
    UnfilteredWrite,
    /// To fill or refresh a materialized view or a new table.
    Populate,
    /// `VACUUM` or `ANALYZE` (a sample).
    Maintenance,
}

/// An index built over existing rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexBuild {
    /// The table.
    pub table: QName,
    /// The index, when it has a name.
    pub index: Option<Ident>,
    /// Built without blocking writes.
    pub concurrently: bool,
}

/// Rows changed by a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowWrite {
    /// The table.
    pub table: QName,
    /// What happens to its rows.
    pub kind: RowWriteKind,
    /// Whether the number of rows is bounded by the statement itself (a `VALUES` list), bounded by a `WHERE`
    /// that is not known to select few, or every row.
    pub extent: Extent,
}

/// What happens to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the command of the same name")]
pub enum RowWriteKind {
    Insert,
    Update,
    Delete,
    Merge,
    Copy,
}

/// How many rows are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// A fixed number that stands in the statement.
    Fixed(usize),
    /// Those that a condition selects.
    Filtered,
    /// All of them, or as many as a query returns.
    Unbounded,
}

/// An error that may happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PossibleError {
    /// The server's SQLSTATE.
    pub sqlstate: &'static str,
    /// What the server would say.
    pub message: String,
    /// What it depends on.
    pub when: ErrorCondition,
}

/// What decides whether an error happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCondition {
    /// Happens as soon as the table has a row.
    AnyRow,
    /// Depends on the values in the rows.
    RowValues,
    /// Depends on objects that the model does not know.
    UnknownObjects,
    /// Depends on what is outside the database: the server's files and settings, its other databases, the session.
    Surroundings,
}

/// Something lost for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataLoss {
    /// The object, for example `public.users` or `public.users.email`.
    pub object: String,
    /// What is lost.
    pub what: LossKind,
}

/// What is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossKind {
    /// All rows of a table.
    Table,
    /// The values of a column.
    Column,
    /// Rows deleted or overwritten.
    Rows,
    /// Part of the values: a narrower type may cut or round them.
    Narrowing,
    /// The position of a sequence.
    SequencePosition,
}

/// Something that code for the old schema can no longer do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The object.
    pub object: String,
    /// What fails.
    pub kind: BreakKind,
}

/// How old code breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreakKind {
    /// A relation is gone or has another name.
    RelationGone {
        /// The new name, when it was renamed.
        renamed_to: Option<String>,
    },
    /// A column is gone or has another name.
    ColumnGone {
        /// The new name, when it was renamed.
        renamed_to: Option<String>,
    },
    /// Inserts that leave the column out fail.
    InsertWithoutColumn,
    /// Values that were accepted are refused now.
    ValuesRefused,
    /// A column's type is another one.
    TypeChanged,
    /// A function, type or enum label is gone or has another name.
    ObjectGone {
        /// The new name, when it was renamed.
        renamed_to: Option<String>,
    },
    /// Privileges are taken away.
    PrivilegeRevoked,
    /// Row-level security hides rows that were visible.
    RowsHidden,
}
