//! A way back on a copy of the database, run as the migration tool runs it.

use crate::ir::object::ObjectKind;
use crate::name::QName;
use crate::schema::Schema;
use crate::schema::key::ObjectKey;

use super::super::flow::Flow;
use super::super::link::{Failure, Link};
use super::super::rows::Memory;
use super::super::run_error::RunError;
use super::super::runner::{Options, Script};
use super::super::wants::{self, Need};
use super::stage::{Stage, Staged};
use super::{Case, LeftOut, Outcome, Prover, Stop, Tried, Way, data, state};

impl Prover<'_, '_> {
    /// Tries a way back on a copy, with rows in the tables that had some before, or in all; the error is one of the
    /// migration itself.
    pub(super) async fn on_copy(
        &mut self,
        case: &Case<'_>,
        way: &Way<'_>,
        before: &Schema,
        left_out: &LeftOut,
        wanted: Option<&Vec<QName>>,
    ) -> Result<Tried<Staged>, RunError> {
        let options = self.front.settings().clone();
        let mut stage = Stage::new(wanted.map_or_else(|| Stage::all(before), Clone::clone));
        loop {
            let roles = self.place.roles().await?;
            let name = self.front.step_aside(self.place).await?;
            let link = Link::open(&self.place.database(&name)).await?;
            let mut copy = Copy { link, before, options: &options };
            let tried = copy.try_way(case, way, left_out, &mut stage, &mut self.memory).await;
            copy.link.close().await;
            self.place.drop(&name)?;
            // Those that it made would be in the way when the migration runs once more.
            self.place.drop_roles(&roles, |name| case.mentions(name)).await?;
            match tried {
                Ok(outcome) => {
                    let rows = stage.rows(case, std::slice::from_ref(way), wanted.is_none());
                    return Ok(Ok(Staged { rows, outcomes: vec![outcome] }));
                }
                Err(Stop::Refused(refusal)) if stage.retreat(&refusal.error) => {}
                Err(Stop::Refused(refusal)) => return Ok(Err(refusal)),
                Err(Stop::Error(error)) => return Err(error),
            }
        }
    }
}

struct Copy<'o> {
    link: Link,
    before: &'o Schema,
    options: &'o Options,
}

impl Copy<'_> {
    #[expect(clippy::result_large_err, reason = "a refusal is told in full, and there are few")]
    async fn try_way(
        &mut self,
        case: &Case<'_>,
        way: &Way<'_>,
        left_out: &LeftOut,
        stage: &mut Stage,
        memory: &mut Memory,
    ) -> Result<Outcome, Stop> {
        let nothing = LeftOut::new();
        let refused = |stop| match stop {
            Stop::Refused(refusal) => Ok(Outcome { refused: Some(refusal), ..Outcome::default() }),
            error @ Stop::Error(_) => Err(error),
        };
        self.control("BEGIN").await?;
        let data = stage.set(&mut self.link, self.before, memory).await;
        let data = data.map_err(|failure| failure.during("fill tables"))?;
        self.control("COMMIT; DISCARD ALL").await?;
        if let Some(script) = &way.before
            && let Err(stop) = self.run(script, &nothing).await
        {
            return refused(stop);
        }
        self.run(&case.up, left_out).await?;
        for script in [Some(&way.down), way.after.as_ref()].into_iter().flatten() {
            if let Err(stop) = self.run(script, &nothing).await {
                return refused(stop);
            }
        }
        let now = state::schema(&mut self.link).await?;
        let held = data::read(&mut self.link, &now, &stage.compared(self.before)).await;
        let held = held.map_err(|failure| failure.during("read rows"))?;
        let mut items = state::compare(self.before, &now);
        // What is said of a database itself is not copied with it.
        items.retain(|item| !matches!(item.key, ObjectKey::Other(ObjectKind::Database, _)));
        Ok(Outcome { refused: None, items, data: data::compare(&data, &held) })
    }

    async fn control(&mut self, sql: &str) -> Result<(), RunError> {
        for sql in sql.split("; ") {
            self.link.run(sql).await.map_err(|failure| failure.during("try a way back"))?;
        }
        Ok(())
    }

    /// Runs a script in a session of its own. What fails takes its transaction with it, and nothing more is run.
    async fn run(&mut self, script: &Script<'_>, left_out: &LeftOut) -> Result<(), Stop> {
        let result = self.statements(script, left_out).await;
        if let Err((at, failure)) = result {
            let stop = Stop::at(script, at, failure, self.options);
            if matches!(stop, Stop::Refused(_)) {
                let _ = self.link.run("ROLLBACK").await;
            }
            return Err(stop);
        }
        let last = script.statements.len();
        let end = self.link.run("DISCARD ALL").await;
        end.map_err(|failure| Stop::at(script, last, failure, self.options))
    }

    async fn statements(&mut self, script: &Script<'_>, left_out: &LeftOut) -> Result<(), (usize, Failure)> {
        let mut flow = Flow::new(script.wrap);
        for (index, stmt) in script.statements.iter().enumerate() {
            let here = |failure| (index, failure);
            if left_out.contains_key(&index) {
                continue;
            }
            if let Some(control) = flow.before(&stmt.op) {
                self.link.run(control).await.map_err(here)?;
            }
            let sql = script.sql(index);
            match wants::need(&stmt.op, sql) {
                Need::Refuse(_) => Ok(()),
                Need::CopyIn => self.link.copy_in(sql, wants::copy_data(script, index)).await,
                _ => self.link.run(sql).await,
            }
            .map_err(here)?;
            flow.after(&stmt.op);
        }
        match flow.end() {
            Some(end) => self.link.run(end).await.map_err(|failure| (script.statements.len(), failure)),
            None => Ok(()),
        }
    }
}
