//! Locks over time: from the statement that takes one to the end of its transaction.

use crate::ir::data::LockMode;
use crate::name::QName;
use crate::plan::{Lifetime, Step};

use super::model::LockSpan;

/// A lock that is held.
struct Open {
    relation: QName,
    kind: String,
    mode: LockMode,
    first: usize,
    last: usize,
}

/// The locks on relations that others may use, in the order in which they are taken. `steps` are those of one
/// migration.
pub(super) fn spans(steps: &[Step]) -> Vec<LockSpan> {
    let mut done: Vec<Open> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut block = None;
    for (place, step) in steps.iter().enumerate() {
        let now = step.transaction.block();
        if now.is_none() || now != block {
            done.append(&mut open);
        }
        block = now;
        // What is no longer held went with a rollback to a savepoint; what is held under another name was renamed.
        let mut kept = Vec::with_capacity(open.len());
        for lock in open.drain(..) {
            let held = step.held.iter().any(|h| h.relation == lock.relation);
            if held { kept.push(lock) } else { done.push(lock) }
        }
        open = kept;
        for held in &step.held {
            if open.iter().all(|o| o.relation != held.relation) {
                let origin = done.iter().rev().find(|o| o.mode == held.mode);
                let kind = origin.map_or_else(|| "table".to_owned(), |o| o.kind.clone());
                let relation = held.relation.clone();
                open.push(Open { relation, kind, mode: held.mode, first: place, last: place });
            }
        }
        for (lock, (lifetime, preexisting)) in step.effects.locks.iter().zip(&step.lifetimes) {
            if *lifetime != Lifetime::Existing || !preexisting {
                continue;
            }
            let covered = open.iter().any(|o| o.relation == lock.relation && o.mode >= lock.mode);
            if !covered {
                open.push(Open {
                    relation: lock.relation.clone(),
                    kind: lock.kind.to_string(),
                    mode: lock.mode,
                    first: place,
                    last: place,
                });
            }
        }
        open.iter_mut().for_each(|o| o.last = place);
    }
    done.append(&mut open);
    done.sort_by_key(|o| o.first);
    done.into_iter()
        .map(|o| LockSpan {
            relation: o.relation.to_string(),
            kind: o.kind,
            mode: o.mode.name(),
            first: o.first,
            last: o.last,
        })
        .collect()
}
