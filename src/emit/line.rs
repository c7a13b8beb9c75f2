//! Putting a statement together: words separated by single spaces, and lists laid out over lines.

use std::fmt::Write;

/// A statement in the making. Empty words are left out, so that callers pass what may be nothing.
pub(super) struct Line(String);

impl Line {
    /// Starts with a word.
    pub(super) fn new(first: impl AsRef<str>) -> Self {
        Self(first.as_ref().to_owned())
    }

    /// Adds a word.
    pub(super) fn word(mut self, word: impl AsRef<str>) -> Self {
        let word = word.as_ref();
        if !word.is_empty() {
            if !self.0.is_empty() {
                self.0.push(' ');
            }
            self.0.push_str(word);
        }
        self
    }

    /// Adds a word under a condition.
    pub(super) fn when(self, condition: bool, word: &str) -> Self {
        if condition { self.word(word) } else { self }
    }

    /// Adds a keyword and what follows it, when there is something.
    pub(super) fn clause(self, keyword: &str, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.word(keyword).word(value),
            None => self,
        }
    }

    /// Adds a keyword and a list in parentheses, unless the list is empty.
    pub(super) fn list(self, keyword: &str, items: &str) -> Self {
        if items.is_empty() { self } else { self.word(keyword).word(format!("({items})")) }
    }

    /// Adds a line that begins with `INDENT` spaces.
    pub(super) fn line(mut self, text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        if !text.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(self.0, "\n{INDENT}{text}");
        }
        self
    }

    /// The text.
    pub(super) fn done(self) -> String {
        self.0
    }
}

/// The indentation of lines inside a statement.
const INDENT: &str = "    ";

/// Items over lines of their own in parentheses; `()` when there are none.
pub(super) fn block(items: &[String]) -> String {
    if items.is_empty() {
        return "()".into();
    }
    format!("(\n{INDENT}{}\n)", items.join(&format!(",\n{INDENT}")))
}

/// One item on the same line, several on indented lines of their own.
pub(super) fn spread(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => format!(" {one}"),
        many => format!("\n{INDENT}{}", many.join(&format!(",\n{INDENT}"))),
    }
}

/// Items separated by commas.
pub(super) fn commas<T>(items: &[T], each: impl FnMut(&T) -> String) -> String {
    items.iter().map(each).collect::<Vec<_>>().join(", ")
}
