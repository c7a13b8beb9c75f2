//! See [`RULE`].

use crate::rule;

rule! {
    /// A server contradicts what the generated way back claims.
    ///
    /// ## What it flags
    /// With `checkrail rollback --prove`, `review --prove` or `verify` each generated way back is run on a
    /// throw-away server, right after its migration and with rows in the tables, and the database is compared with
    /// what it was before. The finding says what differs although the script does not say so: an error, an object
    /// that is missing, left over or different, rows that are not what they were. A way back called `exact` must
    /// restore everything; one called `lossy` or `irreversible` all but what its comments name. One that is
    /// contradicted is not called `exact` any more, and its comments name the difference.
    ///
    /// ## Why it hurts
    /// Whoever runs the script relies on its claim, at a moment when something has gone wrong already.
    ///
    /// ## Safe rewrite
    /// Complete the script by hand with what the finding names. The difference is a bug in checkrail: please report
    /// it.
    ///
    /// ## References
    /// - The guide to rollbacks, docs/rollback.md.
    name: "rollback-not-proven",
    category: Reversibility,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Engine,
}
