//! See [`RULE`].

use crate::ir::{DdlOp, OpaqueReason};
use crate::rule;
use crate::rules::{DownContext, Sink};

rule! {
    /// A way back was not read in full, so that nobody knows what it restores.
    ///
    /// ## What it flags
    /// Statements of a down script that are valid but not understood, client commands that read other files, and
    /// `DO` blocks that run a text made at run time. What the script restores is not said then.
    ///
    /// ## Why it hurts
    /// The review is silent about this script because it does not know, not because it is right.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE accounts (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// -- up
    /// CREATE TABLE notes (id bigint PRIMARY KEY);
    /// -- down
    /// DO $$
    /// DECLARE name text;
    /// BEGIN
    ///   FOR name IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'note%' LOOP
    ///     EXECUTE 'DROP TABLE ' || name;
    ///   END LOOP;
    /// END $$;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// -- up
    /// CREATE TABLE notes (id bigint PRIMARY KEY);
    /// -- down
    /// DROP TABLE notes;
    /// ```
    ///
    /// ## Safe rewrite
    /// Name the objects in the statements; what a migration made has names that are known.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN>
    name: "down-not-analysed",
    category: Reversibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [],
    options: [],
    check: Down(check),
}

fn check(cx: &DownContext<'_>, sink: &mut Sink<'_>) {
    if cx.observed.is_some() {
        return;
    }
    for step in cx.steps {
        let reason = match &step.stmt.op {
            DdlOp::Opaque(opaque) => match &opaque.reason {
                OpaqueReason::Syntax { .. } => continue,
                OpaqueReason::Unsupported(what) => what.clone(),
                OpaqueReason::ClientCommand(command) => format!("what {command} runs is not read"),
            },
            DdlOp::Do(block) if block.raises.is_none() => match block.unread.first() {
                Some(reason) => reason.clone(),
                None => continue,
            },
            _ => continue,
        };
        sink.at(cx.down.file, step.stmt.span, None)
            .message(format!("not analysed, so what the way back restores is not known: {reason}"))
            .why("the review says nothing about this script because it does not know what it does")
            .help("name the objects in plain statements, or try the script on a server")
            .report();
    }
}
