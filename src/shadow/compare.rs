//! What was predicted of a statement against what a server did.
//!
//! In: a step of the plan, with its effects and what it changed in the schema, and an observation. Out: for each
//! aspect whether the two agree, and the differences as sentences. What could not be seen is not compared: locks
//! that the transaction held before, locks outside the tables that were stalled, reads that the planner chooses.

use std::collections::{BTreeMap, BTreeSet};

use super::observation::{Method, Observed, SeenLock};
use crate::effects::fact::ScanReason;
use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::name::QName;
use crate::plan::Step;
use crate::schema::key::ObjectKey;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// Relations and lock modes.
    Locks,
    /// Relations with a new file.
    Rewrites,
    /// Relations read from end to end.
    Scans,
    /// Existing indexes that are built anew.
    IndexBuilds,
    /// Relations that appear and go.
    Relations,
    /// Whether the server refuses the statement.
    Errors,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In what.
    pub aspect: Aspect,
    /// About which relation.
    pub relation: Option<QName>,
    /// How bad it is when a review is wrong about this.
    pub severity: Severity,
    /// What differs, as a fragment.
    pub text: String,
}

/// The outcome for one statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The aspects that could be compared.
    pub compared: BTreeSet<Aspect>,
    /// What differs.
    pub differences: Vec<Difference>,
    /// Relations that the server made and the schema does not have: by dynamic SQL, by a function, by an extension.
    pub foreign: Vec<QName>,
}

impl Comparison {
    /// Whether prediction and server agree in an aspect; `None` when it was not compared.
    #[must_use]
    pub fn agrees(&self, aspect: Aspect) -> Option<bool> {
        self.compared.contains(&aspect).then(|| self.differences.iter().all(|d| d.aspect != aspect))
    }
}

/// Compares a step, after it was applied to the schema, with what a server did. `foreign` are relations that the
/// schema and the server have seen differently before: nothing about them is compared.
#[must_use]
pub fn compare(step: &Step, observed: &Observed, foreign: &BTreeSet<QName>) -> Comparison {
    let mut it = Comparing { step, observed, foreign, result: Comparison::default() };
    if step.stmt.op.is_analysed() {
        if !observed.after_error {
            it.errors();
        }
        if observed.error.is_none() && step.errors.is_empty() {
            it.effects();
        }
    }
    it.result.foreign = it.made_unknown();
    it.result
}

/// Relations that a step leaves in different states in the schema and on the server: there under a name in one and
/// not in the other. Where the server took the step back, or never ran it, all that it changes in the schema.
#[must_use]
pub fn parted(step: &Step, observed: Option<&Observed>, taken_back: bool) -> Vec<QName> {
    let Some(observed) = observed.filter(|o| !taken_back && o.error.is_none()) else {
        let relation = |key: &ObjectKey| match key {
            ObjectKey::Relation(name) => Some(name.clone()),
            _ => None,
        };
        return step.changes.iter().filter_map(|c| relation(&c.key)).collect();
    };
    let (made, dropped) = changed(step);
    let mut names = Vec::new();
    for (predicted, seen) in [(made, &observed.created), (dropped, &observed.dropped)] {
        let relations = seen.iter().filter(|(kind, _)| *kind != ObjectKind::CompositeType);
        let seen: BTreeSet<&QName> = relations.map(|(_, name)| name).collect();
        names.extend(predicted.symmetric_difference(&seen).map(|name| (*name).clone()));
    }
    names
}

struct Comparing<'a> {
    step: &'a Step,
    observed: &'a Observed,
    foreign: &'a BTreeSet<QName>,
    result: Comparison,
}

