//! Which lock is held on which table over which statements, what work runs meanwhile, and what waits: as a picture
//! and in sentences.

use std::fmt::Write as _;

use serde::Serialize;

use crate::ir::data::LockMode;
use crate::report::erd::short_text;
use crate::report::escape::text;
use crate::report::words;
use crate::review::model::{LockSpan, Migration, Statement};

use super::{Generosity, glossary};

/// The locks of a migration over time.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Timeline {
    /// The picture; empty where there is no room for it.
    pub(super) svg: String,
    sentences: Vec<Sentence>,
    /// What is not among them.
    more: Vec<String>,
}

/// What one lock means.
#[derive(Clone, Debug, Serialize)]
struct Sentence {
    class: &'static str,
    mode: &'static str,
    relation: String,
    /// From when to when.
    when: String,
    blocks: &'static str,
    /// What takes long meanwhile.
    work: Vec<String>,
}

/// Relations with a row of their own, or a sentence.
const MOST: usize = 14;
/// The place of the first statement.
const LEFT: i32 = 8;
/// A row: the relation's name, and the bar below it.
const ROW: i32 = 40;
const HEAD: i32 = 22;

/// The timeline of a migration; `None` where it locks nothing that others use.
pub(super) fn timeline(migration: &Migration, generosity: &Generosity) -> Option<Timeline> {
    let strong = |s: &&LockSpan| glossary::mode(s.mode).is_some_and(|m| m >= LockMode::ShareUpdateExclusive);
    let is_part = |s: &&LockSpan| s.kind.ends_with("index") || s.kind == "sequence";
    let all: Vec<&LockSpan> = migration.timeline.iter().collect();
    let mut spans: Vec<&LockSpan> = all.iter().copied().filter(strong).filter(|s| !is_part(s)).collect();
    let parts = all.iter().copied().filter(strong).filter(is_part).count();
    if spans.is_empty() {
        // An index is dropped by itself.
        spans = all.iter().copied().filter(strong).collect();
    }
    if spans.is_empty() {
        return None;
    }
    let weak = all.len() - all.iter().filter(|s| strong(s)).count();
    let mut rows: Vec<Row<'_>> = Vec::new();
    for span in &spans {
        match rows.iter_mut().find(|r| r.relation == span.relation) {
            Some(row) => row.spans.push(span),
            None => rows.push(Row { relation: &span.relation, spans: vec![span] }),
        }
    }
    // The worst first; of the same, the first that is taken.
    rows.sort_by_key(|r| std::cmp::Reverse(r.spans.iter().filter_map(|s| glossary::mode(s.mode)).max()));
    let left_out = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    let mut more = Vec::new();
    if left_out > 0 {
        more.push(format!("locks on {}", words::count(left_out, "more relation")));
    }
    if parts > 0 && parts < spans.len() + parts && spans.iter().any(|s| !is_part(s)) {
        more.push(format!("{} on indexes and sequences of these tables", words::count(parts, "lock")));
    }
    if weak > 0 {
        more.push(format!("{} in modes that reads and writes take themselves", words::count(weak, "lock")));
    }
    let listed: Vec<&LockSpan> = rows.iter().flat_map(|r| r.spans.iter().copied()).collect();
    if listed.len() > generosity.sentences {
        more.insert(0, words::count(listed.len() - generosity.sentences, "more lock"));
    }
    let sentences = listed.iter().take(generosity.sentences).map(|s| sentence(s, migration)).collect();
    let drawn = migration.statements.len() >= generosity.drawn_from;
    let svg = if drawn { draw(migration, &rows) } else { String::new() };
    Some(Timeline { svg, sentences, more })
}

struct Row<'a> {
    relation: &'a str,
    spans: Vec<&'a LockSpan>,
}

