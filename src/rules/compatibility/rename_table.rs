//! See [`RULE`].

use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::object::{ObjectKind, Rename, SetSchema};
use crate::name::QName;
use crate::plan::Step;
use crate::rule;
use crate::rules::context::ops_of;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;

rule! {
    /// A table or view gets another name while code still uses the old one.
    ///
    /// ## What it flags
    /// `ALTER TABLE … RENAME TO` and `SET SCHEMA` on tables and views that existed before the change set,
    /// unless something of the old name stands there at the end of the change set: a view for old code, or
    /// another table that takes its place.
    ///
    /// ## Why it hurts
    /// From the moment of commit every running query that names the old table fails, until the new code is
    /// deployed everywhere.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE customers RENAME TO clients;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// BEGIN;
    /// ALTER TABLE customers RENAME TO clients;
    /// CREATE VIEW customers WITH (security_invoker = true) AS SELECT * FROM clients;
    /// COMMIT;
    /// ```
    ///
    /// ## Safe rewrite
    /// Rename and create a view of the old name in one transaction. A simple view accepts writes too. Drop it
    /// when no code uses the old name any more.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS>
    name: "rename-table",
    category: Compatibility,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [("pgsafe", "rename"),
        ("squawk", "renaming-table"),
        ("atlas", "BC101"),
        ("strong_migrations", "rename_table"),
        ("online_migrations", "rename_table"),
        ("pg-migration-lint", "PGM504"),
        ("migrationpilot", "MP028"),
        ("migrationpilot", "MP098"),
        ("diesel-guard", "RenameTableCheck"),
        ("postgres-language-server", "renamingTable"),
        ("pgfence", "rename-table"),
        ("django-migration-linter", "RENAME_TABLE"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        for (op, span) in ops_of(step) {
            let (kind, object) = match op {
                DdlOp::Rename(r) => (r.kind, &r.object),
                DdlOp::SetSchema(s) => (s.kind, &s.object),
                _ => continue,
            };
            if !matches!(kind, ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView) {
                continue;
            }
            let Some((old, new)) = names(step, &object.name).or_else(|| unknown(step, op)) else { continue };
            // The lifetime of the new name is that of the old one; a name that is taken again serves old code.
            let age = (cx.lifetime)(if step.changes.is_empty() { &old } else { &new });
            if age != crate::plan::Lifetime::Existing || cx.schema.relation(&old).is_some() {
                continue;
            }
            sink.step(step)
                .span(span)
                .object(&old)
                .message(format!("renames {old} to {new}, and nothing of the old name is left"))
                .why("running code that names the old table fails from the moment of commit")
                .help(
                    "create a view of the old name in the same transaction, and drop it when no code uses it",
                )
                .remedy(RemedyHint::CompatibilityView)
                .report();
        }
    }
}

/// The same of a relation that the known schema does not have: the statement locks it.
fn unknown(step: &Step, op: &DdlOp) -> Option<(QName, QName)> {
    let (DdlOp::Rename(Rename { object, .. }) | DdlOp::SetSchema(SetSchema { object, .. })) = op else {
        return None;
    };
    if !step.changes.is_empty() || !step.errors.is_empty() {
        return None;
    }
    let old = step.existing_locks().map(|l| &l.relation).find(|r| r.name == object.name.name)?.clone();
    let new = match op {
        DdlOp::Rename(rename) => old.sibling(rename.to.clone()),
        DdlOp::SetSchema(set) => QName { schema: Some(set.schema.clone()), ..old.clone() },
        _ => return None,
    };
    Some((old, new))
}

/// The relation's name before and after, from what the step changed.
fn names(step: &Step, written: &QName) -> Option<(QName, QName)> {
    let mut old = None;
    let mut new = None;
    for change in &step.changes {
        let ObjectKey::Relation(name) = &change.key else { continue };
        match (&change.before, &change.after) {
            (Some(o), None) if name.name == written.name && is_table_or_view(o) => old = Some(name.clone()),
            (None, Some(o)) if is_table_or_view(o) => new = Some(name.clone()),
            _ => {}
        }
    }
    Some((old?, new?))
}

fn is_table_or_view(object: &crate::schema::model::Object) -> bool {
    use crate::schema::model::Object;
    matches!(object, Object::Table(_) | Object::View(_))
}
