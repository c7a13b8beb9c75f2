//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::table::TableAction;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A column accepts nulls again.
    ///
    /// ## What it flags
    /// `DROP NOT NULL` on a column of a table that existed before the change set.
    ///
    /// ## Why it hurts
    /// Code that reads the column counts on a value. The first null breaks it, or is silently left out of
    /// comparisons and sums.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users ALTER COLUMN email DROP NOT NULL;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE users ALTER COLUMN email SET DEFAULT '';
    /// ```
    ///
    /// ## Safe rewrite
    /// Deploy code that can read nulls first. Often a default, or a table of its own for the optional part, says
    /// better what is meant.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL>
    name: "drop-not-null",
    category: DataLoss,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("squawk", "ban-drop-not-null"), ("pg-migration-lint", "PGM507"), ("diesel-guard", "DropNotNullCheck"), ("migrationpilot", "MP029"), ("postgres-language-server", "banDropNotNull")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, statement) in cx.ops() {
        let DdlOp::AlterTable(alter) = op else { continue };
        let table = cx.schema.relation_name(&alter.name);
        if !cx.is_existing(&table) {
            continue;
        }
        for (action, span) in &alter.actions {
            let TableAction::NotNull { column, not_null: false } = action else { continue };
            let known = cx.schema.table(&table).and_then(|t| t.column(column));
            if known.is_some_and(|c| c.not_null.is_none()) {
                continue;
            }
            sink.step(cx.step)
                .span(if span.start == span.end { statement } else { *span })
                .object(format!("{table}.{column}"))
                .message(format!("{table}.{column} accepts nulls from now on"))
                .why("code that reads the column counts on a value")
                .help("deploy code that can read nulls first")
                .report();
        }
    }
}
