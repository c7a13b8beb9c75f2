//! The review of a hand-written way back: it is replayed on the schema that its migration leaves, judged, and taken
//! back, so that the review goes on.

use std::sync::Arc;

use crate::diff::residue::{self, Fate, Item, State, Weight};
use crate::diff::{self, Transition};
use crate::emit;
use crate::engine::Engine;
use crate::finding::Confidence;
use crate::hash::{HashSet, IndexMap};
use crate::ir::DdlOp;
use crate::name::{Dialect, QName};
use crate::plan::{MigrationInfo, Replay, Step};
use crate::remedy::rollback::{self, Reversibility, StepRollback};
use crate::rules::DownContext;
use crate::rules::down::does_nothing;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;
use crate::schema::{Coverage, Schema};

use super::ParsedDown;
use super::model::{DownVerdict, ObservedDown};
use super::proof::Proven;

/// What a way back was found to be.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) down: crate::rules::down::DownInfo,
    pub(super) verdict: DownVerdict,
    /// How the schema differs, or why that is not known; sentences.
    pub(super) differences: Vec<String>,
    /// What a server made of it; then the rest is what was seen there.
    pub(super) observed: Option<ObservedDown>,
}

/// The states of an object.
#[derive(Default)]
struct Course {
    before: Option<Arc<Object>>,
    between: Option<Arc<Object>>,
    now: Option<Arc<Object>>,
    /// Whether it was made again meanwhile.
    remade: bool,
}

type Courses = IndexMap<ObjectKey, Course>;

/// A migration that was just replayed.
pub(super) struct Up<'a> {
    /// Its committed steps.
    pub(super) steps: &'a [Step],
    /// Their generated ways back.
    pub(super) rollbacks: &'a [StepRollback],
    /// Its place among the migrations under review.
    pub(super) index: usize,
    /// What a server made of it and its ways back.
    pub(super) proven: &'a Proven,
}

/// Judges a way back. `up` is its migration, the last that was replayed.
pub(super) fn judge(
    replay: &mut Replay,
    engine: &mut Engine<'_>,
    migration: &MigrationInfo,
    down: &ParsedDown,
    up: &Up<'_>,
) -> Judgement {
    let Up { steps: up, rollbacks, index, proven } = *up;
    let mut courses = Courses::default();
    note(&mut courses, up);
    for (key, course) in &mut courses {
        course.between = replay.object(key);
    }
    let unsure = replay.schema().coverage == Coverage::Partial || replay.schema().is_blind();
    let trial = replay.begin_trial();
    let steps = run(replay, index, down);
    for step in &steps {
        for change in &step.changes {
            let first = || Course {
                before: change.before.clone(),
                between: change.before.clone(),
                ..Course::default()
            };
            courses.entry(change.key.clone()).or_insert_with(first).remade |= change.before.is_none();
        }
    }
    for (key, course) in &mut courses {
        course.now = replay.object(key);
    }
    let doubts = doubts(replay, up, &steps);
    let failed = steps.iter().any(|s| !s.errors.is_empty());
    let silent = does_nothing(&steps);
    let change = if doubts.is_empty() && (silent || unsure) {
        compare(replay, &courses, |c| &c.between)
    } else {
        Vec::new()
    };
    let all = if doubts.is_empty() && !failed {
        let mut all = compare(replay, &courses, |c| &c.now);
        all.extend(moments(&courses));
        all
    } else {
        Vec::new()
    };
    let conditional: HashSet<&ObjectKey> = up
        .iter()
        .chain(&steps)
        .filter(|step| is_conditional(step))
        .flat_map(|step| step.changes.iter().map(|change| &change.key))
        .collect();
    let found = all.len();
    let certain = |item: &Item| {
        !conditional.contains(&item.key)
            && host_is_known(replay, &courses, item)
            && (!unsure || is_known(item, &change, &courses))
    };
    let all: Vec<Item> = all.into_iter().filter(certain).collect();
    let mut doubts = doubts;
    if all.is_empty() && found > 0 {
        doubts.push("what it depends on is not known".to_owned());
    }
    let change: Vec<Item> = change.into_iter().filter(|item| !conditional.contains(&item.key)).collect();
    let (dropped, rest): (Vec<Item>, Vec<Item>) =
        all.into_iter().partition(|item| is_older(item, &courses, &trial));
    let completion = if rest.is_empty() { None } else { completion(replay, &courses) };
    let confidence = if unsure { Confidence::Medium } else { Confidence::High };
    let made = |relation: &QName| trial.made(relation);
    let context = |options| DownContext {
        migration,
        down: &down.info,
        up,
        steps: &steps,
        schema: replay.schema(),
        change: &change,
        residue: &rest,
        dropped: &dropped,
        completion: completion.as_deref(),
        doubts: &doubts,
        confidence,
        observed: None,
        made: &made,
        options,
    };
    let options = crate::rules::context::RuleOptions::default();
    let mut judgement = judgement(&context(&options), down, rollbacks);
    if let Some(seen) = proven.written(index) {
        let context = |options| DownContext {
            change: &seen.change,
            residue: &seen.residue,
            dropped: &seen.dropped,
            doubts: &[],
            confidence: Confidence::High,
            observed: Some(seen.observation()),
            completion: completion.as_deref().filter(|_| !seen.residue.is_empty()),
            ..context(options)
        };
        let predicted = judgement.verdict;
        judgement = self::judgement(&context(&options), down, &[]);
        judgement.observed = Some(seen.shown(predicted, judgement.verdict));
        engine.down(context);
    } else {
        engine.down(context);
    }
    replay.end_trial(trial, &steps);
    judgement
}

