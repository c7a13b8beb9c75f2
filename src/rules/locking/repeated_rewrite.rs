//! See [`RULE`].

use std::collections::BTreeMap;

use crate::effects::fact::ScanReason;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::name::QName;
use crate::plan::{Lifetime, Step};
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A table is written or read in full twice where once would do.
    ///
    /// ## What it flags
    /// Two `ALTER TABLE` statements of one migration that each rewrite, or read in full, the same table, when one
    /// statement with both actions would do it in one pass.
    ///
    /// ## Why it hurts
    /// `ALTER TABLE` carries out all its actions in a single pass over the rows. Two statements make two passes,
    /// and the table is blocked for twice as long.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, amount int, code int);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
    /// ALTER TABLE orders ALTER COLUMN code TYPE bigint;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE orders ALTER COLUMN amount TYPE bigint, ALTER COLUMN code TYPE bigint;
    /// ```
    ///
    /// ## Safe rewrite
    /// Better not to rewrite a table in use at all: see the rules that name the single statements. Where it is done
    /// in a maintenance window, put the actions into one `ALTER TABLE`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html>
    name: "repeated-rewrite",
    category: Locking,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("eugene", "W12"), ("pg-migration-lint", "PGM023"), ("migrationpilot", "MP058"), ("bytebase", "statement.merge-alter-table")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut passes: BTreeMap<(usize, QName), Vec<&Step>> = BTreeMap::new();
    for step in cx.steps {
        let DdlOp::AlterTable(_) = &step.stmt.op else { continue };
        for (lock, (lifetime, _)) in step.effects.locks.iter().zip(&step.lifetimes) {
            let strong = lock.mode == LockMode::AccessExclusive && *lifetime == Lifetime::Existing;
            if strong && passes_over(step, &lock.relation) {
                passes.entry((step.migration, lock.relation.clone())).or_default().push(step);
            }
        }
    }
    for ((_, table), steps) in &passes {
        let [first, second, ..] = steps.as_slice() else { continue };
        // Partitions and children are passed over with their parent, which is reported.
        if first.effects.locks.first().is_some_and(|lock| lock.relation != *table) {
            continue;
        }
        let both = first.effects.rewrites(table) && second.effects.rewrites(table);
        let what = if both { "written anew" } else { "read in full" };
        sink.step(second)
            .object(table)
            .message(format!(
                "{table} is {what} {} times by this migration under {}",
                steps.len(),
                LockMode::AccessExclusive
            ))
            .why("each statement makes a pass of its own over the rows, and reads and writes wait for all of them")
            .help("put the actions into one ALTER TABLE: it makes a single pass")
            .report();
    }
}

/// Whether the pass is one that a single `ALTER TABLE` would share: index builds are not, and neither are foreign
/// keys, which are checked by a query each.
fn passes_over(step: &Step, table: &QName) -> bool {
    let shared = |reason: &ScanReason| {
        matches!(reason, ScanReason::Check(_) | ScanReason::NotNull(_) | ScanReason::DomainConstraint)
    };
    step.effects.rewrites(table)
        || step.effects.scans.iter().any(|scan| scan.relation == *table && shared(&scan.reason))
}
