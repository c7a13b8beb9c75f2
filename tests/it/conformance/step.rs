//! Statements outside transactions, in lock-step: each table that the statement names is held by a blocker, the
//! statement stops at each, and what it waits for is what it locks.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use checkrail::ir::data::LockMode;
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinHandle;

use super::measure::{self, Bench, Held, Relations, add_files, add_locks, add_reads, locks, pid, reads, run};
use super::suite::Facts;

/// Longer than any of them takes, blockers included.
const PATIENCE: Duration = Duration::from_secs(40);

/// A session that holds, or waits for, a table.
struct Blocker {
    table: i64,
    pid: i32,
    state: State,
}

enum State {
    Holds(PgConnection),
    Waits(JoinHandle<(PgConnection, bool)>),
}

/// Before 15, a session reports what it read when a transaction ends, but not sooner than half a second after
/// the last time; until then it knows itself.
const REPORT: Duration = Duration::from_millis(550);

/// Runs the statement and tells what it did.
pub async fn outside(bench: &mut Bench<'_>, mut worker: PgConnection, sql: &str) -> Facts {
    let collected = bench.version >= 15;
    report(&mut worker, collected).await;
    if !collected {
        run(&mut worker, "SELECT pg_stat_reset()").await.expect("reset");
    }
    let start = Instant::now();
    let before = measure::relations(&mut worker).await;
    let worker_pid = pid(&mut worker).await;
    let old = reads(&mut worker, !collected).await;
    let mut blockers = Vec::new();
    for table in named(&mut worker, sql).await {
        let session = bench.connect().await;
        blockers.extend(block(session, table, &before).await);
    }
    let statement = sql.to_owned();
    let task = tokio::spawn(async move {
        let done = run(&mut worker, &statement).await;
        (worker, done)
    });
    let found = watch(bench, worker_pid, &before, blockers, &task).await;
    let (mut worker, done) = task.await.expect("the statement's task");
    let mut facts = Facts::default();
    if let Err(error) = done {
        facts.error = Some(measure::sqlstate(&error));
        return facts;
    }
    // Blockers are on tables, so that locks on indexes are not all seen: none is told.
    let is_table = |oid: &i64| before.get(oid).is_some_and(|r| matches!(r.kind, 'r' | 'p' | 'm'));
    add_locks(&mut facts, &before, found.into_iter().filter(|(oid, _)| is_table(oid)));
    let after = measure::relations(&mut worker).await;
    add_files(&mut facts, &before, &after);
    if collected {
        report(&mut worker, true).await;
    }
    let mut new = reads(&mut worker, !collected).await;
    if !collected && start.elapsed() > Duration::from_millis(400) {
        // Part of it was reported, and what others are told may be half a second old.
        report(&mut worker, false).await;
        tokio::time::sleep(2 * REPORT).await;
        new = reads(&mut worker, false).await;
    }
    add_reads(&mut facts, &before, &old, &new);
    facts
}

/// Makes a session report what it has read so far.
async fn report(worker: &mut PgConnection, on_demand: bool) {
    if on_demand {
        run(worker, "SELECT pg_stat_force_next_flush()").await.expect("flushed");
    } else {
        tokio::time::sleep(REPORT).await;
    }
    run(worker, "SELECT 1").await.expect("SELECT");
}

/// The tables that a statement names with their partitions, those of the indexes that it names, and those of a
/// schema that it names.
async fn named(session: &mut PgConnection, sql: &str) -> Vec<i64> {
    let words = sql.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_ascii_lowercase);
    sqlx::query_scalar(
        "WITH RECURSIVE named AS (
           SELECT coalesce(i.indrelid, c.oid) AS oid
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           LEFT JOIN pg_index i ON i.indexrelid = c.oid
           WHERE c.oid >= 16384 AND n.nspname NOT LIKE 'pg\\_toast%'
             AND (c.relname = ANY ($1) OR n.nspname = ANY ($1) AND n.nspname <> 'public')
           UNION SELECT h.inhrelid FROM pg_inherits h JOIN named ON named.oid = h.inhparent)
         SELECT c.oid::int8 FROM named JOIN pg_class c USING (oid) WHERE c.relkind IN ('r', 'p') ORDER BY c.oid",
    )
    .bind(words.collect::<Vec<_>>())
    .fetch_all(session)
    .await
    .expect("pg_class")
}

