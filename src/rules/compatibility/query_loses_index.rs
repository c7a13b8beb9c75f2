//! See [`RULE`].

use crate::rule;

rule! {
    /// A query of the application loses the index that it searches by.
    ///
    /// ## What it flags
    /// With `review --queries`, each query that compares, joins or sorts by the first column of an index that the change
    /// set drops, when no valid index is left for any column that the query searches the table by.
    ///
    /// ## Why it hurts
    /// Where the server went to some rows, it reads the whole table, for every call.
    ///
    /// ## Safe rewrite
    /// Keep the index, or build one that begins with the same column, concurrently, before this one is dropped.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/indexes-intro.html>
    name: "query-loses-index",
    category: Compatibility,
    severity: Warning,
    confidence: Medium,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Engine,
}