fn sentence(span: &LockSpan, migration: &Migration) -> Sentence {
    let statements = &migration.statements;
    let line = |i: usize| statements.get(i).map_or(0, |s| s.line);
    let by_itself = statements.get(span.first).is_some_and(|s| !s.in_transaction);
    let when = if by_itself {
        format!("while line {} runs", line(span.first))
    } else if span.first == span.last {
        format!("from line {} until the transaction ends", line(span.first))
    } else {
        format!("from line {} until the transaction ends after line {}", line(span.first), line(span.last))
    };
    let meanwhile = statements.get(span.first..=span.last).unwrap_or_default();
    let mut work: Vec<String> = meanwhile.iter().filter_map(long_work).collect();
    let rest = work.len().saturating_sub(4);
    work.truncate(4);
    if rest > 0 {
        work.push(format!("{} more of that kind", words::count(rest, "statement")));
    }
    Sentence {
        class: glossary::class(span.mode),
        mode: span.mode,
        relation: span.relation.clone(),
        when,
        blocks: glossary::mode(span.mode).map_or("", glossary::blocks),
        work,
    }
}

/// Work of a statement that grows with the size of a table that was there before.
fn long_work(statement: &Statement) -> Option<String> {
    let names = |list: &[String]| {
        let shown: Vec<&str> = list.iter().take(2).map(String::as_str).collect();
        let more = list.len() - shown.len();
        if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
    };
    let line = statement.line;
    if !statement.rewrites.is_empty() {
        Some(format!("line {line} writes {} anew", names(&statement.rewrites)))
    } else if !statement.scans.is_empty() {
        Some(format!("line {line} reads {} in full", names(&statement.scans)))
    } else {
        None
    }
}

/// Whether a lock that keeps out reads or writes is held while a statement does work that grows with a table.
pub(super) fn blocks_for_long(migration: &Migration) -> usize {
    let blocking = |s: &&LockSpan| glossary::mode(s.mode).is_some_and(LockMode::blocks_writes);
    let spans: Vec<&LockSpan> = migration.timeline.iter().filter(blocking).collect();
    let held = |i: usize| spans.iter().any(|s| s.first <= i && i <= s.last);
    (0..migration.statements.len())
        .filter(|i| long_work(&migration.statements[*i]).is_some() && held(*i))
        .count()
}

/// A column of the picture: one statement, or several in which nothing begins, ends, or takes long.
struct Column {
    first: usize,
    last: usize,
    work: &'static str,
    width: i32,
}

