//! See [`RULE`].

use crate::finding::Confidence;
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::plan::Step;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::Coverage;
use crate::schema::key::ObjectKey;

rule! {
    /// A function, type, sequence or schema gets another name while code still uses the old one.
    ///
    /// ## What it flags
    /// `RENAME` and `SET SCHEMA` of functions, procedures, types, domains, sequences and schemas that existed
    /// before the change set, when it leaves nothing under the old name. Tables, views and columns have rules of
    /// their own; indexes, constraints, triggers and policies are not named by code.
    ///
    /// ## Why it hurts
    /// Views, defaults and constraints follow the object. The bodies of functions and running code keep the old
    /// name and fail from the moment of commit.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE SCHEMA billing;
    /// CREATE FUNCTION price_of(item bigint) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
    /// CREATE SEQUENCE invoice_numbers;
    /// ```
    /// ```sql flagged
    /// ALTER FUNCTION price_of(bigint) RENAME TO cost_of;
    /// ```
    /// ```sql flagged
    /// ALTER SCHEMA billing RENAME TO invoicing;
    /// ```
    /// ```sql flagged
    /// ALTER SEQUENCE invoice_numbers SET SCHEMA billing;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER FUNCTION price_of(bigint) RENAME TO cost_of;
    /// CREATE FUNCTION price_of(item bigint) RETURNS numeric LANGUAGE sql AS 'SELECT cost_of(item)';
    /// ```
    ///
    /// ## Safe rewrite
    /// Keep something of the old name until no code uses it: a function that calls the new one, or, for a schema,
    /// views and functions that stand for what it held.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-alterfunction.html>
    /// - <https://www.postgresql.org/docs/current/sql-alterschema.html>
    name: "rename-object",
    category: Compatibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("pgsafe", "rename"),
        ("strong_migrations", "rename_schema"),
        ("migrationpilot", "MP098"),
        ("diesel-guard", "RenameSchemaCheck"),
        ("pgfence", "rename-schema"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        let (kind, verb) = match &step.stmt.op {
            DdlOp::Rename(rename) if rename.object.part.is_none() => (rename.kind, "renames"),
            DdlOp::SetSchema(set) => (set.kind, "moves"),
            _ => continue,
        };
        let named = kind.is_routine()
            || matches!(
                kind,
                ObjectKind::Type | ObjectKind::Domain | ObjectKind::Sequence | ObjectKind::Schema
            );
        if !named {
            continue;
        }
        let gone = step.changes.iter().find(|c| c.after.is_none() && of_kind(&c.key, kind));
        let made = step.changes.iter().find(|c| c.before.is_none() && of_kind(&c.key, kind));
        let (Some(old), Some(new)) = (gone, made) else {
            if cx.schema.coverage == Coverage::Partial && step.changes.is_empty() && step.errors.is_empty() {
                unknown(step, kind, verb, sink);
            }
            continue;
        };
        if cx.schema.get(&old.key).is_some() || !cx.was_there(&old.key) {
            continue;
        }
        sink.step(step)
            .object(&old.key)
            .message(format!(
                "{verb} the {kind} {} to {}, and nothing of the old name is left",
                old.key, new.key
            ))
            .why("function bodies and running code that name it fail from the moment of commit")
            .help("leave something of the old name that leads to the new one, until no code uses it")
            .report();
    }
}

/// An object that the known schema does not have and that may exist.
fn unknown(step: &Step, kind: ObjectKind, verb: &str, sink: &mut Sink<'_>) {
    let (name, to) = match &step.stmt.op {
        DdlOp::Rename(rename) => (&rename.object.name, rename.to.as_str()),
        DdlOp::SetSchema(set) => (&set.object.name, set.schema.as_str()),
        _ => return,
    };
    sink.step(step)
        .object(name)
        .confidence(Confidence::Medium)
        .message(format!("{verb} the {kind} {name} to {to}"))
        .why("function bodies and running code that name it fail from the moment of commit")
        .help("leave something of the old name that leads to the new one, until no code uses it")
        .report();
}

fn of_kind(key: &ObjectKey, kind: ObjectKind) -> bool {
    match key {
        ObjectKey::Function(..) => kind.is_routine(),
        ObjectKey::Type(_) => matches!(kind, ObjectKind::Type | ObjectKind::Domain),
        ObjectKey::Relation(_) => matches!(kind, ObjectKind::Sequence | ObjectKind::Type),
        ObjectKey::Schema(_) => kind == ObjectKind::Schema,
        _ => false,
    }
}
