//! See [`RULE`].

use super::confidence;
use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A table is locked by hand until the transaction ends.
    ///
    /// ## What it flags
    /// `LOCK TABLE` in a mode that blocks writes on tables that existed before the change set. With `NOWAIT`
    /// or `lock_timeout` it is advice.
    ///
    /// ## Why it hurts
    /// The lock lasts until the end of the transaction, whatever comes after it; and while it is waited for,
    /// all later reads or writes that conflict with it queue behind it. Without a mode, `LOCK TABLE` means
    /// `ACCESS EXCLUSIVE`.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// LOCK TABLE orders;
    /// COMMIT;
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// LOCK TABLE orders IN SHARE MODE;
    /// COMMIT;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// BEGIN;
    /// LOCK TABLE orders IN ROW EXCLUSIVE MODE;
    /// COMMIT;
    /// ```
    ///
    /// ## Safe rewrite
    /// Leave it out where the next statement takes the lock it needs anyway. Otherwise set `lock_timeout`
    /// before it, do as little as possible under it, and commit at once.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-lock.html>
    name: "explicit-lock",
    category: Locking,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "MP065")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::LockTable(lock) = op else { continue };
        if lock.mode < LockMode::Share {
            continue;
        }
        let locked: Vec<_> = lock
            .tables
            .iter()
            .map(|name| cx.schema.relation_name(name))
            .filter(|name| {
                let held = cx.step.held.iter().any(|h| h.relation == *name && h.mode >= lock.mode);
                !held && cx.step.existing_locks().any(|l| l.relation == *name)
            })
            .collect();
        let Some(first) = locked.first() else { continue };
        let names: Vec<String> = locked.iter().map(ToString::to_string).collect();
        let bounded = lock.nowait || cx.step.lock_timeout_ms.is_some();
        let blocks = if lock.mode.blocks_reads() { "reads and writes" } else { "writes" };
        let help = if bounded {
            "do as little as possible under the lock, and commit at once"
        } else {
            "leave it out, or set lock_timeout before it and commit at once"
        };
        sink.step(cx.step)
            .span(span)
            .object(first)
            .severity(if bounded { Severity::Advice } else { Severity::Warning })
            .confidence(confidence(cx))
            .message(format!("holds {} on {} until the transaction ends", lock.mode, names.join(", ")))
            .why(format!("all {blocks} wait for whatever else the transaction does"))
            .help(help)
            .report();
    }
}
