//! The review of a generated way back: written as the layout's tool runs it, replayed on the schema that its
//! migration leaves, judged by the rules about running databases, compared with the schema before, and taken back.

use std::sync::Arc;

use jiff::civil::Date;

use crate::diff::residue::{self, State, Weight};
use crate::engine::Engine;
use crate::finding::Finding;
use crate::hash::IndexMap;
use crate::ir::Stmt;
use crate::name::{Dialect, QName};
use crate::parse;
use crate::plan::{MigrationInfo, Replay, Step, TransactionMode, Wrap};
use crate::policy::Policy;
use crate::remedy::rollback::{self, Form, Reversibility, Script, StepRollback};
use crate::rules::{Category, registry};
use crate::schema::Coverage;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;
use crate::source::Runner;
use crate::text::{FileId, SourceFile, SourceMap, Span, offset};

use super::input;
use super::proof::Judged;

/// How the layout's tool would run a way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// How it sends the script.
    pub runner: Runner,
    /// Whether `BEGIN` in a script that is sent statement by statement holds for the next.
    pub own_transactions: bool,
    /// Whether a script of one statement can run outside of a transaction, where others do not: the tool can be told
    /// for the way back alone.
    pub opts_out: bool,
    /// What opens such a script; tools that read it elsewhere need nothing.
    pub opt_out: Option<&'static str>,
}

impl Habits {
    /// The habits of a layout, given how it runs the file that the way back goes to.
    #[must_use]
    pub fn of(layout: &str, runner: Runner) -> Self {
        let opt_out = (layout == "sqlx").then_some("-- no-transaction\n");
        let opts_out = matches!(layout, "sqlx" | "dbmate");
        Self { runner, own_transactions: layout != "goose", opts_out, opt_out }
    }

    fn form(self) -> Form {
        match self.runner {
            Runner::PerStatement if self.own_transactions => Form::Psql,
            Runner::PerStatement => Form::Statements,
            Runner::Single | Runner::Shared if !self.opts_out => Form::Block,
            Runner::Single
            | Runner::Shared
            | Runner::MultiStatementQuery
            | Runner::SingleUnlessForbidden
            | Runner::SplitAroundForbidden => Form::Transaction,
        }
    }
}

/// A generated way back and what was found in it.
#[derive(Debug)]
pub(super) struct WayBack {
    pub(super) script: Script,
    pub(super) findings: Vec<Finding>,
    /// Its text as a source, which the findings point into.
    pub(super) sources: SourceMap,
    /// What the schema after it lacks or has besides.
    pub(super) differences: Vec<String>,
    /// What a server made of it.
    pub(super) proof: Option<Judged>,
}

impl WayBack {
    /// What it claims: never more than the model confirms.
    pub(super) fn class(&self) -> Reversibility {
        match self.script.class {
            Reversibility::Exact if !self.differences.is_empty() => Reversibility::Lossy,
            class => class,
        }
    }
}

/// What surrounds the review of a way back.
pub(super) struct Around<'a> {
    pub(super) policy: &'a Policy,
    pub(super) today: Date,
    pub(super) habits: Habits,
    /// What the script is called in findings.
    pub(super) path: String,
}

/// A generated way back as the layout's tool would run it.
pub(super) struct Written {
    pub(super) script: Script,
    /// How the tool sends it.
    pub(super) wrap: Wrap,
    /// Its statements, placed in `file`.
    pub(super) statements: Vec<Stmt>,
    pub(super) sources: SourceMap,
    pub(super) file: FileId,
}

/// Writes the way back of a migration; `path` is what it is called.
pub(super) fn write(rollbacks: &[StepRollback], habits: Habits, path: &str, dialect: Dialect) -> Written {
    let mut script = rollback::script_in(rollbacks, habits.form());
    if let (Some(opt_out), false) = (habits.opt_out, script.transaction) {
        script.sql.insert_str(0, opt_out);
    }
    let mut sources = SourceMap::default();
    let file = sources.add(SourceFile::new(path, &*script.sql));
    let span = Span::new(0, offset(script.sql.len()));
    let parsed = parse::script(&script.sql, span, file, dialect);
    let opted_out = habits.opts_out && !script.transaction;
    let runner = if opted_out { Runner::PerStatement } else { habits.runner };
    let wrap = input::wrap(runner, &parsed);
    Written { script, wrap, statements: parsed.statements, sources, file }
}

/// Writes and judges the way back of the migration that was just replayed.
pub(super) fn review(
    replay: &mut Replay,
    up: &[Step],
    rollbacks: &[StepRollback],
    around: &Around<'_>,
) -> WayBack {
    let dialect = replay.schema().dialect();
    let Written { script, wrap, statements, sources, file } =
        write(rollbacks, around.habits, &around.path, dialect);
    let info = MigrationInfo {
        file,
        span: Span::new(0, offset(script.sql.len())),
        version: None,
        index: 0,
        transaction: if script.transaction { TransactionMode::Single } else { TransactionMode::None },
    };
    let trial = replay.begin_trial();
    let mut engine = Engine::new(around.policy, &sources, dialect);
    replay.begin_change_set();
    replay.begin_migration(wrap);
    let mut steps: Vec<Step> = Vec::with_capacity(statements.len());
    for stmt in statements {
        let mut step = replay.prepare(stmt, 0);
        let lifetime = |name: &QName| replay.lifetime(name);
        engine.step(&step, replay.schema(), &steps, &info, &lifetime);
        replay.commit(&mut step);
        steps.push(step);
    }
    replay.end_migration();
    let lifetime = |name: &QName| replay.lifetime(name);
    engine.change_set(&steps, replay.schema(), std::slice::from_ref(&info), &lifetime);
    let findings = engine.finish(&[], &[], around.today, None).findings;
    let differences = differences(replay, up, &steps);
    replay.end_trial(trial, &steps);
    let findings = findings.into_iter().filter(is_about_running).collect();
    WayBack { script, findings, sources, differences, proof: None }
}

/// Rules about what the script makes again do not concern it: it was like that before.
fn is_about_running(finding: &Finding) -> bool {
    registry::find(&finding.rule).is_some_and(|rule| {
        !matches!(
            rule.category,
            Category::Design | Category::Access | Category::Hygiene | Category::Reversibility
        )
    })
}

fn differences(replay: &Replay, up: &[Step], down: &[Step]) -> Vec<String> {
    let schema = replay.schema();
    let unread = up.iter().chain(down).any(|s| !s.stmt.op.is_analysed() || !s.errors.is_empty());
    if schema.dialect() != Dialect::PostgreSql || schema.coverage == Coverage::Partial || unread {
        return Vec::new();
    }
    let mut before: IndexMap<&ObjectKey, Option<Arc<Object>>> = IndexMap::default();
    for change in up.iter().chain(down).flat_map(|s| &s.changes) {
        before.entry(&change.key).or_insert_with(|| change.before.clone());
    }
    let now: Vec<Option<Arc<Object>>> = before.keys().map(|key| replay.object(key)).collect();
    let states: Vec<State<'_>> = before
        .iter()
        .zip(&now)
        .filter(|((key, _), _)| key.namespace().is_none_or(|s| !s.starts_with("pg_temp")))
        .map(|((key, before), now)| State { key, before: before.as_deref(), now: now.as_deref() })
        .collect();
    let items = residue::compare(schema, &states);
    items.into_iter().filter(|item| item.weight == Weight::Real).map(|item| item.text).collect()
}
