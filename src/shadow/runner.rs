//! Migrations run on a server through refinery, over sqlx.
//!
//! In: a place, scripts in order, options. Out: a [`Trace`]. Every layout is mapped to refinery's migrations;
//! refinery keeps the history and hands each script to [`AsyncTransaction::execute`], where it is run the way the
//! tool that owns it would: statement by statement, in that tool's transactions ([`Front`]). Where several
//! statements share a transaction, a second database that is kept in step runs each by itself, which shows every
//! lock ([`Twin`]).

use std::time::Duration;

use refinery_core::traits::r#async::{AsyncMigrate, AsyncQuery, AsyncTransaction};
use refinery_core::{Migration, Runner};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::front::Front;
use super::host::Host;
use super::link::Failure;
use super::observation::Trace;
use super::place::Place;
use super::run_error::RunError;
use super::twin::Twin;
use crate::ir::{DdlOp, Stmt};
use crate::plan::Wrap;
use crate::text::SourceFile;

/// What is ours in the database, out of the way of migrations.
pub(super) const OWN_SCHEMA: &str = "checkrail_shadow";
/// refinery's own table there.
const HISTORY: &str = "checkrail_shadow.refinery_schema_history";

/// One migration to run.
pub struct Script<'a> {
    /// Its place among all that run.
    pub index: usize,
    /// Its file, for places in messages.
    pub file: &'a SourceFile,
    /// The text that is sent, as long as the file, with placeholders replaced by names.
    pub text: String,
    /// What it is called, for refinery's history.
    pub name: String,
    /// How its tool puts transactions around its statements.
    pub wrap: Wrap,
    /// Its statements; their spans are places in `text`.
    pub statements: &'a [Stmt],
    /// Whether it is watched; what is not only gives context, and runs faster.
    pub traced: bool,
    /// Whether it makes what is there before the first migration. A role that the server has is there already then.
    pub before: bool,
}

impl Script<'_> {
    /// The text of a statement.
    pub(super) fn sql(&self, index: usize) -> &str {
        self.statements[index].span.slice(&self.text)
    }

    /// 1-based line of a statement.
    pub(super) fn line(&self, index: usize) -> u32 {
        self.file.line_col(self.statements[index].span.start).line
    }

    /// Whether a name occurs in it. Names that stand without quotes are folded by the server.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.text.contains(name) || self.text.to_lowercase().contains(&name.to_lowercase())
    }

    /// The roles that its statements make.
    pub(super) fn roles(&self) -> impl Iterator<Item = &str> {
        let own = self.statements.iter().map(|stmt| &stmt.op);
        let nested = self.statements.iter().filter_map(|stmt| match &stmt.op {
            DdlOp::Do(block) => Some(block.statements.iter().map(|nested| &nested.op)),
            _ => None,
        });
        own.chain(nested.flatten()).filter_map(|op| match op {
            DdlOp::CreateRole(role) => Some(role.name.as_str()),
            _ => None,
        })
    }

    /// `file:line` of a statement, for messages.
    #[must_use]
    pub fn place(&self, index: usize) -> String {
        format!("{}:{}", self.file.path, self.line(index))
    }
}

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Make roles that the server lacks, without login.
    pub stub_roles: bool,
    /// Leave out `CREATE EXTENSION` of extensions that the server lacks.
    pub skip_missing_extensions: bool,
    /// What one statement may take.
    pub timeout: Duration,
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// Migrations that have run.
    pub done: usize,
    /// All migrations.
    pub total: usize,
    /// The file that is about to run.
    pub path: &'a str,
}

