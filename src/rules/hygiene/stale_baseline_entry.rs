//! See [`RULE`].

use crate::rule;

rule! {
    /// An entry of the baseline matches no finding any more.
    ///
    /// ## What it flags
    /// Entries of the `--baseline` file whose migration is under review and no longer has the finding: the migration
    /// was corrected, a comment or an exception accepts the finding now, or the rule is off. When all migrations are
    /// under review, entries whose file is gone as well. A renamed file is no reason: its findings are found again.
    ///
    /// ## Why it hurts
    /// The entry hides the next finding that is like it, without anybody deciding so.
    ///
    /// ## Safe rewrite
    /// Remove the line, or write the baseline anew: `checkrail review migrations/ --baseline FILE --write-baseline`.
    ///
    /// ## References
    /// - Baselines are described in [docs/adoption.md](../adoption.md).
    name: "stale-baseline-entry",
    category: Hygiene,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [],
    options: [],
    check: Engine,
}
