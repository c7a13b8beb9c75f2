//! See [`RULE`].

use crate::ir::DdlOp;
use crate::plan::Step;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::error::SchemaError;

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
    also_known_as: [
        ("squawk", "ban-duplicate-column-assignments"),
        ("migrationpilot", "SQ004"),
        ("migrationpilot", "MP049"),
        ("migrationpilot", "MP052"),
        ("migrationpilot", "MP097"),
    ],
    options: [],
    check: ChangeSet(check),
}

/// Errors that have a rule of their own: statements that cannot run in a transaction, procedures that commit, checks
/// put off to the end of the transaction.
const ELSEWHERE: [&str; 3] = ["25001", "2D000", "55006"];

/// Nulls in a column that a table gets: has a rule of its own, too.
fn of_required_column(step: &Step, error: &SchemaError) -> bool {
    error.sqlstate == "23502" && matches!(step.stmt.op, DdlOp::AlterTable(_))
}

/// Indexes of partitioned tables are not built concurrently: `concurrent-index-on-partitioned` says what to do instead.
fn of_partitions(error: &SchemaError) -> bool {
    error.sqlstate == "0A000"
        && error.message.contains(" partitioned ")
        && error.message.ends_with(" concurrently")
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        let Some(error) = step
            .errors
            .iter()
            .find(|e| !ELSEWHERE.contains(&e.sqlstate) && !of_partitions(e) && !of_required_column(step, e))
        else {
            continue;
        };
        sink.step(step)
            .message(format!("fails: {error}"))
            .why("the migration stops here, in the middle of a deployment")
            .help("correct the statement, or review it with the schema it is meant for (--schema)")
            .report();
    }
}
