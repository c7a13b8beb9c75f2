//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::access::{Grant, GrantTarget, Grantee};
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A privilege goes to every role there is and will be.
    ///
    /// ## What it flags
    /// `GRANT … TO PUBLIC` on tables, sequences, schemas, functions and others, and default privileges for
    /// `PUBLIC`. `USAGE` on a schema and on types is advice: it gives no access to rows by itself.
    ///
    /// ## Why it hurts
    /// Every role that can connect has the privilege, including roles made for other purposes later.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE salaries (id bigint PRIMARY KEY, amount numeric);
    /// CREATE ROLE payroll;
    /// ```
    /// ```sql flagged
    /// GRANT SELECT ON salaries TO PUBLIC;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// GRANT SELECT ON salaries TO payroll;
    /// REVOKE ALL ON salaries FROM PUBLIC;
    /// ```
    ///
    /// ## Safe rewrite
    /// Grant to a role that stands for the purpose, and make the users members of it.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-priv.html>
    name: "grant-to-public",
    category: Access,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("migrationpilot", "MP085"),
        ("liquibase", "SqlGrantWarn"),
        ("pgrls", "SEC044"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let (grant, future) = match op {
            DdlOp::Grant(grant) => (grant, false),
            DdlOp::AlterDefaultPrivileges(defaults) => (&defaults.grant, true),
            _ => continue,
        };
        if !grant.grant || !grant.grantees.contains(&Grantee::Public) {
            continue;
        }
        let privileges = privileges(grant);
        let on = if future { format!("all future {}s", grant.kind) } else { target(grant) };
        let only_usage = grant.privileges.len() == 1 && grant.privileges[0].name == "USAGE";
        let harmless = only_usage
            && matches!(
                grant.kind,
                ObjectKind::Schema | ObjectKind::Type | ObjectKind::Domain | ObjectKind::Language
            );
        sink.step(cx.step)
            .span(span)
            .object(&on)
            .severity(if harmless { Severity::Advice } else { Severity::Warning })
            .message(format!("grants {privileges} on {on} to PUBLIC"))
            .why("every role that can connect has it, and so has every role made later")
            .help("grant to a role that stands for the purpose")
            .report();
    }
}

fn privileges(grant: &Grant) -> String {
    if grant.privileges.is_empty() {
        return "ALL".to_owned();
    }
    let names: Vec<&str> = grant.privileges.iter().map(|p| p.name.as_str()).collect();
    names.join(", ")
}

fn target(grant: &Grant) -> String {
    match &grant.target {
        GrantTarget::Objects(objects) => {
            let names: Vec<String> = objects.iter().map(ToString::to_string).collect();
            names.join(", ")
        }
        GrantTarget::AllInSchemas(schemas) => {
            let names: Vec<&str> = schemas.iter().map(crate::name::Ident::as_str).collect();
            format!("all {}s in schema {}", grant.kind, names.join(", "))
        }
    }
}
