//! What a server did, step by step: compared with the prediction, as findings and as facts of the report.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::engine::Engine;
use crate::finding::{Confidence, Severity};
use crate::ir::{DdlOp, Stmt};
use crate::name::QName;
use crate::plan::{Step, Wrap};
use crate::rules::Draft;
use crate::rules::correctness::{
    model_disagrees_with_catalog, model_disagrees_with_server, server_refuses_statement,
};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::shadow::compare::{Aspect, Comparison, compare, parted};
use crate::shadow::observation::{Observed, Seen, SeenError, Trace};

use super::ParsedMigration;
use super::compare::{Change, Differing};
use super::expected::{Expected, Located, Outcome};
use super::model::{self, Agreement, Catalog, Tally, Verification};

/// Differences of one statement that a finding spells out.
const MAX_TOLD: usize = 3;

/// The server's part of a review; empty without a server.
pub(super) struct Verified {
    trace: Option<Trace>,
    /// For each step its place in the trace, and how the prediction compares.
    steps: Vec<((usize, usize), Comparison)>,
    /// Relations on the server that the schema does not know.
    foreign: BTreeSet<QName>,
    /// How the schema at the end compares.
    outcome: Outcome,
}

impl Verified {
    pub(super) fn new(trace: Option<Trace>) -> Self {
        Self { trace, steps: Vec::new(), foreign: BTreeSet::new(), outcome: Outcome::default() }
    }

    /// The schema from which the one at the end is made: that of the review, unless the server refused a part of it.
    pub(super) fn start(&self, schema: &Schema) -> Option<Schema> {
        let trace = self.trace.as_ref()?;
        trace.catalog.schema.as_ref()?;
        Some(trace.base.as_ref().unwrap_or(schema).clone())
    }

    /// Compares the schema that the server has in the end with what the statements make that it took. `start` is the
    /// schema before them, `migrations` are those of the history and those under review.
    pub(super) fn catalog<'s>(
        &mut self,
        start: Schema,
        migrations: impl Iterator<Item = (Wrap, Vec<&'s Stmt>)>,
        engine: &mut Engine<'_>,
    ) {
        let Some((trace, live)) = self.trace.as_ref().and_then(|t| Some((t, t.catalog.schema.as_ref()?)))
        else {
            return;
        };
        let mut expected = Expected::new(start);
        for (index, (wrap, statements)) in migrations.enumerate() {
            let done = |(place, _): &(usize, &Stmt)| !trace.undone.contains(&(index, *place));
            expected.replay(wrap, statements.into_iter().enumerate().filter(done).map(|(_, stmt)| stmt));
        }
        let as_before = |key: &ObjectKey| {
            let before = trace.catalog.before.as_ref().and_then(|before| before.get(key));
            before.is_some() && before == live.get(key)
        };
        self.outcome = expected.against(live, |key| match key {
            ObjectKey::Role(role) => trace.catalog.roles.contains(role.as_str()),
            key => as_before(key),
        });
        for Located { difference, place } in &self.outcome.differing {
            let Some((file, span)) = place.or(self.outcome.end) else { continue };
            engine.report(&model_disagrees_with_catalog::RULE, |sink| {
                self.tell_object(sink.at(file, span, None), difference).report();
            });
        }
    }

