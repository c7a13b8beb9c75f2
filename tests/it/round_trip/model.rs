//! Round trips on the model alone.

use std::collections::BTreeMap;

use checkrail::diff::residue::{self, State, Weight};
use checkrail::ir::DdlOp;
use checkrail::name::Dialect;
use checkrail::plan::{Replay, Wrap};
use checkrail::remedy::rollback::{
    Form, Reversibility, Script, StepRollback, invert, script_of_settled, settle,
};
use checkrail::review::compare::compare;
use checkrail::schema::Schema;
use checkrail::schema::key::ObjectKey;
use checkrail::schema::model::{Change, Object, UserTypeKind};
use proptest::prelude::*;

use super::{Case, START, config, draws, empty, parsed, reads_back};

/// A migration that was replayed.
pub struct Played {
    pub before: Schema,
    pub after: Schema,
    pub changes: Vec<Change>,
    pub steps: Vec<StepRollback>,
}

/// Replays a case.
pub fn play(version: u16, case: &Case) -> Result<Played, String> {
    let mut replay = empty(version);
    run(&mut replay, &case.base).map_err(|e| format!("base: {e}"))?;
    let before = replay.schema().clone();
    replay.begin_change_set();
    replay.begin_migration(Wrap::Statement);
    let (mut changes, mut steps) = (Vec::new(), Vec::new());
    for text in &case.up {
        for stmt in parsed(text) {
            let mut step = replay.prepare(stmt, 0);
            replay.commit(&mut step);
            if let Some(error) = step.errors.first() {
                return Err(format!("up: {error}\n{text}"));
            }
            changes.extend(step.changes.iter().cloned());
            steps.push(invert(&step, replay.schema()));
        }
    }
    replay.end_migration();
    settle(&mut steps);
    Ok(Played { before, after: replay.into_schema(), changes, steps })
}

fn run(replay: &mut Replay, texts: &[String]) -> Result<(), String> {
    replay.begin_migration(Wrap::Statement);
    for text in texts {
        for stmt in parsed(text) {
            let mut step = replay.prepare(stmt, 0);
            replay.commit(&mut step);
            if let Some(error) = step.errors.first() {
                return Err(format!("{error}\n{text}"));
            }
            if let DdlOp::Opaque(opaque) = &step.stmt.op {
                return Err(format!("not read: {:?}\n{text}", opaque.reason));
            }
        }
    }
    replay.end_migration();
    Ok(())
}

type Picture = BTreeMap<ObjectKey, (Object, Vec<String>)>;

/// All objects with who depends on them.
fn picture(schema: &Schema) -> Picture {
    let dependents = |key: &ObjectKey| -> Vec<String> {
        let mut found: Vec<String> =
            schema.dependents(key).into_iter().map(|(k, d)| format!("{k:?} {d:?}")).collect();
        found.sort();
        found
    };
    schema.objects().map(|(key, object)| (key.clone(), (object.clone(), dependents(key)))).collect()
}

/// How two schemas differ, in words and statements. What harms nobody is left out: a constraint that was validated
/// stays it, and a materialized view that was filled stays filled.
pub fn difference(found: &Schema, wanted: &Schema) -> Option<String> {
    let mut wanted = wanted.clone();
    let keys: Vec<ObjectKey> = wanted.objects().map(|(key, _)| key.clone()).collect();
    for key in keys {
        let now = found.get(&key).cloned();
        wanted.update(&key, |object| match (object, now) {
            (Object::Table(table), Some(Object::Table(now))) => {
                for constraint in &mut table.constraints {
                    constraint.validated |= now.constraint(&constraint.name).is_some_and(|c| c.validated);
                }
                for column in &mut table.columns {
                    if let (Some(old), Some(new)) =
                        (&mut column.not_null, now.column(&column.name).and_then(|c| c.not_null.as_ref()))
                    {
                        old.not_valid &= new.not_valid;
                    }
                }
            }
            (Object::View(view), Some(Object::View(now))) => view.populated |= now.populated,
            // A server spells the statement in its own way.
            (Object::Other(other), Some(Object::Other(now))) => other.sql = now.sql,
            (Object::Type(ty), Some(Object::Type(now))) => {
                if let (UserTypeKind::Domain(old), UserTypeKind::Domain(new)) = (&mut ty.kind, &now.kind) {
                    for constraint in &mut old.constraints {
                        let same = new.constraints.iter().find(|c| c.name == constraint.name);
                        constraint.validated |= same.is_some_and(|c| c.validated);
                    }
                }
            }
            _ => {}
        });
    }
    let wanted = &wanted;
    for (from, to) in [(found, wanted), (wanted, found)] {
        let compared = compare(from, to, &[]).expect("no renames");
        if !compared.is_empty() {
            let texts: Vec<String> = compared
                .objects
                .iter()
                .map(|o| format!("{} {} {:?}\n{}", o.kind, o.name, o.change, o.text))
                .collect();
            return Some(format!("{}\n{}", texts.join("\n"), compared.sql(Dialect::PostgreSql)));
        }
    }
    None
}

