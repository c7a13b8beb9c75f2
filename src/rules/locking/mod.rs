//! Locks, scans and rewrites on relations that are in use.
//!
//! Beside the list of rules, this file holds what they share: the parts of a statement that concern relations
//! in use, and the facts that belong to them.

use super::context::Alteration;
use super::{Rule, StepContext};
use crate::effects::fact::{RewriteReason, ScanReason};
use crate::finding::Confidence;
use crate::ir::table::{ColumnDef, ConstraintDef, TableAction};
use crate::name::{Ident, QName};
use crate::text::Span;

pub mod blocking_refresh;
pub mod blocking_set_not_null;
pub mod cluster;
pub mod constrained_domain_column;
pub mod domain_constraint_scan;
pub mod drop_locks_referenced_table;
pub mod exclusion_constraint;
pub mod explicit_lock;
pub mod foreign_key_locks_parent;
pub mod identity_column;
pub mod index_rebuilding_type_change;
pub mod non_concurrent_index;
pub mod non_concurrent_index_drop;
pub mod non_concurrent_reindex;
pub mod policy_locks_table;
pub mod primary_key_without_index;
pub mod repeated_rewrite;
pub mod rewriting_type_change;
pub mod serial_column;
pub mod set_access_method;
pub mod set_tablespace;
pub mod set_unlogged;
pub mod stored_generated_column;
pub mod unique_without_index;
pub mod vacuum_full;
pub mod validated_check;
pub mod validated_foreign_key;
pub mod volatile_default;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &blocking_refresh::RULE,
    &blocking_set_not_null::RULE,
    &cluster::RULE,
    &constrained_domain_column::RULE,
    &domain_constraint_scan::RULE,
    &drop_locks_referenced_table::RULE,
    &exclusion_constraint::RULE,
    &explicit_lock::RULE,
    &foreign_key_locks_parent::RULE,
    &identity_column::RULE,
    &index_rebuilding_type_change::RULE,
    &non_concurrent_index::RULE,
    &non_concurrent_index_drop::RULE,
    &non_concurrent_reindex::RULE,
    &policy_locks_table::RULE,
    &primary_key_without_index::RULE,
    &repeated_rewrite::RULE,
    &rewriting_type_change::RULE,
    &serial_column::RULE,
    &set_access_method::RULE,
    &set_tablespace::RULE,
    &set_unlogged::RULE,
    &stored_generated_column::RULE,
    &unique_without_index::RULE,
    &vacuum_full::RULE,
    &validated_check::RULE,
    &validated_foreign_key::RULE,
    &volatile_default::RULE,
];

/// A constraint that is added to a table in use, by itself or with a new column.
struct Added<'a> {
    /// The table, qualified.
    table: QName,
    /// The new column it came with.
    column: Option<&'a ColumnDef>,
    /// The constraint.
    constraint: &'a ConstraintDef,
    /// Its place.
    span: Span,
}

/// A new column for which a table in use is written anew.
struct RewritingColumn<'a> {
    /// The table, qualified.
    table: QName,
    /// The column.
    column: &'a ColumnDef,
    /// Its place.
    span: Span,
}

/// The actions of the statement that concern relations in use.
fn actions<'a>(cx: &StepContext<'a>) -> impl Iterator<Item = Alteration<'a>> {
    cx.alterations().iter().cloned()
}

/// The constraints that the statement adds to tables in use.
fn constraints_added<'a>(cx: &StepContext<'a>) -> Vec<Added<'a>> {
    let mut found = Vec::new();
    for Alteration { relation, action, span } in actions(cx) {
        match action {
            TableAction::AddConstraint(constraint) => {
                found.push(Added { table: relation, column: None, constraint, span });
            }
            TableAction::AddColumn { column, .. } => {
                found.extend(column.constraints.iter().map(|constraint| {
                    let own = constraint.span;
                    let span = if own.start == own.end { span } else { own };
                    Added { table: relation.clone(), column: Some(column), constraint, span }
                }));
            }
            _ => {}
        }
    }
    found
}

/// The new columns for which a table in use is written anew for such a reason. A table is written once, so that
/// one column at most stands for it in each statement.
fn rewriting_columns<'a>(
    cx: &StepContext<'a>,
    reason: impl Fn(Ident) -> RewriteReason,
) -> Vec<RewritingColumn<'a>> {
    let mut found = Vec::new();
    for Alteration { relation, action, span } in actions(cx) {
        if let TableAction::AddColumn { column, .. } = action
            && rewrites(cx, &relation, |r| *r == reason(column.name.clone()))
        {
            found.push(RewritingColumn { table: relation, column, span });
        }
    }
    found
}

/// Whether adding the foreign key compares the rows that the table already has.
fn compares_rows(cx: &StepContext<'_>, added: &Added<'_>) -> bool {
    // A new column without values has nothing to compare.
    let has_values = added.column.is_none_or(|c| {
        c.default.is_some()
            || c.generated.is_some()
            || c.identity.is_some()
            || c.data_type
                .as_ref()
                .is_some_and(|t| t.serial_base().is_some() || cx.schema.domain(t).is_some())
    });
    has_values
        && !added.constraint.not_valid
        && added.constraint.enforced
        && scans(cx, &added.table, |reason| matches!(reason, ScanReason::ForeignKey(_)))
}

/// Whether a relation is the given one, or a partition or inheritance child of it, and in use.
fn concerns(cx: &StepContext<'_>, root: &QName, relation: &QName) -> bool {
    cx.is_existing(relation)
        && (root == relation || cx.schema.descendants_of(root).iter().any(|t| t.name == *relation))
}

/// Whether the relation, or a part of it, is read in full for such a reason.
fn scans(cx: &StepContext<'_>, root: &QName, reason: impl Fn(&ScanReason) -> bool) -> bool {
    cx.step.effects.scans.iter().any(|s| reason(&s.reason) && concerns(cx, root, &s.relation))
}

/// Whether the relation, or a part of it, is written anew for such a reason.
fn rewrites(cx: &StepContext<'_>, root: &QName, reason: impl Fn(&RewriteReason) -> bool) -> bool {
    cx.step.effects.rewrites.iter().any(|r| reason(&r.reason) && concerns(cx, root, &r.relation))
}

/// Whether an index of the relation, or of a part of it, is built while others wait.
fn builds_index(cx: &StepContext<'_>, root: &QName) -> bool {
    cx.step.effects.index_builds.iter().any(|b| !b.concurrently && concerns(cx, root, &b.table))
}

/// The relation for a message, with the number of its partitions.
fn described(cx: &StepContext<'_>, relation: &QName) -> String {
    if !is_partitioned(cx, relation) {
        return relation.to_string();
    }
    match cx.schema.descendants_of(relation).len() {
        0 => relation.to_string(),
        1 => format!("{relation} and its partition"),
        n => format!("{relation} and its {n} partitions"),
    }
}

/// Whether it is known to be a partitioned table.
fn is_partitioned(cx: &StepContext<'_>, relation: &QName) -> bool {
    cx.schema.table(relation).is_some_and(crate::schema::model::Table::is_partitioned)
}

/// How sure a finding is that rests on the effects of the step.
fn confidence(cx: &StepContext<'_>) -> Confidence {
    if cx.step.effects.uncertain.is_empty() { Confidence::High } else { Confidence::Medium }
}
