//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::table::{ConstraintDef, ConstraintKind, TableAction};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A constraint has the name that the server makes up.
    ///
    /// ## What it flags
    /// `ADD CONSTRAINT` and constraints of new tables and columns without a name, `NOT NULL` and primary keys left
    /// out.
    ///
    /// ## Why it hurts
    /// The name is made of table and columns, cut to 63 bytes, with a number when it is taken: later migrations
    /// have to guess it, and it may differ from one database to the next.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, amount int);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ADD CHECK (amount > 0) NOT VALID;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE orders ADD CONSTRAINT orders_amount_positive CHECK (amount > 0) NOT VALID;
    /// ```
    ///
    /// ## Safe rewrite
    /// Give it a name: `CONSTRAINT name …`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-constraints.html>
    name: "unnamed-constraint",
    category: Design,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("diesel-guard", "UnnamedConstraintCheck"), ("migrationpilot", "MP042")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, statement) in cx.ops() {
        let (table, added) = match op {
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
        let unnamed = |def: &&ConstraintDef| {
            let counts = !matches!(def.kind, ConstraintKind::NotNull(_) | ConstraintKind::PrimaryKey(_));
            def.name.is_none() && counts
        };
        let Some(def) = added.into_iter().find(unnamed) else { continue };
        sink.step(cx.step)
            .span(if def.span.start == def.span.end { statement } else { def.span })
            .object(&table)
            .message(format!("a constraint of {table} gets a name that the server makes up"))
            .why("later migrations have to guess it, and it may differ between databases")
            .help("write CONSTRAINT with a name")
            .report();
    }
}
