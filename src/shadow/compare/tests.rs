use super::*;
use crate::name::{Dialect, ServerVersion};
use crate::parse;
use crate::plan::{Replay, Wrap};
use crate::schema::{Coverage, Schema};
use crate::shadow::observation::SeenError;
use crate::text::{FileId, Span, offset};

/// The last statement as a step on the schema that the others make.
fn step(sql: &str) -> Step {
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::NEWEST);
    schema.coverage = Coverage::Complete;
    let span = Span::new(0, offset(sql.len()));
    let parsed = parse::with_large_stack(|| parse::script(sql, span, FileId(0), Dialect::PostgreSql));
    let mut statements = parsed.expect("a thread").statements;
    let last = statements.pop().expect("a statement");
    let mut replay = Replay::new(schema);
    replay.history(Wrap::Statement, statements.iter());
    replay.begin_change_set();
    replay.begin_migration(Wrap::Statement);
    let mut step = replay.prepare(last, 0);
    replay.commit(&mut step);
    step
}

fn lock(relation: &str, kind: ObjectKind, mode: LockMode) -> SeenLock {
    SeenLock { relation: QName::qualified("public", relation), kind, mode }
}

fn table(relation: &str, mode: LockMode) -> SeenLock {
    lock(relation, ObjectKind::Table, mode)
}

fn texts(step: &Step, observed: &Observed) -> Vec<String> {
    compare(step, observed, &BTreeSet::new()).differences.into_iter().map(|d| d.text).collect()
}

const BASE: &str = "CREATE TABLE t (id int PRIMARY KEY, n int); CREATE TABLE u (id int); ";

#[test]
fn what_is_equal_is_no_difference() {
    let check = step(&format!("{BASE} ALTER TABLE t ADD CHECK (n > 0)"));
    let t = QName::qualified("public", "t");
    let observed = Observed {
        locks: vec![table("t", LockMode::AccessExclusive)],
        scans: vec![t.clone()],
        ..Observed::default()
    };
    let comparison = compare(&check, &observed, &BTreeSet::new());
    assert_eq!(comparison.differences, []);
    assert_eq!(comparison.compared.len(), 6);
    assert_eq!(comparison.agrees(Aspect::Scans), Some(true));
}

#[test]
fn vacuum_full_builds_the_indexes_anew() {
    let vacuum = step(&format!("{BASE} VACUUM FULL t"));
    let t = QName::qualified("public", "t");
    let observed = Observed {
        method: Method::LockStep,
        locks: vec![table("t", LockMode::AccessExclusive)],
        rewrites: vec![t.clone()],
        index_builds: vec![QName::qualified("public", "t_pkey")],
        scans: vec![t],
        ..Observed::default()
    };
    assert_eq!(texts(&vacuum, &observed), [""; 0]);
    let without = Observed { index_builds: Vec::new(), ..observed };
    assert_eq!(texts(&vacuum, &without), ["no build of public.t_pkey, although it was foreseen"]);
}

#[test]
fn wrong_predictions_are_told_with_their_weight() {
    let check = step(&format!("{BASE} ALTER TABLE t ADD CHECK (n > 0)"));
    let t = QName::qualified("public", "t");
    let mut observed = Observed {
        locks: vec![table("t", LockMode::ShareUpdateExclusive), table("u", LockMode::Share)],
        rewrites: vec![t.clone()],
        created: vec![(ObjectKind::Index, QName::qualified("public", "i"))],
        dropped: vec![(ObjectKind::Table, QName::qualified("public", "u"))],
        ..Observed::default()
    };
    let comparison = compare(&check, &observed, &BTreeSet::new());
    let told: Vec<(Aspect, Severity, &str)> =
        comparison.differences.iter().map(|d| (d.aspect, d.severity, d.text.as_str())).collect();
    assert_eq!(
        told,
        [
            (
                Aspect::Locks,
                Severity::Advice,
                "SHARE UPDATE EXCLUSIVE on public.t, foreseen was ACCESS EXCLUSIVE"
            ),
            (Aspect::Locks, Severity::Warning, "SHARE on public.u, which was not foreseen"),
            (Aspect::Rewrites, Severity::Warning, "a rewrite of public.t, which was not foreseen"),
            (Aspect::Scans, Severity::Advice, "no full read of public.t, although it was foreseen"),
            (Aspect::Relations, Severity::Advice, "public.i is made, which was not foreseen"),
            (Aspect::Relations, Severity::Advice, "public.u is dropped, which was not foreseen"),
        ]
    );
    // About relations that the two have seen differently before, nothing is said.
    let foreign = ["t", "u", "i"].map(|name| QName::qualified("public", name)).into();
    assert_eq!(compare(&check, &observed, &foreign).differences, []);
    observed.locks.clear();
    assert!(texts(&check, &observed)[0].starts_with("no lock on public.t"));
}

