//! Ways back, tried on a server: each right after its migration, on top of the history, with rows in the tables.
//!
//! In: a place, migrations in order, and for those under review the scripts that are meant to undo them. Out: for
//! each script how the database differs from what it was before the migration, and how its rows do; or the error
//! that it ended with. All migrations share one database. Where migration and script are one transaction each, they
//! are tried in a transaction that is rolled back (`block`), which costs next to nothing. What cannot be tried like
//! that, and what does not end as it should, is tried on a copy of the database, as the migration tool would run it
//! (`copy`); that has the last word.

mod block;
mod copy;
mod data;
mod stage;
mod state;

use std::collections::HashMap;

use crate::diff::residue::{Item, Weight};
use crate::name::{Ident, QName};
use crate::schema::Schema;

use super::front::Front;
use super::host::Host;
use super::link::Failure;
use super::observation::{SeenError, Trace};
use super::place::Place;
use super::rows::Memory;
use super::run_error::RunError;
use super::runner::{self, Options, Progress, Report, Script};
use stage::Rows;

/// A migration.
pub struct Case<'a> {
    /// The migration itself.
    pub up: Script<'a>,
    /// Ways back of it; none where it only gives context.
    pub ways: Option<Vec<Way<'a>>>,
}

/// Which of the ways back of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The generated one.
    Generated,
    /// The generated one between the scripts that keep data.
    Keeping,
    /// The one that a person wrote.
    Written,
}

/// A way back of a migration.
pub struct Way<'a> {
    /// Which one.
    pub kind: Kind,
    /// What runs before the migration, to keep data.
    pub before: Option<Script<'a>>,
    /// The way back itself.
    pub down: Script<'a>,
    /// What runs after it, to put data back.
    pub after: Option<Script<'a>>,
}

/// A finished run.
#[derive(Clone, Debug, Default)]
pub struct Proofs {
    /// The server's version as it names itself, for example `18.4`.
    pub server: String,
    /// Its major version.
    pub major: u16,
    /// For each migration under review, in order, what was seen.
    pub migrations: Vec<Proof>,
    /// Roles that were made because the server lacked them.
    pub stubbed_roles: Vec<String>,
    /// Extensions that the server lacks and whose `CREATE EXTENSION` was left out.
    pub skipped_extensions: Vec<String>,
}

/// What was seen of a migration and its ways back.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// The statement of the migration that the server refused; then no way back was tried.
    pub refused: Option<Refusal>,
    /// What the migration changes.
    pub change: Vec<Item>,
    /// What became of each of its ways back.
    pub ways: Vec<(Kind, Outcome)>,
    /// How many of the tables that migration and ways back touch had rows.
    pub filled: usize,
    /// Those that had none, with the reason.
    pub empty: Vec<(QName, String)>,
}

impl Proof {
    /// Takes over which tables had rows.
    fn note(&mut self, rows: &Rows) {
        self.filled = rows.filled.len();
        self.empty.clone_from(&rows.empty);
    }

    /// What became of one of the ways back, where it was tried.
    #[must_use]
    pub fn way(&self, kind: Kind) -> Option<&Outcome> {
        self.ways.iter().find(|(k, _)| *k == kind).map(|(_, outcome)| outcome)
    }
}

/// What became of a way back.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The statement that the server refused. What was to run before and after the script counts as a part of it.
    pub refused: Option<Refusal>,
    /// How the database differs from what it was before the migration.
    pub items: Vec<Item>,
    /// How rows, values and the positions of sequences do, where structures are alike.
    pub data: Vec<Drift>,
}

/// Rows, values or a position that are not what they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The table or sequence.
    pub relation: QName,
    /// The column, where it is about values of one.
    pub column: Option<Ident>,
    /// The difference as a sentence without a full stop.
    pub text: String,
}

impl Outcome {
    /// Whether everything is as it was.
    #[must_use]
    pub fn is_restored(&self) -> bool {
        self.refused.is_none() && self.items.is_empty() && self.data.is_empty()
    }

