//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A table is emptied.
    ///
    /// ## What it flags
    /// `TRUNCATE` of tables that existed before the change set, and with `CASCADE` every table that references
    /// them.
    ///
    /// ## Why it hurts
    /// All rows are gone at commit. Each table and all its indexes are locked `ACCESS EXCLUSIVE`, row-level
    /// security and `DELETE` triggers do not apply, and `CASCADE` empties tables that the statement does not
    /// name.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE carts (id bigint PRIMARY KEY);
    /// CREATE TABLE cart_items (id bigint PRIMARY KEY, cart_id bigint REFERENCES carts (id));
    /// ```
    /// ```sql flagged
    /// TRUNCATE carts CASCADE;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE import_buffer (line text);
    /// TRUNCATE import_buffer;
    /// ```
    ///
    /// ## Safe rewrite
    /// Delete the rows in batches, or keep a copy (`CREATE TABLE … AS SELECT`) and truncate in a window in
    /// which nobody uses the table.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-truncate.html>
    name: "truncate",
    category: DataLoss,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql, MySql],
    also_known_as: [
        ("squawk", "ban-truncate-cascade"),
        ("pgsafe", "truncate"),
        ("pg-migration-lint", "PGM203"),
        ("pg-migration-lint", "PGM204"),
        ("migrationpilot", "MP036"),
        ("diesel-guard", "TruncateTableCheck"),
        ("postgres-language-server", "banTruncate"),
        ("postgres-language-server", "banTruncateCascade"),
        ("pgfence", "truncate"),
        ("pgfence", "truncate-cascade"),
        ("bytebase", "statement.disallow-truncate"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::Truncate(truncate) = op else { continue };
        let named: Vec<_> = truncate.tables.iter().map(|t| cx.schema.relation_name(t)).collect();
        let existing: Vec<_> = named.iter().filter(|t| cx.is_existing(t)).collect();
        let Some(first) = existing.first() else { continue };
        let further: Vec<String> = cx
            .step
            .existing_locks()
            .filter(|l| l.mode == LockMode::AccessExclusive && l.kind == crate::ir::object::ObjectKind::Table)
            .filter(|l| !named.contains(&l.relation))
            .map(|l| l.relation.to_string())
            .collect();
        let names: Vec<String> = existing.iter().map(ToString::to_string).collect();
        let also = if further.is_empty() {
            String::new()
        } else {
            format!(" and, by cascade, {}", further.join(", "))
        };
        sink.step(cx.step)
            .span(span)
            .object(first)
            .message(format!("empties {}{also} under {}", names.join(", "), LockMode::AccessExclusive))
            .why("all rows are gone at commit, and reads and writes wait for the lock")
            .help("delete in batches, or keep a copy first and truncate when nobody uses the table")
            .report();
    }
}
