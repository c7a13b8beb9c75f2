//! Watching a statement that cannot run in a transaction.
//!
//! Its locks come and go, so that nobody could read them in time. Each table that it names is held by a blocker
//! session in `ACCESS EXCLUSIVE`; the statement stalls, the lock that it waits for is read, a new blocker queues
//! behind it, the old one lets go, and the statement runs on to its next lock. What it asks for twice in one
//! transaction, stronger the second time, shows only when it can be read while granted. Materialized views and
//! indexes cannot be blocked.

use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinHandle;

use super::Watched;
use super::snapshot::{FLUSHED_SCANS, Locks, SCANS, Scans, Snapshot, locks_of, parse_locks, parse_scans};
use crate::ir::data::LockMode;
use crate::name::QName;
use crate::quote;
use crate::shadow::link::{Failure, Link};
use crate::shadow::observation::{Method, Observed};
use crate::shadow::run_error::RunError;

/// How often the statement is looked at.
const PAUSE: Duration = Duration::from_millis(2);
/// After this long without an end all blockers go: what is left to see is not worth a stalled run.
const PATIENCE: Duration = Duration::from_secs(10);

/// Holds a table.
struct Blocker {
    oid: u32,
    link: Link,
}

/// Waits for a table.
struct Queued {
    oid: u32,
    pid: i32,
    task: JoinHandle<(Link, bool)>,
}

/// Runs a statement outside a transaction.
pub(in crate::shadow) async fn run(
    watched: &mut Watched,
    observer: &mut Link,
    options: &PgConnectOptions,
    sql: &str,
    tables: &[QName],
    major: u16,
) -> Result<Observed, Step> {
    let before = watched.relations().await?;
    let scanned = scans(&mut watched.link, major).await?;
    let mut blockers = Vec::new();
    for oid in targets(&mut watched.link, tables, &before).await? {
        blockers.extend(block(options, oid).await?);
    }
    let watched_tables: Vec<QName> =
        blockers.iter().filter_map(|b| Some(before.get(b.oid)?.name.clone())).collect();
    let pid = watched.link.pid;
    let mut stage = Stage { pid, observer, options, blockers, queued: Vec::new(), locks: Vec::new() };
    let result = {
        let work = watched.link.run(sql);
        tokio::pin!(work);
        let begun = Instant::now();
        loop {
            tokio::select! {
                biased;
                result = &mut work => break result,
                () = tokio::time::sleep(PAUSE) => {}
            }
            let followed = stage.follow().await;
            if followed.is_err() || begun.elapsed() > PATIENCE {
                stage.release().await;
            }
        }
    };
    stage.release().await;
    let locks = stage.locks;
    result?;
    let after_scans = scans(&mut watched.link, major).await?;
    watched.forget();
    let after = watched.relations().await?;
    let mut observed = Observed {
        method: Method::LockStep,
        locks: before.locks(&locks),
        watched: watched_tables,
        ..Observed::default()
    };
    before.differences(&after, (&scanned, &after_scans), &mut observed);
    watched.relations = Some(after);
    Ok(observed)
}

/// Why a statement was not followed to its end.
pub(in crate::shadow) enum Step {
    /// The statement or the server failed.
    Failure(Failure),
    /// A blocker could not connect.
    Error(RunError),
}

impl From<Failure> for Step {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<RunError> for Step {
    fn from(error: RunError) -> Self {
        Self::Error(error)
    }
}

/// A statement under way, and what stands in its way.
struct Stage<'a> {
    pid: i32,
    observer: &'a mut Link,
    options: &'a PgConnectOptions,
    blockers: Vec<Blocker>,
    queued: Vec<Queued>,
    locks: Locks,
}

