//! SARIF 2.1.0: findings with their rules, fixes and fingerprints, for code scanning and editors.
//!
//! Findings that were silenced are there as suppressed results; statements that were not analysed as notifications.
//! The file stays within what GitHub takes: results worst first and at most [`MAX_RESULTS`]; what is left out is told
//! by a notification.

mod line_hash;
mod model;
mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::json;

use crate::finding::Severity;
use crate::review::Review;
use crate::review::model::{Edit, Finding, Report, Silenced, SilencedBy, Statement};

use self::model::{
    Artifact, ArtifactChange, ArtifactLocation, AutomationDetails, BaseId, BaseIds, Descriptor, Driver,
    Fingerprints, Fix, Invocation, Location, Log, LogicalLocation, Message, Notice, Notification,
    PhysicalLocation, Region, Replacement, Run, SarifResult, Suppression, Tool,
};
use super::visible::{cut, escaped_json, visible};
use super::{Base, terminal, words};

/// GitHub refuses files with more results; it shows the first 5,000, which is why the worst come first.
pub const MAX_RESULTS: usize = 25_000;
/// Bytes of results that are written. GitHub takes 10 MB after compression; text like this shrinks to a tenth.
const MAX_BYTES: usize = 40 << 20;
/// Characters of a message.
const MAX_MESSAGE: usize = 4000;
/// Bytes of a fix's text.
const MAX_FIX: usize = 16 << 10;
/// Statements that were not analysed, told one by one.
const MAX_NOTIFICATIONS: usize = 500;

const NOT_ANALYSED: &str = "not-analysed";
const LEFT_OUT: &str = "left-out";
const ROOT: &str = "%SRCROOT%";

/// Renders the review.
#[must_use]
pub fn render(review: &Review, base: &Base) -> String {
    let writer = Writer::new(review, base);
    // Serialising cannot fail: there are string keys only.
    let mut text = serde_json::to_string_pretty(&writer.log()).unwrap_or_default();
    text.push('\n');
    escaped_json(text)
}

/// The level of a severity.
const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

struct Writer<'a> {
    report: &'a Report,
    base: &'a Base,
    /// Files by path, in the order of `artifacts`.
    artifacts: BTreeMap<&'a str, usize>,
    /// The hashes of the lines of each file with findings.
    hashes: BTreeMap<&'a str, Vec<String>>,
    /// Names of rules with results, in order.
    rules: Vec<&'a str>,
    /// Migrations by the file of their hand-written way back.
    undone: BTreeMap<&'a str, &'a str>,
}

impl<'a> Writer<'a> {
    fn new(review: &'a Review, base: &'a Base) -> Self {
        let report = &review.report;
        let findings = report.findings.iter().map(|f| (f.path.as_str(), f.rule.as_str()));
        let silenced = report.silenced.iter().map(|s| (s.path.as_str(), s.rule.as_str()));
        let (with_results, rules): (BTreeSet<&str>, BTreeSet<&str>) = findings.chain(silenced).unzip();
        let migrations = report.migrations.iter().map(|m| m.path.as_str());
        let paths: BTreeSet<&str> = migrations.chain(with_results.iter().copied()).collect();
        let files = review.sources.iter().filter(|(_, file)| with_results.contains(file.path.as_str()));
        let downs =
            report.migrations.iter().filter_map(|m| Some((m.down.as_ref()?.path.as_str(), m.path.as_str())));
        Self {
            report,
            base,
            artifacts: paths.into_iter().enumerate().map(|(i, path)| (path, i)).collect(),
            hashes: files.map(|(_, file)| (file.path.as_str(), line_hash::of_lines(&file.text))).collect(),
            rules: rules.into_iter().collect(),
            undone: downs.filter(|(down, up)| down != up).collect(),
        }
    }

