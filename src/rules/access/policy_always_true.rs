//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::access::PolicyCommand;
use crate::ir::expr::{Expr, ExprShape};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A policy lets every row through.
    ///
    /// ## What it flags
    /// Permissive policies whose `USING` or `WITH CHECK` is always true. For `SELECT` alone it is a warning,
    /// since public reading may be meant; for writing it is an error. Restrictive policies are left out: there
    /// `true` restricts nothing, but opens nothing either.
    ///
    /// ## Why it hurts
    /// Permissive policies are combined with `OR`: one that is always true makes all others on the table
    /// pointless for its roles and command.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE notes (id bigint PRIMARY KEY, owner_id bigint NOT NULL);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// ```
    /// ```sql flagged
    /// CREATE POLICY notes_all ON notes USING (true);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE POLICY notes_own ON notes USING (owner_id = current_setting('app.user_id', true)::bigint);
    /// ```
    ///
    /// ## Safe rewrite
    /// Compare a column with the identity of the session.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-rowsecurity.html>
    name: "policy-always-true",
    category: Access,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("splinter", "rls_policy_always_true"), ("pgrls", "SEC008")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let (name, table, command, permissive, using, check) = match op {
            DdlOp::CreatePolicy(p) => (&p.name, &p.table, p.command, p.permissive, &p.using, &p.check),
            DdlOp::AlterPolicy(p) => {
                let known =
                    cx.schema.table(&p.table).and_then(|t| t.policies.iter().find(|k| k.name == p.name));
                let (command, permissive) =
                    known.map_or((PolicyCommand::All, true), |k| (k.command, k.permissive));
                (&p.name, &p.table, command, permissive, &p.using, &p.check)
            }
            _ => continue,
        };
        if !permissive {
            continue;
        }
        let open = match (is_true(using.as_ref()), is_true(check.as_ref())) {
            (true, true) => "USING and WITH CHECK",
            (true, false) => "USING",
            (false, true) => "WITH CHECK",
            (false, false) => continue,
        };
        // With its own WITH CHECK, a writing policy's USING decides which rows may be touched all the same.
        let severity = if command == PolicyCommand::Select { Severity::Warning } else { Severity::Error };
        let table = cx.schema.relation_name(table);
        sink.step(cx.step)
            .span(span)
            .object(&table)
            .severity(severity)
            .message(format!("{open} of policy {name} on {table} is always true, for {}", command.keyword()))
            .why("permissive policies are combined with OR, so that this one opens every row to its roles")
            .help("compare a column with the identity of the session")
            .report();
    }
}

fn is_true(expr: Option<&Expr>) -> bool {
    expr.is_some_and(|e| {
        matches!(e.shape, ExprShape::Bool(true)) || matches!(e.sql.replace(' ', "").as_str(), "1=1" | "(1=1)")
    })
}
