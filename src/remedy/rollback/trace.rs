//! What a script has to know of a step besides its inverse: which objects came and went, the transaction, the
//! session.

use crate::diff::piece::{Piece, Target, Verb};
use crate::ir::DdlOp;
use crate::ir::data::Transaction;
use crate::ir::index::CreateIndex;
use crate::ir::object::ObjectKind;
use crate::ir::table::TableAction;
use crate::name::{Dialect, Ident, QName};
use crate::plan::Step;
use crate::schema::Schema;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Change, Constraint, Object, Table};

use super::Back;

/// Something that a step made, removed or renamed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Move {
    Made(Target),
    Gone(Target),
    Renamed { from: Target, to: Target },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Trace {
    pub(super) moves: Vec<Move>,
    /// Transaction control, when the step is that.
    pub(super) control: Option<Transaction>,
    /// The number of the transaction block around the step.
    pub(super) block: Option<usize>,
    /// The search path by which names in texts were meant, when the inverse has texts.
    pub(super) search_path: Option<Vec<Ident>>,
    /// The step's `lock_timeout`, in milliseconds.
    pub(super) lock_timeout_ms: Option<u64>,
    /// Ordinary tables and materialized views, among those that the inverse works on, that are there before
    /// it: an index on them can be built without blocking.
    pub(super) standing: Vec<QName>,
    /// What the step made that goes with a table: indexes, statistics, partitions.
    pub(super) hangs: Vec<(ObjectKey, ObjectKey)>,
    /// Indexes that the step made or dropped, with their tables.
    pub(super) indexes: Vec<(ObjectKey, ObjectKey)>,
    /// Indexes that the inverse drops and that can be dropped without blocking: they stand by themselves on an
    /// ordinary table or materialized view. With those.
    pub(super) droppable: Vec<(ObjectKey, ObjectKey)>,
    /// Whether it did so `CONCURRENTLY`.
    pub(super) concurrent: bool,
    /// Indexes that the step attached by themselves: they cannot be dropped from then on.
    pub(super) attached: Vec<ObjectKey>,
    /// Objects that the step dropped and that cannot be made again.
    pub(super) unmade: Vec<ObjectKey>,
    /// Objects that the step changed in a way that is not undone.
    pub(super) tainted: Vec<ObjectKey>,
    /// Whether something that could not be read may have made or changed anything by then.
    pub(super) blind: bool,
    /// The dialect of the migration.
    pub(super) dialect: Option<Dialect>,
}

impl Trace {
    /// For a step that leaves nothing behind.
    pub(super) fn control_only(step: &Step) -> Self {
        let control = match &step.stmt.op {
            DdlOp::Transaction(t) => Some(t.clone()),
            _ => None,
        };
        Self {
            control,
            block: step.transaction.block(),
            lock_timeout_ms: step.lock_timeout_ms,
            ..Self::default()
        }
    }

    pub(super) fn new(back: &Back<'_>) -> Self {
        let (step, after, pieces) = (back.step, back.after, &back.pieces);
        let path = &after.session.search_path;
        let postgresql = after.dialect() == Dialect::PostgreSql;
        Self {
            moves: moves(step),
            dialect: Some(after.dialect()),
            search_path: (postgresql && pieces.iter().any(|p| says_names(&p.op))).then(|| path.clone()),
            standing: if postgresql { standing(after, pieces) } else { Vec::new() },
            droppable: if postgresql { droppable(after, pieces) } else { Vec::new() },
            hangs: hangs(step),
            indexes: indexes(step),
            attached: attached(step),
            unmade: back.unmade.clone(),
            blind: after.is_blind(),
            tainted: back.tainted.clone(),
            concurrent: match &step.stmt.op {
                DdlOp::CreateIndex(create) => create.concurrently,
                DdlOp::Drop(drop) => drop.concurrently,
                _ => false,
            },
            ..Self::control_only(step)
        }
    }
}

fn moves(step: &Step) -> Vec<Move> {
    let renames = matches!(step.stmt.op, DdlOp::Rename(_) | DdlOp::SetSchema(_));
    let mut moves = Vec::new();
    let mut moved: Vec<&ObjectKey> = Vec::new();
    for change in &step.changes {
        match (change.before.as_deref(), change.after.as_deref()) {
            (Some(Object::Table(old)), Some(Object::Table(new))) => {
                columns(&change.key, old, new, step, &mut moves);
            }
            (Some(old), None) => {
                let twin = renames.then(|| twin(step, change, old)).flatten();
                if let Some(to) = twin {
                    moved.push(to);
                    let whole = |key: &ObjectKey| Target::whole(key.clone());
                    moves.push(Move::Renamed { from: whole(&change.key), to: whole(to) });
                } else {
                    moves.push(Move::Gone(Target::whole(change.key.clone())));
                }
            }
            (None, None) | (None | Some(_), Some(_)) => {}
        }
    }
    for change in &step.changes {
        if change.before.is_none() && change.after.is_some() && !moved.contains(&&change.key) {
            moves.push(Move::Made(Target::whole(change.key.clone())));
        }
    }
    moves
}

