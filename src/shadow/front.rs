//! The database in which migrations run as their tool runs them.
//!
//! In: scripts, one after the other. Out: what was seen of each statement, or the error that it ended with. Each
//! script has a fresh session. A statement that fails takes its transaction with it; what runs outside of
//! transactions goes on.

use std::collections::HashMap;

use sqlx::postgres::PgConnectOptions;

use super::flow::Flow;
use super::link::{Failure, Link};
use super::observation::{Catalog, HistoryError, Observed, Seen, SeenError, Trace};
use super::place::Place;
use super::run_error::RunError;
use super::runner::{OWN_SCHEMA, Options, Script};
use super::trace::{Watched, lockstep};
use super::wants::{self, Need};
use crate::introspect::Live;
use crate::ir::DdlOp;
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::name::QName;
use crate::quote::quote_ident;
use crate::schema::Schema;

/// Roles and extensions that one script may lack before something is wrong with us.
const MAX_REPAIRS: usize = 200;

/// The database with its session.
pub(super) struct Front {
    pub(super) name: String,
    watched: Watched,
    options: PgConnectOptions,
    settings: Options,
    failed: bool,
    stubbed: Vec<String>,
    skipped: Vec<String>,
    /// What a database of a server that is not ours has from its beginning.
    before: Option<Schema>,
}

/// What became of a script.
pub(super) struct Outcome {
    /// One entry for each statement.
    pub(super) seen: Vec<Seen>,
    /// Whether the server refused a statement.
    pub(super) failed: bool,
}

impl Front {
    pub(super) async fn open(place: &mut Place<'_>, settings: Options) -> Result<Self, RunError> {
        let name = place.create(None).await?;
        let options = place.database(&name);
        let mut link = Link::open(&options).await?;
        let before = if place.is_given() { Some(read(&mut link, place).await?.schema) } else { None };
        let (watched, stubbed, skipped) = (Watched::new(link), Vec::new(), Vec::new());
        Ok(Self { name, watched, options, settings, failed: false, stubbed, skipped, before })
    }

    /// Makes way for a copy of the database.
    pub(super) async fn step_aside(&mut self, place: &mut Place<'_>) -> Result<String, RunError> {
        // The session must be gone, and a session in another database keeps the place warm.
        let elsewhere = Watched::new(Link::open(&place.home()).await?);
        std::mem::replace(&mut self.watched, elsewhere).link.close().await;
        let copy = place.create(Some(&self.name)).await;
        let back = Watched::new(Link::open(&self.options).await?);
        std::mem::replace(&mut self.watched, back).link.close().await;
        copy
    }

    /// Its session, for what is not watched.
    pub(super) fn link(&mut self) -> &mut Link {
        self.watched.forget();
        &mut self.watched.link
    }

    /// How scripts are run.
    pub(super) fn settings(&self) -> &Options {
        &self.settings
    }

    /// A statement of the tool's own.
    pub(super) async fn housekeeping(&mut self, sql: &str) -> Result<(), RunError> {
        self.watched.link.run(sql).await.map_err(|f| f.during("keep the history"))
    }

    pub(super) async fn texts(&mut self, sql: &str) -> Result<Vec<String>, Failure> {
        self.watched.link.texts(sql).await
    }

    /// Reads what the database has now into the trace.
    pub(super) async fn read(&mut self, place: &Place<'_>, trace: &mut Trace) -> Result<(), RunError> {
        let live = read(&mut self.watched.link, place).await?;
        let mut schema = live.schema;
        // Our own bookkeeping.
        schema.apply(&DdlOp::Drop(Drop {
            kind: ObjectKind::Schema,
            objects: vec![ObjectName::of(QName::bare(OWN_SCHEMA))],
            if_exists: true,
            cascade: true,
            concurrently: false,
        }));
        schema.take_changes();
        let mut roles = place.roles_before().clone();
        roles.extend(self.stubbed.iter().cloned());
        let before = self.before.take();
        trace.catalog = Catalog { schema: Some(schema), before, roles, hidden: live.hidden };
        Ok(())
    }

    /// Ends the session and adds what was repaired on the way to the trace.
    pub(super) async fn close(self, trace: &mut Trace) {
        trace.stubbed_roles = self.stubbed;
        trace.skipped_extensions = self.skipped;
        self.watched.link.close().await;
    }

