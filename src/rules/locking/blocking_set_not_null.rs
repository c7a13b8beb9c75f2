//! See [`RULE`].

use super::{Alteration, actions, confidence, described, scans};
use crate::effects::fact::ScanReason;
use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::ir::expr::Conjunct;
use crate::ir::table::{ConstraintKind, KeyConstraint, TableAction};
use crate::name::{Ident, QName};
use crate::rule;
use crate::rules::context::ops_of;
use crate::rules::{Sink, StepContext};

rule! {
    /// A column is read for nulls while nobody can read or write the table.
    ///
    /// ## What it flags
    /// `SET NOT NULL` on a table that existed before the change set, when no valid `CHECK` proves that the
    /// column has no null; likewise `PRIMARY KEY USING INDEX` over a column that allows null, and on
    /// PostgreSQL 18 `ADD NOT NULL` without `NOT VALID`.
    ///
    /// ## Why it hurts
    /// The whole table is read under `ACCESS EXCLUSIVE`. All reads and writes wait for that long.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, currency text);
    /// CREATE TABLE barcodes (barcode text, product_id bigint NOT NULL);
    /// CREATE UNIQUE INDEX barcodes_pkey ON barcodes (barcode);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ALTER COLUMN currency SET NOT NULL;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE barcodes ADD CONSTRAINT barcodes_pkey PRIMARY KEY USING INDEX barcodes_pkey;
    /// ```
    ///
    /// ## Accepted
    /// A validated check proves it, so no row is read.
    /// ```sql accepted
    /// ALTER TABLE orders ADD CONSTRAINT orders_currency_present CHECK (currency IS NOT NULL) NOT VALID;
    /// ALTER TABLE orders VALIDATE CONSTRAINT orders_currency_present;
    /// ALTER TABLE orders ALTER COLUMN currency SET NOT NULL;
    /// ALTER TABLE orders DROP CONSTRAINT orders_currency_present;
    /// ```
    /// ```sql accepted
    /// ALTER TABLE orders ALTER COLUMN id SET NOT NULL;
    /// ```
    ///
    /// ## Safe rewrite
    /// Add `CHECK (column IS NOT NULL) NOT VALID`, validate it in another transaction, `SET NOT NULL`, drop
    /// the check. PostgreSQL 18 has a shorter way: `ADD CONSTRAINT … NOT NULL column NOT VALID`, then
    /// `VALIDATE CONSTRAINT`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL>
    name: "blocking-set-not-null",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("eugene", "W14"),
        ("squawk", "adding-not-nullable-field"),
        ("eugene", "E2"),
        ("atlas", "PG303"),
        ("strong_migrations", "change_column_null"),
        ("online_migrations", "change_column_null"),
        ("pgsafe", "set-not-null"),
        ("pg-migration-lint", "PGM013"),
        ("migrationpilot", "MP002"),
        ("migrationpilot", "MP018"),
        ("migrationpilot", "MP081"),
        ("diesel-guard", "AddNotNullCheck"),
        ("postgres-language-server", "addingNotNullField"),
        ("pgfence", "alter-column-set-not-null"),
        ("django-migration-linter", "NOT_NULL"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for Alteration { relation, action, span } in actions(cx) {
        let columns: Vec<Ident> = match action {
            TableAction::NotNull { column, not_null: true } => vec![column.clone()],
            TableAction::AddConstraint(constraint) => match &constraint.kind {
                ConstraintKind::NotNull(column) if !constraint.not_valid => vec![column.clone()],
                ConstraintKind::PrimaryKey(key) => key_columns(cx, &relation, key),
                _ => continue,
            },
            _ => continue,
        };
        for column in columns {
            let scanned =
                scans(cx, &relation, |reason| matches!(reason, ScanReason::NotNull(c) if *c == column));
            if !scanned || is_proven(cx, &relation, &column) {
                continue;
            }
            let help = if cx.schema.version().at_least(18) {
                format!(
                    "ADD CONSTRAINT … NOT NULL {column} NOT VALID, then VALIDATE CONSTRAINT in another transaction"
                )
            } else {
                format!(
                    "add CHECK ({column} IS NOT NULL) NOT VALID, validate it in another transaction, then set NOT NULL"
                )
            };
            sink.step(cx.step)
                .blocking_work()
                .span(span)
                .object(format!("{relation}.{column}"))
                .confidence(confidence(cx))
                .message(format!(
                    "reads every row of {} under {} to find nulls in {column}",
                    described(cx, &relation),
                    LockMode::AccessExclusive
                ))
                .why("all reads and writes of the table wait for the whole scan")
                .help(help)
                .remedy(RemedyHint::NotNullThroughCheck)
                .report();
        }
    }
}

/// The columns of the index that becomes the primary key. A key that builds its own index reads the table
/// in any case.
fn key_columns(cx: &StepContext<'_>, table: &QName, key: &KeyConstraint) -> Vec<Ident> {
    let Some(name) = &key.using_index else { return Vec::new() };
    let index = cx.schema.index(&table.sibling(name.clone()));
    index.map_or_else(Vec::new, |i| i.keys.iter().filter_map(|k| k.as_column().cloned()).collect())
}

/// Whether earlier statements of the change set have proven that a column of a table that the known schema does not
/// have holds no null: with a check that was validated and is still there. Known tables carry their checks.
fn is_proven(cx: &StepContext<'_>, table: &QName, column: &Ident) -> bool {
    if cx.schema.table(table).is_some() {
        return false;
    }
    let mut checks: Vec<(&Ident, bool)> = Vec::new();
    let alters = cx.earlier.iter().flat_map(ops_of).filter_map(|(op, _)| match op {
        DdlOp::AlterTable(alter) if cx.schema.relation_name(&alter.name) == *table => Some(alter),
        _ => None,
    });
    for (action, _) in alters.flat_map(|alter| &alter.actions) {
        match action {
            TableAction::AddConstraint(added) => {
                let is = |c: &Conjunct| matches!(c, Conjunct::NotNull(n) if n == column);
                if let (Some(name), ConstraintKind::Check(check)) = (&added.name, &added.kind)
                    && check.conjuncts.iter().any(is)
                {
                    checks.push((name, !added.not_valid));
                }
            }
            TableAction::ValidateConstraint(name) => {
                checks.iter_mut().filter(|(n, _)| *n == name).for_each(|check| check.1 = true);
            }
            TableAction::DropConstraint { name, .. } => checks.retain(|(n, _)| *n != name),
            _ => {}
        }
    }
    checks.iter().any(|(_, valid)| *valid)
}
