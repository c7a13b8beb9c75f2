//! See [`RULE`].

use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// An amount of money is stored as a floating point number.
    ///
    /// ## What it flags
    /// Columns of type `real` or `double precision` whose name says that they hold money: one of the option's words
    /// stands in it (`price`, `total_amount`, `unit_price_eur`).
    ///
    /// ## Why it hurts
    /// Decimal fractions such as 0.10 have no exact binary form. Sums drift by parts of a cent, comparisons with a literal
    /// fail, and the order of addition changes the result.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE order_items (id bigint PRIMARY KEY, unit_price double precision NOT NULL);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE order_items (id bigint PRIMARY KEY, unit_price numeric(12, 2) NOT NULL, weight_kg real);
    /// ```
    ///
    /// ## Safe rewrite
    /// Use `numeric` with the scale you need, or `bigint` in the smallest unit.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT>
    name: "float-for-money",
    category: Design,
    severity: Warning,
    confidence: Medium,
    dialects: [PostgreSql],
    also_known_as: [("pg-migration-lint", "PGM109"), ("skeema", "has-float")],
    options: [(
        "words",
        List(&[
            "amount", "balance", "charge", "cost", "deposit", "discount", "fee", "income", "payment", "price",
            "refund", "revenue", "salary", "subtotal", "tax", "total", "wage",
        ]),
        "parts of a column name, between underscores, that say money"
    )],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let words = cx.options.list("words");
    for column in cx.typed_columns() {
        let is_money = column.name.as_str().split('_').any(|part| words.iter().any(|w| *w == *part));
        if !is_money || !(column.is_a("float4") || column.is_a("float8")) {
            continue;
        }
        let object = column.object();
        sink.step(cx.step)
            .span(column.span)
            .object(&object)
            .message(format!("{object} stores money as {}", column.data_type))
            .why("decimal fractions have no exact binary form, so that sums drift and comparisons fail")
            .help("use numeric with a scale, or whole numbers of the smallest unit")
            .report();
    }
}
