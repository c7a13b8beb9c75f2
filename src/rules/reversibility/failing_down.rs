//! See [`RULE`].

use crate::rule;
use crate::rules::{DownContext, Sink};
use crate::text::Span;

rule! {
    /// The way back fails when it is run.
    ///
    /// ## What it flags
    /// Statements of a down script that the server will refuse on the schema that the migration leaves: a syntax
    /// error, an object that does not exist, one that exists already, dependents without `CASCADE`, a statement
    /// that cannot run in the transaction of the script. The message and SQLSTATE are the server's. A script that
    /// raises an error on purpose (`RAISE EXCEPTION 'irreversible'`) is not flagged.
    ///
    /// ## Why it hurts
    /// Down scripts are run when something has gone wrong already. One that was never run is found to be broken
    /// at that moment, and stops half-way if it is not in a transaction.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE accounts (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// -- up
    /// ALTER TABLE accounts ADD COLUMN email text;
    /// -- down
    /// ALTER TABLE accounts DROP COLUMN mail;
    /// ```
    /// ```sql flagged
    /// -- up
    /// CREATE INDEX accounts_email ON accounts (id);
    /// -- down
    /// DROP INDEX accounts_email ON accounts;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// -- up
    /// ALTER TABLE accounts ADD COLUMN email text;
    /// -- down
    /// ALTER TABLE accounts DROP COLUMN email;
    /// ```
    /// ```sql accepted
    /// -- up
    /// ALTER TABLE accounts ADD COLUMN email text;
    /// -- down
    /// DO $$ BEGIN RAISE EXCEPTION 'irreversible: restore a backup'; END $$;
    /// ```
    ///
    /// ## Safe rewrite
    /// Correct the statement. `checkrail rollback` writes a way back that can be compared with it.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    name: "failing-down",
    category: Reversibility,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [],
    options: [],
    check: Down(check),
}

fn check(cx: &DownContext<'_>, sink: &mut Sink<'_>) {
    const WHY: &str = "the way back stops here, when something has gone wrong already";
    if let Some((step, message, at)) = cx.syntax_error() {
        let span = at.map_or(step.stmt.span, |at| Span::new(at, at + 1));
        sink.at(cx.down.file, span, None)
            .message(format!("the way back fails: {message} (SQLSTATE 42601)"))
            .why(WHY)
            .help("correct the statement")
            .report();
        return;
    }
    let Some(failure) = cx.failure() else { return };
    if cx.raises_on_purpose() {
        return;
    }
    sink.at(cx.down.file, failure.span, None)
        .confidence(cx.confidence)
        .message(cx.seen(format!("the way back fails: {}", failure.error)))
        .why(WHY)
        .help("correct the statement; it runs on the schema that the migration leaves")
        .report();
}
