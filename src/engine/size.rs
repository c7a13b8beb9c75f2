//! Severity by size: what a finding about work under a lock is worth on a table of that size.

use crate::finding::work::{Judged, Size, Work, Worked};
use crate::finding::{Finding, Severity};
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::name::QName;
use crate::plan::Step;
use crate::policy::SizePolicy;
use crate::schema::Schema;

/// Fills in what is known about the work of a finding, and lets the size decide about its severity: small tables turn
/// it into advice, large ones turn warnings into errors.
pub(super) fn weigh(finding: &mut Finding, step: &Step, schema: &Schema, policy: &SizePolicy) {
    let Some(named) = &finding.works_on else { return };
    let relations: Vec<QName> = if named.is_empty() { worked_on(step) } else { named.clone() };
    let relations: Vec<Worked> = relations
        .into_iter()
        .map(|relation| {
            let size = schema.sizes.get(&relation).map(|s| Size {
                rows: s.rows,
                bytes: s.bytes,
                index_bytes: s.index_bytes,
            });
            Worked { rewritten: step.effects.rewrites(&relation), size, relation }
        })
        .collect();
    if relations.is_empty() {
        return;
    }
    let in_full =
        relations.iter().all(|w| step.effects.scans(&w.relation) || w.rewritten || named.is_empty());
    let sizes: Vec<Option<Size>> = relations.iter().map(|w| w.size).collect();
    let judged = policy.judge(&sizes);
    match judged {
        Judged::Small | Judged::UnknownAsSmall => finding.severity = Severity::Advice,
        Judged::Large if finding.severity == Severity::Warning => finding.severity = Severity::Error,
        Judged::Large | Judged::Medium | Judged::UnknownAsLarge => {}
    }
    finding.work = Some(Work { relations, judged, in_full });
}

/// The relations that the statement reads or writes in full under locks that block writes, and those that it has to
/// read for them, a partitioned table by its partitions.
fn worked_on(step: &Step) -> Vec<QName> {
    let fx = &step.effects;
    let mut found: Vec<QName> = Vec::new();
    for lock in step.existing_locks() {
        let built = fx.index_builds.iter().any(|b| b.table == lock.relation && !b.concurrently);
        let worked = fx.rewrites(&lock.relation) || fx.scans(&lock.relation) || built;
        let blocks = lock.mode >= LockMode::Share;
        // The indexes of a table are part of its size.
        if worked && blocks && lock.kind != ObjectKind::Index && !found.contains(&lock.relation) {
            found.push(lock.relation.clone());
        }
    }
    found
}
