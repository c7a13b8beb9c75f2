//! See [`RULE`].

use crate::effects::fact::{Extent, RowWriteKind};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// Every row of a table is deleted.
    ///
    /// ## What it flags
    /// `DELETE` without `WHERE` on a table that existed before the change set.
    ///
    /// ## Why it hurts
    /// All rows are lost, in one transaction that locks each of them and runs every trigger and foreign key
    /// check.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE sessions (id bigint PRIMARY KEY, expires_at timestamptz NOT NULL);
    /// ```
    /// ```sql flagged
    /// DELETE FROM sessions;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// DELETE FROM sessions WHERE expires_at < now() - interval '30 days';
    /// ```
    ///
    /// ## Safe rewrite
    /// Say which rows are meant, and delete them in batches by primary key. Keep a copy when they may be
    /// missed.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-delete.html>
    name: "delete-without-where",
    category: DataLoss,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [
        ("pg-migration-lint", "PGM303"),
        ("migrationpilot", "MP067"),
        ("diesel-guard", "MutationWithoutWhereCheck"),
        ("postgres-language-server", "banDeleteWithoutWhere"),
        ("pgfence", "delete-without-where"),
        ("bytebase", "statement.where.require"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for write in &cx.step.effects.row_writes {
        if write.kind != RowWriteKind::Delete
            || write.extent != Extent::Unbounded
            || !cx.is_existing(&write.table)
        {
            continue;
        }
        sink.step(cx.step)
            .object(&write.table)
            .message(format!("deletes every row of {}", write.table))
            .why("the rows are gone at commit, and each is locked and checked one by one until then")
            .help("say which rows are meant, and delete them in batches")
            .report();
    }
}
