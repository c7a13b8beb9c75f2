//! See [`RULE`].

use crate::finding::Confidence;
use crate::ir::DdlOp;
use crate::ir::table::{ConstraintKind, ReplicaIdentity, TableAction};
use crate::plan::{Lifetime, Step};
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

rule! {
    /// A table is left without its primary key.
    ///
    /// ## What it flags
    /// `DROP CONSTRAINT` of a primary key on a table that existed before the change set, when the change set gives
    /// it no other one.
    ///
    /// ## Why it hurts
    /// Duplicates and nulls are accepted from then on. When the table is published for logical replication, which
    /// needs a replica identity, every `UPDATE` and `DELETE` on it fails at once: `cannot update table "…" because
    /// it does not have a replica identity and publishes updates` (55000).
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint CONSTRAINT users_pkey PRIMARY KEY, email text NOT NULL);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users DROP CONSTRAINT users_pkey;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE users ADD COLUMN tenant bigint NOT NULL DEFAULT 0;
    /// CREATE UNIQUE INDEX CONCURRENTLY users_tenant_id_key ON users (tenant, id);
    /// ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_tenant_id_key;
    /// ```
    ///
    /// ## Safe rewrite
    /// Build the unique index of the new key concurrently, and exchange the keys in one statement. For a table that
    /// is published, set its `REPLICA IDENTITY` first.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-REPLICA-IDENTITY>
    name: "drop-primary-key",
    category: Compatibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "MP055"), ("diesel-guard", "DropPrimaryKeyCheck")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        by_name(cx, step, sink);
        for change in &step.changes {
            let (ObjectKey::Relation(name), Some(Object::Table(was)), Some(Object::Table(is))) =
                (&change.key, change.before.as_deref(), change.after.as_deref())
            else {
                continue;
            };
            let Some(key) = was.primary_key().filter(|_| is.primary_key().is_none()) else { continue };
            let Some(end) = cx.schema.table(name).filter(|end| end.primary_key().is_none()) else { continue };
            if (cx.lifetime)(name) != Lifetime::Existing || was.partition_of.is_some() {
                continue;
            }
            let replicated =
                matches!(end.replica_identity, ReplicaIdentity::Default | ReplicaIdentity::Nothing);
            let why = if replicated {
                "duplicates are accepted, and if the table is published, every UPDATE and DELETE on it fails (55000)"
            } else {
                "duplicates and nulls are accepted from then on"
            };
            sink.step(step)
                .object(name)
                .message(format!("drops the primary key {} of {name}, and there is no other one", key.name))
                .why(why)
                .help("build the index of the new key concurrently, and exchange the keys in one ALTER TABLE")
                .report();
        }
    }
}

/// The constraint of a table that the known schema does not have, by the name that the server gives a primary key.
fn by_name(cx: &ChangeSetContext<'_>, step: &Step, sink: &mut Sink<'_>) {
    let DdlOp::AlterTable(alter) = &step.stmt.op else { return };
    let Some(lock) = step.existing_locks().find(|l| l.relation.name == alter.name.name) else { return };
    let new_key = alter.actions.iter().any(|(action, _)| {
        matches!(action, TableAction::AddConstraint(c) if matches!(c.kind, ConstraintKind::PrimaryKey(_)))
    });
    if cx.schema.relation(&lock.relation).is_some() || new_key {
        return;
    }
    for (action, span) in &alter.actions {
        let TableAction::DropConstraint { name, .. } = action else { continue };
        if *name.as_str() != format!("{}_pkey", alter.name.name) {
            continue;
        }
        sink.step(step)
            .span(if span.start == span.end { step.stmt.span } else { *span })
            .object(&lock.relation)
            .confidence(Confidence::Medium)
            .message(format!("drops {name}, by its name the primary key of {}", lock.relation))
            .why("duplicates are accepted, and if the table is published, every UPDATE and DELETE on it fails (55000)")
            .help("build the index of the new key concurrently, and exchange the keys in one ALTER TABLE")
            .report();
    }
}