/// Holds a table; nothing when it cannot be held.
async fn block(mut session: PgConnection, table: i64, relations: &Relations) -> Option<Blocker> {
    let pid = pid(&mut session).await;
    run(&mut session, "BEGIN").await.expect("BEGIN");
    hold(&mut session, table, relations).await.then_some(Blocker { table, pid, state: State::Holds(session) })
}

async fn hold(session: &mut PgConnection, table: i64, relations: &Relations) -> bool {
    let name = &relations[&table].name;
    run(session, &format!("LOCK TABLE ONLY {name} IN ACCESS EXCLUSIVE MODE")).await.is_ok()
}

/// Follows the statement from lock to lock until it is done. What it asks for, and what it holds while it waits.
async fn watch(
    bench: &mut Bench<'_>,
    worker: i32,
    relations: &Relations,
    mut blockers: Vec<Blocker>,
    statement: &JoinHandle<(PgConnection, Result<(), sqlx::Error>)>,
) -> BTreeSet<(i64, LockMode)> {
    let mut found = BTreeSet::new();
    let deadline = Instant::now() + PATIENCE;
    while !statement.is_finished() {
        assert!(Instant::now() < deadline, "the statement did not end");
        tokio::time::sleep(Duration::from_millis(2)).await;
        let held = locks(&mut bench.observer, worker).await;
        if waits_for_transactions(bench, worker).await {
            // It waits for the blockers' own transactions to end, whatever they hold.
            let_go(bench, std::mem::take(&mut blockers)).await;
        }
        let stopped = |l: &Held| {
            let at =
                blockers.iter().position(|b| b.table == l.relation && matches!(b.state, State::Holds(_)))?;
            (!l.granted).then_some((at, l.mode))
        };
        let Some((at, mode)) = held.iter().find_map(stopped) else {
            settle(&mut blockers).await;
            continue;
        };
        let table = blockers[at].table;
        found.insert((table, mode));
        found.extend(held.iter().filter(|l| l.granted).map(|l| (l.relation, l.mode)));
        // Another blocker queues up behind the statement, then the first lets go.
        let mut session = bench.connect().await;
        let next = pid(&mut session).await;
        let known = relations.clone();
        let waiting = tokio::spawn(async move {
            run(&mut session, "BEGIN").await.expect("BEGIN");
            let holds = hold(&mut session, table, &known).await;
            (session, holds)
        });
        for _ in 0..500 {
            if locks(&mut bench.observer, next).await.iter().any(|l| l.relation == table && !l.granted) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let old =
            std::mem::replace(&mut blockers[at], Blocker { table, pid: next, state: State::Waits(waiting) });
        if let State::Holds(mut session) = old.state {
            run(&mut session, "ROLLBACK").await.expect("ROLLBACK");
            let _ = session.close_hard().await;
        }
    }
    let_go(bench, blockers).await;
    found
}
/// Blockers that got what they waited for hold it.
async fn settle(blockers: &mut Vec<Blocker>) {
    for blocker in std::mem::take(blockers) {
        let Blocker { table, pid, state } = blocker;
        let state = match state {
            State::Waits(task) if task.is_finished() => {
                let (session, holds) = task.await.expect("a blocker's task");
                if !holds {
                    continue;
                }
                State::Holds(session)
            }
            other => other,
        };
        blockers.push(Blocker { table, pid, state });
    }
}

async fn let_go(bench: &mut Bench<'_>, blockers: Vec<Blocker>) {
    for blocker in blockers {
        match blocker.state {
            State::Holds(session) => {
                let _ = session.close().await;
            }
            State::Waits(task) => {
                let cancel = sqlx::query("SELECT pg_cancel_backend($1)").bind(blocker.pid);
                cancel.execute(&mut bench.observer).await.expect("cancelled");
                if let Ok((session, _)) = task.await {
                    let _ = session.close().await;
                }
            }
        }
    }
}

/// Whether a session waits for other transactions as such.
async fn waits_for_transactions(bench: &mut Bench<'_>, pid: i32) -> bool {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted
           AND locktype IN ('virtualxid', 'transactionid'))",
    )
    .bind(pid)
    .fetch_one(&mut bench.observer)
    .await
    .expect("pg_locks")
}
