//! See [`RULE`].

use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::schema::key::ObjectKey;
use crate::schema::model::{Change, Object};

rule! {
    /// A column gets another name while code still uses the old one.
    ///
    /// ## What it flags
    /// `ALTER TABLE … RENAME COLUMN` on tables and views that existed before the change set.
    ///
    /// ## Why it hurts
    /// From the moment of commit every running query that names the old column fails, until the new code is
    /// deployed everywhere. Views follow the rename, but keep the old name for their own output.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY, mail text);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users RENAME COLUMN mail TO email;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE letters (id bigint PRIMARY KEY, txt text);
    /// ALTER TABLE letters RENAME COLUMN txt TO body;
    /// ```
    ///
    /// ## Safe rewrite
    /// Add the new column, keep both in step with a trigger, fill it in batches, move the code, then drop the
    /// old column. Or rename the table and put a view with both names in its place.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME>
    name: "rename-column",
    category: Compatibility,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [("pgsafe", "rename"),
        ("squawk", "renaming-column"),
        ("atlas", "BC102"),
        ("strong_migrations", "rename_column"),
        ("online_migrations", "rename_column"),
        ("pg-migration-lint", "PGM505"),
        ("migrationpilot", "MP010"),
        ("migrationpilot", "MP071"),
        ("diesel-guard", "RenameColumnCheck"),
        ("postgres-language-server", "renamingColumn"),
        ("pgfence", "rename-column"),
        ("django-migration-linter", "RENAME_COLUMN"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::Rename(rename) = op else { continue };
        let Some(column) = &rename.object.part else { continue };
        let on_table = rename.relation_kind.is_none_or(|k| {
            matches!(
                k,
                ObjectKind::Table
                    | ObjectKind::ForeignTable
                    | ObjectKind::View
                    | ObjectKind::MaterializedView
            )
        });
        let table = cx.schema.relation_name(&rename.object.name);
        if rename.kind != ObjectKind::Column || !on_table || !cx.is_existing(&table) {
            continue;
        }
        // A column that the same change set added has no readers yet.
        let key = ObjectKey::Relation(table.clone());
        let added =
            |c: &Change| !has_column(c.before.as_deref(), column) && has_column(c.after.as_deref(), column);
        if cx.earlier.iter().flat_map(|s| &s.changes).any(|c| c.key == key && added(c)) {
            continue;
        }
        // The end of a swap: a column that a trigger kept in step takes the place of the one it was filled from.
        let dropped = |c: &Change| {
            has_column(c.before.as_deref(), &rename.to) && !has_column(c.after.as_deref(), &rename.to)
        };
        let untied = |c: &Change| triggers(c.before.as_deref()) > triggers(c.after.as_deref());
        let together = |wanted: &dyn Fn(&Change) -> bool| {
            cx.same_transaction().flat_map(|s| &s.changes).any(|c| c.key == key && wanted(c))
        };
        if together(&dropped) && together(&untied) {
            continue;
        }
        sink.step(cx.step)
            .span(span)
            .object(format!("{table}.{column}"))
            .message(format!("renames {table}.{column} to {}", rename.to))
            .why("running code that names the old column fails from the moment of commit")
            .help("add a column of the new name, keep both in step, move the code, then drop the old one")
            .remedy(RemedyHint::ShadowColumn)
            .report();
    }
}

fn has_column(object: Option<&Object>, column: &str) -> bool {
    matches!(object, Some(Object::Table(table)) if table.column(column).is_some())
}

fn triggers(object: Option<&Object>) -> usize {
    match object {
        Some(Object::Table(table)) => table.triggers.len(),
        _ => 0,
    }
}
