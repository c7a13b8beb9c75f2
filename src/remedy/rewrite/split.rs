//! Taking an `ALTER TABLE` apart: what the remedy is about, what comes before it, what comes after it.

use crate::ir::DdlOp;
use crate::ir::table::{AlterTable, ConstraintDef, ConstraintKind, ReplicaIdentity, TableAction};
use crate::name::Ident;

use super::Stage;
use super::case::Target;

/// The actions that the remedy is not about, as statements.
#[derive(Default)]
pub(super) struct Rest {
    /// To run before it.
    pub(super) first: Option<AlterTable>,
    /// To run after it.
    pub(super) last: Option<AlterTable>,
}

impl Rest {
    /// The stages around those of the remedy.
    pub(super) fn around(self, stages: Vec<Stage>) -> Vec<Stage> {
        let stage = |title: &str, alter: AlterTable| Stage::locked(title, vec![DdlOp::AlterTable(alter)]);
        let first = self.first.map(|alter| stage("Make the other changes", alter));
        let last = self.last.map(|alter| stage("Make the changes that depend on it", alter));
        first.into_iter().chain(stages).chain(last).collect()
    }
}

/// What becomes of one action.
pub(super) enum Fate {
    /// It is left as it is.
    Keep,
    /// The remedy replaces it.
    Take,
    /// It is left in another form, since the remedy takes a part of it.
    Trim(Box<TableAction>),
    /// It is left in another form, and what depends on its column waits until the remedy is done.
    Bare(Box<TableAction>),
}

/// Splits the actions. What the remedy takes makes columns and constraints; actions that name those come last.
pub(super) fn split(target: &Target<'_>, fate: impl Fn(&TableAction) -> Fate) -> Rest {
    let mut made = Made::default();
    let mut kept = Vec::new();
    for (action, span) in &target.alter.actions {
        match fate(action) {
            Fate::Keep => kept.push((action.clone(), *span)),
            Fate::Take => made.add(action),
            Fate::Trim(left) => {
                made.keys |= inline_keys(action);
                kept.push((*left, *span));
            }
            Fate::Bare(left) => {
                made.add(action);
                kept.push((*left, *span));
            }
        }
    }
    let own = &target.table.name;
    let (last, first): (Vec<_>, Vec<_>) = kept.into_iter().partition(|(action, _)| {
        let refers_here = |def: &ConstraintDef| match &def.kind {
            ConstraintKind::ForeignKey(fk) => fk.table.name == own.name,
            _ => false,
        };
        made.needed_by(action)
            || (made.keys
                && match action {
                    TableAction::AddConstraint(def) => refers_here(def),
                    TableAction::AddColumn { column, .. } => column.constraints.iter().any(refers_here),
                    TableAction::ReplicaIdentity(ReplicaIdentity::Index(_))
                    | TableAction::ClusterOn(Some(_)) => true,
                    _ => false,
                })
    });
    let statement = |actions: Vec<_>| {
        (!actions.is_empty()).then(|| AlterTable { name: own.clone(), actions, ..target.alter.clone() })
    };
    Rest { first: statement(first), last: statement(last) }
}

/// What the actions that the remedy takes will make.
#[derive(Default)]
struct Made {
    columns: Vec<Ident>,
    constraints: Vec<Ident>,
    not_null: Vec<Ident>,
    keys: bool,
}

impl Made {
    fn add(&mut self, action: &TableAction) {
        self.keys |= inline_keys(action);
        match action {
            TableAction::AddColumn { column, .. } => self.columns.push(column.name.clone()),
            TableAction::AddConstraint(def) => self.constraints.extend(def.name.clone()),
            TableAction::NotNull { column, not_null: true } => self.not_null.push(column.clone()),
            _ => {}
        }
    }

    fn needed_by(&self, action: &TableAction) -> bool {
        let column = |name: &Ident| self.columns.contains(name);
        match action {
            TableAction::AddConstraint(def) => columns_of(&def.kind).iter().any(column),
            TableAction::AddColumn { column: def, .. } => {
                def.generated.iter().flat_map(|g| &g.expr.columns).any(|(_, name)| column(name))
            }
            // An identity column has to be NOT NULL before.
            TableAction::AddIdentity { column: name, .. } => column(name) || self.not_null.contains(name),
            TableAction::AlterConstraint { name, .. } | TableAction::ValidateConstraint(name) => {
                self.constraints.contains(name)
            }
            TableAction::Default { column: name, .. }
            | TableAction::NotNull { column: name, .. }
            | TableAction::SetStatistics { column: name, .. }
            | TableAction::SetStorage { column: name, .. }
            | TableAction::SetCompression { column: name, .. }
            | TableAction::ColumnOptions { column: name, .. } => column(name),
            _ => false,
        }
    }
}

fn inline_keys(action: &TableAction) -> bool {
    let is_key =
        |def: &ConstraintDef| matches!(def.kind, ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_));
    match action {
        TableAction::AddConstraint(def) => is_key(def),
        TableAction::AddColumn { column, .. } => column.constraints.iter().any(is_key),
        _ => false,
    }
}

/// The columns of its own table that a constraint names.
pub(super) fn columns_of(kind: &ConstraintKind) -> Vec<Ident> {
    match kind {
        ConstraintKind::Check(expr) => expr.columns.iter().map(|(_, name)| name.clone()).collect(),
        ConstraintKind::NotNull(name) => vec![name.clone()],
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
            key.columns.iter().chain(&key.include).cloned().collect()
        }
        ConstraintKind::ForeignKey(fk) => fk.columns.clone(),
        ConstraintKind::Exclude(exclude) => {
            let keys = exclude.elements.iter().filter_map(|(key, _)| key.as_column().cloned());
            let predicate = exclude.predicate.iter().flat_map(|p| p.columns.iter().map(|(_, c)| c.clone()));
            keys.chain(exclude.include.iter().cloned()).chain(predicate).collect()
        }
    }
}

/// The new constraints of a statement that satisfy a condition: those of `ADD CONSTRAINT` and those written on
/// the columns of `ADD COLUMN`.
pub(super) fn constraints(
    alter: &AlterTable,
    wanted: impl Fn(&ConstraintDef) -> bool,
) -> Vec<&ConstraintDef> {
    alter
        .actions
        .iter()
        .flat_map(|(action, _)| match action {
            TableAction::AddConstraint(def) => std::slice::from_ref(&**def),
            TableAction::AddColumn { column, .. } => column.constraints.as_slice(),
            _ => &[],
        })
        .filter(|def| wanted(def))
        .collect()
}

/// Takes those constraints out of the statement.
pub(super) fn without(target: &Target<'_>, wanted: impl Fn(&ConstraintDef) -> bool) -> Rest {
    split(target, |action| match action {
        TableAction::AddConstraint(def) if wanted(def) => Fate::Take,
        TableAction::AddColumn { column, if_not_exists } if column.constraints.iter().any(&wanted) => {
            let mut column = column.clone();
            column.constraints.retain(|def| !wanted(def));
            Fate::Trim(Box::new(TableAction::AddColumn { column, if_not_exists: *if_not_exists }))
        }
        _ => Fate::Keep,
    })
}

/// Whether an `ADD COLUMN IF NOT EXISTS` may find its column there, so that nothing happens at all.
pub(super) fn may_be_idle(target: &Target<'_>) -> bool {
    target.alter.actions.iter().any(|(action, _)| match action {
        TableAction::AddColumn { column, if_not_exists } => {
            *if_not_exists && target.table.column(&column.name).is_some()
        }
        _ => false,
    })
}
