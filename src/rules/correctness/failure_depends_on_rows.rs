//! See [`RULE`].

use crate::effects::fact::ErrorCondition;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// Whether the statement works depends on the rows that are there.
    ///
    /// ## What it flags
    /// Statements on tables that existed before the change set that fail when a row does not fit: unique indexes
    /// and constraints, checks, foreign keys, `SET NOT NULL`, type changes with a cast, new partitions. `NOT VALID`
    /// forms are left out; the finding stands at the statement that looks at the rows.
    ///
    /// ## Why it hurts
    /// On an empty test database they all work. In production the migration stops there, after it has read the
    /// table.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY, email text);
    /// ```
    /// ```sql flagged
    /// CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users ADD CONSTRAINT users_email_check CHECK (email <> '');
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE users ADD CONSTRAINT users_email_check CHECK (email <> '') NOT VALID;
    /// ```
    ///
    /// ## Safe rewrite
    /// Ask the database first: count the rows that would not fit, correct them in batches, and keep new ones out
    /// with a `NOT VALID` constraint.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "failure-depends-on-rows",
    category: Correctness,
    severity: Advice,
    confidence: Medium,
    dialects: [PostgreSql],
    also_known_as: [("atlas", "MF101")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let Some(table) = cx.step.existing_locks().find(|l| l.kind == ObjectKind::Table) else { return };
    let error = cx.step.effects.possible_errors.iter().find(|e| e.when == ErrorCondition::RowValues);
    let Some(error) = error.filter(|_| cx.step.errors.is_empty() && cx.step.effects.row_writes.is_empty())
    else {
        return;
    };
    sink.step(cx.step)
        .object(&table.relation)
        .message(format!("fails if a row does not fit: {} (SQLSTATE {})", error.message, error.sqlstate))
        .why("it works on an empty test database, and stops in production after it has read the table")
        .help("count the rows that would not fit first, and correct them in batches")
        .report();
}
