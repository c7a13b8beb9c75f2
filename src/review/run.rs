//! The pass over all statements.

use jiff::civil::Date;

use crate::engine::{Engine, Outcome};
use crate::finding::{Finding, RemedyHint};
use crate::ir::{DdlOp, Stmt};
use crate::plan::{MigrationInfo, Replay, Step};
use crate::policy::Policy;
use crate::remedy::rewrite::{self, Rewrite};
use crate::remedy::rollback::{self, StepRollback};
use crate::schema::Schema;
use crate::text::SourceMap;

use super::detail::Detail;
use super::proof::{Claim, Proven};
use super::queries::Watch;
use super::schema_diff::SchemaDiff;
use super::verified::Verified;
use super::way_back::{self, Around, Habits, WayBack};
use super::{ParsedMigration, Remains, Request, Review, assemble, down, drift, rollback_file_name};

/// Everything the pass collects.
pub(super) struct Collected {
    pub(super) steps: Vec<Step>,
    pub(super) rollbacks: Vec<StepRollback>,
    pub(super) rewrites: Vec<(usize, Rewrite)>,
    /// The judgement on the way back of each migration that has one.
    pub(super) downs: Vec<Option<down::Judgement>>,
    /// The generated way back of each migration, where they are reviewed.
    pub(super) ways_back: Vec<WayBack>,
    pub(super) outcome: Outcome,
    pub(super) schema_diff: Option<String>,
    pub(super) verified: Verified,
}

/// Reviews migrations.
#[must_use]
pub fn review(request: Request<'_>) -> Review {
    let Request {
        sources,
        schema,
        history,
        mut migrations,
        one_change_set,
        policy,
        today,
        layout,
        trace,
        detail,
        database,
        proofs,
        schema_diff,
        review_rollbacks,
        baseline,
        queries,
    } = request;
    let dialect = schema.dialect();
    let server_version = schema.version();
    let verified = Verified::new(trace);
    let start = verified.start(&schema);
    let mut replay = Replay::new(schema);
    for migration in &history {
        replay.history(migration.wrap, migration.statements.iter());
    }
    let infos: Vec<MigrationInfo> = migrations.iter().map(|m| m.info.clone()).collect();
    let statements = migrations.iter().map(|m| m.statements.len()).sum();
    let mut engine = Engine::new(policy, &sources, dialect);
    let mut pass = Pass {
        replay,
        engine: &mut engine,
        infos: &infos,
        steps: Vec::with_capacity(statements),
        rollbacks: Vec::with_capacity(statements),
        rewrites: Vec::new(),
        renames: Vec::new(),
        downs: Vec::new(),
        ways_back: Vec::new(),
        around: (review_rollbacks || proofs.is_some()).then_some((policy, today, layout.as_str())),
        sources: &sources,
        diff: (schema_diff || detail).then(SchemaDiff::default),
        diffs: detail.then(Vec::new),
        set_start: 0,
        verified,
        proven: Proven::new(proofs),
        watch: None,
    };
    let one = one_change_set || migrations.len() == 1;
    pass.watch = queries.filter(|_| one).map(|queries| Watch::begin(queries, &mut pass.replay));
    pass.verified.history(&history, pass.engine);
    let database = database.map(|(database, drift)| drift::report(database, drift, pass.engine));
    pass.begin_set();
    for (index, migration) in migrations.iter_mut().enumerate() {
        if index > 0 && !one_change_set {
            pass.end_set();
            pass.begin_set();
        }
        // From here on the steps hold the statements.
        let statements = std::mem::take(&mut migration.statements);
        pass.migration(index, migration, statements);
    }
    pass.end_set();
    let watched = pass.watch.take();
    let queries = watched.map(|w| w.end(&pass.steps, pass.replay.schema(), &sources, pass.engine));
    if let Some(start) = start {
        pass.catalog(start, &history, &migrations);
    }
    let Pass { replay, steps, rollbacks, mut rewrites, downs, ways_back, diff, diffs, verified, .. } = pass;
    let allowances: Vec<_> = migrations.iter().flat_map(|m| m.allowances.iter().cloned()).collect();
    let malformed: Vec<_> = migrations.iter().flat_map(|m| m.malformed.iter().cloned()).collect();
    let ways_there = migrations.iter().map(|m| m.info.file);
    let files =
        ways_there.chain(migrations.iter().filter_map(|m| Some(m.down.as_ref()?.info.file))).collect();
    let mut outcome =
        engine.finish(&allowances, &malformed, today, baseline.as_ref().map(|baseline| (baseline, &files)));
    let baseline = std::mem::take(&mut outcome.baseline);
    // In a series of change sets everything is new, and nothing stands out.
    let one = one_change_set || migrations.len() == 1;
    if !one {
        outcome.gather(|step| steps.get(step).map(|s| s.migration));
    }
    rewrites.sort_by_key(|(step, _)| *step);
    let whole = diff.as_ref().filter(|_| one);
    let detail = diffs.map(|diffs| Detail::new(replay.schema(), whole, diffs));
    let schema_diff = diff.filter(|_| schema_diff).and_then(SchemaDiff::text);
    let collected =
        Collected { steps, rollbacks, rewrites, downs, ways_back, outcome, schema_diff, verified };
    let meta = assemble::Meta {
        dialect,
        server_version,
        layout,
        policy: policy.origin.clone(),
        history: history.len(),
    };
    let mut report = assemble::report(&meta, &migrations, &collected, &sources);
    report.database = database;
    report.queries = queries;
    assemble::assertions(&mut report, policy);
    Review {
        report,
        sources,
        detail,
        baseline,
        remains: Remains(Some(Box::new((collected, replay, migrations)))),
    }
}

