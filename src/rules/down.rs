//! What a rule sees of a hand-written way back.

use crate::diff::residue::{Item, Weight};
use crate::finding::Confidence;
use crate::ir::data::LockMode;
use crate::ir::{DdlOp, OpaqueReason};
use crate::name::QName;
use crate::plan::{MigrationInfo, Step};
use crate::schema::Schema;
use crate::text::{FileId, Span};

use super::context::RuleOptions;

/// Where a hand-written way back stands and what its author says in comments.
#[derive(Clone, Debug, PartialEq)]
pub struct DownInfo {
    /// The file; that of the migration itself for tools that keep both in one.
    pub file: FileId,
    /// The part of the file that is run.
    pub span: Span,
    /// Whether a comment says that the migration cannot or shall not be undone.
    pub declared: bool,
}

/// A hand-written way back, replayed on the schema that its migration leaves.
pub struct DownContext<'a> {
    /// The migration.
    pub migration: &'a MigrationInfo,
    /// The way back.
    pub down: &'a DownInfo,
    /// The statements of the migration, already applied.
    pub up: &'a [Step],
    /// The statements of the way back, applied too.
    pub steps: &'a [Step],
    /// The schema after the way back.
    pub schema: &'a Schema,
    /// What the migration itself changes for good; told only where the way back does nothing, or where not
    /// everything before the migration is known.
    pub change: &'a [Item],
    /// How the schema after the way back differs from the one before the migration; empty when that is not known.
    pub residue: &'a [Item],
    /// What the way back dropped although the migration had left it alone.
    pub dropped: &'a [Item],
    /// The statements that would complete the way back, where they are few.
    pub completion: Option<&'a str>,
    /// Why the two cannot be compared; empty when they can.
    pub doubts: &'a [String],
    /// How sure the comparison is.
    pub confidence: Confidence,
    /// What a server made of it; then `change`, `residue` and `dropped` are what was seen there.
    pub observed: Option<Observation<'a>>,
    /// Whether the migration made a relation, which is named as it is after the migration.
    pub made: &'a dyn Fn(&QName) -> bool,
    /// Options of the rule.
    pub options: &'a RuleOptions,
}

/// What a server made of a way back.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'a> {
    /// The server's version: `18.4`.
    pub server: &'a str,
    /// The statement that it refused, by its number, and the error.
    pub refused: Option<(usize, &'a str, &'a str)>,
    /// Rows and values that were there before the migration and are not what they were, although the migration alone
    /// loses none; sentences.
    pub lost: &'a [String],
}

/// A statement of a way back that fails.
#[derive(Clone, Debug)]
pub struct DownFailure<'a> {
    /// Where it stands.
    pub span: Span,
    /// The error with its SQLSTATE.
    pub error: String,
    /// SQLSTATE.
    pub sqlstate: &'a str,
}

impl DownContext<'_> {
    /// The first statement that fails: certainly, by the schema, or as a server saw it.
    #[must_use]
    pub fn failure(&self) -> Option<DownFailure<'_>> {
        if let Some(observed) = &self.observed {
            let (statement, message, sqlstate) = observed.refused?;
            let step = self.steps.get(statement);
            let span = step.map_or_else(|| self.place(), |step| step.stmt.span);
            return Some(DownFailure { span, error: format!("{message} (SQLSTATE {sqlstate})"), sqlstate });
        }
        self.steps.iter().find_map(|step| {
            let error = step.errors.first()?;
            Some(DownFailure { span: step.stmt.span, error: error.to_string(), sqlstate: error.sqlstate })
        })
    }

    /// A message with a word about the server that has shown what it says, where there is one.
    #[must_use]
    pub fn seen(&self, message: String) -> String {
        match &self.observed {
            Some(observed) => format!("{message} (seen on PostgreSQL {})", observed.server),
            None => message,
        }
    }

    /// The first statement that the grammar rejects, with the parser's message.
    #[must_use]
    pub fn syntax_error(&self) -> Option<(&Step, &str, Option<u32>)> {
        if self.observed.as_ref().is_some_and(|o| o.refused.is_none()) {
            return None;
        }
        self.steps.iter().find_map(|step| match &step.stmt.op {
            DdlOp::Opaque(opaque) => match &opaque.reason {
                OpaqueReason::Syntax { message, at } => Some((step, message.as_str(), *at)),
                OpaqueReason::Unsupported(_) | OpaqueReason::ClientCommand(_) => None,
            },
            _ => None,
        })
    }

    /// What is not as it was before the migration, of the weights that are wanted; nothing where the script does
    /// nothing, certainly fails, or leads to a state that is not known.
    #[must_use]
    pub fn left(&self, wanted: impl Fn(Weight) -> bool) -> Vec<&Item> {
        if self.is_empty() || self.failure().is_some() || !self.doubts.is_empty() {
            return Vec::new();
        }
        self.residue.iter().filter(|item| wanted(item.weight)).collect()
    }

    /// Whether the author says, by a comment or by an error raised on purpose, that there is no way back.
    #[must_use]
    pub fn is_declared_irreversible(&self) -> bool {
        self.down.declared || self.raises_on_purpose()
    }

    /// Whether the script ends in an error that it raises itself (`RAISE EXCEPTION`).
    #[must_use]
    pub fn raises_on_purpose(&self) -> bool {
        self.failure().is_some_and(|failure| failure.sqlstate == RAISED)
    }

    /// Whether the script does nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        does_nothing(self.steps)
    }

    /// The place that a finding about the script as a whole points at: its first statement, or its first line.
    #[must_use]
    pub fn place(&self) -> Span {
        let first = self.steps.iter().find(|s| !matches!(s.stmt.op, DdlOp::Transaction(_) | DdlOp::Set(_)));
        first.or(self.steps.first()).map_or(self.down.span, |step| step.stmt.span)
    }

    /// Relations that were there before the migration and that a step of the way back blocks while it works on
    /// every row of something.
    #[must_use]
    pub fn long_locks(step: &Step) -> Vec<(QName, LockMode)> {
        let effects = &step.effects;
        let mut found = Vec::new();
        for lock in step.existing_locks().filter(|l| l.mode >= LockMode::Share) {
            let works = effects.rewrites(&lock.relation)
                || effects.scans(&lock.relation)
                || effects.index_builds.iter().any(|b| b.table == lock.relation && !b.concurrently);
            if works {
                found.push((lock.relation.clone(), lock.mode));
            }
        }
        found
    }
}

/// Whether a way back does nothing: there are no statements, or none that does anything.
#[must_use]
pub fn does_nothing(steps: &[Step]) -> bool {
    steps.iter().all(|step| {
        step.changes.is_empty()
            && step.errors.is_empty()
            && match &step.stmt.op {
                DdlOp::Transaction(_) | DdlOp::Set(_) | DdlOp::Session(_) => true,
                DdlOp::Select(select) => {
                    select.query.writes.is_empty()
                        && select.query.relations().is_empty()
                        && select.query.functions.is_empty()
                }
                _ => false,
            }
    })
}

/// SQLSTATE `raise_exception`.
pub const RAISED: &str = "P0001";
