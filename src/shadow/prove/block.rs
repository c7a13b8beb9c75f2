//! Ways back within one transaction that is rolled back: nothing is copied, and nothing is left.

use crate::ir::DdlOp;
use crate::ir::data::Transaction;
use crate::schema::Schema;

use super::super::flow::Flow;
use super::super::link::Link;
use super::super::run_error::RunError;
use super::super::runner::{Options, Script};
use super::super::wants::{self, Need};
use super::{Case, LeftOut, Outcome, Prover, Stop, Tried, Way, state};

/// Whether a migration and its ways back can be tried in one transaction.
pub(super) fn is_able(case: &Case<'_>, ways: &[Way<'_>]) -> bool {
    is_one_transaction(&case.up) && ways.iter().flat_map(Way::scripts).all(is_one_transaction)
}

/// Whether everything that a script does is one transaction.
fn is_one_transaction(script: &Script<'_>) -> bool {
    let mut flow = Flow::new(script.wrap);
    let (mut blocks, mut alone) = (0, 0);
    for (index, stmt) in script.statements.iter().enumerate() {
        let was_open = flow.in_block();
        flow.before(&stmt.op);
        blocks += usize::from(!was_open && flow.in_block());
        match wants::need(&stmt.op, script.sql(index)) {
            Need::LockStep => return false,
            Need::Control => {
                if !matches!(
                    stmt.op,
                    DdlOp::Transaction(
                        Transaction::Begin { .. }
                            | Transaction::Commit { chain: false }
                            | Transaction::Savepoint(_)
                            | Transaction::Release(_)
                            | Transaction::RollbackTo(_)
                    )
                ) {
                    return false;
                }
            }
            Need::Refuse(_) => {}
            Need::Watch | Need::InBlock | Need::Quiet | Need::CopyIn => {
                alone += usize::from(!flow.in_block());
            }
        }
        let was_open = flow.in_block();
        flow.after(&stmt.op);
        blocks += usize::from(!was_open && flow.in_block());
    }
    blocks + alone <= 1
}

impl Prover<'_, '_> {
    /// Tries the ways back in one transaction each.
    pub(super) async fn in_block(
        &mut self,
        case: &Case<'_>,
        ways: &[Way<'_>],
        before: &Schema,
        left_out: &LeftOut,
    ) -> Result<Tried, RunError> {
        let options = self.front.settings().clone();
        let link = self.front.link();
        let mut trial = Trial { link, case, before, left_out, options: &options };
        let tried = trial.all(ways).await;
        // Also what an error has ended.
        trial.control("ROLLBACK").await?;
        link.run("DISCARD ALL").await.map_err(|f| f.during("reset a session"))?;
        match tried {
            Ok(outcomes) => Ok(Ok(outcomes)),
            Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
            Err(Stop::Error(error)) => Err(error),
        }
    }
}

/// A transaction that is rolled back at the end.
struct Trial<'t, 'c> {
    link: &'t mut Link,
    case: &'t Case<'c>,
    before: &'t Schema,
    left_out: &'t LeftOut,
    options: &'t Options,
}

impl Trial<'_, '_> {
    async fn all(&mut self, ways: &[Way<'_>]) -> Result<Vec<Outcome>, Stop> {
        self.control("BEGIN; SAVEPOINT checkrail_start").await?;
        let mut outcomes = Vec::with_capacity(ways.len());
        let mut is_up = false;
        for way in ways {
            // The migration runs once for all that follow it directly.
            if way.before.is_some() || !is_up {
                self.control("ROLLBACK TO SAVEPOINT checkrail_start").await?;
                is_up = way.before.is_none();
                if let Some(before) = &way.before
                    && let Err(stop) = self.run(before, &LeftOut::new()).await
                {
                    outcomes.push(refused(stop)?);
                    continue;
                }
                self.run(&self.case.up, self.left_out).await?;
                self.control("SAVEPOINT checkrail_up").await?;
            } else {
                self.control("ROLLBACK TO SAVEPOINT checkrail_up").await?;
            }
            outcomes.push(match self.back(way).await {
                Ok(outcome) => outcome,
                Err(stop) => refused(stop)?,
            });
        }
        Ok(outcomes)
    }

    async fn back(&mut self, way: &Way<'_>) -> Result<Outcome, Stop> {
        let nothing = LeftOut::new();
        self.run(&way.down, &nothing).await?;
        if let Some(after) = &way.after {
            self.run(after, &nothing).await?;
        }
        let now = state::schema_inside(self.link).await?;
        Ok(Outcome { refused: None, items: state::compare(self.before, &now) })
    }

    /// Runs a script to its end, where deferred checks are due and its session ends.
    async fn run(&mut self, script: &Script<'_>, left_out: &LeftOut) -> Result<(), Stop> {
        for (index, stmt) in script.statements.iter().enumerate() {
            if left_out.contains_key(&index) {
                continue;
            }
            let sql = script.sql(index);
            let result = match wants::need(&stmt.op, sql) {
                Need::Refuse(_) => Ok(()),
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
fn refused(stop: Stop) -> Result<Outcome, Stop> {
    match stop {
        Stop::Refused(refusal) => Ok(Outcome { refused: Some(refusal), ..Outcome::default() }),
        Stop::Error(_) => Err(stop),
    }
}

/// `BEGIN` and `COMMIT` of the script's own transaction, which is ours here.
fn is_outer(op: &DdlOp) -> bool {
    matches!(op, DdlOp::Transaction(Transaction::Begin { .. } | Transaction::Commit { .. }))
}