/// The first state of every object that steps touched.
fn note(courses: &mut Courses, steps: &[Step]) {
    for change in steps.iter().flat_map(|step| &step.changes) {
        courses
            .entry(change.key.clone())
            .or_insert_with(|| Course { before: change.before.clone(), ..Course::default() });
    }
}

fn run(replay: &mut Replay, index: usize, down: &ParsedDown) -> Vec<Step> {
    replay.begin_migration(down.wrap);
    let mut steps = Vec::with_capacity(down.statements.len());
    for stmt in &down.statements {
        let mut step = replay.prepare(stmt.clone(), index);
        replay.commit(&mut step);
        let failed = !step.errors.is_empty();
        steps.push(step);
        if failed {
            // Runners stop here.
            break;
        }
    }
    replay.end_migration();
    steps
}

/// Why nothing can be said about what the way back restores.
fn doubts(replay: &Replay, up: &[Step], down: &[Step]) -> Vec<String> {
    let mut doubts = Vec::new();
    if replay.schema().dialect() != Dialect::PostgreSql {
        doubts.push("only PostgreSQL's schemas are compared".to_owned());
    }
    for (whose, steps) in [("the migration", up), ("the way back", down)] {
        if steps.iter().any(|s| !s.stmt.op.is_analysed()) {
            doubts.push(format!("{whose} was not analysed in full"));
        }
        if let Some(routine) = steps.iter().find_map(|s| runs_unknown(replay.schema(), &s.stmt.op)) {
            doubts.push(format!("{whose} runs {routine}, which makes or changes objects"));
        }
    }
    if let Some(error) = up.iter().find_map(|s| s.errors.first()) {
        doubts.push(format!("the migration itself fails: {error}"));
    }
    doubts
}

/// A routine that a statement runs and that changes what is not known.
fn runs_unknown(schema: &Schema, op: &DdlOp) -> Option<QName> {
    let called: Vec<&QName> = match op {
        DdlOp::Call { procedure } => return Some(procedure.clone()),
        DdlOp::Select(select) => select.query.functions.iter().collect(),
        DdlOp::Do(block) => return block.statements.iter().find_map(|n| runs_unknown(schema, &n.op)),
        _ => return None,
    };
    called.into_iter().find(|name| schema.changes_objects(name)).cloned()
}

/// Whether what a step does depends on a condition that is not evaluated.
fn is_conditional(step: &Step) -> bool {
    match &step.stmt.op {
        DdlOp::Do(block) => block.statements.iter().any(|n| n.conditional || n.guarded),
        _ => false,
    }
}

/// Whether a migration changes objects that the model does not know.
fn changes_unknown(up: &[Step], rollbacks: &[StepRollback]) -> bool {
    let is_data = |op: &DdlOp| {
        matches!(
            op,
            DdlOp::Insert(_)
                | DdlOp::Update(_)
                | DdlOp::Delete(_)
                | DdlOp::Merge(_)
                | DdlOp::Copy(_)
                | DdlOp::Truncate(_)
                | DdlOp::Select(_)
        )
    };
    up.iter().zip(rollbacks).any(|(step, back)| back.class > Reversibility::Exact && !is_data(&step.stmt.op))
}

fn compare(replay: &Replay, courses: &Courses, state: impl Fn(&Course) -> &Option<Arc<Object>>) -> Vec<Item> {
    let lasting = |key: &ObjectKey| key.namespace().is_none_or(|schema| !schema.starts_with("pg_temp"));
    let states: Vec<State<'_>> = courses
        .iter()
        .filter(|(key, _)| lasting(key))
        .map(|(key, course)| State { key, before: course.before.as_deref(), now: state(course).as_deref() })
        .collect();
    let known = |item: &Item| match &item.key {
        ObjectKey::Relation(name) => !replay.schema().is_unknown(name) && columns_known(courses, &item.key),
        _ => true,
    };
    residue::compare(replay.schema(), &states).into_iter().filter(known).collect()
}

