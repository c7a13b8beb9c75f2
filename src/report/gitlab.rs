//! GitLab's Code Quality: a JSON list of issues, worst first.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::finding::Severity;
use crate::review::Review;
use crate::review::model::Finding;

use super::visible::{escaped_json, one_line};
use super::{Base, terminal};

#[derive(Serialize)]
struct Issue {
    #[serde(rename = "type")]
    kind: &'static str,
    check_name: String,
    description: String,
    content: Content,
    categories: [&'static str; 1],
    severity: &'static str,
    fingerprint: String,
    location: Location,
}

#[derive(Serialize)]
struct Content {
    body: String,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
    positions: Positions,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

#[derive(Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

/// Renders the review.
#[must_use]
pub fn render(review: &Review, base: &Base) -> String {
    let mut seen = BTreeSet::new();
    let findings = terminal::worst_first(&review.report).into_iter();
    let issues: Vec<Issue> = findings.map(|f| issue(f, base, &mut seen)).collect();
    // Serialising cannot fail: there are string keys only.
    let mut text = serde_json::to_string_pretty(&issues).unwrap_or_default();
    text.push('\n');
    escaped_json(text)
}

fn issue(finding: &Finding, base: &Base, seen: &mut BTreeSet<String>) -> Issue {
    Issue {
        kind: "issue",
        check_name: finding.rule.clone(),
        description: one_line(&finding.message),
        content: Content {
            body: one_line(&format!("Why: {}. What to do: {}. {}", finding.why, finding.help, finding.docs)),
        },
        categories: ["Bug Risk"],
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Advice => "info",
        },
        fingerprint: unique(&finding.fingerprint, seen),
        location: Location {
            path: base.path(&finding.path),
            lines: Lines { begin: finding.line, end: finding.end_line },
            positions: Positions {
                begin: Position { line: finding.line, column: finding.column },
                end: Position { line: finding.end_line, column: finding.end_column },
            },
        },
    }
}

/// GitLab drops an issue whose fingerprint it has seen.
fn unique(fingerprint: &str, seen: &mut BTreeSet<String>) -> String {
    let mut candidate = fingerprint.to_owned();
    let mut count = 1;
    while !seen.insert(candidate.clone()) {
        count += 1;
        candidate = format!("{fingerprint}-{count}");
    }
    candidate
}
