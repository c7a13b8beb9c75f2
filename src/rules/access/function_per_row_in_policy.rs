//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::expr::Expr;
use crate::name::QName;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A policy calls the same function again for every row.
    ///
    /// ## What it flags
    /// Policies that call `current_setting`, or a function of the schema `auth`, without arguments from the row and
    /// not in a sub-query of its own.
    ///
    /// ## Why it hurts
    /// The value is the same for all rows of a query, but the server computes it for each one, which makes large
    /// queries many times slower. In a sub-query it is computed once.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE documents (id bigint PRIMARY KEY, tenant text);
    /// ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
    /// ```
    /// ```sql flagged
    /// CREATE POLICY documents_tenant ON documents USING (tenant = current_setting('app.tenant'));
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE POLICY documents_tenant ON documents USING (tenant = (SELECT current_setting('app.tenant')));
    /// ```
    ///
    /// ## Safe rewrite
    /// Write the call as a sub-query: `(SELECT current_setting('app.tenant'))`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-rowsecurity.html>
    name: "function-per-row-in-policy",
    category: Access,
    severity: Advice,
    confidence: Medium,
    dialects: [PostgreSql],
    also_known_as: [("splinter", "auth_rls_initplan")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let (name, table, exprs) = match op {
            DdlOp::CreatePolicy(p) => (&p.name, &p.table, [&p.using, &p.check]),
            DdlOp::AlterPolicy(p) => (&p.name, &p.table, [&p.using, &p.check]),
            _ => continue,
        };
        let called = exprs.into_iter().flatten().find_map(|e| per_row(e));
        let Some(function) = called else { continue };
        let table = cx.schema.relation_name(table);
        sink.step(cx.step)
            .span(span)
            .object(&table)
            .message(format!("policy {name} on {table} calls {function} for every row"))
            .why("its value is the same for all rows of a query, and a sub-query would compute it once")
            .help(format!("write (SELECT {function}(…))"))
            .report();
    }
}

/// The function that is called outside a sub-query of its own.
fn per_row(expr: &Expr) -> Option<&QName> {
    let steady = |f: &&QName| f.name == *"current_setting" || f.in_schema("auth");
    expr.functions.iter().find(|f| {
        let call = format!("{f}(");
        let calls = expr.sql.matches(&call).count();
        steady(f) && expr.sql.matches(&format!("SELECT {call}")).count() < calls
    })
}