    fn log(&self) -> Log {
        let (results, left_out) = self.results();
        let mut notifications = self.not_analysed();
        if left_out > 0 {
            let text = format!(
                "{} left out: a file of more is refused; `checkrail review --format json` has all",
                words::count(left_out, "result")
            );
            notifications.push(notification(LEFT_OUT, text, Vec::new()));
        }
        let report = self.report;
        Log {
            schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            version: "2.1.0",
            runs: vec![Run {
                tool: Tool { driver: self.driver() },
                automation_details: AutomationDetails {
                    id: "checkrail/",
                    description: message(&format!("Review of migrations: {}", words::subject(report))),
                },
                column_kind: "unicodeCodePoints",
                language: "en",
                default_encoding: "utf-8",
                default_source_language: "sql",
                original_uri_base_ids: BaseIds {
                    source_root: BaseId { description: message("The root of the repository") },
                },
                invocations: vec![Invocation {
                    execution_successful: true,
                    tool_execution_notifications: notifications,
                }],
                artifacts: self.artifacts(),
                results,
                properties: json!({
                    "verdict": report.verdict,
                    "summary": report.summary,
                    "serverVersion": report.server_version,
                    "layout": report.layout,
                    "policy": report.policy,
                }),
            }],
        }
    }

    fn driver(&self) -> Driver {
        let notice = |id, text: &str| Notice { id, short_description: message(text) };
        Driver {
            name: self.report.tool.name,
            semantic_version: self.report.tool.version,
            short_description: message("Reviews database schema migrations"),
            rules: self.rules.iter().map(|name| rules::rule(name, &self.report.assertions)).collect(),
            notifications: vec![
                notice(NOT_ANALYSED, "A statement could not be analysed"),
                notice(LEFT_OUT, "Results were left out because a file may not hold more"),
            ],
        }
    }

    fn artifacts(&self) -> Vec<Artifact> {
        let migrations: BTreeSet<&str> = self.report.migrations.iter().map(|m| m.path.as_str()).collect();
        let artifact = |path: &&str| {
            // What is neither a migration nor read with one is the policy.
            let read = migrations.contains(*path) || self.hashes.contains_key(*path);
            Artifact {
                location: ArtifactLocation { index: None, ..self.artifact(path) },
                roles: vec![if read { "analysisTarget" } else { "userSpecifiedConfiguration" }],
            }
        };
        self.artifacts.keys().map(artifact).collect()
    }

    /// Results, worst first, silenced ones last, and how many did not fit.
    fn results(&self) -> (Vec<SarifResult>, usize) {
        let standing = terminal::worst_first(self.report).into_iter().map(|f| self.finding(f));
        let silenced = self.report.silenced.iter().map(|s| self.silenced(s));
        let total = self.report.findings.len() + self.report.silenced.len();
        let (mut results, mut bytes) = (Vec::new(), 0);
        for result in standing.chain(silenced).take(MAX_RESULTS) {
            bytes += serde_json::to_string(&result).map_or(0, |text| text.len());
            if bytes > MAX_BYTES {
                break;
            }
            results.push(result);
        }
        let left_out = total - results.len();
        (results, left_out)
    }

    fn finding(&self, finding: &Finding) -> SarifResult {
        let place = Place::of_finding(finding);
        let help =
            if finding.help.is_empty() { String::new() } else { format!("\nWhat to do: {}.", finding.help) };
        let text = format!("{}.\nWhy it hurts: {}.{help}", finding.message, finding.why);
        let summary = finding.rewrite.and_then(|i| self.report.rewrites.get(i)).map(|r| &r.summary);
        let edit = finding.edit.as_ref();
        let fix = edit.and_then(|edit| self.fix(&finding.path, summary.unwrap_or(&finding.help), edit));
        SarifResult {
            rule_id: finding.rule.clone(),
            rule_index: self.rule_index(&finding.rule),
            level: level(finding.severity),
            message: message(&text),
            locations: vec![self.location(&place, finding.object.as_deref())],
            related_locations: self.related(finding),
            partial_fingerprints: self.fingerprints(&place, &finding.fingerprint),
            suppressions: (!self.report.silenced.is_empty()).then(Vec::new),
            fixes: fix.into_iter().collect(),
        }
    }

