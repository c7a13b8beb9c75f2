//! For a pull-request comment, and for the page of a step of GitHub Actions: verdict, findings, statements; safe
//! rewrites, schema changes and rollback folded.
//!
//! The text stays under a limit: findings come first, what is folded is left out first, and what is left out is
//! counted.

mod escape;

use std::fmt::Write;

use crate::finding::Severity;
use crate::review::Review;
use crate::review::model::{Finding, Report, Rewrite, Rollback, Silenced, SilencedBy, Verdict};

use super::{terminal, words};
use escape::{cell_code, code, fence, html, text};

/// GitHub refuses comments of more than 65,536 characters; this many bytes are never more.
pub const MAX_BYTES: usize = 65_000;
/// GitHub drops the summary of a step when it is over 1 MiB; other parts of the step may have some to say too.
pub const MAX_SUMMARY_BYTES: usize = 1_000_000;
/// The first line of a comment: a bot finds its own comment by it, and replaces it.
pub const MARKER: &str = "<!-- checkrail -->";
/// Kept for the sentence that says what was left out.
const RESERVE: usize = 800;
/// Statements listed in the table; more are counted.
const MAX_ROWS: usize = 60;
const MAX_SUMMARY_ROWS: usize = 2000;

/// Renders the review as a comment.
#[must_use]
pub fn render(review: &Review) -> String {
    let marked = format!("{MARKER}\n{}", head(&review.report));
    page(&review.report, marked, MAX_BYTES, MAX_ROWS)
}

/// Renders the review as the summary of a step.
#[must_use]
pub fn render_summary(review: &Review) -> String {
    page(&review.report, head(&review.report), MAX_SUMMARY_BYTES, MAX_SUMMARY_ROWS)
}

fn page(report: &Report, head: String, max: usize, rows: usize) -> String {
    let mut page = Page { text: head, max, left_out: Vec::new() };
    page.add("how the database stands", &database(report));
    findings(report, &mut page);
    page.add("the statements", &statements(report, rows));
    page.add_all("safe rewrite", "", "", rewrites(report));
    if let Some(diff) = &report.schema_diff {
        page.add("the schema changes", &fold("Schema changes", &fence("diff", diff)));
    }
    let title = format!("Rollback: {}", words::rollbacks(report));
    page.add_all("rollback script", &opened(&title), CLOSED, rollbacks(report));
    let title = words::silenced(report);
    page.add_all("silenced finding", &opened(&title), CLOSED, silenced(report));
    page.finish()
}

/// How the database stands to the folder.
fn database(report: &Report) -> String {
    let Some(database) = &report.database else { return String::new() };
    let mut body = String::from("### Database\n\n");
    for line in words::database(database) {
        let _ = writeln!(body, "- {}", text(&line));
    }
    body.push('\n');
    let mut diff = String::new();
    for drift in &database.drift {
        let _ = writeln!(diff, "{} {}\n{}", drift.kind, drift.name, drift.diff);
    }
    if !diff.is_empty() {
        body.push_str(&fold("Drift", &fence("diff", &diff)));
    }
    body
}

/// The text so far, and what did not fit.
struct Page {
    text: String,
    max: usize,
    left_out: Vec<String>,
}

impl Page {
    fn fits(&self, more: usize) -> bool {
        self.text.len() + more + RESERVE <= self.max
    }

    fn add(&mut self, name: &str, part: &str) {
        if self.fits(part.len()) {
            self.text.push_str(part);
        } else {
            self.left_out.push(name.to_owned());
        }
    }

    /// Adds as many parts as fit between what opens and what closes them; counts the others.
    fn add_all(&mut self, noun: &str, open: &str, close: &str, parts: Vec<String>) {
        let total = parts.len();
        let mut added = 0;
        for part in parts {
            let around = if added == 0 { open.len() + close.len() } else { close.len() };
            if !self.fits(part.len() + around) {
                break;
            }
            if added == 0 {
                self.text.push_str(open);
            }
            self.text.push_str(&part);
            added += 1;
        }
        if added > 0 {
            self.text.push_str(close);
        }
        match (added, total - added) {
            (_, 0) => {}
            (0, left) => self.left_out.push(words::count(left, noun)),
            (_, left) => self.left_out.push(words::count(left, &format!("more {noun}"))),
        }
    }

    fn finish(mut self) -> String {
        if !self.left_out.is_empty() {
            let _ = writeln!(
                self.text,
                "> [!NOTE]\n> Left out for length: {}. `checkrail review` with `--format json` or in a terminal \
                 shows everything.",
                self.left_out.join(", ")
            );
        }
        self.text
    }
}

fn head(report: &Report) -> String {
    let sign = match report.verdict {
        Verdict::Pass => "✅",
        Verdict::Warn => "⚠️",
        Verdict::Block => "⛔",
    };
    format!(
        "## {sign} Migration review: {}\n\n**{}** — {}. {}.\n\n",
        words::verdict(report.verdict),
        words::findings(report),
        words::coverage(report),
        text(&words::subject(report))
    )
}

