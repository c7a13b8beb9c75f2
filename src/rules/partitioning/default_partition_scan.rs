//! See [`RULE`].

use crate::effects::fact::ScanReason;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// The default partition is read in full under a lock to make room for a new partition.
    ///
    /// ## What it flags
    /// `ATTACH PARTITION` and `CREATE TABLE … PARTITION OF` when the partitioned table has a default partition
    /// that existed before the change set and no `CHECK` shows that it holds no rows of the new one.
    ///
    /// ## Why it hurts
    /// The server takes `ACCESS EXCLUSIVE` on the default partition and reads all of it to see whether rows
    /// belong into the new partition; if some do, the statement fails.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
    /// CREATE TABLE events_rest PARTITION OF events DEFAULT;
    /// CREATE TABLE events_2026 (LIKE events);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE logs (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
    /// CREATE TABLE logs_rest PARTITION OF logs DEFAULT;
    /// CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    /// ```
    ///
    /// ## Safe rewrite
    /// Add a `CHECK` to the default partition that excludes the new bound with `NOT VALID`, validate it, attach,
    /// and drop the `CHECK`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ATTACH-PARTITION>
    name: "default-partition-scan",
    category: Partitioning,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "MP072"), ("migrationpilot", "MP093")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for scan in &cx.step.effects.scans {
        if scan.reason != ScanReason::DefaultPartition || !cx.is_existing(&scan.relation) {
            continue;
        }
        sink.step(cx.step).blocking_work()
            .object(&scan.relation)
            .message(format!("reads the default partition {} in full under {}", scan.relation, LockMode::AccessExclusive))
            .why("reads and writes of the default partition wait, and one row that belongs into the new partition fails the statement")
            .help("add a CHECK to the default partition that excludes the new bound, NOT VALID, and validate it first")
            .report();
    }
}
