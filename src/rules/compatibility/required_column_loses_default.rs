//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::routine::TriggerTiming;
use crate::ir::table::TableAction;
use crate::plan::{Lifetime, Step};
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::model::{Object, Table};
use crate::text::Span;

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
        for change in &step.changes {
            let (Some(Object::Table(was)), Some(Object::Table(is))) =
                (change.before.as_deref(), change.after.as_deref())
            else {
                continue;
            };
            let name = &is.name;
            let Some(end) = cx.schema.table(name).filter(|_| (cx.lifetime)(name) == Lifetime::Existing)
            else {
                continue;
            };
            // A partition loses it with its parent.
            if filled_by_trigger(end) || is.partition_of.is_some() {
                continue;
            }
            for column in &was.columns {
                let loses = |table: &Table| {
                    table.column(&column.name).is_some_and(|c| {
                        c.default.is_none()
                            && c.identity.is_none()
                            && c.generated.is_none()
                            && c.not_null.is_some()
                    })
                };
                if column.default.is_none() || !loses(is) || !loses(end) {
                    continue;
                }
                sink.step(step)
                    .span(place(step, &column.name))
                    .object(format!("{name}.{}", column.name))
                    .message(format!("{name}.{} is NOT NULL and loses its default", column.name))
                    .why("inserts of running code that leave the column out fail from the moment of commit (23502)")
                    .help("deploy code that always gives a value first, and drop the default in a later release")
                    .report();
            }
        }
    }
}

/// The action that takes the default away, or the whole statement.
fn place(step: &Step, column: &str) -> Span {
    let DdlOp::AlterTable(alter) = &step.stmt.op else { return step.stmt.span };
    let action = alter.actions.iter().find(
        |(action, _)| matches!(action, TableAction::Default { column: c, default: None } if *c == *column),
    );
    action.map(|(_, span)| *span).filter(|span| span.start != span.end).unwrap_or(step.stmt.span)
}

/// Whether a trigger may give the column its value.
fn filled_by_trigger(table: &Table) -> bool {
    table
        .triggers
        .iter()
        .any(|t| t.def.timing == TriggerTiming::Before && t.def.events.insert && t.def.for_each_row)
}
