//! See [`RULE`].

use crate::rule;

rule! {
    /// The database is not what its migrations make.
    ///
    /// ## What it flags
    /// With `review --pending`, every object that the database has and the migrations that ran on it do not make,
    /// that it has otherwise, or that it lacks. The finding stands at the statement that last touched the object,
    /// and shows the difference. Where the migrations run dynamic SQL, or hold what was not analysed, the difference
    /// may come from there: then it is advice.
    ///
    /// ## Why it hurts
    /// Somebody changed the database by hand, or a file after it ran. What is pending was written for the schema of
    /// the migrations and meets another one, and the next database that is built from them will not be like this
    /// one.
    ///
    /// ## Safe rewrite
    /// Write the change as a migration and mark it as run on this database, or take it back. `checkrail diff` writes
    /// the SQL for both directions.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl.html>
    name: "database-drift",
    category: Correctness,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Engine,
}
