//! JUnit's XML: a suite for each file, a case for each finding and for each statement without one.
//!
//! Errors and warnings are failures, advice is a skipped case: it asks for nothing to be done before the migration
//! runs. Attributes that would have to be made up (time stamps, durations) are left out.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::finding::Severity;
use crate::review::Review;
use crate::review::model::{Finding, Migration, Report, Statement};

use super::Base;
use super::visible::{one_line, visible};

/// A file with its statements, where it is under review, and its findings.
#[derive(Default)]
struct Suite<'a> {
    migration: Option<&'a Migration>,
    findings: Vec<&'a Finding>,
}

/// Renders the review.
#[must_use]
pub fn render(review: &Review, base: &Base) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"checkrail\">\n");
    for (path, suite) in suites(&review.report) {
        let cases = suite.cases();
        let count = |outcome| cases.iter().filter(|case| case.outcome == outcome).count();
        let path = attribute(&base.path(path));
        let _ = writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
            cases.len(),
            count(Outcome::Failed),
            count(Outcome::Skipped)
        );
        for case in &cases {
            case.write(&path, &mut out);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// Migrations in order, then the other files with findings: ways back, policies.
fn suites(report: &Report) -> Vec<(&str, Suite<'_>)> {
    let mut suites: Vec<(&str, Suite<'_>)> = Vec::new();
    let mut index: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for migration in &report.migrations {
        index.entry(&migration.path).or_default().push(suites.len());
        suites.push((&migration.path, Suite { migration: Some(migration), ..Suite::default() }));
    }
    for finding in &report.findings {
        let of_file = index.entry(&finding.path).or_default();
        if of_file.is_empty() {
            of_file.push(suites.len());
            suites.push((&finding.path, Suite::default()));
        }
        // Of several migrations in a file it is about the last that begins before it.
        let begins_before = |at: &&usize| {
            let first = suites[**at].1.migration.and_then(|m| m.statements.first());
            first.is_some_and(|statement| statement.line <= finding.line)
        };
        let at = of_file.iter().rev().find(begins_before).or(of_file.first());
        if let Some(at) = at.copied() {
            suites[at].1.findings.push(finding);
        }
    }
    suites
}

#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Passed,
    Failed,
    Skipped,
}

struct Case {
    name: String,
    outcome: Outcome,
    kind: &'static str,
    message: String,
    text: String,
}

impl Suite<'_> {
    fn cases(&self) -> Vec<Case> {
        let statements = self.migration.map_or(&[][..], |m| &m.statements);
        let has_finding =
            |s: &Statement| self.findings.iter().any(|f| s.line <= f.line && f.line <= s.end_line);
        let clean = statements.iter().filter(|s| !has_finding(s)).map(|s| (s.line, of_statement(s)));
        let found = self.findings.iter().map(|f| (f.line, of_finding(f)));
        let mut cases: Vec<(u32, Case)> = clean.chain(found).collect();
        cases.sort_by_key(|(line, _)| *line);
        cases.into_iter().map(|(_, case)| case).collect()
    }
}

fn of_statement(statement: &Statement) -> Case {
    let read = statement.analysed;
    Case {
        name: format!("line {}: {}", statement.line, statement.kind),
        outcome: if read { Outcome::Passed } else { Outcome::Skipped },
        kind: "not-analysed",
        message: if read { String::new() } else { "the statement was not analysed".to_owned() },
        text: String::new(),
    }
}

fn of_finding(finding: &Finding) -> Case {
    let Finding { path, line, column, message, why, help, docs, .. } = finding;
    let object = finding.object.as_ref().map(|o| format!(" {o}")).unwrap_or_default();
    Case {
        name: format!("{}{object} ({line}:{column})", finding.rule),
        outcome: if finding.severity == Severity::Advice { Outcome::Skipped } else { Outcome::Failed },
        kind: finding.severity.as_str(),
        message: message.clone(),
        text: format!(
            "{path}:{line}:{column}: {}: {message}\nWhy: {why}\nWhat to do: {help}\n{docs}\n",
            finding.severity
        ),
    }
}

impl Case {
    fn write(&self, suite: &str, out: &mut String) {
        let _ = write!(out, "    <testcase classname=\"{suite}\" name=\"{}\"", attribute(&self.name));
        let element = match self.outcome {
            Outcome::Passed => {
                out.push_str("/>\n");
                return;
            }
            Outcome::Failed => "failure",
            Outcome::Skipped => "skipped",
        };
        let (kind, message) = (self.kind, attribute(&self.message));
        let _ = writeln!(
            out,
            ">\n      <{element} type=\"{kind}\" message=\"{message}\">{}</{element}>\n    </testcase>",
            content(&self.text)
        );
    }
}

/// The value of an attribute. Readers fold its white space, so that it is one line.
fn attribute(text: &str) -> String {
    content(&one_line(text)).replace('"', "&quot;")
}

/// Text between tags. What XML 1.0 cannot hold at all, not even as a reference, is drawn as `U+FFFD`.
fn content(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_xml() {
        assert_eq!(
            content("a<b>&]]>\u{0}\u{1b}\u{ffff}\n"),
            "a&lt;b&gt;&amp;]]&gt;\u{fffd}\u{fffd}\u{fffd}\n"
        );
        assert_eq!(attribute("\"x\"\n'y'"), "&quot;x&quot; 'y'");
    }
}
