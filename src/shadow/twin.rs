//! A copy of the database, in which each statement runs in a transaction of its own.
//!
//! In the transaction of the migration tool a lock that is taken a second time cannot be seen. Here it can. The
//! copy follows the migrations one by one; where it cannot follow (savepoints, deferred checks, what must be in
//! one transaction), it is thrown away, the observations of [`Front`] stand, and a new copy is made when one is
//! wanted again.

use super::flow::Flow;
use super::front::Front;
use super::link::{Failure, Link};
use super::observation::{Observed, Seen};
use super::place::Place;
use super::run_error::RunError;
use super::runner::Script;
use super::trace::Watched;
use super::wants::{self, Need};

/// The copy, while there is one.
#[derive(Default)]
pub(super) struct Twin {
    open: Option<Open>,
}

struct Open {
    name: String,
    watched: Watched,
}

impl Twin {
    /// Before a script runs: makes a copy if it will be of use, and drops one that would stand in the way.
    pub(super) async fn prepare(
        &mut self,
        script: &Script<'_>,
        front: &mut Front,
        place: &mut Place<'_>,
    ) -> Result<(), RunError> {
        let able = script.traced && !wants::is_entangled(script) && !wants::drops_roles(script);
        if !able {
            return self.discard(place).await;
        }
        if self.open.is_none() && is_useful(script) {
            let name = front.step_aside(place).await?;
            let watched = Watched::new(Link::open(&place.database(&name)).await?);
            self.open = Some(Open { name, watched });
        }
        Ok(())
    }

    /// After a script has run: runs it here, and puts what is seen in place of what was seen there.
    pub(super) async fn follow(
        &mut self,
        script: &Script<'_>,
        place: &mut Place<'_>,
        seen: &mut [Seen],
    ) -> Result<(), RunError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        match open.follow(script, place, seen).await {
            Ok(()) => Ok(()),
            Err((_, Failure::Refused(_))) => self.discard(place).await,
            Err((at, Failure::Gone(reason))) => Err(RunError::Gone { place: script.place(at), reason }),
        }
    }

    /// Drops the copy.
    pub(super) async fn discard(&mut self, place: &mut Place<'_>) -> Result<(), RunError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        open.watched.link.close().await;
        place.drop(&open.name)
    }

    /// The same at the end.
    pub(super) async fn close(mut self, place: &mut Place<'_>) -> Result<(), RunError> {
        self.discard(place).await
    }
}

/// Whether a script has a transaction with several statements to watch.
fn is_useful(script: &Script<'_>) -> bool {
    let mut flow = Flow::new(script.wrap);
    let mut watched = 0;
    for (index, stmt) in script.statements.iter().enumerate() {
        if flow.before(&stmt.op).is_some() {
            watched = 0;
        }
        let counts = matches!(wants::need(&stmt.op, script.sql(index)), Need::Watch | Need::InBlock);
        if flow.in_block() && counts {
            watched += 1;
        }
        if watched > 1 {
            return true;
        }
        flow.after(&stmt.op);
        if !flow.in_block() {
            watched = 0;
        }
    }
    false
}

impl Open {
    async fn follow(
        &mut self,
        script: &Script<'_>,
        place: &mut Place<'_>,
        seen: &mut [Seen],
    ) -> Result<(), (usize, Failure)> {
        let mut flow = Flow::new(script.wrap);
        // Settings of the open transaction, which every transaction here repeats.
        let mut settings: Vec<String> = Vec::new();
        for (index, stmt) in script.statements.iter().enumerate() {
            let here = |failure| (index, failure);
            if flow.before(&stmt.op).is_some() {
                settings.clear();
            }
            let sql = script.sql(index);
            let run = seen.get(index).is_some_and(|s| s.run().is_some());
            let need = wants::need(&stmt.op, sql);
            if !run || need == Need::Control || wants::cluster_wide(&stmt.op) {
                // The other database has seen to it, for the whole server; or nobody has.
            } else if flow.in_block() && wants::is_local_setting(&stmt.op) {
                settings.push(sql.to_owned());
            } else if flow.in_block() && matches!(need, Need::Watch | Need::InBlock) {
                let own = self.watched.own(&mut place.observer, sql, &settings).await.map_err(here)?;
                let after_error = seen[index].run().is_some_and(|o| o.after_error);
                seen[index] = Seen::Run(Box::new(Observed { after_error, ..own }));
            } else if need == Need::CopyIn {
                self.watched.forget();
                self.watched.link.copy_in(sql, wants::copy_data(script, index)).await.map_err(here)?;
            } else {
                if need != Need::Quiet {
                    self.watched.forget();
                }
                self.watched.link.run(sql).await.map_err(here)?;
            }
            flow.after(&stmt.op);
            if !flow.in_block() {
                settings.clear();
            }
        }
        let last = script.statements.len().saturating_sub(1);
        self.watched.forget();
        self.watched.link.run("DISCARD ALL").await.map_err(|failure| (last, failure))
    }
}
