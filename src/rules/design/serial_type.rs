//! See [`RULE`].

use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A column is `serial` where an identity column is meant.
    ///
    /// ## What it flags
    /// New columns of type `serial`, `bigserial` or `smallserial`. Adding one to a table that has rows is `serial-
    /// column`.
    ///
    /// ## Why it hurts
    /// A `serial` is an integer with a default, and the sequence behind it is an object of its own: privileges on
    /// it are granted apart, a copy of the table with `LIKE` shares it, and any insert may give another number.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE users (id bigserial PRIMARY KEY);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
    /// ```
    ///
    /// ## Safe rewrite
    /// Use `bigint GENERATED ALWAYS AS IDENTITY`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-identity-columns.html>
    name: "serial-type",
    category: Design,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("pgsafe", "prefer-identity"),
        ("squawk", "prefer-identity"),
        ("pg-migration-lint", "PGM105"),
        ("migrationpilot", "MP039"),
        ("diesel-guard", "CreateTableSerialCheck"),
        ("postgres-language-server", "preferIdentity"),
        ("postgres-language-server", "addSerialColumn"),
        ("pgfence", "prefer-identity"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for column in cx.typed_columns() {
        let (object, ty) = (column.object(), column.data_type);
        if ty.serial_base().is_none() {
            continue;
        }
        sink.step(cx.step)
            .span(column.span)
            .object(&object)
            .message(format!("{object} is serial"))
            .why("its sequence is an object of its own, with privileges and defaults that go astray")
            .help("use bigint GENERATED ALWAYS AS IDENTITY")
            .report();
    }
}
