//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::context::ops_of;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

rule! {
    /// A view is dropped while code still reads it.
    ///
    /// ## What it flags
    /// `DROP VIEW` and `DROP MATERIALIZED VIEW` of a view that existed before the change set, when the change set
    /// leaves nothing of that name behind.
    ///
    /// ## Why it hurts
    /// A view holds no rows that would be lost. But it is an interface: running code that reads it fails from the
    /// moment of commit, and so does every tool that was given access to it.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, total numeric NOT NULL);
    /// CREATE VIEW big_orders AS SELECT id FROM orders WHERE total > 1000;
    /// ```
    /// ```sql flagged
    /// DROP VIEW big_orders;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// DROP VIEW big_orders;
    /// CREATE VIEW big_orders AS SELECT id, total FROM orders WHERE total > 1000;
    /// ```
    ///
    /// ## Safe rewrite
    /// Deploy code that does not read the view, look at `pg_stat_user_tables` or the log for readers that are left,
    /// and drop it in a later release. To change its columns, drop and create it in one transaction.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-dropview.html>
    name: "drop-view",
    category: Compatibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        for (op, span) in ops_of(step) {
            let DdlOp::Drop(drop) = op else { continue };
            if !matches!(drop.kind, ObjectKind::View | ObjectKind::MaterializedView) {
                continue;
            }
            for object in &drop.objects {
                let gone =
                    step.changes.iter().find_map(|change| match (&change.key, change.before.as_deref()) {
                        (ObjectKey::Relation(name), Some(Object::View(_)))
                            if name.name == object.name.name =>
                        {
                            change.after.is_none().then_some(name)
                        }
                        _ => None,
                    });
                let Some(name) = gone else { continue };
                if cx.schema.relation(name).is_some() || !cx.was_there(&ObjectKey::Relation(name.clone())) {
                    continue;
                }
                sink.step(step)
                    .span(span)
                    .object(name)
                    .message(format!("drops the {} {name}, and nothing of that name is left", drop.kind))
                    .why("running code that reads it fails from the moment of commit")
                    .help("deploy code that does not read it first, and drop it in a later release")
                    .report();
            }
        }
    }
}
