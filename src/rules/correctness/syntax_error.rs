//! See [`RULE`].

use crate::ir::{DdlOp, OpaqueReason};
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::text::Span;

rule! {
    /// The statement is not valid SQL.
    ///
    /// ## What it flags
    /// Statements that the grammar refuses, with the parser's own message and position. For PostgreSQL that is
    /// the server's own grammar.
    ///
    /// ## Why it hurts
    /// The server refuses it too, in the middle of a deployment; and the rest of the review does not know what
    /// it was meant to do.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// ALTER TABLE orders ADD COLUM note text;
    /// ```
    ///
    /// ## Accepted
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY);
    /// ```
    /// ```sql accepted
    /// ALTER TABLE orders ADD COLUMN note text;
    /// ```
    ///
    /// ## Safe rewrite
    /// Correct the statement. If it is newer than the grammar of this release, say so in a suppression comment.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-commands.html>
    name: "syntax-error",
    category: Correctness,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [("squawk", "syntax-error")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let DdlOp::Opaque(opaque) = &cx.step.stmt.op else { return };
    let OpaqueReason::Syntax { message, at } = &opaque.reason else { return };
    let statement = cx.step.stmt.span;
    let span = at.filter(|at| statement.contains(*at)).map_or(statement, |at| Span::new(at, statement.end));
    sink.step(cx.step)
        .span(span)
        .message(message.clone())
        .why("the server refuses it, and the review does not know what it was meant to do")
        .help("correct the statement")
        .report();
}
