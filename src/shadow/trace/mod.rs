//! Watching one statement at a time.
//!
//! In: a statement's text and the session that is to run it. Out: [`Observed`], or why there is none. Three ways,
//! after what each can see:
//! * alone in a transaction, every lock is there to be read by a second session before `COMMIT`;
//! * in a transaction with others, locks that it held before cannot be seen again;
//! * outside a transaction, the statement is stalled lock by lock ([`lockstep`]).

pub(super) mod lockstep;
pub(super) mod snapshot;

use super::link::{Failure, Link};
use super::observation::{Method, Observed};
use snapshot::{Locks, RELATIONS, SCANS, Scans, Snapshot, locks_of, parse_locks, parse_scans};

/// A session whose statements are watched.
pub(super) struct Watched {
    /// Its connection.
    pub(super) link: Link,
    /// The relations as of its last statement; `None` when something ran that was not watched.
    pub(super) relations: Option<Snapshot>,
    /// Scans so far, by the same session in the same transaction.
    scans: Option<Scans>,
    /// Locks that the open transaction holds.
    held: Locks,
}

impl Watched {
    pub(super) fn new(link: Link) -> Self {
        Self { link, relations: None, scans: None, held: Vec::new() }
    }

    /// Something ran unwatched.
    pub(super) fn forget(&mut self) {
        self.relations = None;
        self.scans = None;
        self.held.clear();
    }

    /// Runs a statement in a transaction of its own, after `settings`, statements that take no locks.
    pub(super) async fn own(
        &mut self,
        observer: &mut Link,
        sql: &str,
        settings: &[String],
    ) -> Result<Observed, Failure> {
        let result = self.own_inner(observer, sql, settings).await;
        if let Err(Failure::Refused(_)) = &result {
            self.link.run("ROLLBACK").await?;
            self.scans = None;
        }
        result
    }

    async fn own_inner(
        &mut self,
        observer: &mut Link,
        sql: &str,
        settings: &[String],
    ) -> Result<Observed, Failure> {
        let before = self.relations().await?;
        self.link.run("BEGIN").await?;
        for setting in settings {
            self.link.run(setting).await?;
        }
        let scanned = parse_scans(&self.link.text(SCANS).await?);
        self.link.run(sql).await?;
        let (locks, _) = parse_locks(&observer.text(&locks_of(self.link.pid)).await?);
        let (after_scans, after) = self.look().await?;
        self.link.run("COMMIT").await?;
        let mut observed =
            Observed { method: Method::Own, locks: before.locks(&locks), ..Observed::default() };
        before.differences(&after, (&scanned, &after_scans), &mut observed);
        self.relations = Some(after);
        self.scans = None;
        self.held.clear();
        Ok(observed)
    }

    /// Runs a statement in the open transaction.
    pub(super) async fn shared(&mut self, observer: &mut Link, sql: &str) -> Result<Observed, Failure> {
        let before = self.relations().await?;
        let scanned = match self.scans.take() {
            Some(scans) => scans,
            None => parse_scans(&self.link.text(SCANS).await?),
        };
        self.link.run(sql).await?;
        let (locks, _) = parse_locks(&observer.text(&locks_of(self.link.pid)).await?);
        let (after_scans, after) = self.look().await?;
        let fresh: Locks = locks.iter().filter(|l| !self.held.contains(l)).copied().collect();
        let mut observed = Observed {
            method: Method::Shared,
            locks: before.locks(&fresh),
            held: before.locks(&self.held),
            ..Observed::default()
        };
        before.differences(&after, (&scanned, &after_scans), &mut observed);
        self.relations = Some(after);
        self.scans = Some(after_scans);
        self.held = locks;
        Ok(observed)
    }

    /// A transaction or a part of one has begun or ended: what it holds is read anew.
    pub(super) async fn turned(&mut self, observer: &mut Link) -> Result<(), Failure> {
        self.forget();
        (self.held, _) = parse_locks(&observer.text(&locks_of(self.link.pid)).await?);
        Ok(())
    }

    /// The relations as they are.
    pub(super) async fn relations(&mut self) -> Result<Snapshot, Failure> {
        match self.relations.take() {
            Some(relations) => Ok(relations),
            None => Ok(Snapshot::parse(&self.link.text(RELATIONS).await?)),
        }
    }

    /// Scans and relations, read inside the open transaction whatever role it has taken.
    async fn look(&mut self) -> Result<(Scans, Snapshot), Failure> {
        let sql = format!(
            "SAVEPOINT checkrail_look; SET LOCAL ROLE NONE; {SCANS}; {RELATIONS}; \
             ROLLBACK TO SAVEPOINT checkrail_look; RELEASE SAVEPOINT checkrail_look"
        );
        let answers = self.link.texts(&sql).await?;
        let [scans, relations] = &answers[..] else {
            return Err(Failure::Gone("the server did not answer in full".to_owned()));
        };
        Ok((parse_scans(scans), Snapshot::parse(relations)))
    }
}
