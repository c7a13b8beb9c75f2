//! See [`RULE`].

use crate::ir::DdlOp;
use crate::plan::Lifetime;
use crate::rule;
use crate::rules::context::ops_of;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A policy stands on a table that does not ask its policies.
    ///
    /// ## What it flags
    /// `CREATE POLICY` on a table whose row-level security is off at the end of the change set.
    ///
    /// ## Why it hurts
    /// Policies count only where `ENABLE ROW LEVEL SECURITY` was said. Without it every row is open to everyone
    /// with privileges on the table, and the policy makes it look as if it were not.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE documents (id bigint PRIMARY KEY, owner text);
    /// ```
    /// ```sql flagged
    /// CREATE POLICY documents_own ON documents USING (owner = current_user);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE POLICY documents_own ON documents USING (owner = current_user);
    /// ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
    /// ```
    ///
    /// ## Safe rewrite
    /// `ALTER TABLE … ENABLE ROW LEVEL SECURITY` in the same transaction, after the policies.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-rowsecurity.html>
    name: "policy-without-rls",
    category: Access,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("splinter", "policy_exists_rls_disabled")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut reported = Vec::new();
    for step in cx.steps {
        for (op, span) in ops_of(step) {
            let DdlOp::CreatePolicy(policy) = op else { continue };
            let Some(table) = cx.schema.table(&policy.table) else { continue };
            let there = table.policies.iter().any(|p| p.name == policy.name);
            let known = table.columns_known || (cx.lifetime)(&table.name) == Lifetime::Created;
            if table.row_security || !there || !known || reported.contains(&&table.name) {
                continue;
            }
            reported.push(&table.name);
            sink.step(step)
                .span(span)
                .object(&table.name)
                .message(format!("{} has policies, and its row-level security is off", table.name))
                .why("every row is open to everyone with privileges on the table")
                .help("ALTER TABLE … ENABLE ROW LEVEL SECURITY in the same transaction")
                .report();
        }
    }
}
