//! Suppression comments as the engine sees them.

use crate::finding::Finding;
use crate::text::{FileId, Span};

/// A comment that allows findings.
#[derive(Clone, Debug, PartialEq)]
pub struct Allowance {
    /// The file it stands in.
    pub file: FileId,
    /// Where it stands.
    pub span: Span,
    /// The rules it allows.
    pub rules: Vec<String>,
    /// The reason; without one the comment silences nothing.
    pub reason: Option<String>,
    /// What it covers.
    pub reach: Reach,
}

/// What a comment covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// One statement.
    Statement(Span),
    /// The whole file.
    File,
}

impl Allowance {
    /// Whether the finding is one that this comment allows.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        self.reason.is_some()
            && self.file == finding.file
            && self.rules.iter().any(|r| r == finding.rule)
            && match self.reach {
                Reach::File => true,
                Reach::Statement(span) => {
                    span.start <= finding.span.start && finding.span.start < span.end.max(span.start + 1)
                }
            }
    }
}
