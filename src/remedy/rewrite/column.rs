//! A new column whose values differ for each row: added bare, filled in batches, then given what it should have.

use crate::effects::fact::RewriteReason;
use crate::ir::DdlOp;
use crate::ir::table::{ColumnDef, ConstraintDef, ConstraintKind, TableAction};
use crate::name::Ident;

use super::case::{Case, Target};
use super::column_parts::Parts;
use super::split::{self, Fate};
use super::{Plan, Stage, constraint, key, not_null};

/// `ADD COLUMN` with a volatile default, `serial`, identity or a stored generated column.
pub(super) fn plan(case: &Case<'_>) -> Option<Plan> {
    let target = case.target()?;
    let chosen = chosen(case, &target)?;
    if split::may_be_idle(&target) {
        return None;
    }
    let parts = chosen.iter().map(|def| Parts::of(case, &target, def)).collect::<Option<Vec<_>>>()?;
    let rest = split::split(&target, |action| match action {
        TableAction::AddColumn { column, .. } => match parts.iter().find(|p| p.bare.name == column.name) {
            Some(parts) => Fate::Bare(Box::new(TableAction::AddColumn {
                column: Box::new(parts.bare.clone()),
                if_not_exists: false,
            })),
            None => Fate::Keep,
        },
        _ => Fate::Keep,
    });
    let mut add: Vec<DdlOp> = parts.iter().flat_map(|p| p.before.clone()).collect();
    add.extend(rest.first.map(DdlOp::AlterTable));
    add.extend(parts.iter().flat_map(|p| p.after.clone()));
    let title = if parts.len() == 1 { "Add the column bare" } else { "Add the columns bare" };
    let mut fill = Stage::outside("Fill the existing rows in batches", Vec::new());
    fill.notes.extend(parts.iter().map(|p| p.fill.clone()));
    let mut stages = vec![Stage::locked(title, add), fill];

    let required: Vec<Ident> =
        chosen.iter().filter(|def| is_required(def)).map(|def| def.name.clone()).collect();
    stages.extend(not_null::stages(case, &target, &required)?);
    let inline = |wanted: fn(&ConstraintDef) -> bool| -> Vec<&ConstraintDef> {
        chosen.iter().flat_map(|def| &def.constraints).filter(|def| wanted(def)).collect()
    };
    let keys = key::named(case, &target, &inline(key::is_key))?;
    stages.extend(key::stages(case, &target, &keys)?);
    let checked = key::named(case, &target, &inline(constraint::is_checked))?;
    if !checked.is_empty() {
        stages.extend(constraint::stages(case, &target, &checked)?);
    }
    let finish: Vec<DdlOp> = parts.iter().flat_map(|p| p.finish.clone()).collect();
    if !finish.is_empty() {
        stages.push(Stage::locked("Make it an identity column", finish));
    }
    let depending = split::Rest { first: None, last: rest.last };
    Some((summary(&chosen), depending.around(stages)))
}

/// The columns that make the server write every row.
fn chosen<'a>(case: &Case<'a>, target: &Target<'a>) -> Option<Vec<&'a ColumnDef>> {
    let rewrites = &case.step().effects.rewrites;
    let added: Vec<&ColumnDef> = target
        .alter
        .actions
        .iter()
        .filter_map(|(action, _)| match action {
            TableAction::AddColumn { column, .. } => Some(&**column),
            _ => None,
        })
        .collect();
    // The domain's constraint would have to be proven for a column that gets its type later: a rewrite again.
    if rewrites.iter().any(|r| matches!(r.reason, RewriteReason::ConstrainedDomain(_))) {
        return None;
    }
    let rewritten = |name: &Ident| {
        rewrites.iter().any(|r| match &r.reason {
            RewriteReason::VolatileDefault(column) | RewriteReason::StoredGenerated(column) => column == name,
            _ => false,
        })
    };
    let chosen: Vec<&ColumnDef> =
        added.iter().copied().filter(|def| is_filled(def) || rewritten(&def.name)).collect();
    let chosen = if chosen.is_empty() {
        added.into_iter().filter(|def| def.default.is_some()).collect()
    } else {
        chosen
    };
    (!chosen.is_empty()).then_some(chosen)
}

/// Whether every row gets a value of its own, whatever the default.
fn is_filled(def: &ColumnDef) -> bool {
    def.identity.is_some() || is_serial(def) || def.generated.as_ref().is_some_and(|g| g.stored)
}

/// `serial` and its relatives.
pub(super) fn is_serial(def: &ColumnDef) -> bool {
    def.data_type.as_ref().is_some_and(|ty| ty.serial_base().is_some())
}

/// Whether the column is `NOT NULL` in the end.
fn is_required(def: &ColumnDef) -> bool {
    let demanded =
        |c: &ConstraintDef| matches!(c.kind, ConstraintKind::PrimaryKey(_) | ConstraintKind::NotNull(_));
    def.not_null || def.identity.is_some() || is_serial(def) || def.constraints.iter().any(demanded)
}

fn summary(chosen: &[&ColumnDef]) -> String {
    if chosen.iter().any(|def| def.generated.is_some()) {
        "Adds an ordinary column that a trigger keeps as the expression says, since a stored generated column cannot \
         be had without writing every row under the lock; that is the one difference in the end"
            .into()
    } else {
        "Adds the column without values and fills it in small batches: no row is written under the lock"
            .into()
    }
}
