//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::table::{ConstraintKind, FkAction, TableAction};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// Deleting one row deletes rows of another table.
    ///
    /// ## What it flags
    /// Foreign keys with `ON DELETE CASCADE`.
    ///
    /// ## Why it hurts
    /// One `DELETE` may take any number of rows of any number of tables along, which its author does not see. Each
    /// of them is looked up by the foreign key: without an index on it, with a scan for each deleted row.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id) ON DELETE CASCADE);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id) ON DELETE RESTRICT);
    /// ```
    ///
    /// ## Safe rewrite
    /// Use `RESTRICT` or the default, and delete what belongs together in the application, in batches.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK>
    name: "cascading-foreign-key",
    category: Design,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("bytebase", "table.no-foreign-key"), ("migrationpilot", "MP086")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, statement) in cx.ops() {
        let (table, keys) = match op {
            DdlOp::CreateTable(create) => {
                let Some(name) = &create.name else { continue };
                let own = create.columns.iter().flat_map(|c| &c.constraints).chain(&create.constraints);
                (cx.schema.qualify(name), own.collect::<Vec<_>>())
            }
            DdlOp::AlterTable(alter) => {
                let added = alter.actions.iter().flat_map(|(action, _)| match action {
                    TableAction::AddConstraint(def) => vec![&**def],
                    TableAction::AddColumn { column, .. } => column.constraints.iter().collect(),
                    _ => Vec::new(),
                });
                (cx.schema.relation_name(&alter.name), added.collect())
            }
            _ => continue,
        };
        for def in keys {
            let ConstraintKind::ForeignKey(fk) = &def.kind else { continue };
            if fk.on_delete != FkAction::Cascade {
                continue;
            }
            let far = cx.schema.relation_name(&fk.table);
            sink.step(cx.step)
                .span(if def.span.start == def.span.end { statement } else { def.span })
                .object(&table)
                .message(format!("deleting a row of {far} deletes the rows of {table} that reference it"))
                .why("one DELETE may take any number of rows along, and its author does not see it")
                .help("use RESTRICT, and delete what belongs together on purpose")
                .report();
        }
    }
}
