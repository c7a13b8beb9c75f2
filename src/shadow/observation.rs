//! What a server did when it ran migrations, as data.
//!
//! Out of `runner`, into `compare` and the reports. Relations carry the names that they had before the statement,
//! qualified; temporary ones are in the schema `pg_temp`. Toast tables, catalogs and relations that did not exist
//! before the statement are left out of locks, rewrites and scans.

use std::collections::BTreeSet;

use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::name::QName;
use crate::schema::Schema;

/// A finished run.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The server's version as it names itself, for example `18.4`.
    pub server: String,
    /// Its major version.
    pub major: u16,
    /// The major version that the user wanted, where the server is of another.
    pub asked: Option<u16>,
    /// For each traced migration, in order, what was seen of each of its statements.
    pub migrations: Vec<Vec<Seen>>,
    /// Statements of the history, and of the schema before it, that the server refused.
    pub history_errors: Vec<HistoryError>,
    /// Statements that left nothing on the server, by script and place: refused, not run, or rolled back with one
    /// that was refused.
    pub undone: BTreeSet<(usize, usize)>,
    /// The schema before the history as the server has it, where it refused a part of it.
    pub base: Option<Schema>,
    /// The database at the end.
    pub catalog: Catalog,
    /// Roles that were made because the server lacked them.
    pub stubbed_roles: Vec<String>,
    /// Extensions that the server lacks and whose `CREATE EXTENSION` was left out.
    pub skipped_extensions: Vec<String>,
}

/// What a server has after a run.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// The schema; `None` when it was not read.
    pub schema: Option<Schema>,
    /// What was in the database before anything ran, where it was not empty.
    pub before: Option<Schema>,
    /// Roles that the server had before, and those that were made for it.
    pub roles: BTreeSet<String>,
    /// What the login may not see, one sentence each.
    pub hidden: Vec<String>,
}

/// A refused statement of a migration that was not traced.
#[derive(Clone, Debug)]
pub struct HistoryError {
    /// Which of the scripts.
    pub script: usize,
    /// Which of its statements.
    pub statement: usize,
    /// What the server said.
    pub error: SeenError,
}

/// What is known about one statement.
#[derive(Clone, Debug)]
pub enum Seen {
    /// It ran, or the server refused it.
    Run(Box<Observed>),
    /// It was not run; the sentence says why.
    NotRun(String),
}

impl Seen {
    /// The observation, when there is one.
    #[must_use]
    pub fn run(&self) -> Option<&Observed> {
        match self {
            Self::Run(observed) => Some(observed),
            Self::NotRun(_) => None,
        }
    }
}

/// What a server did for one statement.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// How it was watched, which decides what can be missing here.
    pub method: Method,
    /// The strongest lock on each relation.
    pub locks: Vec<SeenLock>,
    /// With [`Method::Shared`]: the strongest locks that the transaction held already. A lock that is taken again
    /// cannot be seen.
    pub held: Vec<SeenLock>,
    /// With [`Method::LockStep`]: the tables whose locks were all seen.
    pub watched: Vec<QName>,
    /// Tables and materialized views with a new file.
    pub rewrites: Vec<QName>,
    /// Tables and materialized views that were read from end to end.
    pub scans: Vec<QName>,
    /// Indexes, of those that existed, that were built anew.
    pub index_builds: Vec<QName>,
    /// Relations that did not exist under this name before.
    pub created: Vec<(ObjectKind, QName)>,
    /// Relations that no longer exist under this name.
    pub dropped: Vec<(ObjectKind, QName)>,
    /// The error that it ended with.
    pub error: Option<SeenError>,
    /// Whether an earlier statement or migration had failed, so that the schema is not what it was meant to be.
    pub after_error: bool,
}

/// How a statement was watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// In a transaction of its own: every lock that it took is seen.
    #[default]
    Own,
    /// In one transaction with others, as its tool runs it: locks that the transaction held before are not seen
    /// again.
    Shared,
    /// Outside a transaction, stalled lock by lock: only locks on tables that it names are sure to be seen.
    LockStep,
}

impl Method {
    /// The name used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own-transaction",
            Self::Shared => "shared-transaction",
            Self::LockStep => "lock-step",
        }
    }
}

/// A lock that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenLock {
    /// The relation.
    pub relation: QName,
    /// What it is.
    pub kind: ObjectKind,
    /// The strongest mode.
    pub mode: LockMode,
}

/// An error that the server raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenError {
    /// SQLSTATE.
    pub sqlstate: String,
    /// The message.
    pub message: String,
    /// `DETAIL`, where there is one.
    pub detail: Option<String>,
    /// The table that it is about, where the server says so.
    pub table: Option<QName>,
}
