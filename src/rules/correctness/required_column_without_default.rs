//! See [`RULE`].

use crate::effects::fact::ErrorCondition;
use crate::ir::DdlOp;
use crate::ir::table::TableAction;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A required column is added to a table that may have rows, without a value for them.
    ///
    /// ## What it flags
    /// `ADD COLUMN … NOT NULL` without a default (or as a primary key) on a table that existed before the
    /// change set.
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
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE users ADD COLUMN country text NOT NULL DEFAULT 'de';
    /// CREATE TABLE pets (id bigint PRIMARY KEY);
    /// ALTER TABLE pets ADD COLUMN name text NOT NULL;
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
    let fails =
        |c: &crate::effects::fact::PossibleError| c.sqlstate == "23502" && c.when == ErrorCondition::AnyRow;
    if !cx.step.effects.possible_errors.iter().any(fails) {
        return;
    }
    for (op, statement) in cx.ops() {
        let DdlOp::AlterTable(alter) = op else { continue };
        let table = cx.schema.relation_name(&alter.name);
        if !cx.is_existing(&table) {
            continue;
        }
        for (action, span) in &alter.actions {
            let TableAction::AddColumn { column, if_not_exists } = action else { continue };
            let exists = cx.schema.table(&table).is_some_and(|t| t.column(&column.name).is_some());
            let filled = column.default.is_some() || column.generated.is_some() || column.identity.is_some();
            let serial = column.data_type.as_ref().is_some_and(|t| t.serial_base().is_some());
            let key = column
                .constraints
                .iter()
                .any(|c| matches!(c.kind, crate::ir::table::ConstraintKind::PrimaryKey(_)));
            let domain_default = column
                .data_type
                .as_ref()
                .and_then(|t| cx.schema.domain(t))
                .is_some_and(|d| d.default.is_some());
            if (exists && *if_not_exists) || filled || serial || domain_default || !(column.not_null || key) {
                continue;
            }
            sink.step(cx.step)
                .span(if span.start == span.end { statement } else { *span })
                .object(format!("{table}.{}", column.name))
                .message(format!("adds {table}.{} as NOT NULL without a default, which fails as soon as the table has a row", column.name))
                .why("it works on an empty test database and stops the deployment on one with rows (23502)")
                .help("give a constant default, or add it nullable, fill it, and set NOT NULL later")
                .report();
        }
    }
}
