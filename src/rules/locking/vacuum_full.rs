//! See [`RULE`].

use super::confidence;
use crate::effects::fact::RewriteReason;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A table is compacted while nobody can read or write it.
    ///
    /// ## What it flags
    /// `VACUUM FULL` on tables that existed before the change set.
    ///
    /// ## Why it hurts
    /// Table and indexes are written anew under `ACCESS EXCLUSIVE`. All reads and writes wait for that long,
    /// and the table needs its size on disk once more.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE carts (id bigint PRIMARY KEY, content jsonb);
    /// ```
    /// ```sql flagged
    /// VACUUM FULL carts;
    /// ```
    /// ```sql flagged
    /// VACUUM (FULL, ANALYZE) carts;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// VACUUM (ANALYZE) carts;
    /// ```
    ///
    /// ## Safe rewrite
    /// Plain `VACUUM` makes the space usable again while others read and write. To give it back to the
    /// system, use an extension like `pg_repack`, or plan a time without traffic.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY>
    name: "vacuum-full",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "prefer-repack"),
        ("pgsafe", "vacuum-full-cluster"),
        ("pg-migration-lint", "PGM021"),
        ("migrationpilot", "MP006"),
        ("postgres-language-server", "banVacuumFull"),
        ("pgfence", "vacuum-full"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::Vacuum(vacuum) = op else { continue };
        if !vacuum.full {
            continue;
        }
        let rewritten: Vec<_> = cx
            .step
            .effects
            .rewrites
            .iter()
            .filter(|r| r.reason == RewriteReason::VacuumFull && cx.is_existing(&r.relation))
            .collect();
        let Some(first) = rewritten.first() else { continue };
        let others = match rewritten.len() - 1 {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(&first.relation)
            .confidence(confidence(cx))
            .message(format!(
                "VACUUM FULL rewrites {}{others} with all indexes under {}",
                first.relation,
                LockMode::AccessExclusive
            ))
            .why("all reads and writes of the table wait until the last row is written anew")
            .help("use plain VACUUM, or pg_repack to give the space back")
            .report();
    }
}
