//! For people at a terminal: findings with the source they are about, worst first, then what the statements do,
//! then the verdict with its coverage in the last line.

mod statements;

use std::fmt::Write;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::finding::Severity;
use crate::hash::HashMap;
use crate::review::Review;
use crate::review::model::{Finding, Report, Verdict};
use crate::text::SourceFile;

use super::visible::{is_hidden, visible};
use super::words;

/// Lines of a statement that are shown.
const SHOWN_LINES: u32 = 6;
/// An excerpt of more bytes is no help to the eye.
const MAX_EXCERPT: usize = 8 << 10;
/// Width where none is known.
const DEFAULT_WIDTH: usize = 100;

/// How to draw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Colours.
    pub color: bool,
    /// Width in columns.
    pub width: Option<usize>,
    /// Findings and the last line only.
    pub quiet: bool,
    /// Every statement with all its locks, not only those that lock or work.
    pub verbose: bool,
}

/// Renders the review.
#[must_use]
pub fn render(review: &Review, style: Style) -> String {
    let report = &review.report;
    let files: HashMap<&str, &SourceFile> =
        review.sources.iter().map(|(_, file)| (file.path.as_str(), file)).collect();
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width.unwrap_or(DEFAULT_WIDTH));
    let mut out = String::new();
    for finding in worst_first(report) {
        let file = files.get(finding.path.as_str()).copied();
        out.push_str(&renderer.render(&groups(finding, file, report)));
        out.push_str("\n\n");
    }
    if !style.quiet {
        statements::write(report, style, &mut out);
        database(report, style, &mut out);
        ways_back(report, &mut out);
        if !report.findings.is_empty() {
            out.push_str("more about a rule: checkrail explain NAME\n");
        }
    }
    summary(report, style, &mut out);
    out
}

/// How the database stands to the folder; with `-v`, its drift in full.
fn database(report: &Report, style: Style, out: &mut String) {
    let Some(database) = &report.database else { return };
    out.push_str("database\n");
    for line in words::database(database) {
        let _ = writeln!(out, "  {}", visible(&line));
    }
    if style.verbose {
        for drift in &database.drift {
            let _ = writeln!(out, "  {} {}", drift.kind, visible(&drift.name));
            for line in drift.diff.lines() {
                let _ = writeln!(out, "    {}", visible(line));
            }
        }
    }
    out.push('\n');
}

/// By severity; within one by file and place.
pub(super) fn worst_first(report: &Report) -> Vec<&Finding> {
    let mut order: Vec<&Finding> = report.findings.iter().collect();
    order.sort_by_key(|f| std::cmp::Reverse(f.severity));
    order
}

fn groups<'a>(finding: &'a Finding, file: Option<&'a SourceFile>, report: &'a Report) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Advice => Level::INFO.with_name("advice"),
    };
    let title = level.primary_title(visible(&finding.message)).id(finding.rule.as_str());
    let group = match file.and_then(|f| snippet(finding, f)) {
        Some(snippet) => title.element(snippet),
        None => title.element(origin(finding)),
    };
    let mut group = group
        .element(Level::NOTE.with_name("why").message(visible(&finding.why)))
        .element(Level::HELP.message(visible(&finding.help)));
    if let Some(diff) = &finding.diff {
        group = group.element(Level::NOTE.with_name("diff").message(visible(diff.trim_end())));
    }
    if let Some(place) = finding.policy.as_ref().filter(|_| !words::is_placeless(finding)) {
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

/// The place alone.
fn origin(finding: &Finding) -> Origin<'_> {
    Origin::path(visible(&finding.path)).line(finding.line as usize).char_column(finding.column as usize)
}

/// The lines of the statement, at most [`SHOWN_LINES`], with the finding's span marked; `None` where there is
/// nothing to mark, and where a line is as long as machines write them.
fn snippet<'a>(finding: &Finding, file: &'a SourceFile) -> Option<Snippet<'a, Annotation<'a>>> {
    if words::is_placeless(finding) {
        return None;
    }
    let last = finding.end_line.min(finding.line + SHOWN_LINES - 1);
    let first_start = line_start(file, finding.line)?;
    let last_start = line_start(file, last)?;
    let end = last_start + file.line_text(last).len();
    let excerpt = file.text.get(first_start..end).filter(|text| text.len() <= MAX_EXCERPT)?;
    let start = byte_of_column(file.line_text(finding.line), finding.column);
    let stop = if last == finding.end_line {
        last_start - first_start + byte_of_column(file.line_text(last), finding.end_column)
    } else {
        excerpt.len()
    };
    let stop = stop.clamp(start, excerpt.len());
    // The renderer draws the control characters of ASCII as pictures.
    let shown = |part: &str| part.replace(|c: char| is_hidden(c) && !c.is_ascii(), "\u{fffd}");
    let length = |end: usize| excerpt.get(..end).map_or(end, |part| shown(part).len());
    let mark = AnnotationKind::Primary.span(length(start)..length(stop));
    Some(
        Snippet::source(shown(excerpt))
            .line_start(finding.line as usize)
            .path(visible(file.path.as_str()))
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

fn ways_back(report: &Report, out: &mut String) {
    let classes = words::rollbacks(report);
    if !classes.is_empty() {
        let _ = writeln!(out, "ways back: {classes}; --rollback-dir DIR writes them");
    }
    let downs = words::downs(report);
    if !downs.is_empty() {
        let _ = writeln!(out, "hand-written ways back: {downs}");
    }
}

fn summary(report: &Report, style: Style, out: &mut String) {
    let (on, off) = match (style.color, report.verdict) {
        (false, _) => ("", ""),
        (true, Verdict::Pass) => ("\x1b[1;32m", "\x1b[0m"),
        (true, Verdict::Warn) => ("\x1b[1;33m", "\x1b[0m"),
        (true, Verdict::Block) => ("\x1b[1;31m", "\x1b[0m"),
    };
    let _ = writeln!(
        out,
        "{on}{}{off}: {} ({}; {})",
        words::verdict(report.verdict),
        words::findings(report),
        words::coverage(report),
        visible(&words::subject(report))
    );
}
