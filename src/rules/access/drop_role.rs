//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;

rule! {
    /// A role is dropped that may own something or hold privileges.
    ///
    /// ## What it flags
    /// `DROP ROLE` and its relatives. Where the model knows what depends on the role, `failing-statement` reports
    /// the error, and this rule is silent.
    ///
    /// ## Why it hurts
    /// The server refuses it while the role owns an object, holds a privilege, or stands in a policy or in default
    /// privileges of any database of the server: `role "…" cannot be dropped because some objects depend on it`
    /// (2BP01). `DROP OWNED` clears one database only. Sessions of the role that are open go on.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE ROLE reporting NOLOGIN;
    /// ```
    /// ```sql flagged
    /// DROP ROLE reporting;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// REVOKE pg_read_all_data FROM reporting;
    /// ```
    ///
    /// ## Safe rewrite
    /// In every database of the server: `REASSIGN OWNED BY … TO …`, then `DROP OWNED BY …`. Then drop the role
    /// where the server is managed.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/role-removal.html>
    name: "drop-role",
    category: Access,
    severity: Warning,
    confidence: Medium,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        let DdlOp::Drop(drop) = &step.stmt.op else { continue };
        if drop.kind != ObjectKind::Role || !step.errors.is_empty() {
            continue;
        }
        for role in &drop.objects {
            let name = &role.name.name;
            if !cx.was_there(&ObjectKey::Role(name.clone())) {
                continue;
            }
            let cleared = cx.steps.iter().any(|s| match &s.stmt.op {
                DdlOp::DropOwned { roles, .. } => roles.contains(name),
                _ => false,
            });
            let rest = if cleared { "another database of the server" } else { "any database of the server" };
            sink.step(step)
                .object(name)
                .severity(if cleared { Severity::Advice } else { Severity::Warning })
                .message(format!("dropping {name} fails if it owns or was granted anything in {rest}"))
                .why("the server refuses it (2BP01), and a test database that lacks these objects does not show it")
                .help("REASSIGN OWNED and DROP OWNED in every database first")
                .report();
        }
    }
}