    fn silenced(&self, silenced: &Silenced) -> SarifResult {
        let place = Place::of_silenced(silenced);
        let location = silenced.place.rsplit_once(':').and_then(|(path, line)| {
            let line = line.parse().ok()?;
            Some(self.location(&Place { path, line, end: None }, None))
        });
        SarifResult {
            rule_id: silenced.rule.clone(),
            rule_index: self.rule_index(&silenced.rule),
            level: level(silenced.severity),
            message: message(&format!("{}.", silenced.message)),
            locations: vec![self.location(&place, silenced.object.as_deref())],
            related_locations: Vec::new(),
            partial_fingerprints: self.fingerprints(&place, &silenced.fingerprint),
            suppressions: Some(vec![Suppression {
                kind: match silenced.by {
                    SilencedBy::Comment => "inSource",
                    SilencedBy::Policy | SilencedBy::Baseline => "external",
                },
                status: "accepted",
                justification: plain(&silenced.reason),
                location,
            }]),
            fixes: Vec::new(),
        }
    }

    fn rule_index(&self, name: &str) -> usize {
        self.rules.binary_search(&name).unwrap_or_default()
    }

    fn fingerprints(&self, place: &Place<'_>, finding: &str) -> Fingerprints {
        let lines = self.hashes.get(place.path);
        let line = lines.and_then(|lines| lines.get((place.line as usize).checked_sub(1)?));
        Fingerprints { finding: finding.to_owned(), line: line.cloned() }
    }

    /// The statement around the finding, the migration that a way back undoes, and the entry of the policy.
    fn related(&self, finding: &Finding) -> Vec<Location> {
        let mut related = Vec::new();
        let mut add = |place: &Place<'_>, text: &str| {
            let mut location = self.location(place, None);
            location.id = Some(related.len() + 1);
            location.message = Some(message(text));
            related.push(location);
        };
        if let Some(statement) = self.statement(finding) {
            let place = Place {
                path: &finding.path,
                line: statement.line,
                end: Some((None, statement.end_line, None)),
            };
            add(&place, &what(statement));
        }
        if let Some(up) = self.undone.get(finding.path.as_str()) {
            add(&Place { path: up, line: 1, end: None }, "the migration that this undoes");
        }
        for other in &finding.related {
            add(&Place { path: &other.path, line: other.line, end: None }, &other.message);
        }
        let entry = finding.policy.as_deref().filter(|_| !words::is_placeless(finding));
        if let Some((path, line)) = entry.and_then(|place| place.rsplit_once(':'))
            && let Ok(line) = line.parse()
        {
            add(&Place { path, line, end: None }, "the entry of the policy that asks for this");
        }
        related
    }

    fn statement(&self, finding: &Finding) -> Option<&'a Statement> {
        let migration = self.report.migrations.iter().find(|m| m.path == finding.path)?;
        migration.statements.iter().find(|s| s.line <= finding.line && finding.line <= s.end_line)
    }

    fn fix(&self, path: &str, summary: &str, edit: &Edit) -> Option<Fix> {
        if edit.text.len() > MAX_FIX {
            return None;
        }
        let place = Place {
            path,
            line: edit.line,
            end: Some((Some(edit.column), edit.end_line, Some(edit.end_column))),
        };
        Some(Fix {
            description: message(summary),
            artifact_changes: vec![ArtifactChange {
                artifact_location: self.artifact(path),
                replacements: vec![Replacement {
                    deleted_region: place.region(),
                    // Not a message: it is written into the file as it is.
                    inserted_content: Message { text: edit.text.clone() },
                }],
            }],
        })
    }

    fn not_analysed(&self) -> Vec<Notification> {
        let unread = self.report.migrations.iter().flat_map(|m| m.statements.iter().map(move |s| (m, s)));
        let unread = unread.filter(|(_, s)| !s.analysed);
        let total = self.report.summary.not_analysed;
        let mut notifications: Vec<Notification> = unread
            .take(MAX_NOTIFICATIONS)
            .map(|(migration, statement)| {
                let place = Place {
                    path: &migration.path,
                    line: statement.line,
                    end: Some((None, statement.end_line, None)),
                };
                let reasons = statement.uncertain.join("; ");
                let reasons = if reasons.is_empty() { String::new() } else { format!(": {reasons}") };
                let text = format!("a statement was not analysed{reasons}");
                notification(NOT_ANALYSED, text, vec![self.location(&place, None)])
            })
            .collect();
        if total > notifications.len() {
            let more = words::count(total - notifications.len(), "more statement");
            notifications.push(notification(NOT_ANALYSED, format!("{more} not analysed"), Vec::new()));
        }
        notifications
    }

    fn location(&self, place: &Place<'_>, object: Option<&str>) -> Location {
        let logical = object.map(|name| LogicalLocation { fully_qualified_name: plain(name) });
        Location {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: self.artifact(place.path),
                region: place.region(),
            },
            logical_locations: logical.into_iter().collect(),
            message: None,
        }
    }

    fn artifact(&self, path: &str) -> ArtifactLocation {
        let from_root = self.base.path(path);
        let outside = from_root.starts_with('/') || from_root.starts_with("..");
        ArtifactLocation {
            uri: uri(&from_root),
            uri_base_id: (!outside).then_some(ROOT),
            index: self.artifacts.get(path).copied(),
        }
    }
}

