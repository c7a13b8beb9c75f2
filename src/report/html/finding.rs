//! A finding as the page shows it.

use serde::Serialize;

use crate::finding::{Confidence, Severity};
use crate::report::words;
use crate::review::model::Finding;

/// A finding with the place that it has in the page.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FindingView {
    /// Its number in the report, which its id is made of.
    pub(super) id: usize,
    #[serde(skip)]
    pub(super) level: Severity,
    severity: &'static str,
    pub(super) rule: String,
    message: String,
    why: String,
    help: String,
    /// The folder of all migrations, where the place is in it.
    folder: String,
    /// The rest of `path:line:column`.
    place: String,
    policy: Option<String>,
    /// The rewrite's number.
    pub(super) rewrite: Option<usize>,
    unsure: Option<&'static str>,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
    /// Whether it stands below its line in a listing.
    pub(super) placed: bool,
}

impl FindingView {
    /// `root` is the folder of all migrations.
    pub(super) fn new(id: usize, finding: &Finding, root: &str) -> Self {
        let (folder, rest) = match finding.path.strip_prefix(root) {
            Some(rest) => (root, rest),
            None => ("", finding.path.as_str()),
        };
        let policy = finding.policy.as_ref().filter(|_| !words::is_placeless(finding));
        Self {
            id,
            level: finding.severity,
            severity: name(finding.severity),
            rule: finding.rule.clone(),
            message: finding.message.clone(),
            why: finding.why.clone(),
            help: finding.help.clone(),
            folder: folder.to_owned(),
            place: format!("{rest}:{}:{}", finding.line, finding.column),
            policy: policy.cloned(),
            rewrite: finding.rewrite,
            unsure: match finding.confidence {
                Confidence::High => None,
                Confidence::Medium => Some("likely, not certain"),
                Confidence::Low => Some("a guess"),
            },
            line: finding.line,
            column: finding.column,
            end_line: finding.end_line,
            end_column: finding.end_column,
            placed: false,
        }
    }

    /// Why it hurts, and what to do.
    pub(super) fn reasons(&self) -> (&str, &str) {
        (&self.why, &self.help)
    }
}

/// The word for a severity.
pub(super) const fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    }
}

/// The class in the style sheet.
pub(super) const fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "e",
        Severity::Warning => "w",
        Severity::Advice => "a",
    }
}
