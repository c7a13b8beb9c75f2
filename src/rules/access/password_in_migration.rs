//! See [`RULE`].

use crate::ir::DdlOp;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A password stands in a file that is kept.
    ///
    /// ## What it flags
    /// `CREATE ROLE` and `ALTER ROLE` with `PASSWORD`.
    ///
    /// ## Why it hurts
    /// Migrations are kept in version control, logged by the tool and by the server, and read by everyone who works
    /// on the project. The password cannot be changed without a migration either.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE ROLE app LOGIN PASSWORD 'not a secret any more';
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE ROLE app LOGIN;
    /// ```
    ///
    /// ## Safe rewrite
    /// Set the password where the server is managed, from a store of secrets.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createrole.html>
    name: "password-in-migration",
    category: Access,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("liquibase", "SqlUserDefinedPatternCheck")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let (name, options) = match op {
            DdlOp::CreateRole(create) => (&create.name, &create.options),
            DdlOp::AlterRole(alter) => match &alter.name {
                Some(name) => (name, &alter.options),
                None => continue,
            },
            _ => continue,
        };
        if options.password != Some(true) {
            continue;
        }
        sink.step(cx.step)
            .span(span)
            .object(name)
            .message(format!("sets the password of {name}"))
            .why("the file is kept in version control, and the statement stands in logs")
            .help("set the password where the server is managed")
            .report();
    }
}
