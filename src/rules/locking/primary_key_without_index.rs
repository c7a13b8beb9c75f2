//! See [`RULE`].

use super::{Added, builds_index, confidence, constraints_added, described, is_partitioned, scans};
use crate::effects::fact::ScanReason;
use crate::finding::RemedyHint;
use crate::ir::data::LockMode;
use crate::ir::table::{ConstraintKind, KeyConstraint};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A primary key builds its index while nobody can read or write the table.
    ///
    /// ## What it flags
    /// `PRIMARY KEY` without `USING INDEX` on a table that existed before the change set, also one that comes
    /// with a new column.
    ///
    /// ## Why it hurts
    /// The index is built under `ACCESS EXCLUSIVE`. All reads and writes wait until the whole table is read
    /// and sorted. Where a column of the key allows null, the table is read once more to prove that it has
    /// none.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE order_tags (order_id bigint NOT NULL, tag text NOT NULL);
    /// CREATE TABLE barcodes (barcode text, product_id bigint NOT NULL);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE order_tags ADD CONSTRAINT order_tags_pkey PRIMARY KEY (order_id, tag);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE barcodes ADD PRIMARY KEY (barcode);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE UNIQUE INDEX CONCURRENTLY order_tags_pkey ON order_tags (order_id, tag);
    /// ALTER TABLE order_tags ADD CONSTRAINT order_tags_pkey PRIMARY KEY USING INDEX order_tags_pkey;
    /// CREATE TABLE labels (label text);
    /// ALTER TABLE labels ADD PRIMARY KEY (label);
    /// ```
    ///
    /// ## Safe rewrite
    /// Prove first that the columns hold no null, through a `CHECK` that is validated by itself. Then build a
    /// unique index with `CREATE UNIQUE INDEX CONCURRENTLY`, and `ADD CONSTRAINT … PRIMARY KEY USING INDEX`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX>
    name: "primary-key-without-index",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "adding-serial-primary-key-field"),
        ("eugene", "W14"),
        ("atlas", "PG104"),
        ("atlas", "PG304"),
        ("pgsafe", "add-primary-key-without-index"),
        ("pg-migration-lint", "PGM016"),
        ("diesel-guard", "AddPrimaryKeyCheck"),
        ("postgres-language-server", "addingPrimaryKeyConstraint"),
        ("pgfence", "add-pk-without-using-index"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for added in constraints_added(cx) {
        let ConstraintKind::PrimaryKey(key) = &added.constraint.kind else { continue };
        let table = &added.table;
        if key.using_index.is_some() || !builds_index(cx, table) {
            continue;
        }
        let nullable = proves_not_null(cx, &added, key);
        let draft = sink
            .step(cx.step)
            .blocking_work()
            .span(added.span)
            .object(table)
            .confidence(confidence(cx))
            .message(format!(
                "builds the index of the primary key over {} under {}{}",
                described(cx, table),
                LockMode::AccessExclusive,
                if nullable { ", after reading every row for nulls" } else { "" }
            ))
            .why("all reads and writes of the table wait until every row is read and sorted");
        if is_partitioned(cx, table) {
            draft
                .help("add it to ONLY the parent, give each partition one from a unique index built CONCURRENTLY, and attach the indexes")
                .remedy(RemedyHint::PartitionedIndex)
                .report();
        } else {
            let help = if nullable {
                "set NOT NULL through a validated CHECK, build a unique index CONCURRENTLY, then ADD CONSTRAINT … PRIMARY KEY USING INDEX"
            } else {
                "build a unique index CONCURRENTLY, then ADD CONSTRAINT … PRIMARY KEY USING INDEX"
            };
            draft.help(help).remedy(RemedyHint::ConstraintUsingIndex).report();
        }
    }
}

/// Whether a column of the key is read for nulls.
fn proves_not_null(cx: &StepContext<'_>, added: &Added<'_>, key: &KeyConstraint) -> bool {
    scans(cx, &added.table, |reason| matches!(reason, ScanReason::NotNull(c) if key.columns.contains(c)))
}
