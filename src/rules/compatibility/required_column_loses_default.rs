//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::routine::TriggerTiming;
use crate::ir::table::{AlterTable, TableAction};
use crate::plan::{Lifetime, Step};
use crate::rule;
use crate::rules::context::ops_of;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::model::{Column, Object, Table};

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
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        for (op, statement) in ops_of(step) {
            let DdlOp::AlterTable(alter) = op else { continue };
            let Some(known) = before(step, alter) else { continue };
            if (cx.lifetime)(&known.name) != Lifetime::Existing {
                continue;
            }
            for (action, span) in &alter.actions {
                let TableAction::Default { column, default: None } = action else { continue };
                let Some(found) = known.column(column) else { continue };
                if found.not_null.is_none() || found.default.is_none() || filled_by_trigger(known) {
                    continue;
                }
                // What takes its place may come in a later statement: another default, an identity.
                let after = cx.schema.table(&known.name).and_then(|table| table.column(column));
                let eased = |c: &Column| c.not_null.is_none() || c.default.is_some() || c.identity.is_some();
                if after.is_none_or(eased) {
                    continue;
                }
                let table = &known.name;
                sink.step(step)
                    .span(if span.start == span.end { statement } else { *span })
                    .object(format!("{table}.{column}"))
                    .message(format!("{table}.{column} is NOT NULL and loses its default"))
                    .why("inserts of running code that leave the column out fail from the moment of commit (23502)")
                    .help("deploy code that always gives a value first, and drop the default in a later release")
                    .report();
            }
        }
    }
}

/// The table before the statement that changes it.
fn before<'s>(step: &'s Step, alter: &AlterTable) -> Option<&'s Table> {
    step.changes.iter().find_map(|change| match change.before.as_deref() {
        Some(Object::Table(table)) if table.name.name == alter.name.name => Some(table),
        _ => None,
    })
}

/// Whether a trigger may give the column its value.
fn filled_by_trigger(table: &Table) -> bool {
    table
        .triggers
        .iter()
        .any(|t| t.def.timing == TriggerTiming::Before && t.def.events.insert && t.def.for_each_row)
}
