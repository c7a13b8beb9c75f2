//! Assertions: what a team demands of its tables, columns, indexes, constraints, functions, policies, roles, grants and
//! statements, said in the policy and not in Rust.
//!
//! In: the `assertions` of a policy's YAML. Out: [`Assertion`]s, checked against a closed vocabulary of facts
//! ([`fact`], `facts`), that say of a subject whether it is as demanded. The engine finds the subjects.

mod condition;
mod entry;
pub mod fact;
mod facts;
mod literal;
mod message;
mod shape;
mod test;

use std::fmt::Write;
use std::sync::Arc;

use crate::finding::Severity;
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

pub use condition::{Condition, Truth};
pub use entry::AssertionList;
pub use message::Message;
pub use shape::page as facts_page;

use fact::{GrantItem, Kind, Subject};

pub(super) use entry::{Entry, read};

/// A demand.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// Its name, as that of a rule.
    pub name: Arc<str>,
    /// What it judges.
    pub kind: Kind,
    /// The subjects that it is about; all of them without.
    pub filter: Option<Condition>,
    /// What they must be.
    pub require: Option<Condition>,
    /// What they must not be.
    pub forbid: Option<Condition>,
    /// What a finding says.
    pub message: Message,
    /// Why it matters; without it a finding says what was asked and what was found.
    pub why: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// Where more is written.
    pub reference: Option<String>,
    /// SQL that shows what it means.
    pub examples: Examples,
    /// `file:line` of its entry.
    pub place: String,
}

/// SQL that an assertion finds nothing in, and SQL that it finds something in.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// What was there before; counts as an earlier migration.
    pub before: Option<String>,
    /// Each of these passes.
    pub pass: Vec<String>,
    /// Each of these fails.
    pub fail: Vec<String>,
}

impl Assertion {
    /// Whether a subject is certain not to be as demanded.
    #[must_use]
    pub fn is_violated(&self, schema: &Schema, subject: &Subject<'_>) -> bool {
        let is = |condition: &Option<Condition>, wanted: Truth| {
            condition.as_ref().is_some_and(|c| c.holds(schema, subject) == wanted)
        };
        (is(&self.require, Truth::No) || is(&self.forbid, Truth::Yes))
            && self.filter.as_ref().is_none_or(|filter| filter.holds(schema, subject) == Truth::Yes)
    }

    /// Whether two states of a subject differ in what is asked; see [`Condition::differs`].
    #[must_use]
    pub fn asks_differently(
        &self,
        schema: &Schema,
        before: &Subject<'_>,
        after: &Subject<'_>,
        related: bool,
    ) -> bool {
        [&self.filter, &self.require, &self.forbid]
            .into_iter()
            .flatten()
            .any(|condition| condition.differs(schema, before, after, related))
    }

    /// What was asked of a subject and what it is.
    #[must_use]
    pub fn reason(&self, schema: &Schema, subject: &Subject<'_>) -> String {
        if let Some(why) = &self.why {
            return why.clone();
        }
        let mut parts = Vec::new();
        for (condition, word, wanted) in
            [(&self.require, "required", Truth::No), (&self.forbid, "forbidden", Truth::Yes)]
        {
            let Some(condition) = condition else { continue };
            if condition.holds(schema, subject) != wanted {
                continue;
            }
            let mut found = Vec::new();
            condition.decided(wanted, schema, subject, &mut found);
            parts.push(format!("{word}: {condition}; found: {}", found.join(", ")));
        }
        parts.join("; ")
    }

    /// What to do about a finding.
    #[must_use]
    pub fn advice(&self) -> String {
        match (&self.help, &self.reference) {
            (Some(help), Some(reference)) => format!("{help}; see {reference}"),
            (Some(help), None) => help.clone(),
            (None, Some(reference)) => format!("see {reference}"),
            (None, None) => {
                format!("change it, or accept it where it stands: -- checkrail: allow {} (reason)", self.name)
            }
        }
    }

    /// What it demands, in the words of the policy.
    #[must_use]
    pub fn demand(&self) -> String {
        let mut text = match &self.filter {
            Some(filter) => format!("{} where {filter}:", self.kind.name()),
            None => format!("{}:", self.kind.name()),
        };
        for (condition, word) in [(&self.require, "require"), (&self.forbid, "forbid")] {
            if let Some(condition) = condition {
                let _ = write!(text, " {word} {condition}");
            }
        }
        text
    }
}

/// The grants that an object holds.
#[must_use]
pub fn grants<'a>(key: &'a ObjectKey, object: &'a Object) -> Vec<GrantItem<'a>> {
    facts::grant::of_object(key, object)
}
