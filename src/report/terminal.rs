//! For people at a terminal: findings with the source they are about, worst first, then what the statements do,
//! then the verdict with its coverage in the last line.

mod statements;
mod wrap;

use std::fmt::Write;
use std::time::Duration;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

use crate::finding::Severity;
use crate::hash::HashMap;
use crate::review::Review;
use crate::review::model::{Edit, Finding, Report, Verdict};
use crate::text::SourceFile;

use super::visible::{is_hidden, visible};
use super::words;
use wrap::{indented, wrap};

/// Lines of a statement that are shown.
const SHOWN_LINES: u32 = 6;
/// An excerpt of more bytes is no help to the eye.
const MAX_EXCERPT: usize = 8 << 10;
/// Width where none is known.
const DEFAULT_WIDTH: usize = 100;
/// Less of a line is too little for a message beside the name of its rule.
const MIN_MESSAGE: usize = 30;

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
    /// Break prose into lines of `width`; otherwise lines are as long as they are, for programs that search them.
    pub fold: bool,
    /// How long the review took, where that is to be told.
    pub took: Option<Duration>,
}

impl Style {
    /// Where lines of prose end.
    fn limit(self) -> usize {
        if self.fold { self.width.unwrap_or(DEFAULT_WIDTH) } else { usize::MAX }
    }
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
        out.push_str(&renderer.render(&groups(finding, file, report, style)));
        out.push_str("\n\n");
    }
    if !style.quiet {
        statements::write(report, style, &mut out);
        database(report, style, &mut out);
        ways_back(report, style, &mut out);
        if !report.findings.is_empty() {
            let _ =
                writeln!(out, "{}", indented("more about a rule: checkrail explain NAME", style.limit(), 2));
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
        let _ = writeln!(out, "  {}", indented(&visible(&line), style.limit(), 2));
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

fn groups<'a>(
    finding: &'a Finding,
    file: Option<&'a SourceFile>,
    report: &'a Report,
    style: Style,
) -> Vec<Group<'a>> {
    let (level, word) = match finding.severity {
        Severity::Error => (Level::ERROR, "error"),
        Severity::Warning => (Level::WARNING, "warning"),
        Severity::Advice => (Level::INFO.with_name("advice"), "advice"),
    };
    let limit = style.limit();
    // `error[rule]: `; in a narrow terminal the rule has a line of its own.
    let beside = word.len() + finding.rule.len() + 4;
    let narrow = limit < beside + MIN_MESSAGE;
    let margin = if narrow { word.len() + 2 } else { beside };
    let title = level.primary_title(wrap(&visible(&finding.message), limit.saturating_sub(margin), 0));
    let title = if narrow { title } else { title.id(finding.rule.as_str()) };
    let group = match file.and_then(|f| snippet(finding, f)) {
        Some(snippet) => title.element(snippet),
        None => title.element(origin(finding)),
    };
    // Lines of notes stand behind the numbers of lines, a mark, and the note's name.
    let numbers = finding.end_line.to_string().len() + 3;
    let note =
        |name: &str, text: &str| wrap(&visible(text), limit.saturating_sub(numbers + name.len() + 2), 0);
    let mut group = if narrow {
        group.element(Level::NOTE.with_name("rule").message(finding.rule.as_str()))
    } else {
        group
    };
    group = group.element(Level::NOTE.with_name("why").message(note("why", &finding.why)));
    if let Some(work) = &finding.work {
        group = group.element(Level::NOTE.with_name("size").message(note("size", &work.text)));
    }
    group = group.element(Level::HELP.message(note("help", &finding.help)));
    if let Some(diff) = &finding.diff {
        group = group.element(Level::NOTE.with_name("diff").message(visible(diff.trim_end())));
    }
    if let Some(place) = finding.policy.as_ref().filter(|_| !words::is_placeless(finding)) {
        group = group.element(Level::NOTE.with_name("policy").message(visible(place)));
    }
    let mut groups = vec![group];
    if let Some(rewrite) = finding.rewrite.and_then(|i| report.rewrites.get(i)) {
        let title = wrap(&format!("safe rewrite: {}", visible(&rewrite.summary)), limit, 0);
        let mut safe = Group::with_title(Level::HELP.no_name().secondary_title(title));
        let change = finding.edit.as_ref().zip(file).and_then(|(edit, file)| patch(edit, file));
        if let Some(patch) = change {
            groups.push(safe.element(patch));
            return groups;
        }
        for (i, stage) in rewrite.stages.iter().enumerate() {
            let mode = if stage.transaction { "" } else { ", outside a transaction" };
            let title = format!("{}. {}{mode}", i + 1, visible(&stage.title));
            let title = wrap(&title, limit.saturating_sub(numbers), 0);
            let text = format!("{title}\n{}", visible(stage.sql.trim_end()));
            safe = safe.element(Level::NOTE.no_name().message(text));
        }
        groups.push(safe);
    }
    groups
}