    /// Runs a script.
    pub(super) async fn run(
        &mut self,
        script: &Script<'_>,
        place: &mut Place<'_>,
        trace: &mut Trace,
    ) -> Result<Outcome, RunError> {
        place.announce_roles(script.roles());
        let count = script.statements.len();
        let mut outcome = Outcome { seen: Vec::with_capacity(count), failed: false };
        let mut flow = Flow::new(script.wrap);
        // Where the open transaction began: it starts anew when something that the server lacked has been made.
        let mut mark = (0, flow.clone());
        let mut left_out: HashMap<usize, String> = HashMap::new();
        let mut repairs = 0;
        loop {
            let index = outcome.seen.len();
            let result = if index < count {
                if !flow.in_block() {
                    mark = (index, flow.clone());
                }
                self.statement(script, index, &mut flow, &left_out, place).await
            } else {
                match flow.end() {
                    Some(end) => self.control(end).await.map(|()| None),
                    None => break,
                }
            };
            let failure = match result {
                Ok(Some(seen)) => {
                    outcome.seen.push(seen);
                    continue;
                }
                Ok(None) => break,
                Err(Stop::Error(error)) => return Err(error),
                Err(Stop::Failure(failure)) => failure,
            };
            // A transaction that fails at its end failed with its last statement.
            let at = index.min(count.saturating_sub(1));
            let error = match failure {
                Failure::Gone(reason) => return Err(RunError::Gone { place: script.place(at), reason }),
                Failure::Refused(error) => error,
            };
            if is_timeout(&error, script) {
                let seconds = self.settings.timeout.as_secs();
                return Err(RunError::Timeout { place: script.place(at), seconds });
            }
            let in_block = flow.in_block() || index == count;
            if in_block {
                self.roll_back(script, at).await?;
            }
            if !in_block && script.before && is_role_there(&script.statements[at].op, &error) {
                outcome.seen.push(Seen::Run(Box::default()));
                continue;
            }
            repairs += 1;
            if repairs < MAX_REPAIRS && self.repair(script, at, &error, place, &mut left_out).await? {
                (_, flow) = mark.clone();
                outcome.seen.truncate(mark.0);
                continue;
            }
            outcome.failed = true;
            self.refused(script, at, error, trace, &mut outcome.seen);
            if in_block {
                trace.undone.extend((mark.0..count).map(|place| (script.index, place)));
                let line = script.line(at);
                let reason = format!("the migration was rolled back after the error in line {line}");
                outcome.seen.resize(count, Seen::NotRun(reason));
                break;
            }
        }
        self.end_session(script).await?;
        for (place, seen) in outcome.seen.iter().enumerate() {
            if seen.run().is_none_or(|observed| observed.error.is_some()) {
                trace.undone.insert((script.index, place));
            }
        }
        Ok(outcome)
    }

    /// Notes an error of a statement.
    fn refused(
        &mut self,
        script: &Script<'_>,
        at: usize,
        error: SeenError,
        trace: &mut Trace,
        seen: &mut Vec<Seen>,
    ) {
        if !script.traced {
            let script = script.index;
            trace.history_errors.push(HistoryError { script, statement: at, error: error.clone() });
        }
        let after_error = std::mem::replace(&mut self.failed, true);
        seen.truncate(at);
        seen.push(Seen::Run(Box::new(Observed { error: Some(error), after_error, ..Observed::default() })));
    }

    /// One statement, with what the tool sends before it. `None` never.
    async fn statement(
        &mut self,
        script: &Script<'_>,
        index: usize,
        flow: &mut Flow,
        left_out: &HashMap<usize, String>,
        place: &mut Place<'_>,
    ) -> Result<Option<Seen>, Stop> {
        let op = &script.statements[index].op;
        if let Some(reason) = left_out.get(&index) {
            return Ok(Some(Seen::NotRun(reason.clone())));
        }
        if let Some(control) = flow.before(op) {
            self.control(control).await?;
        }
        let observed = match wants::need(op, script.sql(index)) {
            Need::Refuse(reason) => {
                flow.after(op);
                return Ok(Some(Seen::NotRun(reason.to_owned())));
            }
            Need::Control => {
                self.watched.link.run(script.sql(index)).await?;
                self.watched.turned(&mut place.observer).await?;
                Observed::default()
            }
            Need::Quiet => {
                self.watched.link.run(script.sql(index)).await?;
                Observed::default()
            }
            Need::CopyIn => {
                let data = wants::copy_data(script, index);
                self.watched.forget();
                self.watched.link.copy_in(script.sql(index), data).await?;
                Observed::default()
            }
            _ if !script.traced => self.plain(script.sql(index)).await?,
            Need::Watch | Need::InBlock if flow.in_block() => {
                self.watched.shared(&mut place.observer, script.sql(index)).await?
            }
            Need::Watch => match self.watched.own(&mut place.observer, script.sql(index), &[]).await {
                Err(Failure::Refused(error)) if matches!(&*error.sqlstate, "25001" | "2D000") => {
                    self.lock_step(script, index, place).await?
                }
                other => other?,
            },
            // The server refuses it here, as it would the tool.
            Need::InBlock => self.plain(script.sql(index)).await?,
            Need::LockStep if flow.in_block() => self.plain(script.sql(index)).await?,
            Need::LockStep => self.lock_step(script, index, place).await?,
        };
        flow.after(op);
        Ok(Some(Seen::Run(Box::new(Observed { after_error: self.failed, ..observed }))))
    }

