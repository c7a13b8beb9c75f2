//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::types::TypeKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A new enum fixes a list that will change.
    ///
    /// ## What it flags
    /// `CREATE TYPE … AS ENUM`.
    ///
    /// ## Why it hurts
    /// Labels can be added and renamed, but neither removed nor put into another order. Taking one away means a new
    /// type and a rewrite of every table that uses the old one.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TYPE status AS ENUM ('open', 'closed');
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE tickets (id bigint PRIMARY KEY, status text NOT NULL CHECK (status IN ('open', 'closed')));
    /// ```
    ///
    /// ## Safe rewrite
    /// Use a table of the values with a foreign key, or `text` with a `CHECK`, which can be exchanged with `NOT
    /// VALID` and `VALIDATE`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/datatype-enum.html>
    name: "enum-type",
    category: Design,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("eugene", "W13"), ("postgres-language-server", "creatingEnum"), ("skeema", "has-enum")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::CreateType(create) = op else { continue };
        if !matches!(create.kind, TypeKind::Enum(_)) {
            continue;
        }
        let name = cx.schema.qualify(&create.name);
        sink.step(cx.step)
            .span(span)
            .object(&name)
            .message(format!("{name} is an enum"))
            .why("labels cannot be removed, and taking one away rewrites every table that uses the type")
            .help("use a table of the values with a foreign key, or text with a CHECK")
            .report();
    }
}
