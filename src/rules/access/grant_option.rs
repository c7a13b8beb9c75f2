//! See [`RULE`].

use crate::ir::DdlOp;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A role may hand privileges on.
    ///
    /// ## What it flags
    /// `GRANT … WITH GRANT OPTION` and `GRANT role … WITH ADMIN OPTION`.
    ///
    /// ## Why it hurts
    /// Who has what is no longer decided in one place. Revoking it later needs `CASCADE` and takes away what others
    /// rely on.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY); CREATE ROLE app NOLOGIN;
    /// ```
    /// ```sql flagged
    /// GRANT SELECT ON users TO app WITH GRANT OPTION;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// GRANT SELECT ON users TO app;
    /// ```
    ///
    /// ## Safe rewrite
    /// Grant privileges to the role that needs them, without the option.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-grant.html>
    name: "grant-option",
    category: Access,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("liquibase", "SqlGrantWithGrantOptionWarn")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let (names, what) = match op {
            DdlOp::Grant(g) if g.grant && g.grant_option => (&g.grantees, "WITH GRANT OPTION"),
            DdlOp::AlterDefaultPrivileges(d) if d.grant.grant && d.grant.grant_option => {
                (&d.grant.grantees, "WITH GRANT OPTION")
            }
            DdlOp::GrantRole(g) if g.grant && g.admin == Some(true) => (&g.grantees, "WITH ADMIN OPTION"),
            _ => continue,
        };
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        sink.step(cx.step)
            .span(span)
            .object(names.join(", "))
            .message(format!("{} may hand it on: {what}", names.join(", ")))
            .why("who has what is no longer decided in one place, and revoking it takes it from others too")
            .help("grant to the role that needs it, without the option")
            .report();
    }
}
