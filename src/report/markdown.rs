//! For a pull-request comment: verdict, statements, findings with their safe rewrites, schema diff, rollback.

use std::fmt::Write;

use crate::finding::Severity;
use crate::review::Review;
use crate::review::model::{Finding, Migration, Report, Verdict};

use super::words;

/// Statements listed in the table; more are counted.
const MAX_ROWS: usize = 60;

/// Renders the review.
#[must_use]
pub fn render(review: &Review) -> String {
    let report = &review.report;
    let mut out = String::from("<!-- checkrail -->\n");
    head(report, &mut out);
    statements(report, &mut out);
    findings(report, &mut out);
    if let Some(diff) = &report.schema_diff {
        fold("Schema changes", &fence("diff", diff), &mut out);
    }
    rollbacks(report, &mut out);
    silenced(report, &mut out);
    out
}

fn head(report: &Report, out: &mut String) {
    let sign = match report.verdict {
        Verdict::Pass => "✅",
        Verdict::Warn => "⚠️",
        Verdict::Block => "⛔",
    };
    let _ = writeln!(out, "## {sign} Migration review: {}\n", words::verdict(report.verdict));
    let _ = writeln!(
        out,
        "{} — {}. {} {}, layout {}, policy {}.\n",
        words::findings(report),
        words::coverage(report),
        report.dialect,
        report.server_version,
        code(&report.layout),
        code(&report.policy)
    );
}

fn statements(report: &Report, out: &mut String) {
    let mut rows = 0;
    let mut hidden = 0;
    let mut table = String::new();
    for migration in &report.migrations {
        for statement in &migration.statements {
            let lock = words::strongest_lock(statement);
            let work = words::work(statement);
            if lock.is_none() && work.is_empty() {
                continue;
            }
            rows += 1;
            if rows > MAX_ROWS {
                hidden += 1;
                continue;
            }
            let lock = lock.map_or_else(String::new, |(mode, relation, more)| match more {
                0 => format!("{mode} on {}", code(relation)),
                n => format!("{mode} on {} +{n}", code(relation)),
            });
            let _ = writeln!(
                table,
                "| {}:{} | {} | {lock} | {} | {} |",
                text(file_name(migration)),
                statement.line,
                text(&statement.kind),
                text(&work),
                statement.reversibility.as_str()
            );
        }
    }
    if table.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "### What the statements do\n\n| where | statement | strongest lock | work | way back |\n\
         |---|---|---|---|---|\n{table}"
    );
    if hidden > 0 {
        let _ = writeln!(out, "… and {}.\n", words::count(hidden, "more statement"));
    }
}

fn findings(report: &Report, out: &mut String) {
    if report.findings.is_empty() {
        return;
    }
    out.push_str("### Findings\n\n");
    for severity in [Severity::Error, Severity::Warning, Severity::Advice] {
        for finding in report.findings.iter().filter(|f| f.severity == severity) {
            one(finding, report, out);
        }
    }
}

fn one(finding: &Finding, report: &Report, out: &mut String) {
    let sign = match finding.severity {
        Severity::Error => "⛔",
        Severity::Warning => "⚠️",
        Severity::Advice => "💡",
    };
    let _ = writeln!(
        out,
        "- {sign} **{}** ({}) — {} line {}: {}.  \n  {}.  \n  **Do:** {}.",
        finding.rule,
        finding.severity,
        code(&finding.path),
        finding.line,
        text(&finding.message),
        text(&finding.why),
        text(&finding.help)
    );
    if let Some(rewrite) = finding.rewrite.and_then(|i| report.rewrites.get(i)) {
        let mut body = String::new();
        for (i, stage) in rewrite.stages.iter().enumerate() {
            let mode = if stage.transaction { "" } else { " — outside a transaction" };
            let _ = writeln!(body, "{}. {}{mode}\n\n{}", i + 1, text(&stage.title), fence("sql", &stage.sql));
        }
        out.push('\n');
        fold(&format!("Safe rewrite: {}", rewrite.summary), &body, out);
    }
}

fn rollbacks(report: &Report, out: &mut String) {
    if report.rollback.is_empty() {
        return;
    }
    let mut body = String::new();
    for rollback in &report.rollback {
        let _ = writeln!(
            body,
            "**{}** — {}\n\n{}",
            text(&rollback.path),
            rollback.class.as_str(),
            fence("sql", &rollback.sql)
        );
    }
    fold("Rollback", &body, out);
}

fn silenced(report: &Report, out: &mut String) {
    if report.silenced.is_empty() {
        return;
    }
    let mut body = String::new();
    for silenced in &report.silenced {
        let _ = writeln!(
            body,
            "- {} at {} line {}: {} ({})",
            text(&silenced.rule),
            code(&silenced.path),
            silenced.line,
            text(&silenced.reason),
            text(&silenced.place)
        );
    }
    fold("Silenced findings", &body, out);
}

fn file_name(migration: &Migration) -> &str {
    let path = migration.path.as_str();
    // `up.sql` and `migration.sql` say nothing without their folder.
    let mut parts = path.rsplitn(3, '/');
    let (last, folder) = (parts.next().unwrap_or(path), parts.next());
    match (last, folder) {
        ("up.sql" | "migration.sql", Some(folder)) => folder,
        _ => last,
    }
}

fn fold(summary: &str, body: &str, out: &mut String) {
    let _ = writeln!(out, "<details><summary>{}</summary>\n\n{body}\n</details>\n", text(summary));
}

/// A code block whose fence is longer than any run of backticks inside.
fn fence(language: &str, body: &str) -> String {
    let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", body.trim_end())
}

/// Inline code. Backticks and line breaks cannot end it.
fn code(body: &str) -> String {
    let body: String = body.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if body.starts_with('`') || body.ends_with('`') { " " } else { "" };
    // In a table a bar ends the cell, inside code too.
    format!("{fence}{pad}{}{pad}{fence}", body.replace('|', "\\|"))
}

/// Plain text: nothing in it is markup, a mention or an issue link.
fn text(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 8);
    for c in body.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_text_is_no_markup() {
        assert_eq!(text("<b>@you|x</b>"), "&lt;b&gt;&#64;you\\|x&lt;/b&gt;");
        assert_eq!(code("a`b"), "``a`b``");
        assert!(fence("sql", "```\nx").starts_with("````sql\n"));
    }
}
