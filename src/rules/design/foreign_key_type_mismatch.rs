//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

rule! {
    /// A foreign key column has another type than the column it references.
    ///
    /// ## What it flags
    /// Foreign keys added by the change set whose columns differ in type from the referenced ones. Differences
    /// of length only (`varchar(20)` and `varchar(50)`, `text`) are advice.
    ///
    /// ## Why it hurts
    /// An `integer` that references a `bigint` works until the referenced key passes 2,147,483,647; from then on
    /// rows cannot be inserted. Each comparison converts, which can keep indexes from being used.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// CREATE TABLE logins (id bigint PRIMARY KEY, user_id integer REFERENCES users (id));
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE logins (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));
    /// ```
    ///
    /// ## Safe rewrite
    /// Give the column the type of the column it references while the table is new.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK>
    name: "foreign-key-type-mismatch",
    category: Design,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql, MySql],
    also_known_as: [
        ("online_migrations", "mismatched_foreign_key_type"),
        ("pglinter", "B008"),
        ("skeema", "fk-parent"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        for change in &step.changes {
            let (ObjectKey::Relation(name), Some(Object::Table(after))) =
                (&change.key, change.after.as_deref())
            else {
                continue;
            };
            if after.partition_of.is_some() {
                continue;
            }
            for constraint in &after.constraints {
                let ConstraintKind::ForeignKey(fk) = &constraint.kind else { continue };
                let had = matches!(change.before.as_deref(), Some(Object::Table(t)) if t.constraint(&constraint.name).is_some());
                let moved = change.before.is_none() && (cx.lifetime)(name) == crate::plan::Lifetime::Existing;
                if had || moved {
                    continue;
                }
                let Some(parent) = cx.schema.table(&fk.table) else { continue };
                // The types as they are at the end of the change set, where both may have been changed.
                let Some(child) = cx.schema.table(name) else { continue };
                for (column, target) in fk.columns.iter().zip(&fk.ref_columns) {
                    let (Some(from), Some(to)) = (child.column(column), parent.column(target)) else {
                        continue;
                    };
                    let base =
                        |t: &TypeName| cx.schema.domain(t).map_or_else(|| t.clone(), |d| d.base.clone());
                    let (a, b) = (base(&from.data_type), base(&to.data_type));
                    // `unknown` stands for a column whose type the model could not tell.
                    if a == b || a.is("unknown") || b.is("unknown") {
                        continue;
                    }
                    let severity = if same_family(&a, &b) { Severity::Advice } else { Severity::Error };
                    sink.step(step)
                        .object(format!("{name}.{column}"))
                        .severity(severity)
                        .message(format!(
                            "{name}.{column} is {}, but {}.{target}, which it references, is {}",
                            from.data_type, fk.table, to.data_type
                        ))
                        .why("values of the wider type cannot be stored, and every comparison converts")
                        .help(format!("make {name}.{column} {}", to.data_type))
                        .report();
                }
            }
        }
    }
}

/// Types that compare without conversion and differ in length only.
fn same_family(a: &TypeName, b: &TypeName) -> bool {
    let text = |t: &TypeName| ["text", "varchar", "bpchar", "citext"].iter().any(|n| t.is(n));
    (text(a) && text(b)) || (a.name == b.name && a.array == b.array)
}
