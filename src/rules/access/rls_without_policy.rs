//! See [`RULE`].

use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

rule! {
    /// Row-level security is on, and no policy lets any row through.
    ///
    /// ## What it flags
    /// Tables on which the change set enables row-level security (or drops the last policy) and that have no
    /// permissive policy at its end.
    ///
    /// ## Why it hurts
    /// Everyone but the owner and roles with `BYPASSRLS` sees an empty table, without any error; inserts fail.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE notes (id bigint PRIMARY KEY, owner_id bigint NOT NULL);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY notes_own ON notes USING (owner_id = current_setting('app.user_id', true)::bigint);
    /// ```
    ///
    /// ## Safe rewrite
    /// Create the policies first, then enable row-level security, in one transaction. When nobody but the owner
    /// shall read the table, say so in a suppression comment.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-rowsecurity.html>
    name: "rls-without-policy",
    category: Access,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("migrationpilot", "MP057"),
        ("splinter", "rls_enabled_no_policy"),
        ("pgrls", "SEC009"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut reported: Vec<&ObjectKey> = Vec::new();
    for step in cx.steps.iter().rev() {
        for change in &step.changes {
            let (ObjectKey::Relation(name), Some(Object::Table(after))) =
                (&change.key, change.after.as_deref())
            else {
                continue;
            };
            let before = match change.before.as_deref() {
                Some(Object::Table(table)) => Some(table),
                _ => None,
            };
            let enabled = after.row_security && !before.is_some_and(|t| t.row_security);
            let fewer = before.is_some_and(|t| t.policies.len() > after.policies.len());
            let now = cx.schema.table(name);
            let closed = now.is_some_and(|t| t.row_security && !t.policies.iter().any(|p| p.permissive));
            if !(enabled || fewer) || !closed || reported.contains(&&change.key) {
                continue;
            }
            reported.push(&change.key);
            let what = if now.is_some_and(|t| t.policies.is_empty()) {
                "no policy"
            } else {
                "restrictive policies only"
            };
            sink.step(step)
                .object(name)
                .message(format!("{name} has row-level security and {what}"))
                .why("everyone but its owner sees an empty table, without any error")
                .help("create the policies in the same transaction")
                .report();
        }
    }
}
