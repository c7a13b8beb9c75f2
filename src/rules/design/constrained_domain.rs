//! See [`RULE`].

use crate::ir::DdlOp;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A domain carries a constraint that cannot be changed without reading every table that uses it.
    ///
    /// ## What it flags
    /// `CREATE DOMAIN` with `NOT NULL` or `CHECK`.
    ///
    /// ## Why it hurts
    /// A new column of such a domain rewrites its table, also when it has no default. A constraint of the domain is
    /// later added or validated for all tables that use it in one statement, while writes to all of them wait.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE DOMAIN email AS text;
    /// CREATE TABLE users (id bigint PRIMARY KEY, email email CHECK (email LIKE '%@%'));
    /// ```
    ///
    /// ## Safe rewrite
    /// Put the constraint on the columns, where it can be added with `NOT VALID` and validated table by table.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createdomain.html>
    name: "constrained-domain",
    category: Design,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("squawk", "ban-create-domain-with-constraint"), ("pgfence", "ban-create-domain-with-constraint")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::CreateDomain(create) = op else { continue };
        if !create.not_null && create.checks.is_empty() {
            continue;
        }
        let name = cx.schema.qualify(&create.name);
        sink.step(cx.step)
            .span(span)
            .object(&name)
            .message(format!("the domain {name} has a constraint of its own"))
            .why(
                "a new column of it rewrites its table, and the constraint is changed for all tables at once",
            )
            .help("put the constraint on the columns that use the domain")
            .report();
    }
}
