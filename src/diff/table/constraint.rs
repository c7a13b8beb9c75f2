//! Constraints of tables and domains.

use crate::ir::index::KeyTarget;
use crate::ir::object::{ObjectKind, ObjectName};
use crate::ir::table::{ConstraintDef, ConstraintKind, KeyConstraint, TableAction};
use crate::name::Ident;
use crate::schema::dependency::Part;
use crate::schema::model::{Constraint, Table};
use crate::text::Span;

use super::super::cast;
use super::super::piece::{Phase, Piece, Verb};
use super::super::subject::part_comment;
use super::Change;

/// A constraint as a definition, under its name.
pub(in super::super) fn definition(constraint: &Constraint) -> ConstraintDef {
    let mut kind = constraint.kind.clone();
    if let ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) = &mut kind {
        key.using_index = None;
    }
    ConstraintDef {
        name: Some(constraint.name.clone()),
        kind,
        deferrable: constraint.deferrable,
        initially_deferred: constraint.initially_deferred,
        not_valid: !constraint.validated,
        no_inherit: constraint.no_inherit,
        enforced: constraint.enforced,
        span: Span::default(),
    }
}

/// Whether a constraint can stand in `CREATE TABLE`: what is not valid has to be added, and foreign keys come
/// when all tables are there.
pub(super) fn inline(constraint: &Constraint) -> bool {
    (constraint.validated || !constraint.enforced)
        && !matches!(constraint.kind, ConstraintKind::ForeignKey(_))
}

/// What a constraint demands, however it is known to hold and wherever it comes from.
fn demand(constraint: &Constraint) -> ConstraintDef {
    ConstraintDef { not_valid: false, ..definition(constraint) }
}

/// The columns of its own table that a constraint is about.
pub(in super::super) fn columns(kind: &ConstraintKind) -> Vec<&Ident> {
    match kind {
        ConstraintKind::Check(expr) => expr.columns.iter().map(|(_, c)| c).collect(),
        ConstraintKind::NotNull(column) => vec![column],
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
            key.columns.iter().chain(&key.include).collect()
        }
        ConstraintKind::ForeignKey(fk) => fk.columns.iter().collect(),
        ConstraintKind::Exclude(exclude) => {
            let mut columns: Vec<&Ident> = exclude.include.iter().collect();
            for (key, _) in &exclude.elements {
                match &key.target {
                    KeyTarget::Column(name) => columns.push(name),
                    KeyTarget::Expr(expr) => columns.extend(expr.columns.iter().map(|(_, c)| c)),
                }
            }
            columns.extend(exclude.predicate.iter().flat_map(|p| p.columns.iter().map(|(_, c)| c)));
            columns
        }
    }
}

/// What has to happen to one constraint.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    Validated,
    /// Only what `ALTER CONSTRAINT` can change.
    Altered,
    Replaced,
}

fn fate(old: &Constraint, new: &Constraint) -> Fate {
    if old == new {
        return Fate::Stays;
    }
    let (was, is) = (demand(old), demand(new));
    if was == is {
        return match (old.validated, new.validated) {
            (true, false) if new.enforced => Fate::Replaced,
            (false, true) => Fate::Validated,
            _ => Fate::Stays,
        };
    }
    let deferrability_only =
        ConstraintDef { deferrable: is.deferrable, initially_deferred: is.initially_deferred, ..was } == is;
    // Only foreign keys can be altered in every version.
    if deferrability_only
        && old.validated == new.validated
        && matches!(new.kind, ConstraintKind::ForeignKey(_))
    {
        Fate::Altered
    } else {
        Fate::Replaced
    }
}