    fn tell_object<'d>(&self, draft: Draft<'d>, object: &Differing) -> Draft<'d> {
        let Differing { kind, name, text, .. } = object;
        let how = match object.change {
            Change::Added => "is there, and was not foreseen",
            Change::Changed => "is not what was foreseen",
            Change::Dropped => "is not there, although it was foreseen",
        };
        draft
            .object(name)
            .message(format!("in the end, on PostgreSQL {}: {kind} {name} {how}", self.server()))
            .why("the review's picture of the object is wrong, and so may be what else it says about it")
            .help("trust the server, and report the difference as a bug in checkrail")
            .diff(text)
    }

    /// Findings about statements of the history that the server refused.
    pub(super) fn history(&self, history: &[ParsedMigration], engine: &mut Engine<'_>) {
        let Some(trace) = &self.trace else { return };
        for (count, refused) in trace.history_errors.iter().enumerate() {
            let statements = history.get(refused.script).map(|m| &m.statements);
            let Some(stmt) = statements.and_then(|s| s.get(refused.statement)) else { continue };
            engine.report(&server_refuses_statement::RULE, |sink| {
                let draft = sink.at(stmt.file, stmt.span, None);
                self.tell_error(draft, &stmt.op, &refused.error, count > 0).report();
            });
        }
    }

    /// Takes in a step that was applied to the schema; `place` is its place in its migration.
    pub(super) fn step(&mut self, step: &Step, place: usize, engine: &mut Engine<'_>) {
        if self.trace.is_none() {
            return;
        }
        let at = (step.migration, place);
        let observed = self.seen(at).and_then(Seen::run);
        let comparison = observed.map(|observed| compare(step, observed, &self.foreign)).unwrap_or_default();
        if let Some(observed) = observed {
            self.report(step, observed, &comparison, engine);
        }
        let parted = parted(step, observed, self.is_taken_back(step.migration));
        self.foreign.extend(parted);
        self.foreign.extend(comparison.foreign.iter().cloned());
        self.steps.push((at, comparison));
    }

    fn report(&self, step: &Step, observed: &Observed, comparison: &Comparison, engine: &mut Engine<'_>) {
        let after_error = observed.after_error;
        if let Some(error) = observed.error.as_ref().filter(|_| step.errors.is_empty()) {
            engine.report(&server_refuses_statement::RULE, |sink| {
                self.tell_error(sink.step(step), &step.stmt.op, error, after_error).report();
            });
        } else if !comparison.differences.is_empty() {
            engine.report(&model_disagrees_with_server::RULE, |sink| {
                self.tell_differences(sink.step(step), comparison, after_error).report();
            });
        }
        let compared = comparison.agrees(Aspect::Relations).is_some();
        let by_extension = matches!(step.stmt.op, DdlOp::CreateExtension(_) | DdlOp::AlterExtension(_));
        if !comparison.foreign.is_empty() && !compared && !by_extension && !after_error {
            engine.report(&model_disagrees_with_server::RULE, |sink| {
                Self::tell_foreign(sink.step(step), &comparison.foreign).report();
            });
        }
    }

    /// Whether the server refused a statement of a migration, and with it took back what was in its transaction.
    fn is_taken_back(&self, migration: usize) -> bool {
        let seen = self.trace.as_ref().and_then(|t| t.migrations.get(migration));
        seen.is_some_and(|all| all.iter().filter_map(Seen::run).any(|o| o.error.is_some()))
    }

    fn seen(&self, (migration, place): (usize, usize)) -> Option<&Seen> {
        self.trace.as_ref()?.migrations.get(migration)?.get(place)
    }

    fn server(&self) -> &str {
        self.trace.as_ref().map_or("", |t| &t.server)
    }

    fn tell_error<'d>(
        &self,
        draft: Draft<'d>,
        op: &DdlOp,
        error: &SeenError,
        after_error: bool,
    ) -> Draft<'d> {
        let mut message = format!("PostgreSQL {} refuses it: {}", self.server(), error.message);
        let _ = write!(message, " (SQLSTATE {})", error.sqlstate);
        let lacking = self.trace.as_ref().map_or(&[][..], |t| &t.skipped_extensions);
        if let [extension, ..] = lacking
            && is_undefined(error)
        {
            return draft
                .severity(Severity::Advice)
                .confidence(Confidence::Low)
                .message(format!("not verified without extension {extension}: {message}"))
                .why("it may need what the extension would bring")
                .help("verify on a server that has the extension (--shadow-url)");
        }
        if after_error {
            message.push_str(", after an earlier error");
        }
        let draft = draft.message(message);
        let draft =
            if after_error { draft.severity(Severity::Warning).confidence(Confidence::Low) } else { draft };
        let why = match &error.detail {
            Some(detail) => format!("the migration stops here; {}", detail.trim_end_matches('.')),
            None => "the migration stops here".to_owned(),
        };
        draft.why(why).help(help_for(op, error))
    }

    /// Later statements on relations that only the server has are not foreseen: said once, where they are made.
    fn tell_foreign<'d>(draft: Draft<'d>, made: &[QName]) -> Draft<'d> {
        let names: Vec<String> = made.iter().take(MAX_TOLD).map(ToString::to_string).collect();
        let more = if made.len() > MAX_TOLD {
            format!(" and {} more", made.len() - MAX_TOLD)
        } else {
            String::new()
        };
        draft
            .severity(Severity::Advice)
            .message(format!("makes {}{more}, which cannot be read from its text", names.join(", ")))
            .why("what later statements do to these relations is not foreseen, and not compared with the server")
            .help("give the schema that the migrations start from with --schema, or create them in plain SQL")
    }

    fn tell_differences<'d>(
        &self,
        mut draft: Draft<'d>,
        comparison: &Comparison,
        after_error: bool,
    ) -> Draft<'d> {
        let differences = &comparison.differences;
        let told: Vec<&str> = differences.iter().take(MAX_TOLD).map(|d| d.text.as_str()).collect();
        let mut message = format!("on PostgreSQL {}: {}", self.server(), told.join("; "));
        if differences.len() > MAX_TOLD {
            let _ = write!(message, "; and {} more", differences.len() - MAX_TOLD);
        }
        if let Some(severity) = differences.iter().map(|d| d.severity).max() {
            draft = draft.severity(severity);
        }
        if let Some(relation) = differences.iter().find_map(|d| d.relation.as_ref()) {
            draft = draft.object(relation);
        }
        if after_error {
            message.push_str(" (after an earlier error)");
            draft = draft.severity(Severity::Advice).confidence(Confidence::Low);
        }
        draft
            .message(message)
            .why("the review's picture of this statement is wrong, and so may be what else it says about it")
            .help("trust the server, and report the difference as a bug in checkrail")
    }

    pub(super) fn observed(&self, step: usize) -> Option<model::Observed> {
        let (place, comparison) = self.steps.get(step)?;
        Some(shown(self.seen(*place)?.run()?, comparison))
    }

    pub(super) fn not_run(&self, step: usize) -> Option<String> {
        match self.seen(self.steps.get(step)?.0)? {
            Seen::NotRun(reason) => Some(reason.clone()),
            Seen::Run(_) => None,
        }
    }

    pub(super) fn verification(&self) -> Option<Verification> {
        let trace = self.trace.as_ref()?;
        let mut agreement = Agreement::default();
        let (mut observed, mut refused, mut not_run) = (0, 0, 0);
        for (place, comparison) in &self.steps {
            let Some(Seen::Run(run)) = self.seen(*place) else {
                not_run += 1;
                continue;
            };
            observed += 1;
            refused += usize::from(run.error.is_some());
            for (aspect, tally) in [
                (Aspect::Locks, &mut agreement.locks),
                (Aspect::Rewrites, &mut agreement.rewrites),
                (Aspect::Scans, &mut agreement.scans),
                (Aspect::IndexBuilds, &mut agreement.index_builds),
                (Aspect::Relations, &mut agreement.relations),
                (Aspect::Errors, &mut agreement.errors),
            ] {
                count(tally, comparison.agrees(aspect));
            }
        }
        let Outcome { compared, differing, unknown, .. } = &self.outcome;
        agreement.catalog = Tally { compared: *compared, equal: compared - differing.len() };
        let shown = |all: &[Located]| all.iter().map(|l| l.difference.clone().into()).collect();
        let catalog = Catalog {
            differing: shown(differing),
            unknown: shown(unknown),
            hidden: trace.catalog.hidden.clone(),
        };
        Some(Verification {
            server: trace.server.clone(),
            asked_version: trace.asked,
            observed,
            refused,
            not_run,
            history_refused: trace.history_errors.len(),
            agreement,
            catalog,
            stubbed_roles: trace.stubbed_roles.clone(),
            skipped_extensions: trace.skipped_extensions.clone(),
        })
    }
}