struct Pass<'e, 'p> {
    replay: Replay,
    engine: &'e mut Engine<'p>,
    infos: &'e [MigrationInfo],
    steps: Vec<Step>,
    rollbacks: Vec<StepRollback>,
    rewrites: Vec<(usize, Rewrite)>,
    /// Rewrites of the change set's renames. Whether a rename is a hazard shows at the end of the change set, and
    /// what to do instead depends on the schema before the statement.
    renames: Vec<(usize, Rewrite)>,
    downs: Vec<Option<down::Judgement>>,
    ways_back: Vec<WayBack>,
    /// Policy, date and layout, where generated ways back are reviewed.
    around: Option<(&'e Policy, Date, &'e str)>,
    sources: &'e SourceMap,
    diff: Option<SchemaDiff>,
    /// What each migration changes, where that is asked for.
    diffs: Option<Vec<SchemaDiff>>,
    set_start: usize,
    verified: Verified,
    proven: Proven,
    /// The application's queries along the way.
    watch: Option<Watch>,
}

impl Pass<'_, '_> {
    fn begin_set(&mut self) {
        self.replay.begin_change_set();
        self.set_start = self.steps.len();
    }

    fn end_set(&mut self) {
        let replay = &self.replay;
        let lifetime = |name: &_| replay.lifetime(name);
        let steps = &self.steps[self.set_start..];
        let findings = self.engine.change_set(steps, replay.schema(), self.infos, &lifetime);
        for (step, rewrite) in self.renames.drain(..) {
            if findings.iter().any(|f| f.step == Some(step) && f.remedy == Some(rewrite.hint)) {
                self.rewrites.push((step, rewrite));
            }
        }
    }

    /// Holds the schema that a server has in the end against what the statements make that it took.
    fn catalog(&mut self, start: Schema, history: &[ParsedMigration], migrations: &[ParsedMigration]) {
        let mut rest = &self.steps[..];
        let reviewed = migrations.iter().enumerate().map(|(index, migration)| {
            let count = rest.iter().take_while(|s| s.migration == index).count();
            let (steps, later) = rest.split_at(count);
            rest = later;
            (migration.wrap, steps.iter().map(|s| &s.stmt).collect())
        });
        let history = history.iter().map(|m| (m.wrap, m.statements.iter().collect()));
        self.verified.catalog(start, history.chain(reviewed), self.engine);
    }

