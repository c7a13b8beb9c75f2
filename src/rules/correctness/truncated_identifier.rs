//! See [`RULE`].

use crate::ir::MAX_NAME_BYTES;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A name is longer than the server keeps.
    ///
    /// ## What it flags
    /// Names of more than 63 bytes, quoted or not. Characters outside ASCII take more than one byte.
    ///
    /// ## Why it hurts
    /// The server cuts the name off at 63 bytes with a notice that migration tools do not show. Two names that
    /// differ only behind that are one: the second `CREATE` fails, and with `IF NOT EXISTS` it does nothing. Code
    /// that looks the whole name up in the catalogs does not find it.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
    /// ```
    /// ```sql flagged
    /// CREATE INDEX CONCURRENTLY orders_customer_identifier_for_the_monthly_overview_of_customers_idx ON orders (customer_id);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
    /// ```
    ///
    /// ## Safe rewrite
    /// Choose a name of at most 63 bytes.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS>
    name: "truncated-identifier",
    category: Correctness,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("squawk", "identifier-too-long"), ("pgsafe", "identifier-too-long")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let before = |name: &str| cx.earlier.iter().any(|s| s.stmt.long_names.iter().any(|(n, _)| n == name));
    for (at, (name, span)) in cx.step.stmt.long_names.iter().enumerate() {
        if before(name) || cx.step.stmt.long_names[..at].iter().any(|(n, _)| n == name) {
            continue;
        }
        sink.step(cx.step)
            .span(*span)
            .object(name)
            .message(format!(
                "the name {name} has {} bytes, and the server keeps {MAX_NAME_BYTES}",
                name.len()
            ))
            .why("it is cut off in silence, and two names that differ only behind that are one")
            .help("choose a shorter name")
            .report();
    }
}
