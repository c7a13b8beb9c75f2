//! What the migration around a statement makes void.
//!
//! Rows written to a table that the migration itself made, or values of a column that it added, are nobody's
//! loss: they go with the table or the column. And what a `ROLLBACK` in the file takes back needs no undoing.

use crate::diff::piece::Target;
use crate::hash::HashSet;
use crate::ir::data::Transaction;
use crate::name::{Ident, QName};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;

use super::trace::Move;
use super::{Keep, Reversibility, StepRollback};

/// Takes from the steps of one migration, given in order, what the migration makes void, and classifies them
/// anew.
pub fn settle(steps: &mut [StepRollback]) {
    let undone = rolled_back(steps);
    let mut made = Made::default();
    let (mut names, mut gone) = (Names::default(), HashSet::default());
    for (step, undone) in steps.iter_mut().zip(undone) {
        if undone {
            step.pieces.clear();
            step.losses.clear();
            step.trace.moves.clear();
            step.notes.clear();
            step.keeps.clear();
            step.class = Reversibility::NoneNeeded;
            continue;
        }
        let before = step.losses.len();
        step.losses.retain(|loss| loss.about.is_empty() || !loss.about.iter().all(|t| made.has(t)));
        step.notes.retain(|note| note.about.as_ref().is_none_or(|t| !made.has(t)));
        let keeps = std::mem::take(&mut step.keeps).into_iter();
        // What is not made again cannot take its rows back.
        let comes_back = |keep: &Keep| !step.trace.unmade.contains(&ObjectKey::Relation(keep.table.clone()));
        let keeps = keeps.filter(comes_back);
        step.keeps = keeps.filter_map(|keep| keep.at_start(&made, &names)).collect();
        if step.losses.is_empty() {
            step.keeps.clear();
        }
        let voided = step.losses.len() < before;
        let class = step.class;
        step.classify();
        // Undone all the same, by what undoes the table or the column.
        if step.class == Reversibility::NoneNeeded && (voided || class == Reversibility::Exact) {
            step.class = Reversibility::Exact;
        }
        names.1.extend(step.pieces.iter().map(|piece| piece.on.key.clone()));
        for change in &step.trace.moves {
            made.follow(change);
            match change {
                Move::Renamed { from, to } => names.0.push((from.clone(), to.clone())),
                Move::Gone(target) if target.part == Part::Whole => {
                    gone.insert(names.object(&target.key));
                }
                Move::Gone(_) | Move::Made(_) => {}
            }
        }
    }
    steps.iter_mut().flat_map(|step| &mut step.keeps).for_each(|keep| keep.outlast(&gone));
}

/// What a migration has renamed so far: from, to; and what it has changed.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<(Target, Target)>, HashSet<ObjectKey>);

impl Names {
    /// Whether the migration has changed an object already, by its present name.
    pub(super) fn is_touched(&self, key: &ObjectKey) -> bool {
        self.1.contains(key) || self.0.iter().any(|(_, to)| to.key == *key)
    }

    /// What an object was called before the migration.
    pub(super) fn object(&self, key: &ObjectKey) -> ObjectKey {
        let whole = self.0.iter().rev().filter(|(from, _)| from.part == Part::Whole);
        whole.fold(key.clone(), |key, (from, to)| if to.key == key { from.key.clone() } else { key })
    }

    /// What a column was called before the migration; the table goes by its present name.
    pub(super) fn column(&self, table: &QName, column: &Ident) -> Ident {
        let (mut key, mut name) = (ObjectKey::Relation(table.clone()), column.clone());
        for (from, to) in self.0.iter().rev() {
            if to.key != key {
                continue;
            }
            match (&from.part, &to.part) {
                (Part::Column(old), Part::Column(new)) if *new == name => name = old.clone(),
                (Part::Whole, _) => key = from.key.clone(),
                _ => {}
            }
        }
        name
    }
}

/// What a migration has made so far, under its present name.
#[derive(Debug, Default)]
pub(super) struct Made(HashSet<Target>);

impl Made {
    pub(super) fn of(steps: &[StepRollback]) -> Self {
        let mut made = Self::default();
        steps.iter().flat_map(|s| &s.trace.moves).for_each(|change| made.follow(change));
        made
    }

    /// Whether the migration made it, or the object it is a part of.
    pub(super) fn has(&self, target: &Target) -> bool {
        self.0.contains(target)
            || (target.part != Part::Whole && self.0.contains(&Target::whole(target.key.clone())))
    }

    fn follow(&mut self, change: &Move) {
        match change {
            Move::Made(target) => {
                self.0.insert(target.clone());
            }
            Move::Gone(target) => {
                self.0.remove(target);
                if target.part == Part::Whole {
                    self.0.retain(|t| t.key != target.key);
                }
            }
            Move::Renamed { from, to } => {
                let parts: Vec<Target> = self.0.iter().filter(|t| from.contains(t)).cloned().collect();
                for old in parts {
                    self.0.remove(&old);
                    let part = if from.part == Part::Whole { old.part } else { to.part.clone() };
                    self.0.insert(Target { key: to.key.clone(), part });
                }
            }
        }
    }
}

/// Which steps a later `ROLLBACK` or `ROLLBACK TO SAVEPOINT` of the same transaction takes back.
fn rolled_back(steps: &[StepRollback]) -> Vec<bool> {
    let mut undone = vec![false; steps.len()];
    for (i, step) in steps.iter().enumerate() {
        let Some(block) = step.trace.block else { continue };
        let start = match &step.trace.control {
            Some(Transaction::Rollback { .. }) => 0,
            Some(Transaction::RollbackTo(name)) => {
                let savepoint = |s: &StepRollback| {
                    s.trace.block == Some(block)
                        && s.trace.control.as_ref() == Some(&Transaction::Savepoint(name.clone()))
                };
                match steps[..i].iter().rposition(savepoint) {
                    Some(at) => at,
                    None => continue,
                }
            }
            _ => continue,
        };
        for earlier in start..i {
            undone[earlier] |= steps[earlier].trace.block == Some(block);
        }
    }
    // Transaction control itself has nothing to undo, and savepoints stay what they are.
    for (step, undone) in steps.iter().zip(&mut undone) {
        *undone &= step.trace.control.is_none();
    }
    undone
}