    /// Whether it is but for what may well be meant, such as values and the order of columns.
    fn is_plain(&self) -> bool {
        self.refused.is_none()
            && self.items.iter().all(|item| matches!(item.weight, Weight::Order | Weight::Kept))
    }
}

/// A statement that the server refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its place, as `file:line`.
    pub place: String,
    /// Its number within its script.
    pub statement: usize,
    /// What the server said.
    pub error: SeenError,
}

/// Tries ways back on a server, in databases that are made for it and dropped afterwards.
///
/// # Errors
/// When the server cannot be reached, refuses what the tool needs or goes away, when a statement takes too long,
/// and on Ctrl-C. Errors of the migrations and their ways back are in the proofs.
pub fn prove(
    host: &Host,
    cases: &[Case<'_>],
    options: &Options,
    report: Report<'_>,
) -> Result<Proofs, RunError> {
    runner::on_runtime(async {
        let mut place = Place::open(host, options.timeout).await?;
        let result = tokio::select! {
            result = with_place(&mut place, cases, options, report) => result,
            _ = tokio::signal::ctrl_c() => Err(RunError::Interrupted),
        };
        let left = place.leave(|name| cases.iter().any(|case| case.mentions(name))).await;
        let proofs = result?;
        left?;
        Ok(proofs)
    })
}

impl Case<'_> {
    fn mentions(&self, name: &str) -> bool {
        let ways = self.ways.iter().flatten();
        self.up.mentions(name) || ways.flat_map(Way::scripts).any(|s| s.mentions(name))
    }
}

impl<'a> Way<'a> {
    fn scripts(&self) -> impl Iterator<Item = &Script<'a>> {
        self.before.iter().chain([&self.down]).chain(&self.after)
    }
}

