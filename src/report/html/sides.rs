//! Differences for people: a statement beside its safe rewrite, and unified diffs in colour.

use std::fmt::Write as _;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::report::escape;

/// A statement and what replaces it, the words that differ marked in both: the statement as HTML, and each of the
/// replacing texts.
pub(super) fn side_by_side(before: &str, after: &[&str]) -> (String, Vec<String>) {
    let joined = after.concat();
    let (left, right) = (words(before), words(&joined));
    let folded = |text: &str, ranges: &[Range<usize>]| -> Vec<String> {
        ranges.iter().map(|r| text[r.clone()].to_lowercase()).collect()
    };
    let (a, b) = (folded(before, &left), folded(&joined, &right));
    let mut gone = vec![false; left.len()];
    let mut new = vec![false; right.len()];
    for op in capture_diff_slices(Algorithm::Myers, &a, &b) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        op.old_range().for_each(|i| gone[i] = true);
        op.new_range().for_each(|i| new[i] = true);
    }
    whole_lines(&joined, &right, &mut new);
    let mut parts = Vec::with_capacity(after.len());
    let mut start = 0;
    for part in after {
        let end = start + part.len();
        parts.push(marked(&joined, start..end, &right, &new, "ins"));
        start = end;
    }
    (marked(before, 0..before.len(), &left, &gone, "del"), parts)
}

/// A line of which more than half is new is new: words that it happens to share with another line say nothing.
fn whole_lines(text: &str, words: &[Range<usize>], new: &mut [bool]) {
    let mut first = 0;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        let last = first + words[first..].iter().take_while(|w| w.start < end).count();
        let marked = new[first..last].iter().filter(|n| **n).count();
        if marked * 2 > last - first {
            new[first..last].iter_mut().for_each(|n| *n = true);
        }
        first = last;
    }
}

/// Words, numbers and single signs; white space is between them.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut word: Option<usize> = None;
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() || c == '_' || c == '$' {
            word.get_or_insert(at);
            continue;
        }
        if let Some(start) = word.take() {
            out.push(start..at);
        }
        if !c.is_whitespace() {
            out.push(at..at + c.len_utf8());
        }
    }
    if let Some(start) = word {
        out.push(start..text.len());
    }
    out
}

/// A part of a text with its differing words in an element; those that stand together are in one.
fn marked(text: &str, part: Range<usize>, words: &[Range<usize>], differs: &[bool], tag: &str) -> String {
    let mut out = String::with_capacity(part.len() * 3 / 2);
    let mut at = part.start;
    let mut open = false;
    for (word, differs) in words.iter().zip(differs) {
        if word.start < part.start || word.end > part.end {
            continue;
        }
        let between = &text[at..word.start];
        // White space between two marked words is marked too, unless a line ends there.
        if open && (!differs || between.contains('\n')) {
            let _ = write!(out, "</{tag}>");
            open = false;
        }
        escape::write(between, &mut out);
        if *differs && !open {
            let _ = write!(out, "<{tag}>");
            open = true;
        }
        escape::write(&text[word.clone()], &mut out);
        at = word.end;
    }
    if open {
        let _ = write!(out, "</{tag}>");
    }
    escape::write(&text[at..part.end], &mut out);
    out
}

/// A unified diff as lines with a class for each sort; at most so many.
pub(super) fn unified(diff: &str, most: usize) -> String {
    let mut out = String::with_capacity(diff.len() * 3 / 2);
    let count = diff.lines().count();
    for line in diff.lines().take(most) {
        let tag = match line.as_bytes().first() {
            Some(b'+') if !line.starts_with("+++") => "ins",
            Some(b'-') if !line.starts_with("---") => "del",
            Some(b'@') => "u",
            Some(b'+' | b'-') => continue,
            _ => "",
        };
        if tag.is_empty() {
            escape::write(line, &mut out);
        } else {
            let _ = write!(out, "<{tag}>");
            escape::write(line, &mut out);
            let _ = write!(out, "</{tag}>");
        }
        out.push('\n');
    }
    if count > most {
        let _ = writeln!(out, "<i>… {} more lines not shown</i>", count - most);
    }
    out
}

/// How many lines a unified diff adds and takes away.
pub(super) fn changed(diff: &str) -> (usize, usize) {
    let count =
        |sign: char, head: &str| diff.lines().filter(|l| l.starts_with(sign) && !l.starts_with(head)).count();
    (count('+', "+++"), count('-', "---"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_differ_are_marked() {
        let (left, right) = side_by_side(
            "CREATE INDEX i ON t (a)",
            &["SET lock_timeout = 1;\n", "create index CONCURRENTLY i ON public.t (a);\n"],
        );
        assert_eq!(left, "CREATE INDEX i ON t (a)");
        assert_eq!(right[0], "<ins>SET lock_timeout = 1;</ins>\n");
        assert_eq!(
            right[1],
            "create index <ins>CONCURRENTLY</ins> i ON <ins>public.</ins>t (a)<ins>;</ins>\n"
        );
        let (_, right) = side_by_side("ALTER TABLE t", &["VALIDATE x ON TABLE y;\n"]);
        assert_eq!(right[0], "<ins>VALIDATE x ON TABLE y;</ins>\n");
        let (left, _) = side_by_side("a <b> c", &["a c"]);
        assert_eq!(left, "a <del>&lt;b&gt;</del> c");
    }

    #[test]
    fn unified_diffs_are_coloured_and_cut() {
        let diff = "--- a\n+++ b\n@@ -1 +1 @@\n x\n-<y>\n+z\n";
        assert_eq!(unified(diff, 10), "<u>@@ -1 +1 @@</u>\n x\n<del>-&lt;y&gt;</del>\n<ins>+z</ins>\n");
        assert!(unified(diff, 4).ends_with(" x\n<i>… 2 more lines not shown</i>\n"));
        assert_eq!(changed(diff), (1, 1));
    }
}
