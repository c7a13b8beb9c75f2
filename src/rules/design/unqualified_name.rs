//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::table::Persistence;
use crate::plan::Lifetime;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A table is made in whatever schema comes first.
    ///
    /// ## What it flags
    /// `CREATE TABLE`, `CREATE VIEW`, `CREATE MATERIALIZED VIEW` and `ALTER TABLE` without a schema in the name.
    ///
    /// ## Why it hurts
    /// The `search_path` decides which schema is meant, and it depends on the role and the database: the same
    /// migration makes or changes another table for another role.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE public.users (id bigint PRIMARY KEY);
    /// ```
    ///
    /// ## Safe rewrite
    /// Write the schema: `public.users`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH>
    name: "unqualified-name",
    category: Design,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("squawk", "require-table-schema")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let (name, temporary) = match op {
            DdlOp::CreateTable(create) => match &create.name {
                Some(name) => (name, create.persistence == Persistence::Temporary),
                None => continue,
            },
            DdlOp::CreateView(view) => (&view.name, view.temporary),
            DdlOp::CreateMatview(view) => (&view.name, false),
            DdlOp::AlterTable(alter) => {
                (&alter.name, (cx.lifetime)(&cx.schema.relation_name(&alter.name)) == Lifetime::Temporary)
            }
            _ => continue,
        };
        if name.schema.is_some() || temporary {
            continue;
        }
        let full = cx.schema.relation_name(name);
        sink.step(cx.step)
            .span(span)
            .object(&full)
            .message(format!("{} is named without its schema", name.name))
            .why("the search_path of the role that runs the migration decides which one is meant")
            .help("write the schema, for example public")
            .report();
    }
}
