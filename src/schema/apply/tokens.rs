//! The structure of SQL text, on tokens, as far as it tells whose column a name is: `SELECT` levels, their `FROM`
//! lists with aliases, and common table expressions.

use crate::name::{Dialect, Ident, QName};
use crate::parse::lexer::{Lexer, Token, TokenKind};
use crate::quote::{KeywordCategory, keyword};

/// The folded name that a word or a quoted identifier stands for.
pub(super) fn identifier(token: Token, sql: &str) -> Ident {
    let text = token.text(sql);
    match token.kind {
        TokenKind::QuotedIdent => text.trim_matches('"').replace("\"\"", "\"").into(),
        _ => text.to_lowercase().into(),
    }
}

/// A relation named in `FROM`.
pub(super) struct Source {
    pub(super) name: QName,
    /// Positions of its tokens: first, and one past the last.
    pub(super) tokens: (usize, usize),
    pub(super) alias: Option<Ident>,
}

/// A `SELECT` level; number 0 is what stands outside every `SELECT`.
#[derive(Default)]
pub(super) struct Level {
    pub(super) parent: Option<usize>,
    pub(super) sources: Vec<Source>,
    /// Whether its `FROM` also has sub-queries or functions, or joins that merge columns.
    pub(super) derived: bool,
}

/// A text taken apart.
pub(super) struct Text<'a> {
    pub(super) sql: &'a str,
    pub(super) tokens: Vec<Token>,
    pub(super) level_of: Vec<usize>,
    pub(super) levels: Vec<Level>,
    /// Whether a token stands in a select list.
    pub(super) in_list: Vec<bool>,
    /// Names of common table expressions.
    ctes: Vec<Ident>,
}

/// What one pair of parentheses holds.
#[derive(Clone, Copy)]
struct Frame {
    outer: usize,
    current: usize,
    list: bool,
    from: bool,
    /// The next name is a relation.
    expect: bool,
}

impl<'a> Text<'a> {
    pub(super) fn new(sql: &'a str) -> Self {
        let tokens: Vec<Token> =
            Lexer::new(sql, Dialect::PostgreSql).filter(|t| !t.kind.is_trivia()).collect();
        let mut text = Self {
            sql,
            level_of: vec![0; tokens.len()],
            in_list: vec![false; tokens.len()],
            tokens,
            levels: vec![Level::default()],
            ctes: Vec::new(),
        };
        text.analyse();
        text
    }

    pub(super) fn is(&self, at: usize, kind: TokenKind) -> bool {
        self.tokens.get(at).is_some_and(|t| t.kind == kind)
    }

