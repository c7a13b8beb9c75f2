//! The way back: for each statement the operations that restore the schema before it.
//!
//! In: committed steps; their journal holds every object before and after. Out: inverse operations with a class
//! that says what they restore.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ir::DdlOp;
use crate::plan::Step;
use crate::schema::Schema;

/// How far a rollback restores what was there; the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reversibility {
    /// The statement changes nothing that lasts.
    NoneNeeded,
    /// Everything comes back as it was.
    Exact,
    /// The structure comes back, some data or order does not.
    Lossy,
    /// There is no way back by SQL.
    Irreversible,
}

impl Reversibility {
    /// The name used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoneNeeded => "none-needed",
            Self::Exact => "exact",
            Self::Lossy => "lossy",
            Self::Irreversible => "irreversible",
        }
    }
}

/// The way back for one statement.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRollback {
    /// The step.
    pub step: usize,
    /// Its class.
    pub class: Reversibility,
    /// The operations, in the order in which they must run.
    pub ops: Vec<DdlOp>,
    /// What does not come back, or why there is no way back; one sentence each.
    pub lost: Vec<String>,
}

/// The way back for a committed step; `after` is the schema after it.
#[must_use]
pub fn invert(step: &Step, _after: &Schema) -> StepRollback {
    StepRollback { step: step.index, class: Reversibility::NoneNeeded, ops: Vec::new(), lost: Vec::new() }
}

/// The rollback of a whole migration.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// The worst class of its statements.
    pub class: Reversibility,
    /// Whether the whole script may run in one transaction.
    pub transaction: bool,
    /// The script, with comments that say what is not restored.
    pub sql: String,
}

/// The script that undoes a migration: the inverses in reverse order.
#[must_use]
pub fn script(_steps: &[StepRollback]) -> Script {
    Script { class: Reversibility::NoneNeeded, transaction: true, sql: String::new() }
}