#[test]
fn errors_are_compared_first() {
    let fails = step(&format!("{BASE} ALTER TABLE t ADD COLUMN n int"));
    let told = compare(&fails, &Observed::default(), &BTreeSet::new());
    assert_eq!(told.differences[0].severity, Severity::Error);
    assert!(told.differences[0].text.contains("although it was foreseen to fail"), "{told:?}");
    assert_eq!(told.agrees(Aspect::Locks), None);

    let error = |sqlstate: &str| Observed {
        error: Some(SeenError {
            sqlstate: sqlstate.to_owned(),
            message: "no".to_owned(),
            detail: None,
            table: None,
        }),
        ..Observed::default()
    };
    assert_eq!(texts(&fails, &error("42701")), Vec::<String>::new());
    assert!(texts(&fails, &error("42P01"))[0].contains("another error"));
    let works = step(&format!("{BASE} ALTER TABLE t ADD CHECK (n > 0)"));
    assert!(texts(&works, &error("42P01"))[0].starts_with("the server refuses it"));
    // Rows decide about this one.
    assert_eq!(texts(&works, &error("23514")), Vec::<String>::new());
}

#[test]
fn what_cannot_be_seen_is_not_compared() {
    let add = step(&format!("{BASE} ALTER TABLE t ADD COLUMN c int"));
    // The transaction holds the lock already.
    let shared = Observed {
        method: Method::Shared,
        held: vec![table("t", LockMode::AccessExclusive)],
        ..Observed::default()
    };
    assert_eq!(texts(&add, &shared), Vec::<String>::new());
    let weaker = Observed { held: vec![table("t", LockMode::Share)], ..shared };
    assert_eq!(texts(&add, &weaker), ["no lock on public.t, foreseen was ACCESS EXCLUSIVE"]);

    let build = step(&format!("{BASE} CREATE INDEX CONCURRENTLY i ON t (n)"));
    let made = vec![(ObjectKind::Index, QName::qualified("public", "i"))];
    let seen = Observed {
        method: Method::LockStep,
        locks: vec![
            table("t", LockMode::ShareUpdateExclusive),
            lock("t_pkey", ObjectKind::Index, LockMode::RowExclusive),
        ],
        scans: vec![QName::qualified("public", "t")],
        created: made.clone(),
        ..Observed::default()
    };
    assert_eq!(texts(&build, &seen), Vec::<String>::new());
    let unwatched = Observed { locks: Vec::new(), ..seen };
    assert_eq!(texts(&build, &unwatched), Vec::<String>::new());
    let watched = Observed { watched: vec![QName::qualified("public", "t")], ..unwatched };
    assert_eq!(texts(&build, &watched), ["no lock on public.t, foreseen was SHARE UPDATE EXCLUSIVE"]);

    // On an empty table no row is checked against the other.
    let insert = step(
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a); INSERT INTO b SELECT 1 WHERE false",
    );
    let seen = Observed { locks: vec![table("b", LockMode::RowExclusive)], ..Observed::default() };
    assert_eq!(texts(&insert, &seen), Vec::<String>::new());
}

#[test]
fn what_parts_from_the_server_is_listed() {
    let create = step(&format!("{BASE} CREATE TABLE v (id int)"));
    let v = QName::qualified("public", "v");
    let seen = Observed { created: vec![(ObjectKind::Table, v.clone())], ..Observed::default() };
    assert_eq!(parted(&create, Some(&seen), false), []);
    assert_eq!(parted(&create, Some(&seen), true), std::slice::from_ref(&v));
    assert_eq!(parted(&create, None, false), std::slice::from_ref(&v));
    assert_eq!(parted(&create, Some(&Observed::default()), false), [v]);
}