fn columns(migration: &Migration, rows: &[Row<'_>]) -> Vec<Column> {
    let count = migration.statements.len();
    let mut marked = vec![false; count + 1];
    for span in rows.iter().flat_map(|r| &r.spans) {
        for at in [span.first, span.last, span.last + 1] {
            if let Some(mark) = marked.get_mut(at) {
                *mark = true;
            }
        }
    }
    let work = |s: &Statement| match (s.rewrites.is_empty(), s.scans.is_empty()) {
        (false, _) => "rewrite",
        (true, false) => "scan",
        (true, true) => "",
    };
    let mut columns: Vec<Column> = Vec::new();
    for (i, statement) in migration.statements.iter().enumerate() {
        let work = work(statement);
        let apart = marked[i] || !work.is_empty() || count <= 24;
        match columns.last_mut() {
            Some(last) if !apart && last.work.is_empty() && last.width == 0 => last.last = i,
            _ => columns.push(Column { first: i, last: i, work, width: i32::from(apart) }),
        }
    }
    let own = i32::try_from(columns.len()).unwrap_or(i32::MAX);
    let each = (620 / own.max(1)).clamp(26, 110);
    for column in &mut columns {
        column.width = if column.width > 0 { each } else { 22 };
    }
    columns
}

fn draw(migration: &Migration, rows: &[Row<'_>]) -> String {
    let columns = columns(migration, rows);
    let mut starts = Vec::with_capacity(columns.len() + 1);
    let mut x = LEFT;
    for column in &columns {
        starts.push(x);
        x += column.width;
    }
    starts.push(x);
    let longest = rows.iter().map(|r| r.relation.chars().count().min(60)).max().unwrap_or(0);
    let labels = LEFT + 8 * i32::try_from(longest).unwrap_or(0);
    let ends = migration.statements.last().is_some_and(|s| s.in_transaction);
    let width = (x + if ends { 62 } else { 14 }).max(labels);
    let bottom = HEAD + ROW * i32::try_from(rows.len()).unwrap_or(0);
    let height = bottom + 22;
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg class=\"timeline\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         aria-label=\"Locks over the statements; the list below says the same in words\">"
    );
    for (column, x) in columns.iter().zip(&starts) {
        head(column, *x, bottom, &migration.statements, &mut out);
    }
    if ends {
        let _ = write!(
            out,
            "<path class=\"commit\" d=\"M{x} 6V{bottom}\"/><text class=\"line end\" x=\"{}\" y=\"15\">commit</text>",
            x + 6
        );
    }
    for (i, row) in rows.iter().enumerate() {
        let y = HEAD + ROW * i32::try_from(i).unwrap_or(0);
        let _ = write!(
            out,
            "<path class=\"grid\" d=\"M0 {0}H{width}\"/><text class=\"rel\" x=\"{LEFT}\" y=\"{1}\">{2}</text>",
            y + ROW,
            y + 14,
            text(&short_text(row.relation, 60))
        );
        for span in &row.spans {
            let from = columns.iter().position(|c| c.last >= span.first).unwrap_or(0);
            let to = columns.iter().rposition(|c| c.first <= span.last).unwrap_or(from).max(from);
            let (left, right) = (starts[from] + 2, starts[to + 1] - 2);
            let class = glossary::class(span.mode);
            let _ = write!(
                out,
                "<g class=\"{class}\"><rect x=\"{left}\" y=\"{}\" width=\"{}\" height=\"16\" rx=\"3\"/>",
                y + 19,
                (right - left).max(4)
            );
            // A stronger lock that comes later is drawn over the rest; about seven pixels for each letter.
            let begins = |s: &&LockSpan| columns.iter().position(|c| c.last >= s.first);
            let later = row.spans.iter().filter_map(|s| Some(starts[begins(s)?])).filter(|x| *x > left).min();
            let end = later.map_or(right, |x| x.min(right));
            let room = usize::try_from((end - left - 8) / 7).unwrap_or(0);
            let label =
                [span.mode, &initials(span.mode)].into_iter().find(|l| l.len() <= room).map(str::to_owned);
            if let Some(label) = label {
                let _ = write!(out, "<text x=\"{}\" y=\"{}\">{label}</text>", left + 6, y + 31);
            }
            out.push_str("</g>");
        }
    }
    out.push_str("</svg>");
    out
}

fn head(column: &Column, x: i32, bottom: i32, statements: &[Statement], out: &mut String) {
    let Some(statement) = statements.get(column.first) else { return };
    if !column.work.is_empty() {
        let _ = write!(
            out,
            "<rect class=\"{}\" x=\"{x}\" y=\"{HEAD}\" width=\"{}\" height=\"{}\"/>",
            column.work,
            column.width,
            bottom - HEAD
        );
    }
    let count = column.last - column.first + 1;
    let label = if count > 1 { "···".to_owned() } else { statement.line.to_string() };
    let title = if count > 1 {
        format!("{count} statements without a change")
    } else {
        let mut title = format!("line {}: {}", statement.line, statement.kind.replace('-', " "));
        let work = words::work(statement);
        if !work.is_empty() {
            let _ = write!(title, ", {}", work.join(", "));
        }
        title
    };
    let middle = x + column.width / 2;
    let _ = write!(
        out,
        "<path class=\"grid\" d=\"M{x} {HEAD}V{bottom}\"/><text class=\"line\" x=\"{middle}\" y=\"15\">{label}<title>{}\
         </title></text>",
        text(&title)
    );
    let word = match column.work {
        "rewrite" if column.width >= 48 => "rewrite",
        "rewrite" => "rw",
        "scan" if column.width >= 34 => "scan",
        "scan" => "sc",
        _ => "",
    };
    if !word.is_empty() {
        let _ = write!(out, "<text class=\"work\" x=\"{middle}\" y=\"{}\">{word}</text>", bottom + 15);
    }
}

/// `ACCESS EXCLUSIVE` is `AE`.
fn initials(mode: &str) -> String {
    mode.split(' ').filter_map(|w| w.chars().next()).collect()
}
