//! For a pull-request comment: verdict, findings, statements; safe rewrites, schema changes and rollback folded.
//!
//! The text stays under [`MAX_BYTES`]: findings come first, folds are left out first, and what is left out is
//! said.

mod escape;

use std::fmt::Write;

use crate::finding::Severity;
use crate::review::Review;
use crate::review::model::{Finding, Migration, Report, Verdict};

use super::{terminal, words};
use escape::{cell_code, code, fence, html, text};

/// GitHub refuses comments of more than 65,536 characters; this many bytes are never more.
pub const MAX_BYTES: usize = 65_000;
/// Kept for the sentence that says what was left out, and the last line.
const RESERVE: usize = 600;
/// Statements listed in the table; more are counted.
const MAX_ROWS: usize = 60;

/// Renders the review.
#[must_use]
pub fn render(review: &Review) -> String {
    let report = &review.report;
    let mut page = Page { text: head(report), left_out: Vec::new() };
    page.add("how the database stands", &database(report));
    findings(report, &mut page);
    page.add("the statements", &statements(report));
    page.add("the safe rewrites", &rewrites(report));
    if let Some(diff) = &report.schema_diff {
        page.add("the schema changes", &fold("Schema changes", &fence("diff", diff)));
    }
    page.add("the rollback scripts", &rollbacks(report));
    page.add("the silenced findings", &silenced(report));
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
    left_out: Vec<String>,
}

impl Page {
    fn fits(&self, part: &str) -> bool {
        self.text.len() + part.len() + RESERVE <= MAX_BYTES
    }

    fn add(&mut self, name: &str, part: &str) {
        if self.fits(part) {
            self.text.push_str(part);
        } else {
            self.left_out.push(name.to_owned());
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
    // The comment lets a bot find its own comment and replace it.
    format!(
        "<!-- checkrail -->\n## {sign} Migration review: {}\n\n**{}** — {}. {}.\n\n",
        words::verdict(report.verdict),
        words::findings(report),
        words::coverage(report),
        text(&words::subject(report))
    )
}

fn findings(report: &Report, page: &mut Page) {
    if report.findings.is_empty() {
        return;
    }
    page.text.push_str("### Findings\n\n");
    let order = terminal::worst_first(report);
    for (index, finding) in order.iter().enumerate() {
        let part = one(finding);
        if !page.fits(&part) {
            page.left_out.push(words::count(order.len() - index, "more finding"));
            break;
        }
        page.text.push_str(&part);
    }
    page.text.push('\n');
}

fn one(finding: &Finding) -> String {
    let sign = match finding.severity {
        Severity::Error => "⛔",
        Severity::Warning => "⚠️",
        Severity::Advice => "💡",
    };
    let place = match &finding.policy {
        Some(place) if words::is_placeless(finding) => place.clone(),
        _ => format!("{}:{}:{}", finding.path, finding.line, finding.column),
    };
    let rewrite = if finding.rewrite.is_some() { " A safe rewrite is below." } else { "" };
    let policy = finding.policy.as_ref().map(|p| format!(" (policy {})", code(p))).unwrap_or_default();
    format!(
        "- {sign} **{}** {} {}  \n  {}.  \n  *Why:* {}.{policy}  \n  *Do:* {}.{rewrite}\n",
        text(&finding.rule),
        finding.severity,
        code(&place),
        text(&finding.message),
        text(&finding.why),
        text(&finding.help)
    )
}

fn statements(report: &Report) -> String {
    let mut rows = 0;
    let mut table = String::new();
    for migration in &report.migrations {
        for statement in migration.statements.iter().filter(|s| words::is_notable(s)) {
            rows += 1;
            if rows > MAX_ROWS {
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
                cell_code(&format!("{}:{}", short_path(migration), statement.line)),
                text(&statement.kind),
                text(&words::work(statement).join("; ")),
                statement.reversibility.as_str()
            );
        }
    }
    if table.is_empty() {
        return table;
    }
    let more = match rows - MAX_ROWS.min(rows) {
        0 => String::new(),
        n => format!("\n… and {}.\n", words::count(n, "more statement")),
    };
    format!(
        "### What the statements do\n\n| where | statement | strongest lock | work | way back |\n\
         |---|---|---|---|---|\n{table}{more}\n"
    )
}

fn rewrites(report: &Report) -> String {
    let mut out = String::new();
    for rewrite in &report.rewrites {
        let mut body = String::new();
        for (i, stage) in rewrite.stages.iter().enumerate() {
            let mode = if stage.transaction { "" } else { " — outside a transaction" };
            let _ = writeln!(body, "{}. {}{mode}\n\n{}", i + 1, text(&stage.title), fence("sql", &stage.sql));
        }
        let place = format!("{}:{}", rewrite.path, rewrite.line);
        out.push_str(&fold(&format!("Safe rewrite of {place}: {}", rewrite.summary), &body));
    }
    out
}

fn rollbacks(report: &Report) -> String {
    if report.rollback.is_empty() {
        return String::new();
    }
    let mut body = String::new();
    for rollback in &report.rollback {
        let mut class = rollback.class.as_str().to_owned();
        if rollback.proof.is_some() {
            class = text(&format!("{class}, {}", words::proof(rollback)));
        }
        let _ = writeln!(body, "{} — {class}\n\n{}", code(&rollback.path), fence("sql", &rollback.sql));
    }
    fold(&format!("Rollback: {}", words::rollbacks(report)), &body)
}

fn silenced(report: &Report) -> String {
    if report.silenced.is_empty() {
        return String::new();
    }
    let mut body = String::new();
    for silenced in &report.silenced {
        let place = format!("{}:{}", silenced.path, silenced.line);
        let (rule, reason) = (text(&silenced.rule), text(&silenced.reason));
        let _ = writeln!(body, "- {rule} {}: {reason} ({})", code(&place), code(&silenced.place));
    }
    fold(&format!("Silenced: {}", words::count(report.silenced.len(), "finding")), &body)
}

/// The file's name; where that says nothing (`up.sql`), with its folder.
fn short_path(migration: &Migration) -> &str {
    let path = migration.path.as_str();
    let name = path.rsplit('/').next().unwrap_or(path);
    let tail = match name {
        "up.sql" | "migration.sql" => {
            path.rsplitn(3, '/').take(2).map(|part| part.len() + 1).sum::<usize>() - 1
        }
        _ => name.len(),
    };
    path.get(path.len() - tail..).unwrap_or(path)
}

fn fold(summary: &str, body: &str) -> String {
    format!("<details><summary>{}</summary>\n\n{}\n\n</details>\n\n", html(summary), body.trim_end())
}
