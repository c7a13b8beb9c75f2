//! See [`RULE`].

use super::{builds_index, confidence, constraints_added, described, is_partitioned};
use crate::finding::RemedyHint;
use crate::ir::data::LockMode;
use crate::ir::table::ConstraintKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A unique constraint builds its index while nobody can read or write the table.
    ///
    /// ## What it flags
    /// `UNIQUE` without `USING INDEX` on a table that existed before the change set, also one that comes with
    /// a new column.
    ///
    /// ## Why it hurts
    /// The index is built under `ACCESS EXCLUSIVE`. All reads and writes wait until the whole table is read
    /// and sorted; a duplicate makes the statement fail after that.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE customers ADD COLUMN loyalty_number text UNIQUE;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON customers (email);
    /// ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE USING INDEX customers_email_key;
    /// CREATE TABLE coupons (id bigint PRIMARY KEY, code text);
    /// ALTER TABLE coupons ADD UNIQUE (code);
    /// ```
    ///
    /// ## Safe rewrite
    /// Build a unique index with `CREATE UNIQUE INDEX CONCURRENTLY`, then `ADD CONSTRAINT … UNIQUE USING
    /// INDEX`, which takes the lock for a moment only.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX>
    name: "unique-without-index",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "disallowed-unique-constraint"),
        ("eugene", "E7"),
        ("atlas", "PG105"),
        ("strong_migrations", "add_unique_constraint"),
        ("online_migrations", "add_unique_constraint"),
        ("pgsafe", "add-unique-constraint"),
        ("pg-migration-lint", "PGM017"),
        ("migrationpilot", "MP027"),
        ("diesel-guard", "AddUniqueConstraintCheck"),
        ("postgres-language-server", "disallowUniqueConstraint"),
        ("pgfence", "add-constraint-unique"),
        ("django-migration-linter", "ADD_UNIQUE"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for added in constraints_added(cx) {
        let ConstraintKind::Unique(key) = &added.constraint.kind else { continue };
        let table = &added.table;
        if key.using_index.is_some() || !builds_index(cx, table) {
            continue;
        }
        let draft = sink
            .step(cx.step)
            .blocking_work()
            .span(added.span)
            .object(table)
            .confidence(confidence(cx))
            .message(format!(
                "builds a unique index over {} under {}",
                described(cx, table),
                LockMode::AccessExclusive
            ))
            .why("all reads and writes of the table wait until every row is read and sorted");
        if is_partitioned(cx, table) {
            draft
                .help("add it to ONLY the parent, give each partition one from a unique index built CONCURRENTLY, and attach the indexes")
                .remedy(RemedyHint::PartitionedIndex)
                .report();
        } else {
            draft
                .help("build a unique index CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX")
                .remedy(RemedyHint::ConstraintUsingIndex)
                .report();
        }
    }
}
