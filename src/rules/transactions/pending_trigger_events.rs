//! See [`RULE`].

use crate::finding::{Confidence, Severity};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A table is changed while checks of its rows wait for the end of the transaction.
    ///
    /// ## What it flags
    /// `ALTER TABLE`, `CREATE INDEX`, `DROP TABLE`, `TRUNCATE` and `CLUSTER` of a table in a transaction that has
    /// changed rows which a deferred foreign key or constraint trigger still has to check. After an `INSERT` of
    /// values the error is certain; after an `UPDATE`, a `DELETE` or an insert from a query it depends on whether
    /// there were rows.
    ///
    /// ## Why it hurts
    /// The server refuses the statement: `cannot ALTER TABLE "…" because it has pending trigger events` (55006). On
    /// an empty test database the rows are missing and everything works.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY);
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED);
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// INSERT INTO orders VALUES (1, 2);
    /// ALTER TABLE orders ADD COLUMN note text;
    /// COMMIT;
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// DELETE FROM customers WHERE id = 7;
    /// ALTER TABLE customers ADD COLUMN note text;
    /// COMMIT;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// BEGIN;
    /// INSERT INTO orders VALUES (1, 2);
    /// SET CONSTRAINTS ALL IMMEDIATE;
    /// ALTER TABLE orders ADD COLUMN note text;
    /// COMMIT;
    /// ```
    ///
    /// ## Safe rewrite
    /// Change rows and schema in separate transactions. Where they belong together, carry the checks out before the
    /// change of the schema with `SET CONSTRAINTS ALL IMMEDIATE`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-set-constraints.html>
    name: "pending-trigger-events",
    category: Transactions,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let Some(pending) = &cx.step.pending_check else { return };
    let draft = sink
        .step(cx.step)
        .object(&pending.table)
        .why("the server refuses it until the checks have been made (55006)")
        .help("SET CONSTRAINTS ALL IMMEDIATE before it, or change rows and schema in separate transactions");
    if pending.certain {
        draft
            .message(format!(
                "fails: rows of {} wait to be checked by {} at the end of the transaction (SQLSTATE 55006)",
                pending.table, pending.constraint
            ))
            .report();
    } else {
        draft
            .severity(Severity::Warning)
            .confidence(Confidence::Medium)
            .message(format!(
                "fails (SQLSTATE 55006) when the transaction has changed rows of {} that {} still has to check",
                pending.table, pending.constraint
            ))
            .report();
    }
}