/// The change of the file as a patch; `None` where its lines are as long as machines write them.
fn patch<'a>(edit: &Edit, file: &'a SourceFile) -> Option<Snippet<'a, Patch<'a>>> {
    let start = line_start(file, edit.line)?;
    let last = line_start(file, edit.end_line)?;
    let excerpt = file.text.get(start..last + file.line_text(edit.end_line).len())?;
    if excerpt.len() > MAX_EXCERPT || edit.text.len() > MAX_EXCERPT {
        return None;
    }
    let from = byte_of_column(file.line_text(edit.line), edit.column);
    let to = last - start + byte_of_column(file.line_text(edit.end_line), edit.end_column);
    let length = |end: usize| excerpt.get(..end).map_or(end, |part| drawn(part).len());
    let change = Patch::new(length(from)..length(to.max(from)), visible(&edit.text));
    let path = visible(file.path.as_str());
    Some(Snippet::source(drawn(excerpt)).line_start(edit.line as usize).path(path).patch(change))
}

/// Source text. The renderer draws the control characters of ASCII as pictures.
fn drawn(part: &str) -> String {
    part.replace(|c: char| is_hidden(c) && !c.is_ascii(), "\u{fffd}")
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
    let length = |end: usize| excerpt.get(..end).map_or(end, |part| drawn(part).len());
    let mark = AnnotationKind::Primary.span(length(start)..length(stop));
    Some(
        Snippet::source(drawn(excerpt))
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

fn ways_back(report: &Report, style: Style, out: &mut String) {
    let classes = words::rollbacks(report);
    if !classes.is_empty() {
        let line = format!("ways back: {classes}; --rollback-dir DIR writes them");
        let _ = writeln!(out, "{}", indented(&line, style.limit(), 2));
    }
    let downs = words::downs(report);
    if !downs.is_empty() {
        let _ = writeln!(out, "{}", indented(&format!("hand-written ways back: {downs}"), style.limit(), 2));
    }
}

fn summary(report: &Report, style: Style, out: &mut String) {
    let (on, off) = match (style.color, report.verdict) {
        (false, _) => ("", ""),
        (true, Verdict::Pass) => ("\x1b[1;32m", "\x1b[0m"),
        (true, Verdict::Warn) => ("\x1b[1;33m", "\x1b[0m"),
        (true, Verdict::Block) => ("\x1b[1;31m", "\x1b[0m"),
    };
    let took = style.took.map_or_else(String::new, |took| format!("; in {}", words::duration(took)));
    let line = format!(
        "{}: {} ({}; {}{took})",
        words::verdict(report.verdict),
        words::findings(report),
        words::coverage(report),
        visible(&words::subject(report))
    );
    // The verdict is of one line: it is short, and colours do not count.
    let line = indented(&line, style.limit(), 2);
    let (verdict, rest) = line.split_once(':').unwrap_or((&line, ""));
    let _ = writeln!(out, "{on}{verdict}{off}:{rest}");
}
