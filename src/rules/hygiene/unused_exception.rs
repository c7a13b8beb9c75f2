//! See [`RULE`].

use crate::rule;

rule! {
    /// An exception of the policy matches nothing.
    ///
    /// ## What it flags
    /// Entries under `exceptions` in a policy that match no finding of the run.
    ///
    /// ## Why it hurts
    /// The exception outlives its reason, and hides the next finding in its place without anybody deciding
    /// so.
    ///
    /// ## Safe rewrite
    /// Remove the entry, or correct its rule, path or object.
    ///
    /// ## References
    /// - The `exceptions` of a policy and suppression comments are described in the README.
    name: "unused-exception",
    category: Hygiene,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [],
    options: [],
    check: Engine,
}
