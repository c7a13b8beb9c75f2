//! A finding as the page shows it.

use serde::Serialize;

use crate::finding::{Confidence, Severity};
use crate::report::words;
use crate::review::model::Finding;

use super::sides;

/// A finding with the place that it has in the page.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FindingView {
    /// Its number in the report, which its id is made of.
    pub(super) id: usize,
    #[serde(skip)]
    pub(super) level: Severity,
    severity: &'static str,
    pub(super) rule: String,
    pub(super) message: String,
    why: String,
    help: String,
    /// How large the work is that others wait for.
    size: Option<String>,
    /// How a definition differs from what it should be.
    diff: Option<String>,
    /// The file, below the folder of all migrations where it is in it.
    pub(super) file: String,
    /// Whether it is not in that folder.
    pub(super) apart: bool,
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
    /// Whether there is no room for that listing.
    pub(super) bare: bool,
}

impl FindingView {
    /// `root` is the folder of all migrations.
    pub(super) fn new(id: usize, finding: &Finding, root: &str) -> Self {
        let below = finding.path.strip_prefix(root);
        let policy = finding.policy.as_ref().filter(|_| !words::is_placeless(finding));
        Self {
            id,
            level: finding.severity,
            severity: name(finding.severity),
            rule: finding.rule.clone(),
            message: finding.message.clone(),
            why: finding.why.clone(),
            help: finding.help.clone(),
            size: finding.work.as_ref().map(|w| w.text.clone()),
            diff: finding.diff.as_ref().map(|d| sides::unified(d, 60)),
            file: below.unwrap_or(&finding.path).to_owned(),
            apart: below.is_none(),
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
            bare: false,
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