impl Comparing<'_> {
    fn effects(&mut self) {
        self.locks();
        self.rewrites();
        self.scans();
        self.index_builds();
        self.relations();
    }

    /// Relations that appeared on the server and not in the schema.
    fn made_unknown(&self) -> Vec<QName> {
        let (made, _) = changed(self.step);
        // What is made on a foreign relation, such as an index, is not known in full either.
        let touches_foreign = self.observed.locks.iter().any(|l| self.foreign.contains(&l.relation));
        let relations = self.observed.created.iter().filter(|(kind, _)| *kind != ObjectKind::CompositeType);
        let names = relations.map(|(_, name)| name);
        names.filter(|name| touches_foreign || !made.contains(name)).cloned().collect()
    }

    fn differ(&mut self, aspect: Aspect, relation: Option<&QName>, severity: Severity, text: String) {
        self.result.differences.push(Difference { aspect, relation: relation.cloned(), severity, text });
    }

    /// Whether what the effects do not mention is a mistake of theirs: where they say that they may be incomplete,
    /// it is not.
    fn is_exact(&self) -> bool {
        self.step.effects.uncertain.is_empty()
    }

    /// Whether parts of the statement may run or not.
    fn is_conditional(&self) -> bool {
        matches!(&self.step.stmt.op, DdlOp::Do(block) if block.is_conditional())
    }

    fn errors(&mut self) {
        self.result.compared.insert(Aspect::Errors);
        let foreseen = self.step.errors.first();
        match (foreseen, &self.observed.error) {
            (None, None) => {}
            (Some(foreseen), None) => {
                let text =
                    format!("the server accepts it, although it was foreseen to fail with: {foreseen}");
                self.differ(Aspect::Errors, None, Severity::Error, text);
            }
            (Some(_), Some(error)) => {
                if self.step.errors.iter().all(|e| e.sqlstate != error.sqlstate) {
                    let (message, sqlstate) = (&error.message, &error.sqlstate);
                    let text = format!("it fails, but with another error: {message} (SQLSTATE {sqlstate})");
                    self.differ(Aspect::Errors, None, Severity::Advice, text);
                }
            }
            (None, Some(error)) => {
                let possible = self.step.effects.possible_errors.iter().any(|e| e.sqlstate == error.sqlstate);
                if !possible && self.is_exact() {
                    let (message, sqlstate) = (&error.message, &error.sqlstate);
                    let text = format!("the server refuses it: {message} (SQLSTATE {sqlstate})");
                    self.differ(Aspect::Errors, None, Severity::Error, text);
                }
            }
        }
    }

    fn locks(&mut self) {
        self.result.compared.insert(Aspect::Locks);
        let predicted: BTreeMap<&QName, LockMode> = self
            .step
            .effects
            .locks
            .iter()
            .filter(|l| !is_catalog(&l.relation) && !self.foreign.contains(&l.relation))
            .map(|l| (&l.relation, l.mode))
            .collect();
        let observed = self.observed;
        // Outside a transaction only tables can be stalled.
        let comparable = |l: &&SeenLock| {
            let stalled = matches!(l.kind, ObjectKind::Table | ObjectKind::MaterializedView);
            !self.foreign.contains(&l.relation) && (observed.method != Method::LockStep || stalled)
        };
        let seen: BTreeMap<&QName, &SeenLock> =
            observed.locks.iter().filter(comparable).map(|l| (&l.relation, l)).collect();
        let held: BTreeMap<&QName, LockMode> = observed.held.iter().map(|l| (&l.relation, l.mode)).collect();
        // Triggers, foreign keys and sequences (also those of a new column) come into play with the first row or value.
        let rows_decide =
            !self.step.effects.row_writes.is_empty() || matches!(self.step.stmt.op, DdlOp::Select(_));
        for (relation, lock) in &seen {
            match predicted.get(relation) {
                Some(mode) if *mode == lock.mode => {}
                // A stronger lock that the transaction held hides the one that was taken now.
                Some(mode) if held.get(relation).is_some_and(|h| h >= mode) && lock.mode < *mode => {}
                Some(mode) if (rows_decide || self.is_conditional()) && *mode > lock.mode => {}
                Some(mode) if !self.is_exact() && *mode < lock.mode => {}
                Some(mode) => {
                    let text = format!("{} on {relation}, foreseen was {mode}", lock.mode);
                    let severity = if *mode < lock.mode { Severity::Warning } else { Severity::Advice };
                    self.differ(Aspect::Locks, Some(relation), severity, text);
                }
                None if self.is_exact() => {
                    let text = format!("{} on {relation}, which was not foreseen", lock.mode);
                    let severity =
                        if lock.mode.blocks_writes() { Severity::Warning } else { Severity::Advice };
                    self.differ(Aspect::Locks, Some(relation), severity, text);
                }
                None => {}
            }
        }
        if self.is_conditional() || rows_decide || !self.is_exact() {
            return;
        }
        let sequences: BTreeSet<&QName> = self
            .step
            .effects
            .locks
            .iter()
            .filter(|l| l.kind == ObjectKind::Sequence && l.mode == LockMode::RowExclusive)
            .map(|l| &l.relation)
            .collect();
        for (relation, mode) in predicted.into_iter().filter(|(relation, _)| !sequences.contains(relation)) {
            let visible = match observed.method {
                Method::Own => true,
                Method::Shared => held.get(relation).is_none_or(|held| *held < mode),
                Method::LockStep => observed.watched.contains(relation),
            };
            if visible && !seen.contains_key(relation) {
                let text = format!("no lock on {relation}, foreseen was {mode}");
                self.differ(Aspect::Locks, Some(relation), Severity::Advice, text);
            }
        }
    }

    fn rewrites(&mut self) {
        // What a procedural block does under a condition is foretold whether it holds or not.
        let predicted: Vec<&QName> = self
            .step
            .effects
            .rewrites
            .iter()
            .map(|r| &r.relation)
            .filter(|r| !self.is_index_or_sequence(r))
            .collect();
        self.compare_sets(Aspect::Rewrites, &predicted, &self.observed.rewrites, "rewrite", &[]);
    }

    fn is_index_or_sequence(&self, relation: &QName) -> bool {
        let lock = self.step.effects.locks.iter().find(|l| l.relation == *relation);
        lock.is_some_and(|l| matches!(l.kind, ObjectKind::Index | ObjectKind::Sequence))
    }

    fn scans(&mut self) {
        if is_planned(&self.step.stmt.op) {
            return;
        }
        let scans = &self.step.effects.scans;
        let predicted: Vec<&QName> = scans.iter().map(|s| &s.relation).collect();
        // On empty tables the check of a foreign key does not get as far as the referenced table, the sampling
        // of VACUUM and ANALYZE is no scan to the server, and a query reads as it is planned.
        let unseen: Vec<&QName> = scans
            .iter()
            .filter(|s| {
                matches!(
                    s.reason,
                    ScanReason::ForeignKey(_)
                        | ScanReason::Maintenance
                        | ScanReason::Query
                        | ScanReason::Populate
                        | ScanReason::UnfilteredWrite
                )
            })
            .map(|s| &s.relation)
            .collect();
        self.compare_sets(Aspect::Scans, &predicted, &self.observed.scans, "full read", &unseen);
    }

    fn index_builds(&mut self) {
        // An index over no rows is made anew all the same; the effects speak of work.
        let empties = match &self.step.stmt.op {
            DdlOp::Truncate(_) => true,
            DdlOp::RefreshMatview(refresh) => !refresh.with_data,
            _ => false,
        };
        if empties {
            return;
        }
        // Indexes that exist are locked to be built anew; those that the statement makes are no rebuilds.
        // VACUUM makes none, and its locks on indexes are not foretold: the one on the table covers them.
        let effects = &self.step.effects;
        let makes_none = matches!(self.step.stmt.op, DdlOp::Vacuum(_));
        let exists = |name: &QName| makes_none || effects.locks.iter().any(|l| l.relation == *name);
        let names: Vec<QName> =
            effects.index_builds.iter().filter_map(|b| Some(b.table.sibling(b.index.clone()?))).collect();
        let predicted: Vec<&QName> = names.iter().filter(|name| exists(name)).collect();
        self.compare_sets(Aspect::IndexBuilds, &predicted, &self.observed.index_builds, "build", &[]);
    }

    /// `may_be_unseen`: predicted ones that are not always to be seen.
    fn compare_sets(
        &mut self,
        aspect: Aspect,
        predicted: &[&QName],
        seen: &[QName],
        what: &str,
        may_be_unseen: &[&QName],
    ) {
        self.result.compared.insert(aspect);
        for relation in seen.iter().filter(|r| !predicted.contains(r)) {
            if self.is_exact() && !self.foreign.contains(relation) {
                let text = format!("a {what} of {relation}, which was not foreseen");
                self.differ(aspect, Some(relation), Severity::Warning, text);
            }
        }
        if self.is_conditional() || !self.is_exact() {
            return;
        }
        let mut told = BTreeSet::new();
        for relation in predicted.iter().filter(|r| !seen.contains(r) && !is_catalog(r)) {
            let comparable = !may_be_unseen.contains(relation) && !self.foreign.contains(relation);
            if comparable && told.insert(*relation) {
                let text = format!("no {what} of {relation}, although it was foreseen");
                self.differ(aspect, Some(relation), Severity::Advice, text);
            }
        }
    }

    /// Relations by name. What the bodies of functions and extensions make is not foreseen, and said to be so.
    fn relations(&mut self) {
        let op = &self.step.stmt.op;
        let opaque = matches!(
            op,
            DdlOp::CreateExtension(_)
                | DdlOp::AlterExtension(_)
                | DdlOp::Select(_)
                | DdlOp::Call { .. }
                | DdlOp::Transaction(_)
                | DdlOp::Drop(crate::ir::object::Drop { kind: ObjectKind::Extension, .. })
        );
        if opaque || self.is_conditional() || !self.is_exact() {
            return;
        }
        self.result.compared.insert(Aspect::Relations);
        // What hangs on relations that are not known comes and goes with them.
        let observed = self.observed;
        let touched = |name: &QName| self.foreign.contains(name);
        if observed.locks.iter().any(|l| touched(&l.relation))
            || self.step.effects.locks.iter().any(|l| touched(&l.relation))
        {
            return;
        }
        let step = self.step;
        let (created, dropped) = changed(step);
        // A composite type has a relation of its own, which the model keeps with the types.
        let names = |list: &'_ [(ObjectKind, QName)]| -> BTreeSet<QName> {
            let relations = list.iter().filter(|(kind, _)| *kind != ObjectKind::CompositeType);
            relations.map(|(_, name)| name.clone()).collect()
        };
        for (predicted, seen, verb) in
            [(created, names(&observed.created), "made"), (dropped, names(&observed.dropped), "dropped")]
        {
            for name in seen.iter().filter(|name| !predicted.contains(name) && !touched(name)) {
                let text = format!("{name} is {verb}, which was not foreseen");
                self.differ(Aspect::Relations, Some(name), Severity::Advice, text);
            }
            for name in predicted.iter().filter(|name| !seen.contains(**name) && !touched(name)) {
                let text = format!("{name} is not {verb}, although that was foreseen");
                self.differ(Aspect::Relations, Some(name), Severity::Advice, text);
            }
        }
    }
}

