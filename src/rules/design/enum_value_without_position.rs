//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::types::EnumAction;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A label of an enum is added at the end without saying so.
    ///
    /// ## What it flags
    /// `ALTER TYPE … ADD VALUE` without `BEFORE` or `AFTER`.
    ///
    /// ## Why it hurts
    /// The order of the labels is what `<`, `ORDER BY` and ranges go by, and it cannot be changed later. Databases
    /// to which such migrations were applied in another order have another order for good.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TYPE priority AS ENUM ('low', 'high');
    /// ```
    /// ```sql flagged
    /// ALTER TYPE priority ADD VALUE 'medium';
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TYPE priority ADD VALUE 'medium' BEFORE 'high';
    /// ```
    ///
    /// ## Safe rewrite
    /// Say where the label belongs: `BEFORE` or `AFTER` a label that is there.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertype.html>
    name: "enum-value-without-position",
    category: Design,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("squawk", "require-enum-value-ordering")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::AlterEnum(alter) = op else { continue };
        let EnumAction::AddValue { value, neighbour: None, .. } = &alter.action else { continue };
        sink.step(cx.step)
            .span(span)
            .object(&alter.name)
            .message(format!("adds '{value}' behind all other labels of {}", alter.name))
            .why("comparisons and ORDER BY go by the order of the labels, which cannot be changed later")
            .help("say where it belongs with BEFORE or AFTER")
            .report();
    }
}
