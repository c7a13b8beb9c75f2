//! MySQL and SQLite: the way back of what certainly was not there before, with the names as they are written.
//! The model does not keep all that these servers know of a table (engine, character set, row format), so what
//! is dropped or changed is not claimed to come back.

use crate::diff::piece::{Phase, Piece, Target, Verb};
use crate::ir::DdlOp;
use crate::ir::object::{Drop, ObjectKind, ObjectName, Rename};
use crate::name::QName;
use crate::schema::Coverage;
use crate::schema::key::ObjectKey;

use super::{Back, blind, statement};

/// Adds the way back of a statement of another dialect, or says why there is none.
pub(super) fn undo(back: &mut Back<'_>) {
    let step = back.step;
    let op = &step.stmt.op;
    if step.changes.is_empty() && (is_conditional(op) || touches_no_schema(op)) {
        statement::judge(back);
        return;
    }
    match opposite(back, op) {
        Some(pieces) => back.pieces.extend(pieces),
        None => {
            for change in &step.changes {
                back.give_up(change.key.clone(), op);
            }
            back.irreversible(
                format!(
                    "the way back of {} is not written for {}: write it by hand",
                    op.kind(),
                    back.after.dialect()
                ),
                step.changes.iter().map(|c| Target::whole(c.key.clone())).collect(),
            );
        }
    }
}

/// Whether the statement says that it may find nothing to do, and the model knows that it did not.
fn is_conditional(op: &DdlOp) -> bool {
    match op {
        DdlOp::CreateTable(op) => op.if_not_exists,
        DdlOp::CreateIndex(op) => op.if_not_exists,
        DdlOp::Drop(op) => op.if_exists,
        _ => false,
    }
}

/// Statements on rows, sessions and storage, which are judged as everywhere.
fn touches_no_schema(op: &DdlOp) -> bool {
    matches!(
        op,
        DdlOp::Truncate(_)
            | DdlOp::Insert(_)
            | DdlOp::Update(_)
            | DdlOp::Delete(_)
            | DdlOp::Merge(_)
            | DdlOp::Select(_)
            | DdlOp::Copy(_)
            | DdlOp::Call { .. }
            | DdlOp::LockTable(_)
            | DdlOp::Transaction(_)
            | DdlOp::Set(_)
            | DdlOp::Session(_)
            | DdlOp::Vacuum(_)
            | DdlOp::Reindex(_)
            | DdlOp::Cluster(_)
            | DdlOp::Opaque(_)
    )
}

fn opposite(back: &mut Back<'_>, op: &DdlOp) -> Option<Vec<Piece>> {
    let key = |name: &QName| ObjectKey::Relation(back.after.relation_name(name));
    let drop = |kind, object, on| {
        let op = DdlOp::Drop(Drop {
            kind,
            objects: vec![object],
            if_exists: false,
            cascade: false,
            concurrently: false,
        });
        vec![Piece::remove(Phase::Drop, Target::whole(on), op)]
    };
    match op {
        DdlOp::CreateTable(create) => {
            let name = create.name.as_ref()?;
            let pieces = drop(ObjectKind::Table, ObjectName::of(name.clone()), key(name));
            if create.if_not_exists && back.after.coverage == Coverage::Partial {
                back.lossy(
                    format!(
                        "if {name} was there before, the statement did nothing, and the script drops what it did \
                         not make"
                    ),
                    Vec::new(),
                );
            }
            Some(pieces)
        }
        DdlOp::CreateView(create) if !create.or_replace => {
            Some(drop(ObjectKind::View, ObjectName::of(create.name.clone()), key(&create.name)))
        }
        // The index is named with its table, as MySQL wants it.
        DdlOp::CreateIndex(create) => {
            let name = create.name.clone()?;
            let on = key(&create.table.sibling(name.clone()));
            Some(drop(ObjectKind::Index, ObjectName::part(create.table.clone(), name), on))
        }
        DdlOp::Rename(rename) => {
            let (object, to) = match &rename.object.part {
                Some(part) => (ObjectName::part(rename.object.name.clone(), rename.to.clone()), part.clone()),
                None => {
                    let old = &rename.object.name;
                    (ObjectName::of(old.sibling(rename.to.clone())), old.name.clone())
                }
            };
            let on = Target::whole(key(&object.name));
            let op = DdlOp::Rename(Rename { object, to, ..rename.clone() });
            Some(vec![Piece { verb: Verb::Rename, ..Piece::make(Phase::Alter, on, op) }])
        }
        DdlOp::AlterTable(_) => blind::opposite(back.after, op),
        _ => None,
    }
}
