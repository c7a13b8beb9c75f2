//! See [`RULE`].

use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A column is `json` where `jsonb` is meant.
    ///
    /// ## What it flags
    /// Columns of type `json` that a statement adds, and columns that become one.
    ///
    /// ## Why it hurts
    /// `json` is text that is parsed again at every use. It has no equality, so `DISTINCT`, `UNION` and `GROUP BY` on it
    /// fail, and no index can be built on what is in it.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE events (id bigint PRIMARY KEY, body json NOT NULL);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE events (id bigint PRIMARY KEY, body jsonb NOT NULL);
    /// ```
    ///
    /// ## Safe rewrite
    /// Use `jsonb` while the table is new: the change from `json` rewrites the table. Keep `json` where the text itself
    /// counts (key order, blanks, repeated keys) and allow the finding there with that reason.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/datatype-json.html>
    name: "json-type",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("pgsafe", "prefer-jsonb"),
        ("eugene", "E3"),
        ("strong_migrations", "add_column_json"),
        ("online_migrations", "add_column_json"),
        ("pg-migration-lint", "PGM106"),
        ("diesel-guard", "AddJsonColumnCheck"),
        ("postgres-language-server", "preferJsonb"),
        ("pgfence", "add-column-json"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for column in cx.typed_columns().iter().filter(|c| c.is_a("json")) {
        let object = column.object();
        sink.step(cx.step)
            .span(column.span)
            .object(&object)
            .message(format!("{object} is json, which has no equality and no index"))
            .why("queries with DISTINCT, UNION or GROUP BY on it fail, and every use parses the text again")
            .help("use jsonb")
            .report();
    }
}
