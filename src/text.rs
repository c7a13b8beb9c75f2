//! Positions in source text: file ids, byte spans, and their translation to 1-based lines and columns.
//!
//! Everything below the reports speaks in byte offsets ([`Span`]); only when a finding is shown is an
//! offset turned into a line and a column. Columns count characters, not bytes, as editors do.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

/// Identifies one [`SourceFile`] of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A half-open range of byte offsets in one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// A span over `start..end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The text this span covers; empty when the span does not fit `text`.
    #[must_use]
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    /// This span moved `by` bytes to the right, as needed when a statement was parsed by itself.
    #[must_use]
    pub const fn shifted(self, by: u32) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }

    /// Whether `offset` lies inside.
    #[must_use]
    pub const fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }
}

/// A 1-based position; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineCol {
    /// 1-based line.
    pub line: u32,
    /// 1-based column in characters.
    pub column: u32,
}

/// One input file: its path as the user would name it, its text, and where its lines begin.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path for messages, relative to the working directory where possible.
    pub path: Utf8PathBuf,
    /// The whole text.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// Indexes the lines of `text`.
    #[must_use]
    pub fn new(path: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let line_starts = line_starts(text.as_bytes());
        Self { path: path.into(), text, line_starts }
    }

    /// Line and column of a byte offset; an offset past the end gives the end.
    #[must_use]
    pub fn line_col(&self, at: u32) -> LineCol {
        let at = at.min(offset(self.text.len()));
        let line = self.line_starts.partition_point(|s| *s <= at).max(1);
        let start = self.line_starts[line - 1];
        let before = self.text.get(start as usize..at as usize).unwrap_or("");
        LineCol { line: offset(line), column: offset(before.chars().count() + 1) }
    }

    /// Positions of the first byte and of the last byte (inclusive) of a span.
    #[must_use]
    pub fn range(&self, span: Span) -> (LineCol, LineCol) {
        (self.line_col(span.start), self.line_col(span.end.max(span.start)))
    }

    /// The text of a 1-based line, without its line break.
    #[must_use]
    pub fn line_text(&self, line: u32) -> &str {
        let index = line.saturating_sub(1) as usize;
        let Some(start) = self.line_starts.get(index) else { return "" };
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |e| *e as usize);
        self.text.get(*start as usize..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }
}

/// Where the lines of a text start. Eight bytes are looked at in one step.
fn line_starts(text: &[u8]) -> Vec<u32> {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let mut starts = vec![0];
    let (words, rest) = text.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        // A byte is zero where the text has a line break; then its highest bit is the only one that gets set.
        let word = u64::from_le_bytes(*word) ^ u64::from_le_bytes([b'\n'; 8]);
        let mut breaks = !(((word & LOW) + LOW) | word | LOW);
        while breaks != 0 {
            starts.push(offset(at * 8 + 1) + breaks.trailing_zeros() / 8);
            breaks &= breaks - 1;
        }
    }
    let read = words.len() * 8;
    let breaks = rest.iter().enumerate().filter(|(_, b)| **b == b'\n');
    starts.extend(breaks.map(|(i, _)| offset(read + i + 1)));
    starts
}

/// All files of one run, addressed by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a file and returns its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(offset(self.files.len() - 1))
    }

    /// The file behind an id that this map handed out.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// Path of a file.
    #[must_use]
    pub fn path(&self, id: FileId) -> &Utf8Path {
        &self.file(id).path
    }

    /// All files in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(offset(i)), f))
    }
}

/// Byte offsets fit `u32`: `source` refuses files of 4 GiB and more.
#[must_use]
pub fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_start_after_every_break() {
        let text =
            "\n\n\u{b}\nšŠ\u{a0a}\t\n\r\n0123456\n89abcde\n\n\n\n\n\n\n\n\n\u{b}\u{b}\n\u{8a}x".repeat(3);
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let breaks = text[..end].bytes().enumerate().filter(|(_, b)| *b == b'\n');
            let expected: Vec<u32> = std::iter::once(0).chain(breaks.map(|(i, _)| offset(i + 1))).collect();
            assert_eq!(SourceFile::new("a.sql", &text[..end]).line_starts, expected);
        }
    }

    #[test]
    fn columns_count_characters() {
        let file = SourceFile::new("a.sql", "é x\r\nzwei");
        assert_eq!(file.line_col(3), LineCol { line: 1, column: 3 });
        assert_eq!(file.line_col(6), LineCol { line: 2, column: 1 });
        assert_eq!(file.line_col(999), LineCol { line: 2, column: 5 });
        assert_eq!(file.line_text(1), "é x");
        assert_eq!(file.line_text(9), "");
    }
}
