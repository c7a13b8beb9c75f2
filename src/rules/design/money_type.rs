//! See [`RULE`].

use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A column has the type `money`.
    ///
    /// ## What it flags
    /// Columns of type `money` that a statement adds, and columns that become one.
    ///
    /// ## Why it hurts
    /// How many decimals a value has, and which currency it shows, depends on the setting `lc_monetary` of the server
    /// that reads it: the same bytes are 12.34 in one place and 1234 in another. The currency itself is not stored.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE invoices (id bigint PRIMARY KEY, total money NOT NULL);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE invoices (id bigint PRIMARY KEY, total numeric(12, 2) NOT NULL, currency text NOT NULL);
    /// ```
    ///
    /// ## Safe rewrite
    /// Use `numeric` with the scale you need, or `bigint` in the smallest unit, and a column for the currency.
    ///
    /// ## References
    /// - <https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_money>
    /// - <https://www.postgresql.org/docs/current/datatype-money.html>
    name: "money-type",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("pg-migration-lint", "PGM104")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for column in cx.typed_columns().iter().filter(|c| c.is_a("money")) {
        let object = column.object();
        sink.step(cx.step)
            .span(column.span)
            .object(&object)
            .message(format!("{object} is money, whose decimals depend on a server setting"))
            .why("the same stored value reads as another amount under another lc_monetary")
            .help("use numeric with a scale, and a column for the currency")
            .report();
    }
}
