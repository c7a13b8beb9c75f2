//! A migration's text with what was found in it: code, facts above statements, findings below the lines that they are
//! about. Long stretches without either are folded, or left out with their number.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::finding::Severity;
use crate::hash::HashMap;
use crate::report::escape;
use crate::report::words;
use crate::review::model::{Migration, Statement};
use crate::text::SourceFile;

use super::Generosity;
use super::finding::FindingView;
use super::highlight::{self, Token};

/// A part of a listing.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub(super) enum Piece {
    /// Lines of code.
    Code { html: String },
    /// Lines that are folded away; without `html` they are left out.
    Fold { first: usize, last: usize, count: String, html: Option<String> },
    /// What a statement does.
    Facts(Facts),
    /// A finding.
    Finding(Box<FindingView>),
}

/// What a statement does.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Facts {
    line: u32,
    kind: String,
    /// The strongest lock on something that was there before.
    lock: Option<Chip>,
    /// How many further locks there are.
    more: usize,
    /// Rewrites, scans, losses, errors.
    work: Vec<String>,
    reversibility: &'static str,
    /// What a server did.
    observed: Vec<String>,
    /// Why this may be incomplete.
    uncertain: Vec<String>,
}

/// A word with a colour.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Chip {
    pub(super) class: &'static str,
    pub(super) text: String,
}

/// A finding of more lines stands below the first one.
const LONG: usize = 12;

/// A listing of a file. `findings` are those in it, `migration` is the one whose statements it has.
pub(super) fn listing(
    file: &SourceFile,
    migration: Option<&Migration>,
    findings: &[FindingView],
    generosity: &Generosity,
) -> Vec<Piece> {
    let lines = line_ranges(&file.text);
    let tokens = highlight::tokens(&file.text);
    let about = Lines::new(findings.iter().map(|f| f.line));
    let has_finding = |s: &Statement| about.any(s.line, s.end_line);
    let told = |s: &&Statement| !generosity.short || has_finding(s);
    let mut facts: Vec<Facts> =
        migration.map_or_else(Vec::new, |m| m.statements.iter().filter(told).filter_map(facts).collect());
    facts.sort_by_key(|f| f.line);
    let facts = facts;
    let shown = visible(&lines, migration, findings, &facts, generosity);
    let mut pieces = Vec::new();
    let mut below: BTreeMap<usize, Vec<&FindingView>> = BTreeMap::new();
    for finding in findings {
        below.entry(place(finding, lines.len())).or_default().push(finding);
    }
    let mut code =
        Code { file, lines: &lines, tokens: &tokens, marked: marked(findings), html: String::new() };
    let mut line = 1;
    while line <= lines.len() {
        if !shown[line - 1] {
            let last = (line..=lines.len()).take_while(|l| !shown[l - 1]).last().unwrap_or(line);
            code.end(&mut pieces);
            let count = last - line + 1;
            let html = (count <= generosity.folded).then(|| {
                (line..=last).for_each(|l| code.line(l));
                std::mem::take(&mut code.html)
            });
            pieces.push(Piece::Fold { first: line, last, count: words::count(count, "line"), html });
            line = last + 1;
            continue;
        }
        let from = facts.partition_point(|f| (f.line as usize) < line);
        for facts in facts[from..].iter().take_while(|f| f.line as usize == line) {
            code.end(&mut pieces);
            pieces.push(Piece::Facts(facts.clone()));
        }
        code.line(line);
        for finding in below.get(&line).into_iter().flatten() {
            code.end(&mut pieces);
            pieces.push(Piece::Finding(Box::new((*finding).clone())));
        }
        line += 1;
    }
    code.end(&mut pieces);
    pieces
}

/// The line below which a finding stands: its last one where it is short.
fn place(finding: &FindingView, lines: usize) -> usize {
    let (first, last) = (finding.line as usize, finding.end_line as usize);
    let line = if last < first + LONG { last.max(first) } else { first };
    line.clamp(1, lines.max(1))
}

