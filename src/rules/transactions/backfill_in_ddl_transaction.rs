//! See [`RULE`].

use crate::effects::fact::{Extent, RowWrite, RowWriteKind};
use crate::ir::data::LockMode;
use crate::name::QName;
use crate::plan::Step;
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::schema::lookup::Existence;

rule! {
    /// Rows are changed while the transaction holds a lock that blocks others.
    ///
    /// ## What it flags
    /// `UPDATE`, `DELETE`, `MERGE` and `INSERT … SELECT` in a transaction that has already taken a lock that
    /// blocks writes (or reads) on a table that existed before the change set.
    ///
    /// ## Why it hurts
    /// A quick `ALTER TABLE` blocks the table only for a moment when it commits at once. With a backfill behind
    /// it in the same transaction the lock lasts as long as the backfill.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY, name text);
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// ALTER TABLE users ADD COLUMN display_name text;
    /// UPDATE users SET display_name = name WHERE display_name IS NULL;
    /// COMMIT;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE users ADD COLUMN display_name text;
    /// UPDATE users SET display_name = name WHERE id < 1000;
    /// BEGIN;
    /// CREATE TABLE plans (id bigint PRIMARY KEY, label text);
    /// INSERT INTO plans VALUES (1, 'free');
    /// COMMIT;
    /// ```
    ///
    /// ## Safe rewrite
    /// Commit the change of the schema first; then change the rows in batches, each in its own transaction.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES>
    name: "backfill-in-ddl-transaction",
    category: Transactions,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("eugene", "E4"),
        ("strong_migrations", "backfill"),
        ("online_migrations", "backfill"),
        ("postgres-language-server", "runningStatementWhileHoldingAccessExclusive"),
        ("pgfence", "statement-after-access-exclusive"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let Some(write) = many_rows(cx, cx.step) else { return };
    let held = cx.step.held.iter().filter(|h| h.mode.blocks_writes() && h.mode >= LockMode::Share);
    // A table that is still there says more than an index, or than a table that the transaction has dropped.
    let is_there =
        |name: &QName| cx.schema.index(name).is_none() && cx.schema.existence(name) != Existence::Missing;
    let Some(held) = held.max_by_key(|h| (is_there(&h.relation), h.mode)) else { return };
    // A table that is filled statement by statement is told once.
    let since = cx.earlier.iter().rev().take(NEARBY).take_while(|step| step.index > held.step);
    if since.filter_map(|step| many_rows(cx, step)).any(|before| before.table == write.table) {
        return;
    }
    let blocks = if held.mode.blocks_reads() { "reads and writes" } else { "writes" };
    sink.step(cx.step)
        .object(&held.relation)
        .work_on(vec![write.table.clone()])
        .message(format!(
            "changes rows of {} while the transaction holds {} on {}",
            write.table, held.mode, held.relation
        ))
        .why(format!("{blocks} of {} wait until the backfill is done", held.relation))
        .help("commit the change of the schema first, then change the rows in batches")
        .report();
}

/// How many statements back the same backfill is looked for.
const NEARBY: usize = 50;

/// What a statement does to rows of which there may be many.
fn many_rows<'s>(cx: &StepContext<'_>, step: &'s Step) -> Option<&'s RowWrite> {
    step.effects.row_writes.iter().find(|w| match w.kind {
        RowWriteKind::Insert | RowWriteKind::Copy => w.extent == Extent::Unbounded,
        RowWriteKind::Update | RowWriteKind::Delete | RowWriteKind::Merge => {
            !matches!(w.extent, Extent::Fixed(_)) && cx.is_existing(&w.table)
        }
    })
}
