//! See [`RULE`].

use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A point in time is rounded to whole seconds.
    ///
    /// ## What it flags
    /// New columns of type `timestamp(0)` or `timestamptz(0)`, and type changes to it.
    ///
    /// ## Why it hurts
    /// The server rounds, it does not cut off: 23:59:59.7 becomes midnight of the next day, and what was stored now
    /// lies up to half a second in the future.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz(0));
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);
    /// ```
    ///
    /// ## Safe rewrite
    /// Use `timestamptz`, and cut off where it is shown: `date_trunc('second', at)`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/datatype-datetime.html>
    name: "rounded-timestamp",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("pg-migration-lint", "PGM102")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for column in cx.typed_columns() {
        let (object, ty) = (column.object(), column.data_type);
        if !((column.is_a("timestamp") || column.is_a("timestamptz"))
            && ty.modifiers.iter().any(|m| m == "0"))
        {
            continue;
        }
        sink.step(cx.step)
            .span(column.span)
            .object(&object)
            .message(format!("{object} is {ty}, which rounds to whole seconds"))
            .why("it rounds up as well, so that a moment may fall on the next second, day or year")
            .help("use timestamptz without a precision, and date_trunc where it is shown")
            .report();
    }
}
