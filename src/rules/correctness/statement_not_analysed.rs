//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::{DdlOp, OpaqueReason};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A statement, or part of one, could not be looked into.
    ///
    /// ## What it flags
    /// Dynamic SQL in `DO` blocks whose text is only known when it runs, client commands that include other
    /// files, and statements that have no model. Nothing later in the review can be sure about what they touch.
    ///
    /// ## Why it hurts
    /// Whatever the statement does is missing from this review.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// DO $$
    /// DECLARE t record;
    /// BEGIN
    ///   FOR t IN SELECT relname FROM pg_class WHERE relname LIKE 'tmp%' LOOP
    ///     EXECUTE 'DROP TABLE ' || t.relname;
    ///   END LOOP;
    /// END $$;
    /// ```
    ///
    /// ## Accepted
    /// ```sql before
    /// CREATE TABLE tmp_orders (id bigint PRIMARY KEY);
    /// ```
    /// ```sql accepted
    /// DO $$
    /// BEGIN
    ///   IF EXISTS (SELECT FROM pg_class WHERE relname = 'tmp_orders') THEN
    ///     EXECUTE 'ALTER TABLE tmp_orders ADD COLUMN note text';
    ///   END IF;
    /// END $$;
    /// ```
    ///
    /// ## Safe rewrite
    /// Write the statements out. Where the text must be computed, review its outcome on a copy of the database.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN>
    name: "statement-not-analysed",
    category: Correctness,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [
        ("strong_migrations", "execute"),
        ("pgsafe", "unchecked-do-block"),
        ("migrationpilot", "MP063"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let reasons: Vec<String> = match &cx.step.stmt.op {
        DdlOp::Do(block) => {
            let nested = block.statements.iter().filter_map(|n| match &n.op {
                DdlOp::Opaque(opaque) => Some(reason(&opaque.reason)),
                _ => None,
            });
            block.unread.iter().cloned().chain(nested).collect()
        }
        DdlOp::Opaque(opaque) if matches!(opaque.reason, OpaqueReason::Syntax { .. }) => return,
        DdlOp::Opaque(opaque) => vec![reason(&opaque.reason)],
        _ => return,
    };
    let Some(first) = reasons.first() else { return };
    let more = match reasons.len() - 1 {
        0 => String::new(),
        n => format!(" (and {n} more)"),
    };
    // A client command such as \echo changes nothing by itself; one that includes a file does.
    let harmless = matches!(
        &cx.step.stmt.op,
        DdlOp::Opaque(o) if matches!(&o.reason, OpaqueReason::ClientCommand(_))
    );
    sink.step(cx.step)
        .severity(if harmless { Severity::Advice } else { Severity::Warning })
        .message(format!("not analysed: {first}{more}"))
        .why("what it does is missing from this review")
        .help("write the statements out, or check the outcome on a copy of the database")
        .report();
}

fn reason(reason: &OpaqueReason) -> String {
    match reason {
        OpaqueReason::Syntax { message, .. } | OpaqueReason::Unsupported(message) => message.clone(),
        OpaqueReason::ClientCommand(command) => format!("client command {command}"),
    }
}
