//! For people at a terminal: findings with the source they are about, worst first, then a summary.

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::finding::Severity;
use crate::remedy::rollback::Reversibility;
use crate::review::Review;
use crate::review::model::{Finding, Report, Verdict};
use crate::text::SourceFile;

use super::words;

/// Lines of a statement that are shown.
const SHOWN_LINES: u32 = 6;

/// How to draw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Colours.
    pub color: bool,
    /// Width in columns.
    pub width: Option<usize>,
    /// Findings only, without the list of statements.
    pub quiet: bool,
    /// Every statement with its locks, not only those that lock or work.
    pub verbose: bool,
}

/// Renders the review.
#[must_use]
pub fn render(review: &Review, style: Style) -> String {
    let report = &review.report;
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width.unwrap_or(100));
    let mut out = String::new();
    let mut order: Vec<&Finding> = report.findings.iter().collect();
    order.sort_by_key(|f| std::cmp::Reverse(f.severity));
    for finding in order {
        let file = review.sources.iter().find(|(_, f)| f.path == finding.path.as_str()).map(|(_, f)| f);
        out.push_str(&renderer.render(&groups(finding, file, report)));
        out.push_str("\n\n");
    }
    if !style.quiet {
        statements(report, style, &mut out);
        rollbacks(report, &mut out);
    }
    summary(report, style, &mut out);
    out
}

fn groups<'a>(finding: &'a Finding, file: Option<&'a SourceFile>, report: &'a Report) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Advice => Level::INFO.with_name("advice"),
    };
    let mut group = level.primary_title(visible(&finding.message)).id(finding.rule.as_str());
    let mut group = match file.and_then(|f| snippet(finding, f)) {
        Some(snippet) => group.element(snippet),
        None => {
            group = group.id(finding.rule.as_str());
            group.element(annotate_snippets::Origin::path(visible(&finding.path)).line(finding.line as usize))
        }
    };
    group = group
        .element(Level::NOTE.with_name("why").message(visible(&finding.why)))
        .element(Level::HELP.message(visible(&finding.help)));
    if let Some(place) = &finding.policy {
        group = group.element(Level::NOTE.with_name("policy").message(visible(place)));
    }
    let mut groups = vec![group];
    if let Some(rewrite) = finding.rewrite.and_then(|i| report.rewrites.get(i)) {
        let title = format!("safe rewrite: {}", visible(&rewrite.summary));
        let mut safe = Group::with_title(Level::HELP.no_name().secondary_title(title));
        for (i, stage) in rewrite.stages.iter().enumerate() {
            let mode = if stage.transaction { "" } else { ", outside a transaction" };
            let text =
                format!("{}. {}{mode}\n{}", i + 1, visible(&stage.title), visible(stage.sql.trim_end()));
            safe = safe.element(Level::NOTE.no_name().message(text));
        }
        groups.push(safe);
    }
    groups
}

/// The lines of the statement, at most [`SHOWN_LINES`], with the finding's span marked.
fn snippet<'a>(
    finding: &Finding,
    file: &'a SourceFile,
) -> Option<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let last = finding.end_line.min(finding.line + SHOWN_LINES - 1);
    let first_start = line_start(file, finding.line)?;
    let last_start = line_start(file, last)?;
    let end = last_start + file.line_text(last).len();
    let excerpt = file.text.get(first_start..end)?;
    let start = byte_of_column(file.line_text(finding.line), finding.column);
    let stop = if last == finding.end_line {
        last_start - first_start + byte_of_column(file.line_text(last), finding.end_column)
    } else {
        excerpt.len()
    };
    let mark = AnnotationKind::Primary.span(start..stop.clamp(start, excerpt.len()));
    Some(
        Snippet::source(excerpt)
            .line_start(finding.line as usize)
            .path(file.path.as_str())
            .fold(false)
            .annotation(mark),
    )
}

fn line_start(file: &SourceFile, line: u32) -> Option<usize> {
    let text = file.line_text(line);
    // `line_text` is a slice of the file's text, so that its address tells where it begins.
    (text.as_ptr() as usize).checked_sub(file.text.as_ptr() as usize).filter(|at| *at <= file.text.len())
}

fn byte_of_column(line: &str, column: u32) -> usize {
    line.char_indices().nth(column.saturating_sub(1) as usize).map_or(line.len(), |(i, _)| i)
}

fn statements(report: &Report, style: Style, out: &mut String) {
    for migration in &report.migrations {
        let mut lines = String::new();
        for statement in &migration.statements {
            let work = words::work(statement);
            let lock = words::strongest_lock(statement);
            let notable = !work.is_empty() || lock.is_some_and(|(mode, _, _)| mode != "ACCESS SHARE");
            if !notable && !style.verbose {
                continue;
            }
            let lock = lock.map_or(String::new(), |(mode, relation, more)| match more {
                0 => format!("{mode} on {relation}"),
                n => format!("{mode} on {relation} and {n} more"),
            });
            let _ = writeln!(
                lines,
                "  {:>5}  {:<22} {}{}{}",
                statement.line,
                statement.kind,
                visible(&lock),
                if lock.is_empty() || work.is_empty() { "" } else { "; " },
                visible(&work)
            );
        }
        if !lines.is_empty() && (style.verbose || report.migrations.len() <= 20) {
            let transaction = match migration.transaction {
                crate::plan::TransactionMode::Single => "one transaction",
                crate::plan::TransactionMode::None => "each statement by itself",
                crate::plan::TransactionMode::Explicit => "transactions of its own",
            };
            let _ = writeln!(out, "{} ({transaction})\n{lines}", visible(&migration.path));
        }
    }
}

fn rollbacks(report: &Report, out: &mut String) {
    let count = |class| report.rollback.iter().filter(|r| r.class == class).count();
    let parts: Vec<String> = [Reversibility::Exact, Reversibility::Lossy, Reversibility::Irreversible]
        .into_iter()
        .filter(|class| count(*class) > 0)
        .map(|class| format!("{} {}", count(class), class.as_str()))
        .collect();
    if !parts.is_empty() {
        let _ = writeln!(out, "rollback: {}", parts.join(", "));
    }
}

fn summary(report: &Report, style: Style, out: &mut String) {
    let color = match (style.color, report.verdict) {
        (false, _) => ("", ""),
        (true, Verdict::Pass) => ("\x1b[1;32m", "\x1b[0m"),
        (true, Verdict::Warn) => ("\x1b[1;33m", "\x1b[0m"),
        (true, Verdict::Block) => ("\x1b[1;31m", "\x1b[0m"),
    };
    let _ = writeln!(
        out,
        "{}{}{}: {} ({}; {} {}, policy {})",
        color.0,
        words::verdict(report.verdict),
        color.1,
        words::findings(report),
        words::coverage(report),
        report.dialect,
        report.server_version,
        visible(&report.policy)
    );
}

/// Control characters of user text must not reach the terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
}
