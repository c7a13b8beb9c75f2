//! See [`RULE`].

use crate::finding::Severity;
use crate::plan::Lifetime;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

rule! {
    /// Every row of a table becomes visible.
    ///
    /// ## What it flags
    /// `DISABLE ROW LEVEL SECURITY` on a table that has it, and `NO FORCE` (which is advice), when the change set
    /// does not switch it on again.
    ///
    /// ## Why it hurts
    /// From the moment of commit the policies are not asked: everyone with privileges on the table reads and writes
    /// every row. With `NO FORCE` that is true of its owner, who is often the role of the application.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE documents (id bigint PRIMARY KEY, owner text);
    /// ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY documents_own ON documents USING (owner = current_user);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE documents DISABLE ROW LEVEL SECURITY;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE documents DISABLE ROW LEVEL SECURITY;
    /// ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
    /// ```
    ///
    /// ## Safe rewrite
    /// Write a policy for those who have to see more. A migration that has to see all rows can run as a role with
    /// `BYPASSRLS`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-rowsecurity.html>
    name: "row-security-switched-off",
    category: Access,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        for change in &step.changes {
            let (ObjectKey::Relation(name), Some(Object::Table(was)), Some(Object::Table(is))) =
                (&change.key, change.before.as_deref(), change.after.as_deref())
            else {
                continue;
            };
            let Some(end) = cx.schema.table(name) else { continue };
            if (cx.lifetime)(name) != Lifetime::Existing {
                continue;
            }
            if was.row_security && !is.row_security && !end.row_security {
                sink.step(step)
                    .object(name)
                    .message(format!("switches the row-level security of {name} off"))
                    .why("everyone with privileges on the table reads and writes every row from then on")
                    .help("write a policy for those who have to see more")
                    .report();
            } else if was.force_row_security && !is.force_row_security && !end.force_row_security {
                sink.step(step)
                    .object(name)
                    .severity(Severity::Advice)
                    .message(format!("the owner of {name} is no longer bound by its policies"))
                    .why("the owner is often the role of the application")
                    .help("leave FORCE on, and give maintenance a role with BYPASSRLS")
                    .report();
            }
        }
    }
}