/// A place in a file: a line, or from there to an end with or without columns.
struct Place<'a> {
    path: &'a str,
    line: u32,
    end: Option<(Option<u32>, u32, Option<u32>)>,
}

impl<'a> Place<'a> {
    fn of_finding(f: &'a Finding) -> Self {
        Self { path: &f.path, line: f.line, end: Some((Some(f.column), f.end_line, Some(f.end_column))) }
    }

    fn of_silenced(s: &'a Silenced) -> Self {
        Self { path: &s.path, line: s.line, end: Some((Some(s.column), s.end_line, Some(s.end_column))) }
    }

    fn region(&self) -> Region {
        let (start_column, end_line, end_column) = match self.end {
            Some((start_column, end_line, end_column)) => (start_column, Some(end_line), end_column),
            None => (None, None, None),
        };
        Region { start_line: self.line, start_column, end_line, end_column }
    }
}

/// A statement in a line: its kind, its strongest lock, its work.
fn what(statement: &Statement) -> String {
    let lock = words::strongest_lock(statement);
    let lock = lock.map(|(lock, _)| format!("{} on {}{}", lock.mode, lock.relation, words::size(lock)));
    let parts: Vec<String> = lock.into_iter().chain(words::work(statement)).collect();
    if parts.is_empty() {
        statement.kind.clone()
    } else {
        format!("{}: {}", statement.kind, parts.join(", "))
    }
}

fn notification(id: &'static str, text: String, locations: Vec<Location>) -> Notification {
    Notification { descriptor: Descriptor { id }, level: "warning", message: message(&text), locations }
}

fn message(text: &str) -> Message {
    Message { text: cut(&plain(text), MAX_MESSAGE) }
}

/// Text that holds neither links nor placeholders, which SARIF reads in `[text](target)` and `{0}`.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = ' ';
    for c in visible(text).chars() {
        if (previous == ']' && c == '(') || (previous == '{' && c.is_ascii_digit()) {
            out.push(' ');
        }
        out.push(c);
        previous = c;
    }
    out
}

/// A path as the reference that an URI is: everything but unreserved characters and `/` is encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_link_and_no_placeholder() {
        assert_eq!(plain("[a](b) {0} '{}' t[1]"), "[a] (b) { 0} '{}' t[1]");
    }

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("a b/ä#?%.sql"), "a%20b/%C3%A4%23%3F%25.sql");
        assert_eq!(uri("c:x"), "c%3Ax");
    }
}
