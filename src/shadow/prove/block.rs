//! Ways back within one transaction that is rolled back: nothing is copied, and nothing is left.

use std::collections::BTreeSet;

use crate::ir::DdlOp;
use crate::ir::data::Transaction;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::model::Object;

use super::super::link::{Failure, Link};
use super::super::rows::Memory;
use super::super::run_error::RunError;
use super::super::runner::{Options, Script};
use super::super::wants::{self, Need};
use super::data::{self, Data};
use super::stage::{Stage, Staged};
use super::{Case, LeftOut, Outcome, Prover, Stop, Tried, Way, state};

/// Whether a migration and its ways back can be tried in one transaction.
pub(super) fn is_able(case: &Case<'_>, ways: &[Way<'_>]) -> bool {
    is_one_transaction(&case.up) && ways.iter().flat_map(Way::scripts).all(is_one_transaction)
}

/// Whether a script can run in a transaction of ours: nothing in it needs to be outside, or ends one on purpose.
/// Several transactions are taken for one; what that changes shows as a failure, and the copy decides.
fn is_one_transaction(script: &Script<'_>) -> bool {
    script.statements.iter().enumerate().all(|(index, stmt)| match wants::need(&stmt.op, script.sql(index)) {
        Need::LockStep => false,
        Need::Control => is_harmless(&stmt.op),
        Need::Refuse(_) | Need::Watch | Need::InBlock | Need::Quiet | Need::CopyIn => true,
    })
}

/// Transaction control that does not throw away what was done.
fn is_harmless(op: &DdlOp) -> bool {
    let DdlOp::Transaction(transaction) = op else { return false };
    matches!(
        transaction,
        Transaction::Begin { .. }
            | Transaction::Commit { chain: false }
            | Transaction::Savepoint(_)
            | Transaction::Release(_)
            | Transaction::RollbackTo(_)
    )
}

impl Prover<'_, '_> {
    /// Tries the ways back in one transaction each.
    pub(super) async fn in_block(
        &mut self,
        case: &Case<'_>,
        ways: &[Way<'_>],
        before: &Schema,
        left_out: &LeftOut,
    ) -> Result<Tried<Staged>, RunError> {
        let options = self.front.settings().clone();
        let memory = &mut self.memory;
        let link = self.front.link();
        let positions = data::positions(link, before).await.map_err(during)?;
        let mut trial = Trial { link, case, ways, before, left_out, options: &options };
        let tried = trial.all(memory).await;
        // Also what an error has ended.
        trial.control("ROLLBACK").await?;
        link.run("DISCARD ALL").await.map_err(during)?;
        let now = data::positions(link, before).await.map_err(during)?;
        for sql in data::put_back(&positions, &now) {
            link.run(&sql).await.map_err(during)?;
        }
        match tried {
            Ok(staged) => Ok(Ok(staged)),
            Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
            Err(Stop::Error(error)) => Err(error),
        }
    }
}

impl Prover<'_, '_> {
    /// The tables that a migration and its ways back touch, as far as they can run in one transaction; nothing where
    /// that is not known.
    pub(super) async fn touched(
        &mut self,
        case: &Case<'_>,
        ways: &[Way<'_>],
        before: &Schema,
        left_out: &LeftOut,
    ) -> Result<Option<Vec<QName>>, RunError> {
        let named: Vec<QName> = std::iter::once(&case.up)
            .chain(ways.iter().flat_map(Way::scripts))
            .flat_map(|script| script.statements)
            .flat_map(|stmt| wants::tables(&stmt.op))
            .filter_map(|name| table_of(before, &name))
            .collect();
        let options = self.front.settings().clone();
        let link = self.front.link();
        let positions = data::positions(link, before).await.map_err(during)?;
        let mut trial = Trial { link, case, ways, before, left_out, options: &options };
        trial.control("BEGIN; SAVEPOINT checkrail_start").await?;
        let touched = trial.touched().await;
        trial.control("ROLLBACK").await?;
        link.run("DISCARD ALL").await.map_err(during)?;
        let now = data::positions(link, before).await.map_err(during)?;
        for sql in data::put_back(&positions, &now) {
            link.run(&sql).await.map_err(during)?;
        }
        match touched {
            Ok(mut touched) => {
                touched.extend(named);
                Ok(Some(touched))
            }
            Err(Stop::Refused(_)) => Ok(None),
            Err(Stop::Error(error)) => Err(error),
        }
    }
}

/// The table of a table's or index's name.
fn table_of(schema: &Schema, name: &QName) -> Option<QName> {
    match schema.relation(name)? {
        Object::Table(table) => Some(table.name.clone()),
        Object::Index(index) => Some(index.table.clone()),
        _ => None,
    }
}

fn during(failure: Failure) -> RunError {
    failure.during("try a way back")
}

/// A transaction that is rolled back at the end.
struct Trial<'t, 'c> {
    link: &'t mut Link,
    case: &'t Case<'c>,
    ways: &'t [Way<'c>],
    before: &'t Schema,
    left_out: &'t LeftOut,
    options: &'t Options,
}

impl Trial<'_, '_> {
    async fn all(&mut self, memory: &mut Memory) -> Result<Staged, Stop> {
        self.control("BEGIN; SAVEPOINT checkrail_start").await?;
        let mut stage = Stage::new(self.touched().await?);
        let data = loop {
            self.control("ROLLBACK TO SAVEPOINT checkrail_start").await?;
            let data = stage.set(self.link, self.before, memory).await.map_err(during)?;
            self.control("SAVEPOINT checkrail_filled").await?;
            match self.run(&self.case.up, self.left_out).await {
                Ok(()) => break data,
                Err(Stop::Refused(refusal)) if stage.retreat(&refusal.error) => {}
                Err(stop) => return Err(stop),
            }
        };
        self.control("SAVEPOINT checkrail_up").await?;
        let compared = stage.compared(self.before);
        let mut outcomes = Vec::with_capacity(self.ways.len());
        let mut is_up = true;
        for way in self.ways {
            // The migration runs once for all that follow it directly.
            let up = async {
                if let Some(before) = &way.before {
                    is_up = false;
                    self.control("ROLLBACK TO SAVEPOINT checkrail_filled").await?;
                    self.run(before, &LeftOut::new()).await?;
                    self.run(&self.case.up, self.left_out).await
                } else if is_up {
                    Ok(self.control("ROLLBACK TO SAVEPOINT checkrail_up").await?)
                } else {
                    self.control("ROLLBACK TO SAVEPOINT checkrail_filled").await?;
                    self.run(&self.case.up, self.left_out).await?;
                    is_up = true;
                    Ok(self.control("SAVEPOINT checkrail_up").await?)
                }
            };
            let outcome = match up.await {
                Ok(()) => self.back(way, &data, &compared).await,
                Err(stop) => Err(stop),
            };
            outcomes.push(match outcome {
                Ok(outcome) => outcome,
                Err(stop) => refused(stop)?,
            });
        }
        Ok(Staged { rows: stage.rows(self.case, self.ways, false), outcomes })
    }

