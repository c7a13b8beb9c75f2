//! See [`RULE`].

use crate::rule;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// The server will refuse the statement.
    ///
    /// ## What it flags
    /// Statements that cannot work on the schema as the migrations before them leave it: objects that do not
    /// exist or exist already, columns that a view uses, dependent objects without `CASCADE`, a foreign key to
    /// columns that are not unique. The message and SQLSTATE are the server's. Nothing is said about objects
    /// that the review does not know.
    ///
    /// ## Why it hurts
    /// The migration stops there, in the middle of a deployment.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE accounts (id bigint PRIMARY KEY, owner text);
    /// CREATE VIEW account_owners AS SELECT id, owner FROM accounts;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE accounts DROP COLUMN owner;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE accounts ADD COLUMN owner text;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// DROP VIEW account_owners;
    /// ALTER TABLE accounts DROP COLUMN owner;
    /// ```
    ///
    /// ## Safe rewrite
    /// Correct the statement; where dependents are in the way, drop and create them again in the same
    /// transaction.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    name: "failing-statement",
    category: Correctness,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "SQ004")],
    options: [],
    check: ChangeSet(check),
}

/// The error of a concurrent form inside a transaction has a rule of its own.
const ACTIVE_TRANSACTION: &str = "25001";

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        let Some(error) = step.errors.iter().find(|e| e.sqlstate != ACTIVE_TRANSACTION) else { continue };
        sink.step(step)
            .message(format!("fails: {error}"))
            .why("the migration stops here, in the middle of a deployment")
            .help("correct the statement, or review it with the schema it is meant for (--schema)")
            .report();
    }
}
