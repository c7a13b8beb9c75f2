//! See [`RULE`].

use crate::ir::DdlOp;
use crate::rule;
use crate::rules::context::ops_of;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A view shows rows that the policies of its tables hide.
    ///
    /// ## What it flags
    /// New and replaced views without `security_invoker` (15 and newer) that read a table with row-level security.
    /// A materialized view of such a table is flagged as well, when somebody other than its owner was granted
    /// access to it or could be by default privileges.
    ///
    /// ## Why it hurts
    /// A view reads its tables with the rights of its owner, and the owner of a table is not bound by its policies:
    /// whoever may read the view sees every row.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE documents (id bigint PRIMARY KEY, owner text);
    /// ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY documents_own ON documents USING (owner = current_user);
    /// ```
    /// ```sql flagged
    /// CREATE VIEW all_documents AS SELECT id FROM documents;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE VIEW own_documents WITH (security_invoker = true) AS SELECT id FROM documents;
    /// ```
    ///
    /// ## Safe rewrite
    /// `CREATE VIEW … WITH (security_invoker = true)`, or `ALTER VIEW … SET (security_invoker = true)`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createview.html>
    name: "view-bypasses-rls",
    category: Access,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("splinter", "security_definer_view"), ("splinter", "materialized_view_in_api")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    if !cx.schema.version().at_least(15) {
        return;
    }
    let mut reported = Vec::new();
    for step in cx.steps {
        for (op, span) in ops_of(step) {
            let name = match op {
                DdlOp::CreateView(view) if !view.temporary => &view.name,
                DdlOp::CreateMatview(view) => &view.name,
                _ => continue,
            };
            let Some(view) = cx.schema.view(name) else { continue };
            let invoker = view.options.iter().any(|(option, value)| {
                option.eq_ignore_ascii_case("security_invoker")
                    && !matches!(value.to_ascii_lowercase().as_str(), "false" | "off" | "no" | "0")
            });
            let guarded =
                view.uses.iter().find(|u| cx.schema.table(&u.relation).is_some_and(|t| t.row_security));
            let Some(table) = guarded.filter(|_| !invoker) else { continue };
            let closed = view.materialized && view.acl.is_default();
            if closed || reported.contains(&view.name) {
                continue;
            }
            reported.push(view.name.clone());
            let (message, help) = if view.materialized {
                (
                    format!("{} holds rows of {} that its policies hide", view.name, table.relation),
                    "keep the materialized view in a schema that clients cannot reach",
                )
            } else {
                (
                    format!("{} shows all rows of {}, whatever its policies say", view.name, table.relation),
                    "make it WITH (security_invoker = true)",
                )
            };
            sink.step(step)
                .span(span)
                .object(&view.name)
                .message(message)
                .why("a view reads its tables as its owner, who is not bound by their policies")
                .help(help)
                .report();
        }
    }
}