/// The object that a renamed one has become: of the same kind, with the same name or in the same schema.
fn twin<'s>(step: &'s Step, gone: &Change, old: &Object) -> Option<&'s ObjectKey> {
    let name = |key: &'s ObjectKey| -> Option<&'s QName> {
        match key {
            ObjectKey::Relation(name)
            | ObjectKey::Type(name)
            | ObjectKey::Function(name, _)
            | ObjectKey::Statistics(name) => Some(name),
            ObjectKey::Schema(_)
            | ObjectKey::Role(_)
            | ObjectKey::Extension(_)
            | ObjectKey::Publication(_)
            | ObjectKey::DefaultAcl(..)
            | ObjectKey::Other(..) => None,
        }
    };
    let before = step.changes.iter().find(|c| c.key == gone.key).and_then(|c| name(&c.key));
    let candidates = step
        .changes
        .iter()
        .filter(|c| c.before.is_none() && c.after.as_ref().is_some_and(|o| o.kind() == old.kind()));
    let mut candidates: Vec<&Change> = candidates.collect();
    candidates.sort_by_key(|c| match (before, name(&c.key)) {
        (Some(a), Some(b)) => !(a.name == b.name || a.schema == b.schema),
        _ => false,
    });
    candidates.first().map(|c| &c.key)
}

fn columns(key: &ObjectKey, old: &Table, new: &Table, step: &Step, moves: &mut Vec<Move>) {
    let target = |c: &Ident| Target { key: key.clone(), part: Part::Column(c.clone()) };
    let gone: Vec<&Ident> = old.columns.iter().map(|c| &c.name).filter(|c| new.column(c).is_none()).collect();
    let made: Vec<&Ident> = new.columns.iter().map(|c| &c.name).filter(|c| old.column(c).is_none()).collect();
    if let DdlOp::Rename(rename) = &step.stmt.op
        && rename.kind == ObjectKind::Column
        && let ([from], [to]) = (&gone[..], &made[..])
    {
        moves.push(Move::Renamed { from: target(from), to: target(to) });
        return;
    }
    let constraint = |c: &Constraint| Target { key: key.clone(), part: Part::Constraint(c.name.clone()) };
    let lost = old.constraints.iter().filter(|c| new.constraint(&c.name).is_none());
    moves.extend(lost.map(|c| Move::Gone(constraint(c))));
    let added = new.constraints.iter().filter(|c| old.constraint(&c.name).is_none());
    moves.extend(added.map(|c| Move::Made(constraint(c))));
    moves.extend(gone.into_iter().map(|c| Move::Gone(target(c))));
    moves.extend(made.into_iter().map(|c| Move::Made(target(c))));
}

/// Whether a statement has a text whose names the search path decides.
fn says_names(op: &DdlOp) -> bool {
    match op {
        DdlOp::CreateTable(_)
        | DdlOp::CreateIndex(_)
        | DdlOp::CreateView(_)
        | DdlOp::CreateMatview(_)
        | DdlOp::CreateDomain(_)
        | DdlOp::AlterDomain(_)
        | DdlOp::CreateType(_)
        | DdlOp::CreateFunction(_)
        | DdlOp::CreateTrigger(_)
        | DdlOp::CreateRule(_)
        | DdlOp::CreatePolicy(_)
        | DdlOp::AlterPolicy(_)
        | DdlOp::CreateStatistics(_)
        | DdlOp::Delete(_)
        | DdlOp::Rename(_)
        | DdlOp::SetSchema(_)
        | DdlOp::Misc(_) => true,
        DdlOp::AlterTable(alter) => alter.actions.iter().any(|(action, _)| {
            matches!(
                action,
                TableAction::AddColumn { .. }
                    | TableAction::AlterType { .. }
                    | TableAction::Default { default: Some(_), .. }
                    | TableAction::SetExpression { .. }
                    | TableAction::AddConstraint(_)
            )
        }),
        DdlOp::AlterSequence(_)
        | DdlOp::CreateSequence(_)
        | DdlOp::AlterEnum(_)
        | DdlOp::AlterFunction(_)
        | DdlOp::Grant(_)
        | DdlOp::GrantRole(_)
        | DdlOp::AlterDefaultPrivileges(_)
        | DdlOp::CreateRole(_)
        | DdlOp::AlterRole(_)
        | DdlOp::DropOwned { .. }
        | DdlOp::ReassignOwned { .. }
        | DdlOp::CreateSchema(_)
        | DdlOp::CreateExtension(_)
        | DdlOp::AlterExtension(_)
        | DdlOp::CreatePublication(_)
        | DdlOp::AlterPublication(_)
        | DdlOp::Comment(_)
        | DdlOp::Drop(_)
        | DdlOp::OwnerTo(_)
        | DdlOp::Reindex(_)
        | DdlOp::Cluster(_)
        | DdlOp::Vacuum(_)
        | DdlOp::RefreshMatview(_)
        | DdlOp::Truncate(_)
        | DdlOp::Insert(_)
        | DdlOp::Update(_)
        | DdlOp::Merge(_)
        | DdlOp::Select(_)
        | DdlOp::Copy(_)
        | DdlOp::LockTable(_)
        | DdlOp::Transaction(_)
        | DdlOp::Set(_)
        | DdlOp::Do(_)
        | DdlOp::Call { .. }
        | DdlOp::Session(_)
        | DdlOp::Opaque(_) => false,
    }
}