    /// The tables that migration and ways back lock: they run once without rows.
    async fn touched(&mut self) -> Result<Vec<QName>, Stop> {
        self.run(&self.case.up, self.left_out).await?;
        let mut locked = self.locked().await?;
        self.control("SAVEPOINT checkrail_up").await?;
        for way in self.ways {
            // An error comes again, with rows.
            match self.run(&way.down, &LeftOut::new()).await {
                Ok(()) => locked.extend(self.locked().await?),
                Err(Stop::Refused(_)) => {}
                Err(stop) => return Err(stop),
            }
            self.control("ROLLBACK TO SAVEPOINT checkrail_up").await?;
        }
        self.control("ROLLBACK TO SAVEPOINT checkrail_start").await?;
        let list: Vec<String> = locked.into_iter().collect();
        let sql = format!(
            "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.oid = ANY ('{{{}}}'::oid[]) AND c.relkind IN ('r', 'p') ORDER BY c.oid",
            list.join(",")
        );
        let rows = self.link.rows(&sql).await.map_err(during)?;
        let names = rows.into_iter().filter_map(|row| match <[_; 2]>::try_from(row) {
            Ok([Some(schema), Some(name)]) => Some(QName::qualified(Ident::new(&schema), Ident::new(&name))),
            _ => None,
        });
        Ok(names.filter(|name| self.before.table(name).is_some()).collect())
    }

    /// The relations that the transaction has locked, by their object ids; catalogs have small ones.
    async fn locked(&mut self) -> Result<BTreeSet<String>, RunError> {
        let sql = "SELECT DISTINCT relation::text FROM pg_catalog.pg_locks \
                   WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation >= 16384";
        let found = self.link.texts(sql).await.map_err(during)?;
        Ok(found.into_iter().collect())
    }

    async fn back(
        &mut self,
        way: &Way<'_>,
        data: &Data,
        compared: &BTreeSet<QName>,
    ) -> Result<Outcome, Stop> {
        let nothing = LeftOut::new();
        self.run(&way.down, &nothing).await?;
        if let Some(after) = &way.after {
            self.run(after, &nothing).await?;
        }
        let now = state::schema_inside(self.link).await?;
        let held = data::read(self.link, &now, compared).await.map_err(during)?;
        Ok(Outcome {
            refused: None,
            items: state::compare(self.before, &now),
            data: data::compare(data, &held),
        })
    }

    /// Runs a script to its end, where deferred checks are due and its session ends.
    async fn run(&mut self, script: &Script<'_>, left_out: &LeftOut) -> Result<(), Stop> {
        for (index, stmt) in script.statements.iter().enumerate() {
            if left_out.contains_key(&index) {
                continue;
            }
            let sql = script.sql(index);
            let result = match wants::need(&stmt.op, sql) {
                Need::Refuse(_) | Need::LockStep => Ok(()),
                Need::Control if is_outer(&stmt.op) => Ok(()),
                Need::CopyIn => self.link.copy_in(sql, wants::copy_data(script, index)).await,
                _ => self.link.run(sql).await,
            };
            result.map_err(|failure| Stop::at(script, index, failure, self.options))?;
        }
        let end =
            "SET CONSTRAINTS ALL IMMEDIATE; RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP";
        let last = script.statements.len();
        self.link.run(end).await.map_err(|failure| Stop::at(script, last, failure, self.options))
    }

    async fn control(&mut self, sql: &str) -> Result<(), RunError> {
        self.link.run(sql).await.map_err(|failure| failure.during("try a way back"))
    }
}

/// A script that was refused, as an outcome.
#[expect(clippy::result_large_err, reason = "a refusal is told in full, and there are few")]
fn refused(stop: Stop) -> Result<Outcome, Stop> {
    match stop {
        Stop::Refused(refusal) => Ok(Outcome { refused: Some(refusal), ..Outcome::default() }),
        Stop::Error(_) => Err(stop),
    }
}

/// `BEGIN` and `COMMIT` of the script's own transactions, which are ours here.
fn is_outer(op: &DdlOp) -> bool {
    matches!(op, DdlOp::Transaction(Transaction::Begin { .. } | Transaction::Commit { .. }))
}
