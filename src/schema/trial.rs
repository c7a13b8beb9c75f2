//! Statements on trial: carried out on the schema, looked at, and taken back as if they had never been.
//!
//! The journal gives the objects back. This keeps what it does not hold: the session, what is unknown, and how
//! many places the graph had, since a place that was ever taken says that an object was once there.

use crate::name::QName;

use super::key::ObjectKey;
use super::model::Change;
use super::{Schema, Session};

/// The state of a schema before a trial, other than its objects.
#[derive(Debug)]
pub struct Trial {
    session: Session,
    temporary: Vec<ObjectKey>,
    unknown: usize,
    places: usize,
    blind: bool,
}

impl Schema {
    /// Starts a trial. Every trial ends with [`Schema::end_trial`], and there is only one at a time.
    #[must_use]
    pub fn begin_trial(&self) -> Trial {
        Trial {
            session: self.session.clone(),
            temporary: self.temporary.clone(),
            unknown: self.unknown.len(),
            places: self.nodes.len(),
            blind: self.blind,
        }
    }

    /// Ends a trial: everything is as it was when it began. `changes` are all changes since then, oldest first.
    pub fn end_trial(&mut self, trial: Trial, changes: &[Change]) {
        self.undo(changes);
        let functions = changes.iter().filter_map(|change| match &change.key {
            ObjectKey::Function(name, _) => Some(name),
            _ => None,
        });
        for name in functions {
            self.order_overloads(name);
        }
        for index in self.nodes.drain(trial.places..).map(|(_, index)| index) {
            self.graph.remove_node(index);
        }
        self.unknown.truncate(trial.unknown);
        self.temporary = trial.temporary;
        self.session = trial.session;
        self.blind = trial.blind;
    }

    /// Functions that came back stand behind those that stayed: puts them in the order in which they were made.
    fn order_overloads(&mut self, name: &QName) {
        if let Some(overloads) = self.overloads.get_mut(name) {
            overloads.sort_by_key(|key| self.nodes.get_index_of(key));
            if overloads.is_empty() {
                self.overloads.remove(name);
            }
        }
    }
}
