//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::access::{Grantee, PolicyCommand};
use crate::rule;
use crate::rules::context::ops_of;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// Two permissive policies decide about the same rows.
    ///
    /// ## What it flags
    /// Tables with more than one permissive policy for one command and role, when the change set makes one of them.
    ///
    /// ## Why it hurts
    /// Permissive policies are combined with `OR`: each of them opens rows, whatever the other says, and each is
    /// computed for every row.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE documents (id bigint PRIMARY KEY, owner text, shared boolean);
    /// ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY documents_own ON documents USING (owner = current_user);
    /// ```
    /// ```sql flagged
    /// CREATE POLICY documents_shared ON documents FOR SELECT USING (shared);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE POLICY documents_kept ON documents AS RESTRICTIVE FOR DELETE USING (NOT shared);
    /// ```
    ///
    /// ## Safe rewrite
    /// Write one policy with both conditions, or make the one that narrows `RESTRICTIVE`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createpolicy.html>
    name: "several-permissive-policies",
    category: Access,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("splinter", "multiple_permissive_policies")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        for (op, span) in ops_of(step) {
            let DdlOp::CreatePolicy(made) = op else { continue };
            let Some(table) = cx.schema.table(&made.table) else { continue };
            let Some(own) = table.policies.iter().find(|p| p.name == made.name && p.permissive) else {
                continue;
            };
            let other = table.policies.iter().find(|p| {
                let command = p.command == own.command
                    || p.command == PolicyCommand::All
                    || own.command == PolicyCommand::All;
                let role = p.roles.iter().any(|r| own.roles.contains(r) || *r == Grantee::Public)
                    || own.roles.contains(&Grantee::Public);
                p.name != own.name && p.permissive && command && role
            });
            let Some(other) = other else { continue };
            sink.step(step)
                .span(span)
                .object(&table.name)
                .message(format!(
                    "{} and {} of {} open rows for the same command and role",
                    own.name, other.name, table.name
                ))
                .why("they are combined with OR, and both are computed for every row")
                .help("write one policy with both conditions, or make the one that narrows RESTRICTIVE")
                .report();
        }
    }
}