fn count(tally: &mut Tally, agrees: Option<bool>) {
    if let Some(agrees) = agrees {
        tally.compared += 1;
        tally.equal += usize::from(agrees);
    }
}

/// Whether an error says that something does not exist: a table, column, function, schema, or anything else.
fn is_undefined(error: &SeenError) -> bool {
    matches!(&*error.sqlstate, "42P01" | "42703" | "42883" | "3F000" | "42704")
}

/// What to do about an error.
fn help_for(op: &DdlOp, error: &SeenError) -> String {
    let missing_file = error.message.contains("is not available") || error.message.contains("control file");
    if matches!(op, DdlOp::CreateExtension(_)) && missing_file {
        return "verify on a server that has the extension (--shadow-url), or leave it out \
                (--skip-missing-extensions): what needs it is not verified then"
            .to_owned();
    }
    if error.message.starts_with("role \"") && error.message.ends_with("does not exist") {
        return "let the throw-away server have the role (--stub-roles), or create it in a migration"
            .to_owned();
    }
    "correct the statement; if the database it is meant for has more than an empty one, say so with --schema"
        .to_owned()
}

fn shown(observed: &Observed, comparison: &Comparison) -> model::Observed {
    let names = |list: &[QName]| list.iter().map(ToString::to_string).collect();
    model::Observed {
        method: observed.method.as_str(),
        locks: observed
            .locks
            .iter()
            .map(|lock| model::ObservedLock {
                relation: lock.relation.to_string(),
                kind: lock.kind.to_string(),
                mode: lock.mode.name(),
            })
            .collect(),
        rewrites: names(&observed.rewrites),
        scans: names(&observed.scans),
        index_builds: names(&observed.index_builds),
        created: observed.created.iter().map(|(_, name)| name.to_string()).collect(),
        dropped: observed.dropped.iter().map(|(_, name)| name.to_string()).collect(),
        error: observed
            .error
            .as_ref()
            .map(|e| model::ServerError { sqlstate: e.sqlstate.clone(), message: e.message.clone() }),
        after_error: observed.after_error,
        differences: comparison.differences.iter().map(|d| d.text.clone()).collect(),
    }
}
