//! See [`RULE`].

use crate::effects::fact::ErrorCondition;
use crate::ir::DdlOp;
use crate::ir::expr::ExprShape;
use crate::ir::table::{ColumnDef, ConstraintKind, TableAction};
use crate::name::{Ident, QName};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A required column is added to a table that may have rows, without a value for them.
    ///
    /// ## What it flags
    /// `ADD COLUMN … NOT NULL` without a default (or as a primary key) on a table that existed before the
    /// change set, or into which migrations have inserted rows; and `SET NOT NULL` on a column that the change set
    /// has added without a default and not filled. Where a server's statistics or an `INSERT` say that there are
    /// rows, the failure is certain.
    ///
    /// ## Why it hurts
    /// With a single row in the table the statement fails: `column "…" contains null values` (23502). On an
    /// empty table it works, which is why it passes every test. Inserts of running code that do not name the
    /// column fail as well.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users ADD COLUMN country text NOT NULL;
    /// ```
    /// ```sql flagged
    /// CREATE TABLE plans (name text);
    /// INSERT INTO plans VALUES ('free');
    /// ALTER TABLE plans ADD COLUMN price int NOT NULL;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users ADD COLUMN country text;
    /// ALTER TABLE users ALTER COLUMN country SET NOT NULL;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE users ADD COLUMN country text NOT NULL DEFAULT 'de';
    /// CREATE TABLE pets (id bigint PRIMARY KEY);
    /// ALTER TABLE pets ADD COLUMN name text NOT NULL;
    /// ```
    /// ```sql accepted
    /// ALTER TABLE users ADD COLUMN country text;
    /// UPDATE users SET country = 'de';
    /// ALTER TABLE users ALTER COLUMN country SET NOT NULL;
    /// ```
    ///
    /// ## Safe rewrite
    /// Give a constant default, which costs nothing since PostgreSQL 11. Or add the column nullable, fill it in
    /// batches, and set `NOT NULL` through a validated `CHECK`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN>
    name: "required-column-without-default",
    category: Correctness,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("squawk", "adding-required-field"), ("atlas", "MF103"), ("pg-migration-lint", "PGM008")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let certain = cx.step.errors.iter().any(|e| e.sqlstate == "23502");
    let any_row = cx
        .step
        .effects
        .possible_errors
        .iter()
        .any(|e| e.sqlstate == "23502" && e.when == ErrorCondition::AnyRow);
    for (op, statement) in cx.ops() {
        let DdlOp::AlterTable(alter) = op else { continue };
        let table = cx.schema.relation_name(&alter.name);
        if !cx.is_existing(&table) && !certain {
            continue;
        }
        for (action, span) in &alter.actions {
            let (column, what) = match action {
                TableAction::AddColumn { column, if_not_exists } if any_row => {
                    let exists = cx.schema.table(&table).is_some_and(|t| t.column(&column.name).is_some());
                    if (exists && *if_not_exists) || !lacks_value(cx, column) {
                        continue;
                    }
                    (&column.name, "adds it as NOT NULL without a default")
                }
                TableAction::NotNull { column, not_null: true } if never_filled(cx, &table, column) => {
                    (column, "sets NOT NULL on it, and nothing has filled it since it was added")
                }
                _ => continue,
            };
            let draft = sink
                .step(cx.step)
                .span(if span.start == span.end { statement } else { *span })
                .object(format!("{table}.{column}"))
                .help("give a constant default, or add it nullable, fill it, and set NOT NULL later");
            if certain {
                draft
                    .message(format!("fails: {what}, and {table} has rows: column {column} contains null values (SQLSTATE 23502)"))
                    .why(because(cx, &table))
                    .report();
            } else {
                draft
                    .message(format!("{table}.{column}: {what}, which fails as soon as the table has a row"))
                    .why("it works on an empty test database and stops the deployment on one with rows (23502)")
                    .report();
            }
        }
    }
}

/// How it is known that there are rows.
fn because(cx: &StepContext<'_>, table: &QName) -> String {
    match cx.step.size(table).and_then(|size| size.rows).filter(|rows| *rows > 0) {
        Some(rows) => {
            format!("the statistics count {rows} rows, and none of them has a value for the column")
        }
        None => {
            "a migration before this one inserts rows, and none of them has a value for the column".to_owned()
        }
    }
}

/// Whether the column is required and rows that are there get no value for it.
fn lacks_value(cx: &StepContext<'_>, column: &ColumnDef) -> bool {
    let null = column.default.as_ref().is_some_and(|d| d.shape == ExprShape::Null);
    let filled =
        (column.default.is_some() && !null) || column.generated.is_some() || column.identity.is_some();
    let serial = column.data_type.as_ref().is_some_and(|t| t.serial_base().is_some());
    let key = column.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_)));
    let domain = column.data_type.as_ref().and_then(|t| cx.schema.domain(t));
    let domain_default = column.default.is_none() && domain.is_some_and(|d| d.default.is_some());
    !filled && !serial && !domain_default && (column.not_null || key)
}

/// Whether the change set added the column without a value, and has not written to the table since.
fn never_filled(cx: &StepContext<'_>, table: &QName, column: &Ident) -> bool {
    for step in cx.earlier.iter().rev() {
        let written = step.effects.row_writes.iter().any(|w| w.table == *table);
        let unread = !step.effects.uncertain.is_empty() || matches!(step.stmt.op, DdlOp::Call { .. });
        if written || unread {
            return false;
        }
        let DdlOp::AlterTable(alter) = &step.stmt.op else { continue };
        if cx.schema.relation_name(&alter.name) != *table {
            continue;
        }
        for (action, _) in &alter.actions {
            match action {
                TableAction::AddColumn { column: added, .. } if added.name == *column => {
                    return lacks_value(cx, &ColumnDef { not_null: true, ..(**added).clone() });
                }
                TableAction::AlterType { column: changed, .. } if changed == column => return false,
                _ => {}
            }
        }
    }
    false
}
