//! See [`RULE`].

use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A text has a length limit that is part of its type.
    ///
    /// ## What it flags
    /// New columns of type `varchar(n)`, and type changes to it.
    ///
    /// ## Why it hurts
    /// The limit saves nothing: the server stores `text` and `varchar(n)` alike. When it has to be narrowed, the
    /// table is written anew under a lock that blocks everything; a limit in a `CHECK` can be added and changed
    /// with `NOT VALID` and `VALIDATE`.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE users (id bigint PRIMARY KEY, email varchar(255));
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE users (id bigint PRIMARY KEY, email text CHECK (length(email) <= 255));
    /// ```
    ///
    /// ## Safe rewrite
    /// Use `text`, with a `CHECK` on the length where a limit is meant.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/datatype-character.html>
    name: "limited-varchar",
    category: Design,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "prefer-text-field"),
        ("pg-migration-lint", "PGM108"),
        ("migrationpilot", "MP037"),
        ("postgres-language-server", "preferTextField"),
        ("pgfence", "prefer-text-field"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for column in cx.typed_columns() {
        let (object, ty) = (column.object(), column.data_type);
        if !column.is_a("varchar") || ty.modifiers.is_empty() {
            continue;
        }
        sink.step(cx.step)
            .span(column.span)
            .object(&object)
            .message(format!("{object} is {ty}: its limit is part of the type"))
            .why("narrowing the limit writes the whole table anew, and the limit saves no space")
            .help("use text, with a CHECK on the length where a limit is meant")
            .report();
    }
}