    pub(super) fn word(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is_word(self.sql, word))
    }

    pub(super) fn name(&self, at: usize) -> Option<Ident> {
        self.tokens.get(at).filter(|t| t.kind.is_name()).map(|t| identifier(*t, self.sql))
    }

    /// The place behind the first token that is this word.
    pub(super) fn after(&self, word: &str) -> Option<usize> {
        (0..self.tokens.len()).find(|at| self.word(*at, word)).map(|at| at + 1)
    }

    /// Whether it has a word.
    pub(super) fn has(&self, word: &str) -> bool {
        self.after(word).is_some()
    }

    /// The name at a place, with its schema when it is written.
    pub(super) fn qualified(&self, at: usize) -> Option<QName> {
        let first = self.name(at)?;
        match self.name(at + 2).filter(|_| self.is(at + 1, TokenKind::Dot)) {
            Some(name) => Some(QName { schema: Some(first), name }),
            None => Some(QName::bare(first)),
        }
    }

    /// Whether a token is a word that cannot be an alias without `AS`.
    pub(super) fn is_keyword(&self, at: usize) -> bool {
        const CLAUSES: [&str; 12] = [
            "by", "only", "set", "using", "over", "filter", "within", "rows", "range", "groups", "value",
            "values",
        ];
        self.is(at, TokenKind::Ident)
            && self.name(at).is_some_and(|word| {
                CLAUSES.contains(&word.as_str())
                    || matches!(
                        keyword(&word),
                        Some(KeywordCategory::Reserved | KeywordCategory::TypeFunctionName)
                    )
            })
    }

    fn analyse(&mut self) {
        let base = Frame { outer: 0, current: 0, list: false, from: false, expect: false };
        let mut frames = vec![base];
        let mut at = 0;
        while at < self.tokens.len() {
            let depth = frames.len();
            let Some(frame) = frames.last_mut() else { return };
            self.level_of[at] = frame.current;
            self.in_list[at] = frame.list;
            let inside = frame.current != frame.outer;
            match self.tokens[at].kind {
                // In `FROM` it holds a join, or a sub-query that does not see its neighbours.
                TokenKind::LParen if frame.from && frame.expect => {
                    frame.expect = false;
                    let (outer, current) = (frame.outer, frame.current);
                    if self.word(at + 1, "select") || self.word(at + 1, "values") || self.word(at + 1, "with")
                    {
                        self.levels[current].derived = true;
                    }
                    frames.push(Frame { outer, current, list: false, from: true, expect: true });
                }
                TokenKind::LParen => {
                    let current = frame.current;
                    frames.push(Frame { outer: current, current, ..base });
                }
                TokenKind::RParen if depth > 1 => {
                    frames.pop();
                }
                TokenKind::Comma if frame.from => frame.expect = true,
                TokenKind::Ident if self.word(at, "select") => {
                    let parent = Some(frame.outer);
                    self.levels.push(Level { parent, ..Level::default() });
                    let Some(frame) = frames.last_mut() else { return };
                    frame.current = self.levels.len() - 1;
                    (frame.list, frame.from, frame.expect) = (true, false, false);
                }
                TokenKind::Ident
                    if inside && self.word(at, "from") && !(at > 0 && self.word(at - 1, "distinct")) =>
                {
                    (frame.list, frame.from, frame.expect) = (false, true, true);
                }
                TokenKind::Ident if frame.from && self.word(at, "join") => frame.expect = true,
                TokenKind::Ident if frame.from && (self.word(at, "using") || self.word(at, "natural")) => {
                    self.levels[frame.current].derived = true;
                }
                TokenKind::Ident
                    if frame.from && frame.expect && (self.word(at, "only") || self.word(at, "lateral")) => {}
                TokenKind::Ident if frame.from && self.ends_from(at) => {
                    (frame.from, frame.expect) = (false, false);
                }
                kind if kind.is_name() && frame.from && frame.expect => {
                    frame.expect = false;
                    let level = frame.current;
                    let end = self.source(at, level);
                    for inner in at..end {
                        self.level_of[inner] = level;
                    }
                    at = end;
                    continue;
                }
                kind if kind.is_name() => self.note_cte(at),
                _ => {}
            }
            at += 1;
        }
    }

    fn ends_from(&self, at: usize) -> bool {
        [
            "where",
            "group",
            "having",
            "window",
            "order",
            "limit",
            "offset",
            "fetch",
            "for",
            "union",
            "intersect",
            "except",
            "returning",
        ]
        .iter()
        .any(|word| self.word(at, word))
    }

    /// Reads a relation in `FROM`; returns the position after its name.
    fn source(&mut self, at: usize, level: usize) -> usize {
        let (Some(first), second) = (self.name(at), self.name(at + 2)) else { return at + 1 };
        let (name, end) = match second {
            Some(second) if self.is(at + 1, TokenKind::Dot) => (QName::qualified(first, second), at + 3),
            _ => (QName::bare(first), at + 1),
        };
        if self.is(end, TokenKind::LParen) {
            self.levels[level].derived = true; // a function
            return end;
        }
        let alias = if self.word(end, "as") {
            self.name(end + 1)
        } else {
            self.name(end).filter(|_| !self.is_keyword(end) && !self.ends_from(end))
        };
        self.levels[level].sources.push(Source { name, tokens: (at, end), alias });
        end
    }

    /// `name AS (` and `name (columns) AS (` define a common table expression.
    fn note_cte(&mut self, at: usize) {
        let mut next = at + 1;
        if self.is(next, TokenKind::LParen) {
            while next < self.tokens.len() && !self.is(next, TokenKind::RParen) {
                next += 1;
            }
            next += 1;
        }
        if !self.word(next, "as") {
            return;
        }
        next += 1;
        while self.word(next, "not") || self.word(next, "materialized") {
            next += 1;
        }
        if self.is(next, TokenKind::LParen)
            && let Some(name) = self.name(at)
        {
            self.ctes.push(name);
        }
    }

    pub(super) fn is_cte(&self, name: &QName) -> bool {
        name.schema.is_none() && self.ctes.contains(&name.name)
    }

    /// The text with tokens replaced. Edits give first and one past the last token.
    pub(super) fn edited(&self, mut edits: Vec<((usize, usize), String)>) -> String {
        edits.sort_by_key(|((start, _), _)| *start);
        let mut out = String::with_capacity(self.sql.len() + 16 * edits.len());
        let mut done = 0;
        for ((start, end), replacement) in edits {
            let (Some(first), Some(last)) = (self.tokens.get(start), self.tokens.get(end.wrapping_sub(1)))
            else {
                continue;
            };
            let (from, to) = (first.span.start as usize, last.span.end as usize);
            if from < done {
                continue;
            }
            out.push_str(&self.sql[done..from]);
            out.push_str(&replacement);
            done = to;
        }
        out.push_str(&self.sql[done..]);
        out
    }
}

/// The new name in the style of the old: without a schema where it had none and still needs none.
pub(super) fn written(old: &QName, from: &QName, to: &QName) -> QName {
    if old.schema.is_none() && from.schema == to.schema { QName::bare(to.name.clone()) } else { to.clone() }
}