fn findings(report: &Report, page: &mut Page) {
    let parts = terminal::worst_first(report).into_iter().map(one).collect();
    page.add_all("finding", "### Findings\n\n", "\n", parts);
}

fn one(finding: &Finding) -> String {
    let sign = match finding.severity {
        Severity::Error => "⛔",
        Severity::Warning => "⚠️",
        Severity::Advice => "💡",
    };
    let place = format!("{}:{}:{}", finding.path, finding.line, finding.column);
    let rewrite = if finding.rewrite.is_some() { " There is a safe rewrite." } else { "" };
    let policy = finding.policy.as_ref().filter(|_| !words::is_placeless(finding));
    let policy = policy.map(|p| format!(" (policy {})", code(p))).unwrap_or_default();
    let size = finding.work.as_ref().map(|w| format!("  \n  *Size:* {}.", text(&w.text))).unwrap_or_default();
    let mut item = format!(
        "- {sign} **{}** {} {}  \n  {}.  \n  *Why:* {}.{policy}{size}  \n  *Do:* {}.{rewrite}\n",
        text(&finding.rule),
        finding.severity,
        code(&place),
        text(&finding.message),
        text(&finding.why),
        text(&finding.help)
    );
    if let Some(diff) = &finding.diff {
        item.push('\n');
        for line in fence("diff", diff).lines() {
            let _ = writeln!(item, "  {line}");
        }
    }
    item
}

fn statements(report: &Report, max_rows: usize) -> String {
    let mut rows = 0;
    let mut table = String::new();
    for migration in &report.migrations {
        for statement in migration.statements.iter().filter(|s| words::is_notable(s)) {
            rows += 1;
            if rows > max_rows {
                continue;
            }
            let lock = match words::strongest_lock(statement) {
                None => String::new(),
                Some((lock, 0)) => {
                    format!("{} on {}{}", lock.mode, cell_code(&lock.relation), words::size(lock))
                }
                Some((lock, more)) => {
                    format!("{} on {}{} +{more}", lock.mode, cell_code(&lock.relation), words::size(lock))
                }
            };
            let _ = writeln!(
                table,
                "| {} | {} | {lock} | {} | {} |",
                cell_code(&format!("{}:{}", words::short_path(&migration.path), statement.line)),
                text(&statement.kind),
                text(&words::work(statement).join("; ")),
                statement.reversibility.as_str()
            );
        }
    }
    if table.is_empty() {
        return table;
    }
    let more = match rows - max_rows.min(rows) {
        0 => String::new(),
        n => format!("\n… and {}.\n", words::count(n, "more statement")),
    };
    format!(
        "### What the statements do\n\n| where | statement | strongest lock | work | way back |\n\
         |---|---|---|---|---|\n{table}{more}\n"
    )
}

fn rewrites(report: &Report) -> Vec<String> {
    let rewrite = |rewrite: &Rewrite| {
        let mut body = String::new();
        for (i, stage) in rewrite.stages.iter().enumerate() {
            let mode = if stage.transaction { "" } else { " — outside a transaction" };
            let _ = writeln!(body, "{}. {}{mode}\n\n{}", i + 1, text(&stage.title), fence("sql", &stage.sql));
        }
        let place = format!("{}:{}", rewrite.path, rewrite.line);
        fold(&format!("Safe rewrite of {place}: {}", rewrite.summary), &body)
    };
    report.rewrites.iter().map(rewrite).collect()
}

fn rollbacks(report: &Report) -> Vec<String> {
    let rollback = |rollback: &Rollback| {
        let mut class = rollback.class.as_str().to_owned();
        if rollback.proof.is_some() {
            class = text(&format!("{class}, {}", words::proof(rollback)));
        }
        format!("{} — {class}\n\n{}\n", code(&rollback.path), fence("sql", &rollback.sql))
    };
    report.rollback.iter().map(rollback).collect()
}

fn silenced(report: &Report) -> Vec<String> {
    let silenced = |silenced: &Silenced| {
        let place = format!("{}:{}:{}", silenced.path, silenced.line, silenced.column);
        let (rule, reason) = (text(&silenced.rule), text(&silenced.reason));
        format!("- {rule} {}: {reason} ({})\n", code(&place), code(&silenced.place))
    };
    // What is known is counted: a page about a change is no place for what the project began with.
    report.silenced.iter().filter(|s| s.by != SilencedBy::Baseline).map(silenced).collect()
}

const CLOSED: &str = "\n</details>\n\n";

fn opened(summary: &str) -> String {
    format!("<details><summary>{}</summary>\n\n", html(summary))
}

fn fold(summary: &str, body: &str) -> String {
    format!("{}{}\n{CLOSED}", opened(summary), body.trim_end())
}
