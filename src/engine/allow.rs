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
    /// The reason.
    pub reason: String,
    /// Whether it is another tool's, which may have its use there when it has none here.
    pub foreign: bool,
    /// What it covers.
    pub reach: Reach,
}

/// A comment that is meant to allow findings, but cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The file it stands in.
    pub file: FileId,
    /// Where it stands.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
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
        self.file == finding.file
            && self.rules.iter().any(|r| *r == finding.rule)
            && match self.reach {
                Reach::File => true,
                Reach::Statement(span) => {
                    span.start <= finding.span.start && finding.span.start < span.end.max(span.start + 1)
                }
            }
    }
}
