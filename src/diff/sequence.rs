//! Sequences. Those behind identity columns come, change and go with the column.

use crate::ir::DdlOp;
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::ir::table::Persistence;
use crate::ir::types::{AlterSequence, CreateSequence, SequenceOptions};
use crate::schema::acl::Acl;
use crate::schema::key::ObjectKey;
use crate::schema::model::Sequence;

use super::acl::Owners;
use super::context::Context;
use super::piece::{Phase, Piece, Target, alter_table as alter};
use super::subject::Subject;

/// The options that are not the default of a new sequence.
pub(super) fn options(sequence: &Sequence) -> SequenceOptions {
    SequenceOptions {
        data_type: (!sequence.data_type.is("int8")).then(|| sequence.data_type.clone()),
        increment: (sequence.increment != 1).then_some(sequence.increment),
        min_value: sequence.min_value.map(Some),
        max_value: sequence.max_value.map(Some),
        start: sequence.start,
        restart: None,
        cache: (sequence.cache != 1).then_some(sequence.cache),
        cycle: sequence.cycle.then_some(true),
        owned_by: None,
        sequence_name: None,
    }
}

/// The statements that make a sequence.
pub(super) fn create(key: &ObjectKey, sequence: &Sequence) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut bare = Sequence { owner: None, acl: Acl::default(), comment: None, ..sequence.clone() };
    if !sequence.identity {
        let op = DdlOp::CreateSequence(CreateSequence {
            name: sequence.name.clone(),
            if_not_exists: false,
            temporary: sequence.persistence == Persistence::Temporary,
            unlogged: sequence.persistence == Persistence::Unlogged,
            options: Box::new(options(sequence)),
        });
        pieces.push(Piece::make(Phase::Create, Target::whole(key.clone()), op));
        bare.owned_by = None;
    }
    // What an identity column brings is there when its table is.
    let phase = if sequence.identity { Phase::Late } else { Phase::Create };
    pieces.extend(rest(key, &bare, sequence, phase));
    pieces
}

/// The statement that drops a sequence, unless it goes with the column that owns it.
pub(super) fn drop(key: &ObjectKey, sequence: &Sequence, cx: &Context<'_>) -> Vec<Piece> {
    let owned = sequence.owned_by.as_ref().is_some_and(|(table, column)| cx.loses_column(table, column));
    if sequence.identity || owned {
        return Vec::new();
    }
    let op = DdlOp::Drop(Drop {
        kind: ObjectKind::Sequence,
        objects: vec![ObjectName::of(sequence.name.clone())],
        if_exists: false,
        cascade: false,
        concurrently: false,
    });
    vec![Piece::remove(Phase::Drop, Target::whole(key.clone()), op)]
}

/// The statements that lead from one state of a sequence to another.
pub(super) fn change(key: &ObjectKey, from: &Sequence, to: &Sequence) -> Vec<Piece> {
    let mut changed = SequenceOptions::default();
    if from.data_type != to.data_type {
        changed.data_type = Some(to.data_type.clone());
    }
    if from.increment != to.increment {
        changed.increment = Some(to.increment);
    }
    if from.min_value != to.min_value {
        changed.min_value = Some(to.min_value);
    }
    if from.max_value != to.max_value {
        changed.max_value = Some(to.max_value);
    }
    if from.start != to.start {
        // There is no word for the default: it is the first value in the sequence's direction.
        changed.start = Some(to.start.unwrap_or_else(|| first_value(to)));
    }
    if from.cache != to.cache {
        changed.cache = Some(to.cache);
    }
    if from.cycle != to.cycle {
        changed.cycle = Some(to.cycle);
    }
    let mut pieces = Vec::new();
    if changed != SequenceOptions::default() {
        pieces.push(statement(key, to, Phase::Alter, changed));
    }
    pieces.extend(rest(key, from, to, Phase::Alter));
    pieces
}

fn first_value(sequence: &Sequence) -> i64 {
    if sequence.increment < 0 { sequence.max_value.unwrap_or(-1) } else { sequence.min_value.unwrap_or(1) }
}

fn statement(key: &ObjectKey, sequence: &Sequence, phase: Phase, options: SequenceOptions) -> Piece {
    let op = DdlOp::AlterSequence(AlterSequence {
        name: sequence.name.clone(),
        if_exists: false,
        options: Box::new(options),
    });
    Piece::change(phase, Target::whole(key.clone()), op)
}

fn rest(key: &ObjectKey, from: &Sequence, to: &Sequence, phase: Phase) -> Vec<Piece> {
    let name = ObjectName::of(to.name.clone());
    let subject = Subject { key, kind: ObjectKind::Sequence, name: &name, phase };
    let mut pieces = Vec::new();
    if from.persistence != to.persistence && to.persistence != Persistence::Temporary && !to.identity {
        let logged = to.persistence == Persistence::Permanent;
        let action = crate::ir::table::TableAction::SetLogged(logged);
        let op = alter(ObjectKind::Sequence, &to.name, action);
        pieces.push(Piece::change(phase, Target::whole(key.clone()), op));
    }
    // The owner of an owned sequence is its table's, and has to be already when it becomes one.
    let owner = subject.owner(from.owner.as_ref(), to.owner.as_ref());
    if from.owned_by.is_none() {
        pieces.extend(owner.clone());
    }
    pieces.extend(subject.privileges(
        &from.acl,
        &to.acl,
        Owners::new(from.owner.as_ref(), to.owner.as_ref()),
    ));
    pieces.extend(subject.comment(from.comment.as_ref(), to.comment.as_ref()));
    if from.owned_by != to.owned_by && !to.identity {
        let options = SequenceOptions { owned_by: Some(to.owned_by.clone()), ..SequenceOptions::default() };
        let mut piece = statement(key, to, Phase::Late, options);
        piece.needs.extend(to.owned_by.iter().map(|(table, _)| ObjectKey::Relation(table.clone())));
        piece.frees.extend(from.owned_by.iter().map(|(table, _)| ObjectKey::Relation(table.clone())));
        pieces.push(piece);
        if to.owned_by.is_none() {
            pieces.extend(owner.map(|owner| Piece { phase: Phase::Late, ..owner }));
        }
    }
    pieces
}
