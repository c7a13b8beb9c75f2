//! See [`RULE`].

use crate::rule;

rule! {
    /// A suppression comment silences nothing.
    ///
    /// ## What it flags
    /// `-- checkrail: allow …` comments whose rule finds nothing at that place, or that name a rule that
    /// does not exist.
    ///
    /// ## Why it hurts
    /// The comment outlives its reason, and hides the next finding in its place without anybody deciding
    /// so.
    ///
    /// ## Safe rewrite
    /// Remove the comment, or correct the name of the rule.
    ///
    /// ## References
    /// - The `exceptions` of a policy and suppression comments are described in the README.
    name: "unused-suppression",
    category: Hygiene,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [("squawk", "unused-ignore")],
    options: [],
    check: Engine,
}
