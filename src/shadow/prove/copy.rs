//! A way back on a copy of the database, run as the migration tool runs it.

use crate::schema::Schema;

use super::super::flow::Flow;
use super::super::link::{Failure, Link};
use super::super::run_error::RunError;
use super::super::runner::{Options, Script};
use super::super::wants::{self, Need};
use super::{Case, LeftOut, Outcome, Prover, Refusal, Stop, Way, state};

impl Prover<'_, '_> {
    /// Tries a way back on a copy; the error is one of the migration itself.
    pub(super) async fn on_copy(
        &mut self,
        case: &Case<'_>,
        way: &Way<'_>,
        before: &Schema,
        left_out: &LeftOut,
    ) -> Result<Result<Outcome, Refusal>, RunError> {
        let options = self.front.settings().clone();
        let roles = self.place.roles().await?;
        let name = self.front.step_aside(self.place).await?;
        let link = Link::open(&self.place.database(&name)).await?;
        let mut copy = Copy { link, options: &options };
        let tried = copy.try_way(case, way, before, left_out).await;
        copy.link.close().await;
        self.place.drop(&name)?;
        // Those that it made would be in the way when the migration runs once more.
        self.place.drop_roles(&roles, |name| case.mentions(name)).await?;
        match tried {
            Ok(outcome) => Ok(Ok(outcome)),
            Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
            Err(Stop::Error(error)) => Err(error),
        }
    }
}

struct Copy<'o> {
    link: Link,
    options: &'o Options,
}

impl Copy<'_> {
    async fn try_way(
        &mut self,
        case: &Case<'_>,
        way: &Way<'_>,
        before: &Schema,
        left_out: &LeftOut,
    ) -> Result<Outcome, Stop> {
        let nothing = LeftOut::new();
        let refused = |stop| match stop {
            Stop::Refused(refusal) => Ok(Outcome { refused: Some(refusal), ..Outcome::default() }),
            error @ Stop::Error(_) => Err(error),
        };
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
        Ok(Outcome { refused: None, items: state::compare(before, &now) })
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
