//! The zero-downtime way to the same end, in stages.
//!
//! In: a step that a rule objected to, with the schema before it. Out: stages, each a list of operations that
//! belong into one migration file.

use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::rules::StepContext;

/// A safe rewrite of one statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewrite {
    /// Which remedy it is.
    pub hint: RemedyHint,
    /// What it does, in a sentence.
    pub summary: String,
    /// The stages in order; each is a migration of its own.
    pub stages: Vec<Stage>,
}

/// One migration of a rewrite.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// What this stage does, in a few words.
    pub title: String,
    /// Whether it may run inside a transaction; otherwise the runner must not wrap it.
    pub transaction: bool,
    /// The statements.
    pub ops: Vec<DdlOp>,
    /// SQL that is no single operation (batched backfill loops, checks to run between stages), as comments or
    /// client-side SQL, in order after `ops`.
    pub notes: Vec<String>,
}

/// The safe rewrite of a step, when there is one for this hint.
#[must_use]
pub fn for_step(_cx: &StepContext<'_>, _hint: RemedyHint) -> Option<Rewrite> {
    None
}