fn line_ranges(text: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        ranges.push((start, end));
        start += line.len();
    }
    // Empty lines at the end show nothing.
    while ranges.len() > 1 && ranges.last().is_some_and(|(start, end)| start == end) {
        ranges.pop();
    }
    ranges
}

fn visible(
    lines: &[(usize, usize)],
    migration: Option<&Migration>,
    findings: &[FindingView],
    facts: &[Facts],
    generosity: &Generosity,
) -> Vec<bool> {
    let quiet = findings.is_empty();
    let whole = if quiet { generosity.quiet } else { generosity.whole };
    let mut shown = vec![lines.len() <= whole; lines.len()];
    if lines.len() <= whole {
        return shown;
    }
    let mut show = |first: usize, last: usize| {
        let (first, last) = (first.saturating_sub(1), last.min(lines.len()));
        shown.iter_mut().take(last).skip(first).for_each(|s| *s = true);
    };
    if quiet {
        show(1, whole);
        return shown;
    }
    for finding in findings {
        let (first, last) = (finding.line as usize, place(finding, lines.len()));
        let head = last.min(first + generosity.head);
        show(first.saturating_sub(generosity.around), head + generosity.around);
        show(last, last);
    }
    let statements = migration.map_or(&[][..], |m| m.statements.as_slice());
    let (told, found) =
        (Lines::new(facts.iter().map(|f| f.line)), Lines::new(findings.iter().map(|f| f.line)));
    let about = |s: &&Statement| told.any(s.line, s.line) || found.any(s.line, s.end_line);
    for statement in statements.iter().filter(about) {
        let (first, last) = (statement.line as usize, statement.end_line as usize);
        show(first, last.min(first + generosity.head));
    }
    // A fold of a line or two hides less than it says.
    let least = if generosity.short { 2 } else { 4 };
    let mut hidden = 0;
    for i in 0..=shown.len() {
        if i < shown.len() && !shown[i] {
            hidden += 1;
            continue;
        }
        if hidden < least {
            shown[i - hidden..i].iter_mut().for_each(|s| *s = true);
        }
        hidden = 0;
    }
    shown
}

/// The code since the last other piece.
struct Code<'a> {
    file: &'a SourceFile,
    lines: &'a [(usize, usize)],
    tokens: &'a [Token],
    /// The findings that mark something in a line.
    marked: HashMap<usize, Vec<&'a FindingView>>,
    html: String,
}

/// Findings by the lines in which they mark something: of many lines the first one says where it is.
fn marked(findings: &[FindingView]) -> HashMap<usize, Vec<&FindingView>> {
    let mut marked: HashMap<usize, Vec<&FindingView>> = HashMap::default();
    for finding in findings {
        let (first, last) = (finding.line as usize, finding.end_line as usize);
        for line in first..=if last > first + 3 { first } else { last } {
            marked.entry(line).or_default().push(finding);
        }
    }
    marked
}

/// Lines of a file, to ask whether one of them is in a stretch.
struct Lines(Vec<u32>);

impl Lines {
    fn new(lines: impl Iterator<Item = u32>) -> Self {
        let mut lines: Vec<u32> = lines.collect();
        lines.sort_unstable();
        Self(lines)
    }

    fn any(&self, first: u32, last: u32) -> bool {
        self.0.get(self.0.partition_point(|l| *l < first)).is_some_and(|l| *l <= last)
    }
}