/// Catalogs are not watched.
fn is_catalog(relation: &QName) -> bool {
    relation.in_schema("pg_catalog") || relation.in_schema("information_schema")
}

/// Whether the planner decides what the statement reads, or what it reads is no work.
fn is_planned(op: &DdlOp) -> bool {
    match op {
        // The new file is empty, and the server reads it for each index.
        DdlOp::Truncate(_) => true,
        DdlOp::Insert(_)
        | DdlOp::Update(_)
        | DdlOp::Delete(_)
        | DdlOp::Merge(_)
        | DdlOp::Select(_)
        | DdlOp::Copy(_)
        | DdlOp::Do(_)
        | DdlOp::Call { .. }
        | DdlOp::Session(_)
        | DdlOp::CreateMatview(_)
        | DdlOp::RefreshMatview(_) => true,
        DdlOp::CreateTable(table) => table.as_query.is_some(),
        _ => false,
    }
}

/// Relations that the statement makes and drops in the schema. It may note one object several times.
fn changed(step: &Step) -> (BTreeSet<&QName>, BTreeSet<&QName>) {
    let (mut made, mut dropped) = (BTreeSet::new(), BTreeSet::new());
    for change in &step.changes {
        let ObjectKey::Relation(name) = &change.key else { continue };
        match (&change.before, &change.after) {
            (None, Some(_)) if !dropped.remove(name) => {
                made.insert(name);
            }
            (Some(_), None) if !made.remove(name) => {
                dropped.insert(name);
            }
            _ => {}
        }
    }
    (made, dropped)
}

#[cfg(test)]
mod tests;
