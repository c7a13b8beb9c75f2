//! See [`RULE`].

use super::{Alteration, actions, confidence, rewrites};
use crate::effects::fact::RewriteReason;
use crate::ir::data::LockMode;
use crate::ir::table::TableAction;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A table is written anew because it becomes logged or unlogged.
    ///
    /// ## What it flags
    /// `SET UNLOGGED` and `SET LOGGED` on a table that existed before the change set and is not that already.
    ///
    /// ## Why it hurts
    /// Table and indexes are written anew under `ACCESS EXCLUSIVE`; `SET LOGGED` writes all of it to the
    /// write-ahead log as well. All reads and writes wait for that long. An unlogged table is empty after a
    /// crash, and on every replica.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE carts (id bigint PRIMARY KEY, content jsonb);
    /// CREATE UNLOGGED TABLE sessions (token text PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE carts SET UNLOGGED;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE sessions SET LOGGED;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE carts SET LOGGED;
    /// CREATE TABLE visits (id bigint PRIMARY KEY);
    /// ALTER TABLE visits SET UNLOGGED;
    /// ```
    ///
    /// ## Safe rewrite
    /// Create a new table of the wanted kind, move the rows over in batches or let them expire, and switch.
    /// Otherwise plan a time without traffic.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "set-unlogged",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("atlas", "PG307"),
        ("pgsafe", "set-logged-unlogged"),
        ("migrationpilot", "MP047"),
        ("pgfence", "set-logged-unlogged"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for Alteration { relation, action, span } in actions(cx) {
        let TableAction::SetLogged(logged) = action else { continue };
        if !rewrites(cx, &relation, |r| *r == RewriteReason::Persistence) {
            continue;
        }
        let (what, why) = if *logged {
            (
                "logged",
                "all reads and writes wait until the last row is written anew, into the write-ahead log too",
            )
        } else {
            (
                "unlogged",
                "all reads and writes wait until the last row is written anew; after a crash the table is empty",
            )
        };
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(&relation)
            .confidence(confidence(cx))
            .message(format!(
                "rewrites {relation} with all indexes under {} to make it {what}",
                LockMode::AccessExclusive
            ))
            .why(why)
            .help(format!("create a new {what} table, move the rows over in batches, and switch"))
            .report();
    }
}
