//! Ways back, tried on a server: each right after its migration, on top of the history, with rows in the tables.
//!
//! In: a place, migrations in order, and for those under review the scripts that are meant to undo them. Out: for
//! each script how the database differs from what it was before the migration, and how its rows do; or the error
//! that it ended with. All migrations share one database. Where migration and script are one transaction each, they
//! are tried in a transaction that is rolled back ([`block`]), which costs next to nothing. What cannot be tried like
//! that, and what does not end as it should, is tried on a copy of the database, as the migration tool would run it
//! ([`copy`]); that has the last word.

mod block;
mod copy;
mod state;

use std::collections::HashMap;

use crate::diff::residue::Item;
use crate::schema::Schema;

use super::front::Front;
use super::host::Host;
use super::link::Failure;
use super::observation::{SeenError, Trace};
use super::place::Place;
use super::run_error::RunError;
use super::runner::{self, Options, Progress, Report, Script};

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
}

impl Proof {
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
}

impl Outcome {
    /// Whether everything is as it was.
    #[must_use]
    pub fn is_restored(&self) -> bool {
        self.refused.is_none() && self.items.is_empty()
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
        self.up.text.contains(name) || ways.flat_map(Way::scripts).any(|s| s.text.contains(name))
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
    let mut prover = Prover { place, front, trace: Trace::default(), before: None };
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
}

/// Statements that are left out, because the server lacks something, by their place in the migration.
type LeftOut = HashMap<usize, String>;

/// What became of the ways back, or the error of the migration itself.
type Tried = Result<Vec<Outcome>, Refusal>;

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
        let tried = if ways.is_empty() { Ok(Vec::new()) } else { self.ways(case, ways, &before).await? };
        let errors = self.trace.history_errors.len();
        self.front.run(&case.up, self.place, &mut self.trace).await?;
        let mut proof = Proof::default();
        match tried {
            Ok(outcomes) => proof.ways = ways.iter().map(|way| way.kind).zip(outcomes).collect(),
            Err(refusal) => proof.refused = Some(refusal),
        }
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
    async fn ways(&mut self, case: &Case<'_>, ways: &[Way<'_>], before: &Schema) -> Result<Tried, RunError> {
        let mut left_out = LeftOut::new();
        let tried = if block::is_able(case, ways) {
            loop {
                match self.in_block(case, ways, before, &left_out).await? {
                    Err(refusal) if self.repaired(&case.up, &refusal, &mut left_out).await? => {}
                    tried => break tried.ok(),
                }
            }
        } else {
            None
        };
        let mut outcomes = Vec::with_capacity(ways.len());
        for (index, way) in ways.iter().enumerate() {
            let outcome = tried.as_ref().and_then(|tried| tried.get(index));
            if let Some(outcome) = outcome.filter(|outcome| outcome.is_restored()) {
                outcomes.push(outcome.clone());
                continue;
            }
            let outcome = loop {
                match self.on_copy(case, way, before, &left_out).await? {
                    Err(refusal) if self.repaired(&case.up, &refusal, &mut left_out).await? => {}
                    Err(refusal) => return Ok(Err(refusal)),
                    Ok(outcome) => break outcome,
                }
            };
            outcomes.push(outcome);
        }
        Ok(Ok(outcomes))
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
        let place = match script.statements.is_empty() {
            true => script.file.path.to_string(),
            false => script.place(statement),
        };
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
