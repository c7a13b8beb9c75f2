//! See [`RULE`].

use super::{
    Alteration, actions, compares_rows, confidence, constraints_added, described, is_partitioned, scans,
};
use crate::effects::fact::ScanReason;
use crate::finding::RemedyHint;
use crate::ir::data::LockMode;
use crate::ir::table::{ConstraintKind, TableAction};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A foreign key is checked for all rows while writes to both tables wait.
    ///
    /// ## What it flags
    /// A foreign key without `NOT VALID` on a table that existed before the change set, also one that comes
    /// with a new column that has a default. A new column without a default has no values to compare and is
    /// left out; so is a table that the change set made.
    ///
    /// ## Why it hurts
    /// Both tables are locked with `SHARE ROW EXCLUSIVE` while each row is looked up in the other table:
    /// inserts, updates and deletes on either wait. With `ADD COLUMN` the lock is `ACCESS EXCLUSIVE`.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY);
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey
    ///   FOREIGN KEY (customer_id) REFERENCES customers (id);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ADD COLUMN payer_id bigint DEFAULT 1 REFERENCES customers (id);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey
    ///   FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
    /// ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey;
    /// ```
    /// ```sql accepted
    /// ALTER TABLE orders ADD COLUMN payer_id bigint REFERENCES customers (id);
    /// ```
    ///
    /// ## Safe rewrite
    /// Add it with `NOT VALID`, which reads no row, and `VALIDATE CONSTRAINT` in another transaction: that
    /// takes `SHARE UPDATE EXCLUSIVE`, and others read and write meanwhile.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "validated-foreign-key",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "adding-foreign-key-constraint"),
        ("squawk", "constraint-missing-not-valid"),
        ("eugene", "E1"),
        ("atlas", "PG306"),
        ("strong_migrations", "add_foreign_key"),
        ("online_migrations", "add_foreign_key"),
        ("pgsafe", "add-fk-without-not-valid"),
        ("pg-migration-lint", "PGM014"),
        ("migrationpilot", "MP005"),
        ("diesel-guard", "AddForeignKeyCheck"),
        ("postgres-language-server", "addingForeignKeyConstraint"),
        ("postgres-language-server", "constraintMissingNotValid"),
        ("pgfence", "add-constraint-fk-no-not-valid"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for added in constraints_added(cx) {
        let ConstraintKind::ForeignKey(fk) = &added.constraint.kind else { continue };
        if !compares_rows(cx, &added) {
            continue;
        }
        let table = &added.table;
        let parent = cx.schema.relation_name(&fk.table);
        let mode = cx.step.effects.lock_on(table).unwrap_or(LockMode::ShareRowExclusive);
        let blocks = if mode.blocks_reads() { "reads and writes" } else { "writes" };
        let draft = sink
            .step(cx.step)
            .blocking_work()
            .span(added.span)
            .object(table)
            .confidence(confidence(cx))
            .message(format!(
                "looks every row of {} up in {parent} while {mode} on {table} blocks {blocks}",
                described(cx, table)
            ))
            .why(format!(
                "inserts, updates and deletes on {table} and {parent} wait until all rows are compared"
            ));
        if added.column.is_some() {
            draft
                .help("add the column without the key, then the key with NOT VALID, then validate it in another transaction")
                .remedy(RemedyHint::NotValidThenValidate)
                .report();
        } else if is_partitioned(cx, table) && !cx.schema.version().at_least(18) {
            draft
                .help("NOT VALID is refused here before PostgreSQL 18: add and validate the key on each partition first")
                .remedy(RemedyHint::NotValidThenValidate)
                .report();
        } else {
            draft
                .help("add it with NOT VALID, then VALIDATE CONSTRAINT in another transaction")
                .remedy(RemedyHint::NotValidThenValidate)
                .report();
        }
    }
    for Alteration { relation, action, span } in actions(cx) {
        let TableAction::AlterConstraint { name, enforced: Some(true), .. } = action else { continue };
        if !scans(cx, &relation, |reason| matches!(reason, ScanReason::ForeignKey(key) if key == name)) {
            continue;
        }
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(&relation)
            .confidence(confidence(cx))
            .message(format!(
                "enforcing {name} compares every row of {relation} while its lock blocks writes"
            ))
            .why("inserts, updates and deletes wait until all rows are compared")
            .help("drop the constraint, add it with NOT VALID, and validate it in another transaction")
            .report();
    }
}
