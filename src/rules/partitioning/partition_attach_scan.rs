//! See [`RULE`].

use crate::effects::fact::ScanReason;
use crate::finding::RemedyHint;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A table is read in full under a lock when it becomes a partition.
    ///
    /// ## What it flags
    /// `ATTACH PARTITION` of a table that existed before the change set, when none of its valid `CHECK`
    /// constraints shows that every row fits the bound.
    ///
    /// ## Why it hurts
    /// The server holds `ACCESS EXCLUSIVE` on the table while it reads all of it.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
    /// CREATE TABLE events_old (id bigint, at date NOT NULL);
    /// CREATE TABLE events_2024 (id bigint, at date NOT NULL,
    ///   CHECK (at >= '2024-01-01' AND at < '2025-01-01'));
    /// ```
    /// ```sql flagged
    /// ALTER TABLE events ATTACH PARTITION events_old FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    /// ```
    ///
    /// ## Safe rewrite
    /// Add a `CHECK` with the bound as `NOT VALID`, validate it, attach, and drop the `CHECK`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ATTACH-PARTITION>
    name: "partition-attach-scan",
    category: Partitioning,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("pgsafe", "attach-partition"),
        ("pg-migration-lint", "PGM005"),
        ("migrationpilot", "MP094"),
        ("postgres-language-server", "avoidAttachingPartition"),
        ("pgfence", "attach-partition"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for scan in &cx.step.effects.scans {
        if scan.reason != ScanReason::PartitionBound || !cx.is_existing(&scan.relation) {
            continue;
        }
        sink.step(cx.step)
            .blocking_work()
            .object(&scan.relation)
            .message(format!(
                "reads {} in full under {} to check the partition's bound",
                scan.relation,
                LockMode::AccessExclusive
            ))
            .why("reads and writes of the table wait for the whole scan")
            .help("add a CHECK with the bound as NOT VALID, validate it, then attach")
            .remedy(RemedyHint::AttachWithCheck)
            .report();
    }
}
