//! Indexes.

use crate::ir::DdlOp;
use crate::ir::index::CreateIndex;
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::ir::table::TableAction;
use crate::name::Ident;
use crate::schema::key::ObjectKey;
use crate::schema::model::Index;

use super::context::Context;
use super::piece::{Phase, Piece, Target, alter_table as alter};
use super::subject::Subject;
use super::table::option_actions;

/// The `CREATE INDEX` for an index. An invalid index of a partitioned table is one that was made on the table
/// alone.
pub(crate) fn statement(index: &Index) -> CreateIndex {
    CreateIndex {
        name: Some(index.name.name.clone()),
        table: index.table.clone(),
        only: !index.valid,
        unique: index.unique,
        concurrently: false,
        if_not_exists: false,
        method: index.method.clone(),
        keys: index.keys.clone(),
        include: index.include.clone(),
        predicate: index.predicate.clone(),
        nulls_not_distinct: index.nulls_not_distinct,
        options: index.options.clone(),
        tablespace: index.tablespace.clone(),
    }
}

/// The statements that make an index; the one of a constraint comes with the constraint.
pub(super) fn create(key: &ObjectKey, index: &Index) -> Vec<Piece> {
    let mut pieces = Vec::new();
    // A constraint's index may come with a statement that runs late. One that is on a partitioned table alone is
    // made when the partitions are attached, since those that come later get it too.
    let phase = if index.constraint.is_some() || !index.valid { Phase::Late } else { Phase::Create };
    if index.constraint.is_none() {
        let op = DdlOp::CreateIndex(Box::new(statement(index)));
        pieces.push(Piece::make(phase, Target::whole(key.clone()), op));
    }
    let bare = Index { statistics: Vec::new(), comment: None, ..index.clone() };
    pieces.extend(rest(key, &bare, index, phase));
    pieces
}

/// The statement that drops an index, unless it goes with something else.
pub(super) fn drop(key: &ObjectKey, index: &Index, cx: &Context<'_>) -> Vec<Piece> {
    if cx.goes_along(index) {
        return Vec::new();
    }
    let op = DdlOp::Drop(Drop {
        kind: ObjectKind::Index,
        objects: vec![ObjectName::of(index.name.clone())],
        if_exists: false,
        cascade: false,
        concurrently: false,
    });
    vec![Piece::remove(Phase::Drop, Target::whole(key.clone()), op)]
}

/// Whether the index has to be built anew.
pub(super) fn must_rebuild(from: &Index, to: &Index) -> bool {
    let essence = |i: &Index| {
        let statement = statement(i);
        CreateIndex { options: Vec::new(), tablespace: None, only: false, ..statement }
    };
    match (&from.constraint, &to.constraint) {
        (None, None) => essence(from) != essence(to),
        // It goes with its constraint.
        (Some(_), None) => true,
        (_, Some(_)) => false,
    }
}

/// The statements that lead from one state of an index to another, when it need not be rebuilt.
pub(super) fn change(key: &ObjectKey, from: &Index, to: &Index, cx: &Context<'_>) -> Vec<Piece> {
    let mut pieces = rest(key, from, to, Phase::Alter);
    // A partition's index is attached to the one above it: along with the partition, or by itself.
    let with_table = cx.table(&to.table).is_some_and(|(from, to)| from.partition_of != to.partition_of);
    if from.parent.is_none()
        && !with_table
        && let Some(parent) = &to.parent
    {
        let action = TableAction::AttachPartition { partition: to.name.clone(), bound: None };
        let op = alter(ObjectKind::Index, parent, action);
        let mut piece = Piece::change(Phase::Late, Target::whole(key.clone()), op);
        piece.needs.push(ObjectKey::Relation(parent.clone()));
        pieces.push(piece);
    }
    pieces
}

fn rest(key: &ObjectKey, from: &Index, to: &Index, phase: Phase) -> Vec<Piece> {
    let name = ObjectName::of(to.name.clone());
    let mut actions = option_actions(&from.options, &to.options);
    if from.tablespace != to.tablespace {
        let space = to.tablespace.clone().unwrap_or_else(|| Ident::new("pg_default"));
        actions.push(TableAction::SetTablespace(space));
    }
    let reset = from.statistics.iter().filter(|(n, _)| to.statistics.iter().all(|(m, _)| m != n));
    actions
        .extend(reset.map(|(column, _)| TableAction::SetStatistics { column: column.clone(), target: None }));
    let set = to.statistics.iter().filter(|s| !from.statistics.contains(s));
    actions.extend(
        set.map(|(column, n)| TableAction::SetStatistics { column: column.clone(), target: Some(*n) }),
    );
    let mut pieces: Vec<Piece> = actions
        .into_iter()
        .map(|action| {
            Piece::change(phase, Target::whole(key.clone()), alter(ObjectKind::Index, &to.name, action))
        })
        .collect();
    let subject = Subject { key, kind: ObjectKind::Index, name: &name, phase };
    pieces.extend(subject.comment(from.comment.as_ref(), to.comment.as_ref()));
    pieces
}