async fn with_place(
    place: &mut Place<'_>,
    cases: &[Case<'_>],
    options: &Options,
    report: Report<'_>,
) -> Result<Proofs, RunError> {
    let front = Front::open(place, options.clone()).await?;
    let mut prover = Prover { place, front, trace: Trace::default(), before: None, memory: Memory::new() };
    let mut proofs = Proofs {
        server: prover.place.version().to_owned(),
        major: prover.place.major(),
        ..Proofs::default()
    };
    for (index, case) in cases.iter().enumerate() {
        let path = case.up.file.path.as_str();
        report(Progress { done: index, total: cases.len(), path });
        proofs.migrations.extend(prover.case(case).await?);
    }
    let Prover { front, mut trace, .. } = prover;
    front.close(&mut trace).await;
    proofs.stubbed_roles = trace.stubbed_roles;
    proofs.skipped_extensions = trace.skipped_extensions;
    Ok(proofs)
}

/// A run under way.
struct Prover<'p, 'h> {
    place: &'p mut Place<'h>,
    /// The database in which every migration runs, one after the other.
    front: Front,
    trace: Trace,
    /// Its schema, where that is known.
    before: Option<Schema>,
    /// What was found out about rows.
    memory: Memory,
}

/// Statements that are left out, because the server lacks something, by their place in the migration.
type LeftOut = HashMap<usize, String>;

/// What became of something, or the error of the migration itself.
type Tried<T> = Result<T, Refusal>;

impl Prover<'_, '_> {
    async fn case(&mut self, case: &Case<'_>) -> Result<Option<Proof>, RunError> {
        let Some(ways) = &case.ways else {
            self.front.run(&case.up, self.place, &mut self.trace).await?;
            self.before = None;
            return Ok(None);
        };
        let before = match self.before.take() {
            Some(schema) => schema,
            None => state::schema(self.front.link()).await?,
        };
        let mut proof = Proof::default();
        if !ways.is_empty() {
            self.ways(case, ways, &before, &mut proof).await?;
        }
        let errors = self.trace.history_errors.len();
        self.front.run(&case.up, self.place, &mut self.trace).await?;
        if let Some(error) = self.trace.history_errors.get(errors) {
            let (place, statement) = (case.up.place(error.statement), error.statement);
            proof.refused = Some(Refusal { place, statement, error: error.error.clone() });
            proof.ways.clear();
        }
        let after = state::schema(self.front.link()).await?;
        proof.change = state::compare(&before, &after);
        self.before = Some(after);
        Ok(Some(proof))
    }

    /// Tries the ways back of a migration.
    async fn ways(
        &mut self,
        case: &Case<'_>,
        ways: &[Way<'_>],
        before: &Schema,
        proof: &mut Proof,
    ) -> Result<(), RunError> {
        let mut left_out = LeftOut::new();
        let mut tried = None;
        if block::is_able(case, ways) {
            tried = loop {
                match self.in_block(case, ways, before, &left_out).await? {
                    Err(refusal) if self.repaired(&case.up, &refusal, &mut left_out).await? => {}
                    tried => break tried.ok(),
                }
            };
        }
        if let Some(tried) = &tried {
            proof.note(&tried.rows);
        }
        let mut touched = None;
        if tried.is_none() {
            touched = self.touched(case, ways, before, &left_out).await?;
        }
        for (index, way) in ways.iter().enumerate() {
            let outcome = tried.as_ref().and_then(|tried| tried.outcomes.get(index));
            if let Some(outcome) = outcome.filter(|outcome| outcome.is_plain()) {
                proof.ways.push((way.kind, outcome.clone()));
                continue;
            }
            let rows = tried.as_ref().map(|tried| &tried.rows.wanted).or(touched.as_ref());
            let copied = loop {
                match self.on_copy(case, way, before, &left_out, rows).await? {
                    Err(refusal) if self.repaired(&case.up, &refusal, &mut left_out).await? => {}
                    // The migration alone has run; what is to keep data stands in its way.
                    Err(refusal) if way.before.is_some() && !proof.ways.is_empty() => {
                        let outcome = Outcome { refused: Some(refusal), ..Outcome::default() };
                        proof.ways.push((way.kind, outcome));
                        break None;
                    }
                    Err(refusal) => {
                        proof.refused = Some(refusal);
                        proof.ways.clear();
                        return Ok(());
                    }
                    Ok(copied) => break Some(copied),
                }
            };
            let Some(copied) = copied else { continue };
            if tried.is_none() {
                proof.note(&copied.rows);
            }
            proof.ways.extend(copied.outcomes.into_iter().map(|outcome| (way.kind, outcome)));
        }
        Ok(())
    }

    /// Whether what the server lacked has been made, or is left out.
    async fn repaired(
        &mut self,
        up: &Script<'_>,
        refusal: &Refusal,
        left_out: &mut LeftOut,
    ) -> Result<bool, RunError> {
        self.front.repair(up, refusal.statement, &refusal.error, self.place, left_out).await
    }
}

/// Why a script did not come to its end.
enum Stop {
    Refused(Refusal),
    Error(RunError),
}

impl Stop {
    /// A failure of a statement of a script.
    fn at(script: &Script<'_>, statement: usize, failure: Failure, options: &Options) -> Self {
        let statement = statement.min(script.statements.len().saturating_sub(1));
        let place =
            if script.statements.is_empty() { script.file.path.to_string() } else { script.place(statement) };
        match failure {
            Failure::Gone(reason) => Self::Error(RunError::Gone { place, reason }),
            Failure::Refused(error) if super::front::is_timeout(&error, script) => {
                Self::Error(RunError::Timeout { place, seconds: options.timeout.as_secs() })
            }
            Failure::Refused(error) => Self::Refused(Refusal { place, statement, error }),
        }
    }
}

impl From<RunError> for Stop {
    fn from(error: RunError) -> Self {
        Self::Error(error)
    }
}
