//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::access::{GrantTarget, Grantee};
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// All privileges on a table go to a role.
    ///
    /// ## What it flags
    /// `GRANT ALL` on tables, on all tables of a schema, and in default privileges. Other kinds of objects have
    /// few privileges, so that `ALL` on them is advice for schemas and not flagged otherwise.
    ///
    /// ## Why it hurts
    /// `ALL` includes `TRUNCATE`, which ignores row-level security, `REFERENCES`, which tells keys apart, and
    /// `TRIGGER`, which runs code as whoever writes; since 17 `MAINTAIN` too. An application needs none of them.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY);
    /// CREATE ROLE shop_app;
    /// ```
    /// ```sql flagged
    /// GRANT ALL ON orders TO shop_app;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO shop_app;
    /// ```
    ///
    /// ## Safe rewrite
    /// Name the privileges that are used.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-priv.html>
    name: "grant-all",
    category: Access,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "MP085"), ("pgrls", "GRT001")],
    options: [("trusted_roles", List(&[]), "roles to which ALL may be granted, such as an owner or administrator")],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let grant = match op {
            DdlOp::Grant(grant) => grant,
            DdlOp::AlterDefaultPrivileges(defaults) => &defaults.grant,
            _ => continue,
        };
        if !grant.grant || !grant.privileges.is_empty() {
            continue;
        }
        let severity = match grant.kind {
            ObjectKind::Table => Severity::Warning,
            ObjectKind::Schema | ObjectKind::Database => Severity::Advice,
            _ => continue,
        };
        let trusted = cx.options.list("trusted_roles");
        // PUBLIC has a rule of its own, which says all that is to be said.
        let roles: Vec<String> = grant
            .grantees
            .iter()
            .filter_map(|g| match g {
                Grantee::Role(name)
                    if !trusted.iter().any(|t| t == name.as_str()) && !owns(cx, grant, name) =>
                {
                    Some(name.to_string())
                }
                _ => None,
            })
            .collect();
        if roles.is_empty() {
            continue;
        }
        let on = match &grant.target {
            GrantTarget::Objects(objects) if objects.is_empty() => format!("future {}s", grant.kind),
            GrantTarget::Objects(objects) => {
                objects.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            }
            GrantTarget::AllInSchemas(schemas) => {
                format!(
                    "all {}s in schema {}",
                    grant.kind,
                    schemas.iter().map(crate::name::Ident::as_str).collect::<Vec<_>>().join(", ")
                )
            }
        };
        sink.step(cx.step)
            .span(span)
            .object(&on)
            .severity(severity)
            .message(format!("grants ALL on {on} to {}", roles.join(", ")))
            .why("ALL includes TRUNCATE, which ignores row-level security, and TRIGGER, which runs code as whoever writes")
            .help("name the privileges that are used")
            .report();
    }
}

/// Owners hold all privileges anyway.
fn owns(cx: &StepContext<'_>, grant: &crate::ir::access::Grant, role: &crate::name::Ident) -> bool {
    let GrantTarget::Objects(objects) = &grant.target else { return false };
    !objects.is_empty()
        && objects.iter().all(|o| {
            let object = match grant.kind {
                ObjectKind::Schema => {
                    cx.schema.get(&crate::schema::key::ObjectKey::Schema(o.name.name.clone()))
                }
                _ => cx.schema.relation(&o.name),
            };
            object.and_then(|o| o.owner()) == Some(role)
        })
}
