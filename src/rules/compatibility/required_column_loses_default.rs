//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::routine::TriggerTiming;
use crate::ir::table::TableAction;
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::schema::model::Table;

rule! {
    /// A required column loses the default that inserts rely on.
    ///
    /// ## What it flags
    /// `DROP DEFAULT` on a column with `NOT NULL` of a table that existed before the change set, also right after
    /// the statement that added the column with the default.
    ///
    /// ## Why it hurts
    /// Inserts of running code that do not name the column take its default; from the moment of commit they fail
    /// with a null value (23502). Frameworks that add a column with a default and drop the default at once, so that
    /// the model alone decides, break the code that is still running in the same way.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY, plan text NOT NULL DEFAULT 'free');
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users ALTER COLUMN plan DROP DEFAULT;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users ADD COLUMN country text NOT NULL DEFAULT 'de';
    /// ALTER TABLE users ALTER COLUMN country DROP DEFAULT;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE users ALTER COLUMN plan SET DEFAULT 'basic';
    /// ALTER TABLE users ALTER COLUMN plan DROP NOT NULL;
    /// ALTER TABLE users ALTER COLUMN plan DROP DEFAULT;
    /// ```
    ///
    /// ## Safe rewrite
    /// Deploy code that always gives a value, and drop the default in a later release.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-default.html>
    name: "required-column-loses-default",
    category: Compatibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("django-migration-linter", "NOT_NULL")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, statement) in cx.ops() {
        let DdlOp::AlterTable(alter) = op else { continue };
        let table = cx.schema.relation_name(&alter.name);
        let Some(known) = cx.schema.table(&table).filter(|_| cx.is_existing(&table)) else { continue };
        for (action, span) in &alter.actions {
            let TableAction::Default { column, default: None } = action else { continue };
            let Some(found) = known.column(column) else { continue };
            let eased = alter.actions.iter().any(|(a, _)| {
                matches!(a, TableAction::NotNull { column: c, not_null: false } if c == column)
                    || matches!(a, TableAction::AddIdentity { column: c, .. } if c == column)
            });
            // The default of a sequence goes where an identity takes its place.
            if found.not_null.is_none() || found.default.is_none() || eased || filled_by_trigger(known) {
                continue;
            }
            sink.step(cx.step)
                .span(if span.start == span.end { statement } else { *span })
                .object(format!("{table}.{column}"))
                .message(format!("{table}.{column} is NOT NULL and loses its default"))
                .why("inserts of running code that leave the column out fail from the moment of commit (23502)")
                .help("deploy code that always gives a value first, and drop the default in a later release")
                .report();
        }
    }
}

/// Whether a trigger may give the column its value.
fn filled_by_trigger(table: &Table) -> bool {
    table
        .triggers
        .iter()
        .any(|t| t.def.timing == TriggerTiming::Before && t.def.events.insert && t.def.for_each_row)
}
