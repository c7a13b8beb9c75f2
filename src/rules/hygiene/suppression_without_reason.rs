//! See [`RULE`].

use crate::rule;

rule! {
    /// A suppression comment gives no reason.
    ///
    /// ## What it flags
    /// `-- checkrail: allow rule-name` without a reason in parentheses. Such a comment silences nothing.
    ///
    /// ## Why it hurts
    /// Whoever reads the migration later cannot tell whether the hazard was weighed or overlooked.
    ///
    /// ## Safe rewrite
    /// Write the reason: `-- checkrail: allow rule-name (the table has 40 rows)`.
    ///
    /// ## References
    /// - The `exceptions` of a policy and suppression comments are described in the README.
    name: "suppression-without-reason",
    category: Hygiene,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [],
    options: [],
    check: Engine,
}
