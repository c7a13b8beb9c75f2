//! See [`RULE`].

use crate::rule;

rule! {
    /// A server refused the statement when the migrations were run on it.
    ///
    /// ## What it flags
    /// With `checkrail verify` or `review --verify` the migrations run on a throw-away server. This is the
    /// server's own error: its message and SQLSTATE, at the statement that it is about. Errors that the review
    /// foresees without a server are reported as `failing-statement` instead. After the first error the schema on
    /// the server is no longer what it was meant to be, so that later errors are reported as warnings.
    ///
    /// ## Why it hurts
    /// The migration stops there, on the next empty database or in the middle of a deployment.
    ///
    /// ## Safe rewrite
    /// Correct the statement. Where only the throw-away server lacks something, give it: `--shadow-url` names a
    /// server that has the extensions, `--stub-roles` makes missing roles, `--schema` says what exists before the
    /// first migration.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    name: "server-refuses-statement",
    category: Correctness,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Engine,
}