    fn migration(&mut self, index: usize, migration: &ParsedMigration, statements: Vec<Stmt>) {
        self.replay.begin_migration(migration.wrap);
        let start = self.rollbacks.len();
        for (place, stmt) in statements.into_iter().enumerate() {
            let mut step = self.replay.prepare(stmt, index);
            self.judge(&step);
            self.replay.commit(&mut step);
            self.verified.step(&step, place, self.engine);
            if let Some(watch) = &mut self.watch {
                watch.step(&step, &mut self.replay);
            }
            self.rollbacks.push(rollback::invert(&step, self.replay.schema()));
            if let Some(diff) = &mut self.diff {
                diff.record(&step.changes);
            }
            self.steps.push(step);
        }
        if let Some(diffs) = &mut self.diffs {
            let mut own = SchemaDiff::default();
            self.steps[start..].iter().for_each(|step| own.record(&step.changes));
            diffs.push(own);
        }
        rollback::settle(&mut self.rollbacks[start..]);
        self.replay.end_migration();
        let judged = migration.down.as_ref().map(|down| {
            let up = down::Up {
                steps: &self.steps[start..],
                rollbacks: &self.rollbacks[start..],
                index,
                proven: &self.proven,
            };
            down::judge(&mut self.replay, self.engine, &self.infos[index], down, &up)
        });
        self.downs.push(judged);
        if let Some((policy, today, layout)) = self.around {
            let path = self.sources.path(migration.info.file).as_str();
            let around = Around {
                policy,
                today,
                habits: Habits::of(layout, migration.down_runner),
                path: rollback_file_name(layout, path).into_string(),
            };
            let (up, rollbacks) = (&self.steps[start..], &self.rollbacks[start..]);
            let mut way_back = way_back::review(&mut self.replay, up, rollbacks, &around);
            let schema = self.replay.schema();
            let claim = Claim { index, steps: up, rollbacks, way_back: &way_back, schema };
            way_back.proof = self.proven.judge(&claim, self.engine);
            self.ways_back.push(way_back);
        }
    }

    fn judge(&mut self, step: &Step) {
        let replay = &self.replay;
        let lifetime = |name: &_| replay.lifetime(name);
        let earlier = &self.steps[self.set_start..];
        let migration = &self.infos[step.migration];
        let hints: Vec<RemedyHint> = self
            .engine
            .step(step, replay.schema(), earlier, migration, &lifetime)
            .iter()
            .filter_map(hint_of)
            .collect();
        let op = &step.stmt.op;
        let renames = matches!(op, DdlOp::Rename(_) | DdlOp::SetSchema(_));
        if hints.is_empty() && !renames {
            return;
        }
        let ahead = renames || hints.iter().any(|hint| rewrite::looks_ahead(op, *hint));
        let changes = if ahead { self.replay.preview(op) } else { None };
        let first = self.rewrites.len();
        for hint in hints {
            if self.rewrites[first..].iter().any(|(_, known)| known.hint == hint) {
                continue;
            }
            let rewrite = rewrite::for_step(step, self.replay.schema(), hint, changes.as_deref());
            self.rewrites.extend(rewrite.map(|rewrite| (step.index, rewrite)));
        }
        if renames {
            let view = RemedyHint::CompatibilityView;
            let rewrite = rewrite::for_step(step, self.replay.schema(), view, changes.as_deref());
            self.renames.extend(rewrite.map(|rewrite| (step.index, rewrite)));
        }
    }
}

fn hint_of(finding: &Finding) -> Option<RemedyHint> {
    finding.remedy
}
