//! See [`RULE`].

use crate::effects::fact::LossKind;
use crate::ir::DdlOp;
use crate::ir::table::TableAction;
use crate::ir::types::TypeName;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A column gets a type that does not hold all its values.
    ///
    /// ## What it flags
    /// `ALTER COLUMN … TYPE` to a narrower type on a table that existed before the change set: a shorter
    /// `varchar`, a smaller integer, fewer digits, less precision, a type that drops the time of day.
    ///
    /// ## Why it hurts
    /// Depending on the types the statement fails at the first value that does not fit, or rounds and cuts
    /// values without a word.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE products (id bigint PRIMARY KEY, sku varchar(40), weight numeric(12,4), added timestamptz);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE products ALTER COLUMN sku TYPE varchar(20);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE products ALTER COLUMN weight TYPE numeric(12,2);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE products ALTER COLUMN sku TYPE varchar(80);
    /// ```
    ///
    /// ## Safe rewrite
    /// Count the values that do not fit first. Then add a new column of the narrow type, fill it, and switch;
    /// or keep the type and add a `CHECK` with `NOT VALID`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html>
    name: "narrowing-type-change",
    category: DataLoss,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "changing-column-type"),
        ("migrationpilot", "MP044"),
        ("liquibase", "ModifyDataTypeWarn"),
    ],
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
        let changes =
            alter.actions.iter().filter(|(a, _)| matches!(a, TableAction::AlterType { .. })).count();
        for (action, span) in &alter.actions {
            let TableAction::AlterType { column, data_type, .. } = action else { continue };
            let object = format!("{table}.{column}");
            let loses =
                cx.step.effects.data_loss.iter().any(|l| l.what == LossKind::Narrowing && l.object == object);
            if !loses && !may_refuse(cx, data_type, changes) {
                continue;
            }
            let from = cx
                .schema
                .table(&table)
                .and_then(|t| t.column(column))
                .map_or_else(String::new, |c| format!(" from {}", c.data_type));
            sink.step(cx.step)
                .span(if span.start == span.end { statement } else { *span })
                .object(&object)
                .message(format!("narrows {object}{from} to {data_type}"))
                .why("values that do not fit make the statement fail, or are rounded and cut without a word")
                .help("count the values that do not fit first, or add a new column and switch to it")
                .report();
        }
    }
}

/// Whether values may be too long or out of range for the new type. The error names the type; with one change
/// in the statement there is no doubt which it is.
fn may_refuse(cx: &StepContext<'_>, data_type: &TypeName, changes: usize) -> bool {
    cx.step.effects.possible_errors.iter().any(|e| {
        matches!(e.sqlstate, "22001" | "22003" | "22008")
            && (changes == 1 || e.message.contains(&data_type.to_string()))
    })
}
