//! `NOT NULL` on a column with rows: proven by a constraint that is checked without blocking anybody.

use crate::ir::table::{ConstraintDef, ConstraintKind, TableAction};
use crate::name::Ident;

use super::build::{add, alter, constraint, drop_constraint, is_not_null};
use super::case::{Case, Target, fresh_on};
use super::split::{self, Fate};
use super::{Plan, Stage};

/// `SET NOT NULL`, and `ADD CONSTRAINT … NOT NULL` of PostgreSQL 18.
pub(super) fn plan(case: &Case<'_>) -> Option<Plan> {
    let target = case.target()?;
    let wanted = |action: &TableAction| match action {
        TableAction::NotNull { column, not_null: true } => Some(column.clone()),
        TableAction::AddConstraint(def) if !def.not_valid => match &def.kind {
            ConstraintKind::NotNull(column) => Some(column.clone()),
            _ => None,
        },
        _ => None,
    };
    let columns: Vec<Ident> = target.alter.actions.iter().filter_map(|(action, _)| wanted(action)).collect();
    if columns.is_empty() || split::may_be_idle(&target) {
        return None;
    }
    let stages = stages(case, &target, &columns)?;
    let rest = split::split(&target, |action| match wanted(action) {
        Some(_) => Fate::Take,
        None => Fate::Keep,
    });
    let summary = if case.at_least(18) {
        "Adds NOT NULL as NOT VALID and validates it: the rows are read without blocking reads or writes"
    } else {
        "Proves it by a validated CHECK, so that SET NOT NULL does not read the table under its lock"
    };
    Some((summary.into(), rest.around(stages)))
}

/// The stages that make existing columns `NOT NULL`; none for no columns.
pub(super) fn stages(case: &Case<'_>, target: &Target<'_>, columns: &[Ident]) -> Option<Vec<Stage>> {
    if columns.is_empty() {
        return Some(Vec::new());
    }
    if case.at_least(18) { native(case, target, columns) } else { Some(through_check(case, target, columns)) }
}

/// From 18 on `NOT NULL` is a constraint that can be `NOT VALID` itself.
fn native(case: &Case<'_>, target: &Target<'_>, columns: &[Ident]) -> Option<Vec<Stage>> {
    let after = case.after()?.table(target.name())?;
    let mut adds = Vec::new();
    let mut validations = Vec::new();
    for column in columns {
        let not_null = after.column(column)?.not_null.as_ref()?;
        let name = not_null.name.clone()?;
        let present = target.table.column(column).is_some_and(|c| c.not_null.is_some());
        if !present {
            let kind = ConstraintKind::NotNull(column.clone());
            let no_inherit = not_null.no_inherit;
            adds.push(add(ConstraintDef { not_valid: true, no_inherit, ..constraint(&name, kind) }));
        }
        validations.push(alter(target.name(), vec![TableAction::ValidateConstraint(name)]));
    }
    let mut stages = Vec::new();
    if !adds.is_empty() {
        stages.push(Stage::locked("Forbid nulls in new rows", vec![alter(target.name(), adds)]));
    }
    stages.push(Stage::open("Check the existing rows", validations));
    Some(stages)
}

/// Since 12 `SET NOT NULL` trusts a validated `CHECK (column IS NOT NULL)`.
fn through_check(case: &Case<'_>, target: &Target<'_>, columns: &[Ident]) -> Vec<Stage> {
    let name =
        |column: &Ident| fresh_on(case.before(), target.table, &[&target.name().name, column], "not_null");
    let checks = columns.iter().map(|c| {
        let kind = ConstraintKind::Check(is_not_null(c));
        add(ConstraintDef { not_valid: true, ..constraint(&name(c), kind) })
    });
    let set = columns.iter().map(|c| TableAction::NotNull { column: c.clone(), not_null: true });
    let drops = columns.iter().map(|c| drop_constraint(&name(c)));
    let validations = columns
        .iter()
        .map(|c| alter(target.name(), vec![TableAction::ValidateConstraint(name(c))]))
        .collect();
    vec![
        Stage::locked("Forbid nulls in new rows", vec![alter(target.name(), checks.collect())]),
        Stage::open("Check the existing rows", validations),
        // In two statements: within one, drops come first.
        Stage::locked(
            "Set NOT NULL, which the check proves, and drop the check",
            vec![alter(target.name(), set.collect()), alter(target.name(), drops.collect())],
        ),
    ]
}