fn hangs(step: &Step) -> Vec<(ObjectKey, ObjectKey)> {
    let table = |object: &Object| match object {
        Object::Index(index) => Some(index.table.clone()),
        Object::Statistics(statistics) => Some(statistics.table.clone()),
        Object::Table(table) => table.partition_of.as_ref().map(|(parent, _)| parent.clone()),
        _ => None,
    };
    let made = step.changes.iter().filter(|c| c.before.is_none());
    made.filter_map(|c| Some((c.key.clone(), ObjectKey::Relation(table(c.after.as_deref()?)?)))).collect()
}

fn indexes(step: &Step) -> Vec<(ObjectKey, ObjectKey)> {
    let table = |c: &Change| match c.after.as_deref().or(c.before.as_deref()) {
        Some(Object::Index(index)) => Some(ObjectKey::Relation(index.table.clone())),
        Some(_) | None => None,
    };
    step.changes.iter().filter_map(|c| Some((c.key.clone(), table(c)?))).collect()
}

fn attached(step: &Step) -> Vec<ObjectKey> {
    let by_itself = matches!(&step.stmt.op, DdlOp::AlterTable(a) if a.kind == ObjectKind::Index);
    let attached = |c: &&Change| match (c.before.as_deref(), c.after.as_deref()) {
        (Some(Object::Index(old)), Some(Object::Index(new))) => old.parent.is_none() && new.parent.is_some(),
        _ => false,
    };
    step.changes.iter().filter(|_| by_itself).filter(attached).map(|c| c.key.clone()).collect()
}

/// The relations that get an index or a constraint and that `CONCURRENTLY` and `USING INDEX` work on: not
/// partitioned ones.
fn standing(after: &Schema, pieces: &[Piece]) -> Vec<QName> {
    let mut found = Vec::new();
    for piece in pieces.iter().filter(|p| p.verb == Verb::Make) {
        let table = match &piece.op {
            DdlOp::CreateIndex(create) => {
                let CreateIndex { table, .. } = &**create;
                table
            }
            DdlOp::AlterTable(alter) => &alter.name,
            _ => continue,
        };
        if is_ordinary(after, table) && !found.contains(table) {
            found.push(table.clone());
        }
    }
    found
}

fn droppable(after: &Schema, pieces: &[Piece]) -> Vec<(ObjectKey, ObjectKey)> {
    let dropped = |piece: &&Piece| {
        piece.verb == Verb::Remove && matches!(&piece.op, DdlOp::Drop(drop) if drop.kind == ObjectKind::Index)
    };
    let index = |piece: &Piece| match after.get(&piece.on.key)? {
        // A foreign key may rest on a unique one, which then has to wait until that is gone.
        Object::Index(index)
            if index.parent.is_none() && !index.unique && is_ordinary(after, &index.table) =>
        {
            Some((piece.on.key.clone(), ObjectKey::Relation(index.table.clone())))
        }
        _ => None,
    };
    pieces.iter().filter(dropped).filter_map(index).collect()
}

/// Whether indexes of a relation can be built and dropped without blocking.
fn is_ordinary(after: &Schema, relation: &QName) -> bool {
    match after.relation(relation) {
        Some(Object::Table(table)) => !table.is_partitioned(),
        Some(Object::View(view)) => view.materialized,
        Some(_) | None => false,
    }
}