impl Change<'_> {
    /// What has to happen to a constraint that is there before and after. A check whose column changes its type
    /// is made anew, for the server would put casts into it and keep them when the type changes back.
    fn fate(&self, old: &Constraint, new: &Constraint) -> Fate {
        let retyped = |column: &Ident| match (self.from.column(column), self.to.column(column)) {
            (Some(was), Some(is)) => cast::leaves_casts(&was.data_type, &is.data_type),
            _ => false,
        };
        match fate(old, new) {
            Fate::Stays
                if !new.inherited
                    && matches!(new.kind, ConstraintKind::Check(_))
                    && columns(&new.kind).into_iter().any(retyped) =>
            {
                Fate::Replaced
            }
            fate => fate,
        }
    }

    /// Whether a parent table's own statement brings or takes this inherited constraint.
    fn constraint_follows(&self, constraint: &Constraint) -> bool {
        constraint.inherited
            && self.parents.iter().any(|(from, to)| {
                let same = |c: &&Constraint| match (&c.kind, &constraint.kind) {
                    // A check keeps its name in every child; keys get names of their own.
                    (ConstraintKind::Check(_), ConstraintKind::Check(_)) => c.name == constraint.name,
                    (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
                };
                from.constraints.iter().filter(same).ne(to.constraints.iter().filter(same))
            })
    }

    /// Constraints that go, foreign keys first: they may need a key of the same table.
    pub(super) fn removed_constraints(&self) -> Vec<Piece> {
        let gone = |c: &&Constraint| match self.to.constraint(&c.name) {
            Some(new) => self.fate(c, new) == Fate::Replaced,
            None => !columns(&c.kind).iter().any(|column| self.loses_column(column)),
        };
        let mut removed: Vec<&Constraint> =
            self.from.constraints.iter().filter(gone).filter(|c| !self.constraint_follows(c)).collect();
        removed.sort_by_key(|c| !matches!(c.kind, ConstraintKind::ForeignKey(_)));
        removed
            .into_iter()
            .map(|c| {
                let action =
                    TableAction::DropConstraint { name: c.name.clone(), if_exists: false, cascade: false };
                self.piece(Phase::Early, Verb::Remove, Part::Constraint(c.name.clone()), action)
            })
            .collect()
    }

    /// Constraints that come or change.
    pub(super) fn added_constraints(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for new in &self.to.constraints {
            let part = Part::Constraint(new.name.clone());
            let late = matches!(new.kind, ConstraintKind::ForeignKey(_));
            let phase = if late { Phase::Late } else { self.phase };
            let old = self.from.constraint(&new.name);
            match old.map_or(Fate::Replaced, |old| self.fate(old, new)) {
                Fate::Stays => {}
                Fate::Validated => {
                    let action = TableAction::ValidateConstraint(new.name.clone());
                    pieces.push(self.piece(Phase::Late, Verb::Change, part.clone(), action));
                }
                Fate::Altered => {
                    let action = TableAction::AlterConstraint {
                        name: new.name.clone(),
                        deferrability: Some((new.deferrable, new.initially_deferred)),
                        enforced: None,
                        no_inherit: None,
                    };
                    pieces.push(self.piece(phase, Verb::Change, part.clone(), action));
                }
                Fate::Replaced if self.constraint_follows(new) || self.comes_with_partition(new) => {}
                Fate::Replaced => {
                    let mut def = definition(new);
                    if let ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) = &mut def.kind
                        && self.cx.is_promoted(&self.to.name.sibling(new.name.clone()))
                    {
                        *key =
                            KeyConstraint { using_index: Some(new.name.clone()), ..KeyConstraint::default() };
                    }
                    let action = TableAction::AddConstraint(Box::new(def));
                    pieces.push(self.piece(phase, Verb::Make, part.clone(), action));
                }
            }
            let name = ObjectName::part(self.to.name.clone(), new.name.clone());
            let replaced = old.is_none_or(|old| self.fate(old, new) == Fate::Replaced);
            let comment = old.filter(|_| !replaced).and_then(|c| c.comment.as_ref());
            pieces.extend(part_comment(
                self.key,
                ObjectKind::Constraint,
                &name,
                part,
                comment,
                new.comment.as_ref(),
            ));
        }
        pieces
    }

    /// A foreign key that a partition has from its parent stays when it is detached; the other way round, it
    /// comes with the attachment.
    fn comes_with_partition(&self, constraint: &Constraint) -> bool {
        constraint.inherited
            && matches!(constraint.kind, ConstraintKind::ForeignKey(_))
            && self.to.partition_of.is_some()
            && self.from.partition_of != self.to.partition_of
    }
}

/// The constraints that a new table gets in its `CREATE TABLE`.
pub(super) fn inline_constraints(table: &Table) -> impl Iterator<Item = &Constraint> {
    table.constraints.iter().enumerate().filter_map(|(i, c)| {
        (inline(c) && !comes_with_parents(table, c) && !is_repeated(table, i)).then_some(c)
    })
}

/// Whether the server would leave a key out of `CREATE TABLE` because another one there is like it.
fn is_repeated(table: &Table, place: usize) -> bool {
    let is_primary = |c: &Constraint| matches!(c.kind, ConstraintKind::PrimaryKey(_));
    let constraint = &table.constraints[place];
    constraint.has_index()
        && !is_primary(constraint)
        && table.constraints.iter().enumerate().any(|(i, other)| {
            other.has_index()
                && i != place
                && (i < place || is_primary(other))
                && inline(other)
                && definition(other).repeats(&definition(constraint))
        })
}

/// Whether `INHERITS` brings the constraint. What a partition has from its parent it must have before it is
/// attached.
pub(super) fn comes_with_parents(table: &Table, constraint: &Constraint) -> bool {
    constraint.inherited && !table.inherits.is_empty()
}
