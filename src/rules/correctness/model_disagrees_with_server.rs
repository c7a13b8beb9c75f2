//! See [`RULE`].

use crate::rule;

rule! {
    /// A server did something else than was predicted.
    ///
    /// ## What it flags
    /// With `checkrail verify` or `review --verify`, statements that take other locks, rewrite or read other
    /// tables, build other indexes, or make and drop other relations on a throw-away server than the review says.
    /// The severity follows from what was wrong: an error that was foreseen and did not come is an error, a lock,
    /// rewrite or full read that was not foreseen a warning, the rest advice. What could not be seen on the server
    /// is not compared.
    ///
    /// ## Why it hurts
    /// Other findings about the statement rest on a wrong picture of it. The server is right.
    ///
    /// ## Safe rewrite
    /// Take the observed facts for the statement, and report the difference as a bug, with the statement and the
    /// tables that it is about.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/explicit-locking.html>
    name: "model-disagrees-with-server",
    category: Correctness,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Engine,
}
