//! See [`RULE`].

use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A column has a type that keeps the server from being upgraded.
    ///
    /// ## What it flags
    /// New columns of the types `regproc`, `regprocedure`, `regoper`, `regoperator`, `regconfig`, `regdictionary`,
    /// `regcollation` and `regnamespace`. `regclass`, `regtype` and `regrole` may be kept.
    ///
    /// ## Why it hurts
    /// These types store numbers of catalog rows, and `pg_upgrade` does not carry these numbers over: it refuses a
    /// database in which a table has such a column.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE searches (id bigint PRIMARY KEY, language regconfig);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE searches (id bigint PRIMARY KEY, language text);
    /// ```
    ///
    /// ## Safe rewrite
    /// Store the name as `text`, and cast where it is used: `language::regconfig`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/pgupgrade.html>
    name: "reg-type-column",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("splinter", "unsupported_reg_types")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for column in cx.typed_columns() {
        let (object, ty) = (column.object(), column.data_type);
        if !(REFUSED.iter().any(|name| column.is_a(name))) {
            continue;
        }
        sink.step(cx.step)
            .span(column.span)
            .object(&object)
            .message(format!("{object} is {ty}, which pg_upgrade refuses"))
            .why("the numbers that it stores mean something else after an upgrade")
            .help("store the name as text, and cast where it is used")
            .report();
    }
}

/// The types that `check_for_reg_data_type_usage` in `pg_upgrade` looks for.
const REFUSED: [&str; 8] = [
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
];