impl Stage<'_> {
    /// Looks at the statement once, and lets it go one lock further.
    async fn follow(&mut self) -> Result<(), Step> {
        let (granted, waiting) = parse_locks(&self.observer.text(&locks_of(self.pid)).await?);
        for lock in granted {
            self.note(lock);
        }
        self.collect().await;
        let Some(lock) = waiting else {
            let in_the_way = !self.blockers.is_empty() || !self.queued.is_empty();
            if in_the_way && self.waits_for_transactions().await? {
                self.release().await;
            }
            return Ok(());
        };
        let Some(index) = self.blockers.iter().position(|b| b.oid == lock.0) else { return Ok(()) };
        self.note(lock);
        let held = self.blockers.swap_remove(index);
        {
            let queued = queue(self.options, lock.0).await?;
            for _ in 0..400 {
                let (_, waiting) = parse_locks(&self.observer.text(&locks_of(queued.pid)).await?);
                if waiting.is_some() || queued.task.is_finished() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            self.queued.push(queued);
        }
        let_go(held.link).await;
        Ok(())
    }

    fn note(&mut self, lock: (u32, LockMode)) {
        if !self.locks.contains(&lock) {
            self.locks.push(lock);
        }
    }

    /// Queued sessions that have their lock are blockers now.
    async fn collect(&mut self) {
        let (done, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.queued).into_iter().partition(|q| q.task.is_finished());
        self.queued = waiting;
        for queued in done {
            match queued.task.await {
                Ok((link, true)) => self.blockers.push(Blocker { oid: queued.oid, link }),
                Ok((link, false)) => let_go(link).await,
                Err(_) => {}
            }
        }
    }

    /// Whether the statement waits for the transactions of the blockers themselves (the second phase of the
    /// concurrent forms).
    async fn waits_for_transactions(&mut self) -> Result<bool, Failure> {
        let sql = format!(
            "SELECT 'yes' FROM pg_catalog.pg_locks WHERE pid = {} AND NOT granted \
             AND locktype IN ('virtualxid', 'transactionid')",
            self.pid
        );
        Ok(self.observer.text(&sql).await? == "yes")
    }

    /// Lets everything go.
    async fn release(&mut self) {
        for queued in std::mem::take(&mut self.queued) {
            let _ = self.observer.run(&format!("SELECT pg_catalog.pg_cancel_backend({})", queued.pid)).await;
            if let Ok((link, _)) = queued.task.await {
                let_go(link).await;
            }
        }
        for blocker in std::mem::take(&mut self.blockers) {
            let_go(blocker.link).await;
        }
    }
}

/// A session that holds a table; `None` when it cannot be had.
async fn block(options: &PgConnectOptions, oid: u32) -> Result<Option<Blocker>, Step> {
    let mut link = Link::open(options).await?;
    if lock(&mut link, oid).await {
        return Ok(Some(Blocker { oid, link }));
    }
    let_go(link).await;
    Ok(None)
}

/// A session that waits for a table.
async fn queue(options: &PgConnectOptions, oid: u32) -> Result<Queued, Step> {
    let mut link = Link::open(options).await?;
    let pid = link.pid;
    let task = tokio::spawn(async move {
        let got = lock(&mut link, oid).await;
        (link, got)
    });
    Ok(Queued { oid, pid, task })
}

/// Takes the lock, by name: there is no other way.
async fn lock(link: &mut Link, oid: u32) -> bool {
    let sql = format!(
        "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) \
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = {oid}"
    );
    let Ok(name) = link.text(&sql).await else { return false };
    link.run("SET lock_timeout = '20s'; BEGIN").await.is_ok()
        && link.run(&format!("LOCK TABLE ONLY {name} IN ACCESS EXCLUSIVE MODE")).await.is_ok()
}

/// Ends a blocker. Its lock goes at once, and not when the server's process gets round to it.
async fn let_go(mut link: Link) {
    let _ = link.run("ROLLBACK").await;
    link.close().await;
}

/// The tables to hold: those named, and the tables of indexes that are named.
async fn targets(link: &mut Link, names: &[QName], relations: &Snapshot) -> Result<Vec<u32>, Failure> {
    let mut oids = Vec::new();
    for name in names {
        let text = match &name.schema {
            Some(schema) => format!("{}.{}", quote::quote_ident(schema), quote::quote_ident(&name.name)),
            None => quote::quote_ident(&name.name).into_owned(),
        };
        let sql = format!(
            "SELECT COALESCE(i.indrelid, c.oid)::text FROM pg_catalog.pg_class c \
             LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid WHERE c.oid = pg_catalog.to_regclass({})",
            quote::quote_literal(&text)
        );
        let Ok(oid) = link.text(&sql).await?.parse() else { continue };
        let is_table = relations.get(oid).is_some_and(|r| matches!(r.kind, 'r' | 'p'));
        if is_table && !oids.contains(&oid) {
            oids.push(oid);
        }
    }
    Ok(oids)
}

/// All scans that the session has counted, handed over or not. Before version 15 those handed over arrive late,
/// so that only the rest is read.
async fn scans(link: &mut Link, major: u16) -> Result<Scans, Failure> {
    let mut scans = parse_scans(&link.text(SCANS).await?);
    if major >= 15 {
        link.run("SELECT pg_catalog.pg_stat_force_next_flush()").await?;
        link.run("SELECT 1").await?;
        scans = parse_scans(&link.text(SCANS).await?);
        for (oid, count) in parse_scans(&link.text(FLUSHED_SCANS).await?) {
            *scans.entry(oid).or_insert(0) += count;
        }
    }
    Ok(scans)
}
