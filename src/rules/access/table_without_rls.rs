//! See [`RULE`].

use crate::plan::Lifetime;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;

rule! {
    /// A new table in an exposed schema has no row-level security.
    ///
    /// ## What it flags
    /// New tables in one of the `schemas` that are without row-level security at the end of the change set.
    ///
    /// ## Why it hurts
    /// Where an API gives clients access to a schema, privileges alone decide, and they are granted for whole
    /// tables: every client reads every row.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE documents (id bigint PRIMARY KEY, owner text);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE documents (id bigint PRIMARY KEY, owner text);
    /// ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY documents_own ON documents USING (owner = current_user);
    /// ```
    ///
    /// ## Safe rewrite
    /// Enable row-level security and create the policies in the migration that makes the table.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-rowsecurity.html>
    name: "table-without-rls",
    category: Access,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("splinter", "rls_disabled_in_public")],
    options: [("schemas", List(&["public"]), "the schemas that clients can reach")],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        for change in &step.changes {
            let ObjectKey::Relation(name) = &change.key else { continue };
            if change.before.is_some() || change.after.is_none() || (cx.lifetime)(name) != Lifetime::Created {
                continue;
            }
            let Some(table) = cx.schema.table(name) else { continue };
            let exposed = cx.options.list("schemas").iter().any(|schema| name.in_schema(schema));
            // Rows of a partition are read through its parent, which has policies of its own.
            if table.row_security || !exposed || table.partition_of.is_some() {
                continue;
            }
            sink.step(step)
                .object(name)
                .message(format!("{name} has no row-level security"))
                .why("whoever has privileges on the table reads and writes every row")
                .help("ENABLE ROW LEVEL SECURITY and create the policies in the same migration")
                .report();
        }
    }
}
