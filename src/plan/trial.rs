//! A script on trial: replayed for what it would do, and taken back so that the replay goes on.

use crate::hash::{HashSet, IndexMap};
use crate::name::QName;
use crate::schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::Change;

use super::replay::Replay;
use super::rows::Rows;
use super::step::Step;

/// A trial in progress.
#[derive(Debug)]
pub struct Trial {
    schema: schema::Trial,
    next_step: usize,
    created_in_set: HashSet<QName>,
    created_in_migration: HashSet<QName>,
    rows: Rows,
}

impl Trial {
    /// Whether the migration before the trial made the relation, which is named as that left it.
    #[must_use]
    pub fn made(&self, relation: &QName) -> bool {
        self.created_in_migration.contains(relation)
    }
}

impl Replay {
    /// Starts a trial, between two migrations. What exists now counts as in use by others: the script runs when
    /// the migrations are deployed.
    pub fn begin_trial(&mut self) -> Trial {
        Trial {
            schema: self.schema.begin_trial(),
            next_step: self.next_step,
            created_in_set: std::mem::take(&mut self.created_in_set),
            created_in_migration: std::mem::take(&mut self.created_in_migration),
            rows: self.rows.clone(),
        }
    }

    /// Ends a trial in which `steps` were committed.
    pub fn end_trial(&mut self, trial: Trial, steps: &[Step]) {
        // Objects as they were first met: what a `ROLLBACK` in the script took back meanwhile does no harm.
        let mut first: IndexMap<&ObjectKey, &Change> = IndexMap::default();
        for change in steps.iter().flat_map(|step| &step.changes) {
            first.entry(&change.key).or_insert(change);
        }
        let changes: Vec<Change> = first.into_values().cloned().collect();
        self.schema.end_trial(trial.schema, &changes);
        self.next_step = trial.next_step;
        self.created_in_set = trial.created_in_set;
        self.created_in_migration = trial.created_in_migration;
        self.rows = trial.rows;
    }
}
