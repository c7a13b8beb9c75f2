//! See [`RULE`].

use super::{Alteration, actions, confidence, rewrites};
use crate::effects::fact::RewriteReason;
use crate::ir::data::LockMode;
use crate::ir::table::TableAction;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A table is written anew for another access method.
    ///
    /// ## What it flags
    /// `SET ACCESS METHOD` to another method than the table has, on a table or materialized view that existed
    /// before the change set. A partitioned table has no rows of its own and is left out.
    ///
    /// ## Why it hurts
    /// Table and indexes are written anew under `ACCESS EXCLUSIVE`. All reads and writes wait for that long,
    /// and the table needs its size on disk once more.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE measurements (id bigint PRIMARY KEY, value double precision);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE measurements SET ACCESS METHOD columnar;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE measurements SET ACCESS METHOD heap;
    /// ```
    ///
    /// ## Safe rewrite
    /// Create a new table with the method, move the rows over in batches, and switch. Otherwise plan a time
    /// without traffic.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "set-access-method",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("atlas", "PG311"), ("pgsafe", "set-access-method")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for Alteration { relation, action, span } in actions(cx) {
        let TableAction::SetAccessMethod(_) = action else { continue };
        if !rewrites(cx, &relation, |r| *r == RewriteReason::AccessMethod) {
            continue;
        }
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(&relation)
            .confidence(confidence(cx))
            .message(format!(
                "rewrites {relation} with all indexes under {} for another access method",
                LockMode::AccessExclusive
            ))
            .why("all reads and writes wait until the last page is written")
            .help("create a new table with the method, move the rows over in batches, and switch")
            .report();
    }
}
