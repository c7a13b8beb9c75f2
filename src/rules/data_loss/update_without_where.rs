//! See [`RULE`].

use crate::effects::fact::{Extent, RowWriteKind};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// Every row of a table is overwritten.
    ///
    /// ## What it flags
    /// `UPDATE` without `WHERE` on a table that existed before the change set.
    ///
    /// ## Why it hurts
    /// Every row gets a new version in one transaction: all rows stay locked against other writers until
    /// commit, the table and its indexes grow, replicas lag, and the old values are gone.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, state text, region text);
    /// ```
    /// ```sql flagged
    /// UPDATE orders SET region = 'eu';
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// UPDATE orders SET region = 'eu' WHERE id BETWEEN 1 AND 10000 AND region IS NULL;
    /// CREATE TABLE regions (code text PRIMARY KEY, label text);
    /// UPDATE regions SET label = code;
    /// ```
    ///
    /// ## Safe rewrite
    /// Update in batches by primary key, each in its own transaction, outside the migration that changes the
    /// schema.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-update.html>
    name: "update-without-where",
    category: DataLoss,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [
        ("pg-migration-lint", "PGM302"),
        ("migrationpilot", "MP011"),
        ("migrationpilot", "MP067"),
        ("diesel-guard", "MutationWithoutWhereCheck"),
        ("postgres-language-server", "banUpdateWithoutWhere"),
        ("pgfence", "update-in-migration"),
        ("bytebase", "statement.where.require"),
        ("liquibase", "SqlUpdateDeleteNoWhere"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for write in &cx.step.effects.row_writes {
        if write.kind != RowWriteKind::Update
            || write.extent != Extent::Unbounded
            || !cx.is_existing(&write.table)
        {
            continue;
        }
        sink.step(cx.step)
            .object(&write.table)
            .message(format!("updates every row of {}", write.table))
            .why("all rows stay locked against other writers until commit, the table grows by a copy of itself, and the old values are gone")
            .help("update in batches by primary key, each batch in its own transaction")
            .report();
    }
}