/// What a lossy script must not leave: a schema that is another one.
pub fn residue(found: &Schema, wanted: &Schema) -> Vec<String> {
    let keys: std::collections::BTreeSet<&ObjectKey> =
        found.objects().chain(wanted.objects()).map(|(key, _)| key).collect();
    let states: Vec<State<'_>> =
        keys.into_iter().map(|key| State { key, before: wanted.get(key), now: found.get(key) }).collect();
    residue::compare(found, &states)
        .into_iter()
        .filter(|i| i.weight == Weight::Real)
        .map(|i| i.text)
        .collect()
}

/// What a lossy script does not restore and does not tell either.
pub fn unsaid(script: &Script, mut residue: Vec<String>) -> Vec<String> {
    residue.retain(|text| !(text.starts_with("inheritance of") && script.sql.contains("count as its own")));
    residue
}

/// Carries a script out on the schema that the migration leaves.
pub fn carry_out(after: &Schema, script: &Script) -> Result<Schema, String> {
    let mut replay = Replay::new(after.clone());
    replay.begin_change_set();
    let statements: Vec<String> = vec![script.sql.clone()];
    run(&mut replay, &statements).map_err(|e| format!("the script fails: {e}"))?;
    let mut schema = replay.into_schema();
    schema.reset_session();
    Ok(schema)
}

/// Checks all that a case promises.
pub fn check(version: u16, case: &Case) -> Result<(), String> {
    case.base.iter().chain(&case.up).try_for_each(|text| reads_back(text))?;
    let played = play(version, case)?;
    let mut undone = played.after.clone();
    undone.undo(&played.changes);
    undone.reset_session();
    let (found, wanted) = (picture(&undone), picture(&played.before));
    for (key, object) in &wanted {
        if found.get(key) != Some(object) {
            return Err(format!(
                "the journal does not give back {key}: {:#?} and not {object:#?}",
                found.get(key)
            ));
        }
    }
    if let Some(key) = found.keys().find(|key| !wanted.contains_key(key)) {
        return Err(format!("the journal leaves {key}"));
    }
    for form in [Form::Own, Form::Transaction, Form::Statements] {
        let script = script_of_settled(&played.steps, form);
        let problem = |what: String| format!("{form:?}: {what}\n--- script:\n{}", script.sql);
        let restored = carry_out(&played.after, &script).map_err(problem)?;
        match script.class {
            Reversibility::NoneNeeded | Reversibility::Exact => {
                if let Some(difference) = difference(&restored, &played.before) {
                    return Err(problem(format!("{}: {difference}", script.class.as_str())));
                }
            }
            Reversibility::Lossy => {
                let residue = unsaid(&script, residue(&restored, &played.before));
                if !residue.is_empty() {
                    return Err(problem(format!("lossy: {residue:#?}")));
                }
            }
            Reversibility::Irreversible => {}
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn what_is_done_comes_back((base, up) in draws(10, 6)) {
        let case = Case::of(18, &base, &up);
        check(18, &case).map_err(|error| TestCaseError::fail(format!("{error}\n{}", case.sql())))?;
    }
}

/// Cases that failed once.
#[test]
fn what_failed_once() {
    let text = std::fs::read_to_string(crate::harness::repo("tests/fixtures/postgresql/round_trip.sql"));
    let cases = cases(&text.expect("fixture"));
    assert!(!cases.is_empty());
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|(name, case)| Some(format!("=== {name}: {}", check(18, case).err()?)))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// `--- name`, the statements of the base after those of the start, `--- up`, the migration.
pub fn cases(text: &str) -> Vec<(String, Case)> {
    let start: Vec<String> = START.iter().map(|&s| s.to_owned()).collect();
    let mut cases: Vec<(String, Case)> = Vec::new();
    for part in text.split("--- ").skip(1) {
        let (name, body) = part.split_once('\n').expect("a name");
        let statements = parsed(body);
        let texts = statements.iter().map(|s| s.span.slice(body).to_owned());
        match (name.trim(), cases.last_mut()) {
            ("up", Some((_, case))) => case.up = texts.collect(),
            (name, _) => {
                let base = start.iter().cloned().chain(texts).collect();
                cases.push((name.to_owned(), Case { base, up: Vec::new() }));
            }
        }
    }
    cases
}
