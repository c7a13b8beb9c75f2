//! Template placeholders: `{{ … }}` (Go, Jinja, Mustache), `{% … %}`, `{# … #}`, `${…}`.
//!
//! A brace is no part of any dialect's SQL outside quotes, so they can be told apart by themselves.

use super::{Lexer, TokenKind};

/// The cached offset of the next closing mark of each form; `usize::MAX` when there is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Closers([Option<usize>; 3]);

/// Longest placeholder inside a quoted identifier that may hold quotes, in bytes.
const MAX_QUOTED: usize = 256;

/// Words that begin a template action without output.
const CONTROL: [&str; 22] = [
    "if",
    "else",
    "elif",
    "end",
    "endif",
    "range",
    "with",
    "define",
    "block",
    "break",
    "continue",
    "for",
    "endfor",
    "set",
    "macro",
    "endmacro",
    "import",
    "raw",
    "endraw",
    "filter",
    "endfilter",
    "comment",
];

impl Lexer<'_> {
    /// The token that begins with the `{` at the current place.
    pub(super) fn brace(&mut self) -> (TokenKind, usize) {
        let start = self.pos;
        let (form, mark, kind) = match self.peek(1) {
            b'{' => (0, "}}", TokenKind::Placeholder),
            b'%' => (1, "%}", TokenKind::TemplateControl),
            b'#' => (2, "#}", TokenKind::TemplateControl),
            _ => return (TokenKind::Other, start + 1),
        };
        let Some(close) = self.closer(form, mark, start + 2) else { return (TokenKind::Other, start + 1) };
        let inner = &self.text[start + 2..close];
        let mut end = close + 2;
        if inner.starts_with('{') && self.bytes.get(end) == Some(&b'}') {
            end += 1;
        }
        let kind = if kind == TokenKind::Placeholder && is_control(inner) {
            TokenKind::TemplateControl
        } else {
            kind
        };
        (kind, end)
    }

    /// End of `${…}` at the current place: a non-empty text without braces, quotes or line breaks.
    pub(super) fn shell_placeholder(&self) -> Option<usize> {
        let from = self.pos + 2;
        let stop = |b: &u8| matches!(b, b'{' | b'}' | b'\n' | b'\'' | b'"' | b';');
        let len = self.bytes[from..].iter().position(stop)?;
        (len > 0 && self.bytes[from + len] == b'}').then_some(from + len + 1)
    }

    /// Offset behind the `{{ … }}` that begins between `from` and `quote` and ends behind `quote`, on one line.
    pub(super) fn placeholder_across(&mut self, from: usize, quote: usize) -> Option<usize> {
        let open = from + self.text[from..quote].rfind("{{")?;
        if self.text[open..quote].contains("}}") {
            return None;
        }
        let close = self.closer(0, "}}", quote)?;
        let line = close - open <= MAX_QUOTED && !self.text[open..close].contains('\n');
        line.then_some(close + 2)
    }

    fn closer(&mut self, form: usize, mark: &str, from: usize) -> Option<usize> {
        let known = self.closers.0[form].filter(|at| *at >= from);
        let at = known.unwrap_or_else(|| self.text[from..].find(mark).map_or(usize::MAX, |n| from + n));
        self.closers.0[form] = Some(at);
        (at != usize::MAX).then_some(at)
    }
}

/// Whether the text between `{{` and `}}` produces no output.
fn is_control(inner: &str) -> bool {
    let inner = inner.trim_start_matches('-').trim_start();
    if inner.starts_with(['#', '/', '^', '!', '>']) || inner.contains(":=") {
        return true;
    }
    let word = inner.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("");
    CONTROL.contains(&word)
}
