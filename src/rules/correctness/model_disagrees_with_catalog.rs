//! See [`RULE`].

use crate::rule;

rule! {
    /// After the run a server has another schema than was predicted.
    ///
    /// ## What it flags
    /// With `checkrail verify` or `review --verify`, every object that the throw-away server has in the end and that
    /// the review's model does not have, has otherwise, or has while the server does not. The finding stands at the
    /// statement that last touched the object, and shows the difference. Objects of which the model has said that
    /// it does not know them, because of dynamic SQL or of statements that were not analysed, are listed in the JSON
    /// report and not flagged.
    ///
    /// ## Why it hurts
    /// Whatever the review says about later migrations of the object rests on a wrong picture of it. The server is
    /// right.
    ///
    /// ## Safe rewrite
    /// Take the schema from the server: `--schema` with a snapshot or a database. Report the difference as a bug,
    /// with the statements that make the object.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/catalogs.html>
    name: "model-disagrees-with-catalog",
    category: Correctness,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Engine,
}
