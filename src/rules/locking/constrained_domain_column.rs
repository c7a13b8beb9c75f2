//! See [`RULE`].

use super::{RewritingColumn, confidence, described, rewriting_columns};
use crate::effects::fact::RewriteReason;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A new column has a domain with constraints as its type.
    ///
    /// ## What it flags
    /// `ADD COLUMN` with a domain that has a `CHECK` or `NOT NULL` (or is made from one that has) on a table
    /// that existed before the change set, even without a default.
    ///
    /// ## Why it hurts
    /// The server proves the constraints by writing table and indexes anew under `ACCESS EXCLUSIVE`, although
    /// the column is empty. All reads and writes wait for that long.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE DOMAIN sku AS text CONSTRAINT sku_format CHECK (VALUE ~ '^[A-Z]+$');
    /// CREATE DOMAIN remark AS text;
    /// CREATE TABLE order_items (id bigint PRIMARY KEY, quantity integer NOT NULL);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE order_items ADD COLUMN code sku;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE order_items ADD COLUMN code text;
    /// ALTER TABLE order_items ADD CONSTRAINT order_items_code_format CHECK (code ~ '^[A-Z]+$') NOT VALID;
    /// ALTER TABLE order_items VALIDATE CONSTRAINT order_items_code_format;
    /// ```
    /// ```sql accepted
    /// ALTER TABLE order_items ADD COLUMN note remark;
    /// ```
    ///
    /// ## Safe rewrite
    /// Give the column the type below the domain, add the domain's check to the table with `NOT VALID`, and
    /// validate it in another transaction.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createdomain.html>
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "constrained-domain-column",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for RewritingColumn { table, column, span } in rewriting_columns(cx, RewriteReason::ConstrainedDomain) {
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(format!("{table}.{}", column.name))
            .confidence(confidence(cx))
            .message(format!(
                "rewrites {} with all indexes under {} to prove the constraints of its domain",
                described(cx, &table),
                LockMode::AccessExclusive
            ))
            .why("all reads and writes of the table wait until the last row is written anew")
            .help("use the type below the domain, add its check with NOT VALID, then validate it")
            .report();
    }
}