    async fn lock_step(
        &mut self,
        script: &Script<'_>,
        index: usize,
        place: &mut Place<'_>,
    ) -> Result<Observed, Stop> {
        let tables = wants::tables(&script.statements[index].op);
        let (sql, major) = (script.sql(index), place.major());
        let run = lockstep::run(&mut self.watched, &mut place.observer, &self.options, sql, &tables, major);
        run.await.map_err(|step| match step {
            lockstep::Step::Failure(failure) => Stop::Failure(failure),
            lockstep::Step::Error(error) => Stop::Error(error),
        })
    }

    async fn plain(&mut self, sql: &str) -> Result<Observed, Failure> {
        self.watched.relations = None;
        self.watched.link.run(sql).await?;
        Ok(Observed::default())
    }

    async fn control(&mut self, sql: &str) -> Result<(), Stop> {
        // Temporary tables may end with their transaction.
        self.watched.forget();
        Ok(self.watched.link.run(sql).await?)
    }

    async fn roll_back(&mut self, script: &Script<'_>, at: usize) -> Result<(), RunError> {
        self.watched.forget();
        match self.watched.link.run("ROLLBACK").await {
            Ok(()) | Err(Failure::Refused(_)) => Ok(()),
            Err(Failure::Gone(reason)) => Err(RunError::Gone { place: script.place(at), reason }),
        }
    }

    /// Makes a role, or leaves out an extension, that the server lacks. Whether that was it.
    pub(super) async fn repair(
        &mut self,
        script: &Script<'_>,
        at: usize,
        error: &SeenError,
        place: &mut Place<'_>,
        left_out: &mut HashMap<usize, String>,
    ) -> Result<bool, RunError> {
        if let Some(role) = wants::missing_role(error)
            && self.settings.stub_roles
        {
            place.announce_roles(std::iter::once(role));
            let sql = format!("CREATE ROLE {} NOLOGIN", quote_ident(role));
            let made = place.observer.run(&sql).await;
            if made.is_ok() {
                self.stubbed.push(role.to_owned());
            }
            return Ok(made.is_ok());
        }
        if let Some(extension) = wants::missing_extension(&script.statements[at].op, error)
            && self.settings.skip_missing_extensions
        {
            let reason = format!("the shadow server has no extension {extension}");
            if !self.skipped.contains(&extension) {
                self.skipped.push(extension);
            }
            return Ok(left_out.insert(at, reason).is_none());
        }
        Ok(false)
    }

    /// The next script finds a new session.
    async fn end_session(&mut self, script: &Script<'_>) -> Result<(), RunError> {
        self.watched.forget();
        match self.watched.link.run("DISCARD ALL").await {
            Ok(()) => Ok(()),
            Err(Failure::Refused(_)) => {
                let fresh = Watched::new(Link::open(&self.options).await?);
                std::mem::replace(&mut self.watched, fresh).link.close().await;
                Ok(())
            }
            Err(Failure::Gone(reason)) => {
                let last = script.statements.len().saturating_sub(1);
                let place = if script.statements.is_empty() {
                    script.file.path.to_string()
                } else {
                    script.place(last)
                };
                Err(RunError::Gone { place, reason })
            }
        }
    }
}

/// Reads the schema of a database of ours. What the login makes counts as the migrations'.
async fn read(link: &mut Link, place: &Place<'_>) -> Result<Live, RunError> {
    let live = link.schema(place.home().get_username()).await;
    live.map_err(|error| RunError::Setup { what: "read the catalogs".to_owned(), reason: error.to_string() })
}

/// Whether a role was to be made that the server has (42710 duplicate_object).
fn is_role_there(op: &DdlOp, error: &SeenError) -> bool {
    matches!(op, DdlOp::CreateRole(_)) && error.sqlstate == "42710"
}

/// Whether our own limit was hit, and not one that the migration has set.
pub(super) fn is_timeout(error: &SeenError, script: &Script<'_>) -> bool {
    error.sqlstate == "57014"
        && error.message.contains("statement timeout")
        && !script.text.contains("statement_timeout")
}

/// Why a statement did not get through.
enum Stop {
    Failure(Failure),
    Error(RunError),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}
