//! See [`RULE`].

use crate::rule;

rule! {
    /// A suppression comment cannot be followed.
    ///
    /// ## What it flags
    /// `-- checkrail: …` comments without a reason in parentheses, without a rule, with a misspelt command, or
    /// with no statement behind them. Such a comment silences nothing.
    ///
    /// ## Why it hurts
    /// Whoever reads the migration later cannot tell whether the hazard was weighed or overlooked.
    ///
    /// ## Safe rewrite
    /// Write the reason: `-- checkrail: allow rule-name (the table has 40 rows)`.
    ///
    /// ## References
    /// - The `exceptions` of a policy and suppression comments are described in the README.
    name: "malformed-suppression",
    category: Hygiene,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [],
    options: [],
    check: Engine,
}
