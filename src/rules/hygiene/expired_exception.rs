//! See [`RULE`].

use crate::rule;

rule! {
    /// An exception of the policy has passed its date.
    ///
    /// ## What it flags
    /// Entries under `exceptions` in a policy whose `expires` date lies in the past. They silence nothing
    /// any more.
    ///
    /// ## Why it hurts
    /// The exception was meant to be temporary; its findings count again.
    ///
    /// ## Safe rewrite
    /// Mend what the exception covered, or renew its date with a reason.
    ///
    /// ## References
    /// - The `exceptions` of a policy and suppression comments are described in the README.
    name: "expired-exception",
    category: Hygiene,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [],
    options: [],
    check: Engine,
}
