//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::access::Grantee;
use crate::ir::table::TableAction;
use crate::name::Ident;
use crate::rule;
use crate::rules::context::ops_of;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;

rule! {
    /// A statement names a role that no migration makes.
    ///
    /// ## What it flags
    /// `GRANT`, `REVOKE`, `OWNER TO`, `CREATE POLICY … TO` and `ALTER DEFAULT PRIVILEGES` with a role that neither
    /// the schema nor a migration before it knows. Roles of the server itself (`pg_…`, `postgres`) are left out.
    /// Reported once for each role and change set.
    ///
    /// ## Why it hurts
    /// Where the role is missing the statement fails: `role "…" does not exist` (42704). It works on the server
    /// where somebody made the role by hand, and nowhere else.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY); CREATE ROLE app NOLOGIN;
    /// ```
    /// ```sql flagged
    /// GRANT SELECT ON users TO reporting;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// GRANT SELECT ON users TO app;
    /// ```
    ///
    /// ## Safe rewrite
    /// Make the role where the server is managed, and say so; or make it in a migration when it is missing. Review
    /// with `--schema` of a database that has the roles.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-grant.html>
    name: "unknown-role",
    category: Access,
    severity: Advice,
    confidence: Low,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut reported: Vec<Ident> = Vec::new();
    for step in cx.steps {
        for (op, span) in ops_of(step) {
            for role in roles(op) {
                let builtin = role.starts_with("pg_") || role == "postgres" || role == "public";
                let key = ObjectKey::Role(role.clone());
                let seen = cx.schema.get(&key).is_some()
                    || cx.steps.iter().flat_map(|s| &s.changes).any(|c| c.key == key);
                if builtin || seen || reported.contains(&role) {
                    continue;
                }
                sink.step(step)
                    .span(span)
                    .object(&role)
                    .message(format!("no migration makes the role {role}"))
                    .why("where somebody has not made it by hand the statement fails (42704)")
                    .help("make it where the server is managed, or review with --schema of a database that has it")
                    .report();
                reported.push(role);
            }
        }
    }
}

fn roles(op: &DdlOp) -> Vec<Ident> {
    let named = |grantees: &[Grantee]| -> Vec<Ident> {
        grantees
            .iter()
            .filter_map(|g| if let Grantee::Role(name) = g { Some(name.clone()) } else { None })
            .collect()
    };
    match op {
        DdlOp::Grant(grant) => named(&grant.grantees),
        DdlOp::GrantRole(grant) => grant.roles.iter().cloned().chain(named(&grant.grantees)).collect(),
        DdlOp::AlterDefaultPrivileges(defaults) => {
            named(&defaults.for_roles).into_iter().chain(named(&defaults.grant.grantees)).collect()
        }
        DdlOp::CreatePolicy(policy) => named(&policy.roles),
        DdlOp::AlterPolicy(policy) => named(&policy.roles),
        DdlOp::OwnerTo(owner) => vec![owner.owner.clone()],
        DdlOp::AlterTable(alter) => alter
            .actions
            .iter()
            .filter_map(|(a, _)| if let TableAction::OwnerTo(role) = a { Some(role.clone()) } else { None })
            .collect(),
        _ => Vec::new(),
    }
}