/// Called before each migration.
pub type Report<'a> = &'a mut (dyn FnMut(Progress<'_>) + Send);

/// Runs scripts on a server, in databases that are made for it and dropped afterwards.
///
/// # Errors
/// When the server cannot be reached, refuses what the tool needs or goes away, when a statement takes too long,
/// and on Ctrl-C. Errors of statements are in the trace.
pub fn run(
    host: &Host,
    scripts: &[Script<'_>],
    options: &Options,
    report: Report<'_>,
) -> Result<Trace, RunError> {
    on_runtime(run_async(host, scripts, options, report))
}

/// Runs a future to its end.
pub(super) fn on_runtime<T>(future: impl Future<Output = Result<T, RunError>>) -> Result<T, RunError> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().map_err(|e| RunError::Internal(e.to_string()))?;
    let result = runtime.block_on(future);
    // A connection attempt that hangs must not keep the program.
    runtime.shutdown_background();
    result
}

async fn run_async(
    host: &Host,
    scripts: &[Script<'_>],
    options: &Options,
    report: Report<'_>,
) -> Result<Trace, RunError> {
    let mut place = Place::open(host, options.timeout).await?;
    let result = tokio::select! {
        result = with_place(&mut place, scripts, options, report) => result,
        _ = tokio::signal::ctrl_c() => Err(RunError::Interrupted),
    };
    let left = place.leave(|name| scripts.iter().any(|s| s.mentions(name))).await;
    let trace = result?;
    left?;
    Ok(trace)
}

async fn with_place(
    place: &mut Place<'_>,
    scripts: &[Script<'_>],
    options: &Options,
    report: Report<'_>,
) -> Result<Trace, RunError> {
    let trace = Trace { server: place.version().to_owned(), major: place.major(), ..Trace::default() };
    let front = Front::open(place, options.clone()).await?;
    let mut run = Run { place, front, twin: Twin::default(), scripts, next: 0, report, trace, failure: None };
    let migrations: Result<Vec<Migration>, _> = scripts.iter().enumerate().map(migration).collect();
    let migrations = migrations.map_err(|e| RunError::Internal(e.to_string()))?;
    let mut runner = Runner::new(&migrations);
    runner.set_migration_table_name(HISTORY);
    let outcome = runner.run_async(&mut run).await;
    if let Some(error) = run.failure {
        return Err(error);
    }
    outcome.map_err(|e| RunError::Internal(e.to_string()))?;
    let Run { mut front, twin, mut trace, place, .. } = run;
    twin.close(place).await?;
    front.read(place, &mut trace).await?;
    front.close(&mut trace).await;
    Ok(trace)
}

/// A script as refinery's migration. The order is ours, so versions are numbers from 1.
fn migration((index, script): (usize, &Script<'_>)) -> Result<Migration, refinery_core::Error> {
    let word = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let mut name: String = script.name.chars().map(word).take(200).collect();
    if name.is_empty() {
        name.push('_');
    }
    Migration::unapplied(&format!("V{}__{name}", index + 1), &script.text)
}

/// A run under way: the connection that refinery sees.
struct Run<'a, 'h> {
    place: &'a mut Place<'h>,
    front: Front,
    twin: Twin,
    scripts: &'a [Script<'a>],
    next: usize,
    report: Report<'a>,
    trace: Trace,
    /// What ended the run, for refinery hands on only its text.
    failure: Option<RunError>,
}

impl Run<'_, '_> {
    async fn execute(&mut self, queries: &[&str]) -> Result<(), RunError> {
        // refinery hands over its own statements alone, and migrations with the entry for its history.
        let [_, entry] = queries else {
            for query in queries {
                self.front.housekeeping("CREATE SCHEMA IF NOT EXISTS checkrail_shadow").await?;
                self.front.housekeeping(query).await?;
            }
            return Ok(());
        };
        let index = self.next;
        self.next += 1;
        let Some(script) = self.scripts.get(index) else {
            return Err(RunError::Internal("refinery ran a migration twice".to_owned()));
        };
        (self.report)(Progress { done: index, total: self.scripts.len(), path: script.file.path.as_str() });
        self.twin.prepare(script, &mut self.front, self.place).await?;
        let mut outcome = self.front.run(script, self.place, &mut self.trace).await?;
        if outcome.failed {
            // What had failed is rolled back here; the other database goes, so that both stay alike.
            self.twin.discard(self.place).await?;
        } else {
            self.twin.follow(script, self.place, &mut outcome.seen).await?;
            self.front.housekeeping(entry).await?;
        }
        if script.traced {
            self.trace.migrations.push(outcome.seen);
        }
        Ok(())
    }
}

/// refinery's view of a failure.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Stopped(String);

impl AsyncTransaction for Run<'_, '_> {
    type Error = Stopped;

    async fn execute<'a, T: Iterator<Item = &'a str> + Send + 'a>(
        &'a mut self,
        queries: T,
    ) -> Result<usize, Stopped> {
        let queries: Vec<&str> = queries.collect();
        match Run::execute(self, &queries).await {
            Ok(()) => Ok(queries.len()),
            Err(error) => {
                let text = error.to_string();
                self.failure = Some(error);
                Err(Stopped(text))
            }
        }
    }
}

impl AsyncQuery<Vec<Migration>> for Run<'_, '_> {
    async fn query<'a>(&'a mut self, query: &'a str) -> Result<Vec<Migration>, Stopped> {
        let query = query.trim().trim_end_matches(';');
        let sql = format!(
            "SELECT q.version::text || ' ' || q.applied_on || ' ' || q.checksum || ' ' || q.name FROM ({query}) q"
        );
        let rows = match self.front.texts(&sql).await {
            Ok(rows) => rows,
            Err(Failure::Refused(error)) => return Err(Stopped(error.message)),
            Err(Failure::Gone(reason)) => return Err(Stopped(reason)),
        };
        let applied = |row: &String| {
            let mut parts = row.splitn(4, ' ');
            let version = parts.next()?.parse().ok()?;
            let on = OffsetDateTime::parse(parts.next()?, &Rfc3339).ok()?;
            let checksum = parts.next()?.parse().ok()?;
            Some(Migration::applied(version, parts.next()?.to_owned(), on, checksum))
        };
        rows.iter()
            .map(|row| applied(row).ok_or_else(|| Stopped(format!("not an entry of a history: {row}"))))
            .collect()
    }
}

impl AsyncMigrate for Run<'_, '_> {}
