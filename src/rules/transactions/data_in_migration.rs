//! See [`RULE`].

use crate::plan::Lifetime;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A migration changes rows of a table that is in use.
    ///
    /// ## What it flags
    /// `INSERT`, `UPDATE`, `DELETE` and `MERGE` on tables that existed before the change set, in a migration that
    /// also changes the schema. Reported once for each migration.
    ///
    /// ## Why it hurts
    /// Rows and schema go different ways: a change of rows takes as long as there are rows, has to be repeatable,
    /// and is not undone with the schema. What an application needs to start is better loaded by the application.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE plans (id bigint PRIMARY KEY, name text);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE plans ADD COLUMN price int;
    /// UPDATE plans SET price = 0 WHERE price IS NULL;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE plans ADD COLUMN price int DEFAULT 0;
    /// ```
    ///
    /// ## Safe rewrite
    /// Change rows in a migration, or a job, of its own.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-alter.html>
    name: "data-in-migration",
    category: Transactions,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("pg-migration-lint", "PGM301"),
        ("pg-migration-lint", "PGM302"),
        ("pg-migration-lint", "PGM303"),
        ("migrationpilot", "MP080"),
        ("pgfence", "update-in-migration"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut reported: Vec<usize> = Vec::new();
    for step in cx.steps {
        let write = step.effects.row_writes.iter().find(|w| (cx.lifetime)(&w.table) == Lifetime::Existing);
        let Some(write) = write.filter(|_| !reported.contains(&step.migration)) else { continue };
        let mut others = cx.steps.iter().filter(|s| s.migration == step.migration);
        if !others.any(|s| !s.changes.is_empty()) {
            continue;
        }
        reported.push(step.migration);
        sink.step(step)
            .object(&write.table)
            .message(format!(
                "changes rows of {} in a migration that changes the schema as well",
                write.table
            ))
            .why("it takes as long as there are rows, and is not undone with the schema")
            .help("change rows in a migration of its own")
            .report();
    }
}