impl Code<'_> {
    fn end(&mut self, pieces: &mut Vec<Piece>) {
        if !self.html.is_empty() {
            pieces.push(Piece::Code { html: std::mem::take(&mut self.html) });
        }
    }

    fn line(&mut self, number: usize) {
        let Some((start, end)) = self.lines.get(number - 1).copied() else { return };
        self.html.push_str("<b>");
        self.html.push_str(&number.to_string());
        self.html.push_str("</b>");
        let text = &self.file.text[start..end];
        let mut at = start;
        for (from, to, severity) in self.marks(number, text) {
            let (from, to) = (start + from, start + to);
            highlight::write(&self.file.text, self.tokens, at, from, &mut self.html);
            self.html.push_str("<mark class=\"");
            self.html.push_str(super::finding::class(severity));
            self.html.push_str("\">");
            highlight::write(&self.file.text, self.tokens, from, to, &mut self.html);
            self.html.push_str("</mark>");
            at = to;
        }
        highlight::write(&self.file.text, self.tokens, at, end, &mut self.html);
        self.html.push('\n');
    }

    /// What of a line findings are about, in bytes, without overlaps; the worst one wins.
    fn marks(&self, number: usize, text: &str) -> Vec<(usize, usize, Severity)> {
        let mut worst: Vec<Option<Severity>> = Vec::new();
        for finding in self.marked.get(&number).into_iter().flatten() {
            let (first, last) = (finding.line as usize, finding.end_line as usize);
            let indent = text.chars().take_while(|c| c.is_whitespace()).count();
            let from = if number == first { finding.column.saturating_sub(1) as usize } else { indent };
            let to = if number == last { finding.end_column.saturating_sub(1) as usize } else { usize::MAX };
            worst.resize(worst.len().max(text.chars().count()), None);
            let to = to.min(worst.len());
            for cell in worst.iter_mut().take(to).skip(from) {
                *cell = (*cell).max(Some(finding.level));
            }
        }
        let mut marks: Vec<(usize, usize, Severity)> = Vec::new();
        for ((byte, c), severity) in text.char_indices().zip(worst) {
            let Some(severity) = severity else { continue };
            match marks.last_mut() {
                Some(last) if last.1 == byte && last.2 == severity => last.1 += c.len_utf8(),
                _ => marks.push((byte, byte + c.len_utf8(), severity)),
            }
        }
        marks.retain(|(from, to, _)| !text[*from..*to].trim().is_empty());
        marks
    }
}

/// What a statement does, where that is more than reading and writing rows.
fn facts(statement: &Statement) -> Option<Facts> {
    let observed = observed(statement);
    if !words::is_notable(statement) && observed.is_empty() {
        return None;
    }
    let strongest = words::strongest_lock(statement);
    Some(Facts {
        line: statement.line,
        kind: statement.kind.replace('-', " "),
        lock: strongest.map(|(lock, _)| Chip {
            class: super::glossary::class(lock.mode),
            text: format!("{} on {}{}", lock.mode, lock.relation, words::size(lock)),
        }),
        more: strongest.map_or(0, |(_, more)| more),
        work: words::work(statement),
        reversibility: statement.reversibility.as_str(),
        observed,
        uncertain: statement.uncertain.clone(),
    })
}

fn observed(statement: &Statement) -> Vec<String> {
    match (&statement.observed, &statement.not_run) {
        (Some(observed), _) => {
            let mut lines = observed.differences.clone();
            if let Some(error) = &observed.error {
                lines.insert(0, format!("refused by the server: {} ({})", error.message, error.sqlstate));
            }
            lines
        }
        (None, Some(reason)) => vec![format!("not run: {reason}")],
        (None, None) => Vec::new(),
    }
}

/// Some SQL, at most so many lines.
pub(super) fn plain(sql: &str, most: usize) -> String {
    cut(sql, most, highlight::html)
}

/// The same without colours, which take more room than the text.
pub(super) fn bare(sql: &str, most: usize) -> String {
    cut(sql, most, escape::text)
}

fn cut(sql: &str, most: usize, html: impl Fn(&str) -> String) -> String {
    let sql = sql.trim_end();
    let count = sql.lines().count();
    if count <= most {
        return html(sql);
    }
    let head: Vec<&str> = sql.lines().take(most).collect();
    let more = escape::text(&format!("… {} not shown", words::count(count - most, "more line")));
    format!("{}\n<i>{more}</i>", html(&head.join("\n")))
}
