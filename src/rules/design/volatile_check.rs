//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::table::{ConstraintKind, TableAction};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A check asks for something that changes by itself.
    ///
    /// ## What it flags
    /// `CHECK` constraints that call `now()`, `random()`, `nextval()` and other built-in functions whose result
    /// depends on the moment.
    ///
    /// ## Why it hurts
    /// The server checks a row when it is written, and believes it from then on. A row that was right may break the
    /// check tomorrow: then a dump cannot be restored, and an update of another column is refused.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE offers (id bigint PRIMARY KEY, valid_until date CHECK (valid_until > now()));
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE offers (id bigint PRIMARY KEY, made date, valid_until date, CHECK (valid_until > made));
    /// ```
    ///
    /// ## Safe rewrite
    /// Compare columns with each other or with constants. What has to hold at the moment of writing belongs in a
    /// trigger.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS>
    name: "volatile-check",
    category: Design,
    severity: Warning,
    confidence: Medium,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "MP087")],
    options: [],
    check: Step(check),
}

/// Built-in functions that are not immutable and are met in checks, by the names that expressions have for them.
const CHANGING: [&str; 18] = [
    "clock_timestamp",
    "current_date",
    "current_setting",
    "current_time",
    "current_timestamp",
    "current_user",
    "gen_random_uuid",
    "localtime",
    "localtimestamp",
    "nextval",
    "now",
    "random",
    "session_user",
    "statement_timestamp",
    "timeofday",
    "transaction_timestamp",
    "txid_current",
    "uuid_generate_v4",
];

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
        for def in added {
            let ConstraintKind::Check(expr) = &def.kind else { continue };
            let changing = |f: &&crate::name::QName| CHANGING.binary_search(&f.name.as_str()).is_ok();
            let Some(function) = expr.functions.iter().find(changing) else { continue };
            sink.step(cx.step)
                .span(if def.span.start == def.span.end { statement } else { def.span })
                .object(&table)
                .message(format!("a check of {table} calls {}", function.name))
                .why("a row that was right when it was written may break it later: a dump cannot be restored then")
                .help("compare columns with each other or with constants")
                .report();
        }
    }
}
