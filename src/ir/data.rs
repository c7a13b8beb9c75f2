//! Statements on rows, sessions and transactions, as far as a review needs them.

use super::expr::{Expr, Query};
use crate::name::{Ident, QName};

/// `INSERT`.
#[derive(Clone, Debug, PartialEq)]
pub struct Insert {
    /// The table.
    pub table: QName,
    /// Columns listed; empty means all in order.
    pub columns: Vec<Ident>,
    /// Whether some of them stand for a part of a column (`point.x`, `list[1]`).
    pub parts: bool,
    /// Number of rows of a `VALUES` list; `None` when they come from a query.
    pub rows: Option<usize>,
    /// Cells of the `VALUES` list, kept only up to 1,000 cells in all.
    pub values: Vec<Vec<Expr>>,
    /// The source query, `WITH` included; empty for a plain `VALUES` list.
    pub query: Query,
    /// `ON CONFLICT`.
    pub on_conflict: bool,
    /// `OVERRIDING`.
    pub overriding: Option<Overriding>,
}

/// Whose values count for identity columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overriding {
    /// `OVERRIDING USER VALUE`: those of the sequence, whatever the statement gives.
    User,
    /// `OVERRIDING SYSTEM VALUE`: those of the statement, also for `GENERATED ALWAYS`.
    System,
}

/// `UPDATE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// The table.
    pub table: QName,
    /// Assigned columns with their expressions (empty `sql` for multi-column assignments from a query).
    pub assignments: Vec<(Ident, Expr)>,
    /// Whether some of them are to a part of a column (`point.x`, `list[1]`).
    pub parts: bool,
    /// `WHERE`, when there is one.
    pub filter: Option<Expr>,
    /// Everything read, `FROM` and sub-queries included.
    pub query: Query,
}

/// `DELETE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    /// The table.
    pub table: QName,
    /// `WHERE`, when there is one.
    pub filter: Option<Expr>,
    /// Everything read, `USING` and sub-queries included.
    pub query: Query,
}

/// `MERGE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// The target table.
    pub table: QName,
    /// Everything read.
    pub query: Query,
    /// `WHEN NOT MATCHED BY SOURCE` (17+).
    pub by_source: bool,
    /// `RETURNING` (17+).
    pub returning: bool,
}

/// `SELECT` and relatives that change no row by themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// The query.
    pub query: Query,
    /// Statements with effects inside `WITH`, as tables written.
    pub writes: Vec<QName>,
    /// Set for `SELECT setval('sequence', …)` and `nextval`: the sequences named.
    pub sequences: Vec<QName>,
    /// `set_config('name', 'value', is_local)` calls with literal arguments.
    pub settings: Vec<SetVariable>,
}

/// `COPY`.
#[derive(Clone, Debug, PartialEq)]
pub struct Copy {
    /// The table, when it is one.
    pub table: Option<QName>,
    /// `FROM` (true) or `TO`.
    pub from: bool,
    /// The query of `COPY (…) TO`.
    pub query: Option<Query>,
}

/// `TRUNCATE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Truncate {
    /// The tables.
    pub tables: Vec<QName>,
    /// Those of them that are written with `ONLY`.
    pub only: Vec<QName>,
    /// `RESTART IDENTITY`.
    pub restart_identity: bool,
    /// `CASCADE`.
    pub cascade: bool,
}

/// `LOCK TABLE`.
#[derive(Clone, Debug, PartialEq)]
pub struct LockTable {
    /// The tables.
    pub tables: Vec<QName>,
    /// Those of them that are written with `ONLY`.
    pub only: Vec<QName>,
    /// The mode.
    pub mode: LockMode,
    /// `NOWAIT`.
    pub nowait: bool,
}

/// The table-level lock modes, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is the mode of the same name in the documentation")]
pub enum LockMode {
    AccessShare,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}

impl LockMode {
    /// The documentation's name, upper case: `ACCESS EXCLUSIVE`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Whether two sessions cannot hold these modes on one relation at the same time (the documentation's
    /// table of conflicting lock modes).
    #[must_use]
    pub const fn conflicts(self, other: Self) -> bool {
        // One bit for each mode it conflicts with, in the order of the variants.
        const CONFLICTS: [u8; 8] = [
            0b1000_0000,
            0b1100_0000,
            0b1111_0000,
            0b1111_1000,
            0b1110_1100,
            0b1111_1100,
            0b1111_1110,
            0b1111_1111,
        ];
        CONFLICTS[self as usize] & (1 << other as usize) != 0
    }

    /// Whether `SELECT` waits for it.
    #[must_use]
    pub const fn blocks_reads(self) -> bool {
        self.conflicts(Self::AccessShare)
    }

    /// Whether `INSERT`, `UPDATE` and `DELETE` wait for it.
    #[must_use]
    pub const fn blocks_writes(self) -> bool {
        self.conflicts(Self::RowExclusive)
    }
}

impl std::fmt::Display for LockMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Transaction control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// `BEGIN`, `START TRANSACTION`.
    Begin {
        /// The modes, as they are written: `ISOLATION LEVEL SERIALIZABLE`, `READ ONLY`, `NOT DEFERRABLE`.
        modes: Vec<String>,
    },
    /// `COMMIT`, `END`.
    Commit {
        /// `AND CHAIN`.
        chain: bool,
    },
    /// `ROLLBACK`, `ABORT`.
    Rollback {
        /// `AND CHAIN`.
        chain: bool,
    },
    /// `SAVEPOINT`.
    Savepoint(Ident),
    /// `RELEASE SAVEPOINT`.
    Release(Ident),
    /// `ROLLBACK TO SAVEPOINT`.
    RollbackTo(Ident),
    /// `PREPARE TRANSACTION`, `COMMIT PREPARED`, `ROLLBACK PREPARED`.
    TwoPhase(String),
}

/// `SET` and `RESET`.
#[derive(Clone, Debug, PartialEq)]
pub struct SetVariable {
    /// Variable, lower case; `role`, `session authorization`, `constraints` and `transaction` too; `all` for
    /// `RESET ALL`.
    pub name: String,
    /// The values as text without quotes; empty for `RESET`, `TO DEFAULT` and `FROM CURRENT`.
    pub values: Vec<String>,
    /// `SET LOCAL`.
    pub local: bool,
}

/// Commands that change nothing a review looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCommand {
    /// The leading keyword, upper case.
    pub verb: &'static str,
}