/// Views that read the clock when they are made, and were made again.
fn moments(courses: &Courses) -> impl Iterator<Item = Item> {
    courses.iter().filter_map(|(key, course)| {
        let (Some(Object::View(before)), Some(Object::View(now))) =
            (course.before.as_deref(), course.now.as_deref())
        else {
            return None;
        };
        let other = course.remade && before.query == now.query && rollback::reads_clock(&now.query.sql);
        other.then(|| Item {
            key: key.clone(),
            subject: format!("query of view {}", now.name),
            fate: Fate::Changed,
            weight: Weight::Real,
            text: format!("query of view {} has another moment in the place of 'now'", now.name),
            whole: false,
        })
    })
}

fn columns_known(courses: &Courses, key: &ObjectKey) -> bool {
    let Some(course) = courses.get(key) else { return true };
    [&course.before, &course.now].into_iter().flatten().all(|object| match &**object {
        Object::Table(table) => table.columns_known,
        _ => true,
    })
}

/// Whether the table that an index or the like is on is known.
fn host_is_known(replay: &Replay, courses: &Courses, item: &Item) -> bool {
    let Some(course) = courses.get(&item.key) else { return true };
    let host = match course.before.as_deref().or(course.now.as_deref()) {
        Some(Object::Index(index)) => &index.table,
        Some(Object::Statistics(statistics)) => &statistics.table,
        _ => return true,
    };
    let key = ObjectKey::Relation(host.clone());
    courses.contains_key(&key) || replay.object(&key).is_some()
}

/// Whether a difference is one even if the schema before the migration is known in part only: what the way back
/// makes may have been there.
fn is_known(item: &Item, change: &[Item], courses: &Courses) -> bool {
    let before = courses.get(&item.key).and_then(|c| c.before.as_ref());
    match item.fate {
        Fate::LeftOver => change.iter().any(|i| i.key == item.key && (i.whole || i.subject == item.subject)),
        Fate::Missing | Fate::Changed => before.is_some(),
    }
}

/// Whether the way back dropped what its migration had left alone.
fn is_older(item: &Item, courses: &Courses, trial: &crate::plan::Trial) -> bool {
    if item.fate != Fate::Missing {
        return false;
    }
    let Some(course) = courses.get(&item.key) else { return false };
    let remade = matches!(&item.key, ObjectKey::Relation(name) if trial.made(name));
    !remade && residue::left_alone(item, course.before.as_deref(), course.between.as_deref())
}

/// A script that completes a way back is shown up to this length.
const LONGEST_COMPLETION: usize = 400;

/// The statements that lead from what a way back leaves to what it should.
fn completion(replay: &Replay, courses: &Courses) -> Option<String> {
    let transitions: Vec<Transition<'_>> = courses
        .iter()
        .filter(|(_, c)| c.now != c.before)
        .map(|(key, c)| Transition { key, from: c.now.as_deref(), to: c.before.as_deref(), rebuild: false })
        .collect();
    let pieces = diff::plan(replay.schema(), &transitions);
    let ops = diff::merge(pieces.into_iter().map(|p| p.op));
    let sql: Vec<String> = ops
        .iter()
        .map(|op| emit::sql(op, Dialect::PostgreSql))
        .filter(|sql| !emit::is_comment(sql))
        .map(|sql| format!("{sql};"))
        .collect();
    let sql = sql.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    (!sql.is_empty() && sql.chars().count() <= LONGEST_COMPLETION).then_some(sql)
}

fn judgement(cx: &DownContext<'_>, down: &ParsedDown, rollbacks: &[StepRollback]) -> Judgement {
    let texts = |items: &[Item]| items.iter().map(|i| i.text.clone()).collect::<Vec<_>>();
    let (verdict, differences) = if let Some((_, message, _)) = cx.syntax_error() {
        (DownVerdict::Fails, vec![message.to_owned()])
    } else if let Some(failure) = cx.failure() {
        let raised = cx.raises_on_purpose();
        let verdict = if raised { DownVerdict::Irreversible } else { DownVerdict::Fails };
        (verdict, vec![failure.error])
    } else if !cx.doubts.is_empty() {
        (DownVerdict::Unknown, cx.doubts.to_vec())
    } else if cx.is_empty() {
        let verdict = match (cx.change.is_empty(), cx.down.declared) {
            (true, _) if changes_unknown(cx.up, rollbacks) => DownVerdict::Unknown,
            (true, _) => DownVerdict::NothingToDo,
            (false, true) => DownVerdict::Irreversible,
            (false, false) => DownVerdict::Empty,
        };
        (verdict, texts(cx.change))
    } else {
        let weight = cx.residue.iter().chain(cx.dropped).map(|i| i.weight).max();
        let verdict = match weight {
            None => DownVerdict::Restores,
            Some(Weight::Order) => DownVerdict::Reorders,
            Some(Weight::Name) => DownVerdict::Renames,
            Some(Weight::Kept | Weight::Real) => DownVerdict::Differs,
        };
        let mut differences = texts(cx.residue);
        differences.extend(texts(cx.dropped));
        (verdict, differences)
    };
    Judgement { down: down.info.clone(), verdict, differences, observed: None }
}
