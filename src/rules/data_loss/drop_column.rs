//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::ir::table::TableAction;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A column is dropped with its values.
    ///
    /// ## What it flags
    /// `ALTER TABLE … DROP COLUMN` on a table that existed before the change set. Generated columns are advice
    /// only: their values can be computed again.
    ///
    /// ## Why it hurts
    /// The values are gone, code that names the column fails from the moment of commit, and indexes,
    /// constraints and foreign keys on the column vanish with it without a word.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, nickname text);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users DROP COLUMN nickname;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE users ADD COLUMN draft text;
    /// CREATE TABLE notes (id bigint PRIMARY KEY, body text);
    /// ALTER TABLE notes DROP COLUMN body;
    /// ```
    ///
    /// ## Safe rewrite
    /// Deploy code that neither reads nor writes the column, wait, then drop it. Copy the values to an archive
    /// table first when they may be missed.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN>
    name: "drop-column",
    category: DataLoss,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [
        ("squawk", "ban-drop-column"),
        ("atlas", "DS103"),
        ("strong_migrations", "remove_column"),
        ("online_migrations", "remove_column"),
        ("pgsafe", "drop-column"),
        ("pg-migration-lint", "PGM009"),
        ("pg-migration-lint", "PGM010"),
        ("pg-migration-lint", "PGM011"),
        ("pg-migration-lint", "PGM012"),
        ("migrationpilot", "MP017"),
        ("diesel-guard", "DropColumnCheck"),
        ("postgres-language-server", "banDropColumn"),
        ("pgfence", "drop-column"),
        ("django-migration-linter", "DROP_COLUMN"),
        ("liquibase", "WarnOnDropColumn"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, statement) in cx.ops() {
        let DdlOp::AlterTable(alter) = op else { continue };
        if alter.kind == ObjectKind::CompositeType {
            continue;
        }
        let table = cx.schema.relation_name(&alter.name);
        if !cx.is_existing(&table) {
            continue;
        }
        for (action, span) in &alter.actions {
            let TableAction::DropColumn { name, .. } = action else { continue };
            let known = cx.schema.table(&table);
            if known.is_some_and(|t| t.columns_known && t.column(name).is_none()) {
                continue; // IF EXISTS on a column that is not there
            }
            let generated = known.and_then(|t| t.column(name)).is_some_and(|c| c.generated.is_some());
            let gone = vanishing(cx, &table, name);
            let also =
                if gone.is_empty() { String::new() } else { format!("; {} go with it", gone.join(", ")) };
            let place = if span.start == span.end { statement } else { *span };
            sink.step(cx.step)
                .span(place)
                .object(format!("{table}.{name}"))
                .severity(if generated { Severity::Advice } else { Severity::Warning })
                .message(format!("drops {table}.{name} with its values{also}"))
                .why("the values are gone at commit, and code that still names the column fails")
                .help("deploy code without the column first, keep a copy of what matters, then drop it")
                .report();
        }
    }
}

/// Indexes and constraints that disappear with the column.
fn vanishing(cx: &StepContext<'_>, table: &crate::name::QName, column: &crate::name::Ident) -> Vec<String> {
    cx.schema
        .indexes_of(table)
        .into_iter()
        .filter(|i| crate::schema::lookup::index_columns(i).contains(column))
        .map(|i| {
            if i.unique { format!("unique index {}", i.name.name) } else { format!("index {}", i.name.name) }
        })
        .collect()
}
