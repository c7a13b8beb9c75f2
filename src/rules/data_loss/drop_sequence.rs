//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A sequence is dropped, and with it the number it had reached.
    ///
    /// ## What it flags
    /// `DROP SEQUENCE` of a sequence that existed before the change set. One that is made again under the same name
    /// begins at its start.
    ///
    /// ## Why it hurts
    /// The next numbers are those that were already given out: where they are keys, inserts fail with duplicates
    /// (23505); where nothing checks them, two things have one number. Code that calls `nextval` fails when nothing
    /// of the name is left.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE SEQUENCE invoice_numbers;
    /// ```
    /// ```sql flagged
    /// DROP SEQUENCE invoice_numbers;
    /// ```
    /// ```sql flagged
    /// DROP SEQUENCE invoice_numbers;
    /// CREATE SEQUENCE invoice_numbers;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER SEQUENCE invoice_numbers CACHE 20;
    /// ```
    ///
    /// ## Safe rewrite
    /// Change it with `ALTER SEQUENCE`. When it really goes, note its last value, and drop it when no code uses it.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-dropsequence.html>
    name: "drop-sequence",
    category: DataLoss,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::Drop(drop) = op else { continue };
        if drop.kind != ObjectKind::Sequence {
            continue;
        }
        for object in &drop.objects {
            let name = cx.schema.relation_name(&object.name);
            if !cx.is_existing(&name) || cx.schema.sequence(&name).is_none() {
                continue;
            }
            sink.step(cx.step)
                .span(span)
                .object(&name)
                .message(format!("drops {name} with the number it has reached"))
                .why("a sequence of that name begins anew, and code that calls nextval on it fails until there is one")
                .help("change it with ALTER SEQUENCE, or note its last value and set it with setval")
                .report();
        }
    }
}
