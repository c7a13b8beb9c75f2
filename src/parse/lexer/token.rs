//! What the lexer hands out: a token kind and the bytes it covers.

use crate::text::Span;

/// A construct that is opened and closed, and may be left open at the end of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Construct {
    /// A string literal of any form but a dollar-quoted one.
    String,
    /// A quoted identifier.
    QuotedIdent,
    /// A dollar-quoted string.
    DollarString,
    /// A block comment.
    BlockComment,
    /// A MySQL version comment, `/*! … */`.
    VersionComment,
}

impl Construct {
    /// The construct's name for messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string literal",
            Self::QuotedIdent => "quoted identifier",
            Self::DollarString => "dollar-quoted string",
            Self::BlockComment => "block comment",
            Self::VersionComment => "version comment",
        }
    }
}

/// The kind of a [`Token`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A run of white space; a byte order mark at the start of the input counts as white space.
    Whitespace,
    /// `-- …` (and `# …` for MySQL) without its line break.
    LineComment,
    /// `/* … */`; nested for PostgreSQL.
    BlockComment,
    /// Template text that produces no SQL: `{{ if … }}`, `{{/* … */}}`, `{% … %}`, `{# … #}`.
    TemplateControl,
    /// An unquoted word: identifier or keyword.
    Ident,
    /// An identifier in the dialect's quotes.
    QuotedIdent,
    /// `U&"…"`.
    UnicodeIdent,
    /// `'…'`, and `"…"` for MySQL.
    String,
    /// `E'…'`.
    EscapeString,
    /// `U&'…'`.
    UnicodeString,
    /// `B'…'` or `X'…'`.
    BitString,
    /// `N'…'`.
    NationalString,
    /// `$tag$…$tag$`.
    DollarString,
    /// A numeric literal, with any trailing junk the server would complain about.
    Number,
    /// `$1`; for SQLite also `$name` and `:name`.
    Param,
    /// A psql variable: `:name`, `:'name'`, `:"name"`, `:{?name}`.
    PsqlVar,
    /// Template text that stands for SQL: `{{ … }}` or `${…}`.
    Placeholder,
    /// A run of operator characters.
    Operator,
    /// `(`
    LParen,
    /// `)`
    RParen,
    /// `[`
    LBracket,
    /// `]`
    RBracket,
    /// `,`
    Comma,
    /// `;`, unless a MySQL `DELIMITER` has replaced it.
    Semicolon,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// `:`
    Colon,
    /// `::`
    TypeCast,
    /// `:=`
    ColonEquals,
    /// `\`: a client command begins.
    Backslash,
    /// The statement delimiter that MySQL's `DELIMITER` command has set.
    Delimiter,
    /// `/*!40101` of a MySQL version comment; what follows is code.
    VersionOpen,
    /// `*/` that ends a version comment.
    VersionClose,
    /// One character that is part of no token of the dialect.
    Other,
    /// Everything from an opening mark to the end of the input, because the closing mark is missing.
    Unterminated(Construct),
}

impl TokenKind {
    /// Whether the token is no part of a statement: white space, comments, template control text.
    #[must_use]
    pub const fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::LineComment | Self::BlockComment | Self::TemplateControl)
    }

    /// Whether the token can be a name: a word, a quoted identifier, or a placeholder that stands for one.
    #[must_use]
    pub const fn is_name(self) -> bool {
        matches!(
            self,
            Self::Ident | Self::QuotedIdent | Self::UnicodeIdent | Self::Placeholder | Self::PsqlVar
        )
    }

    /// Whether the token is a complete character-string literal.
    #[must_use]
    pub const fn is_string(self) -> bool {
        matches!(
            self,
            Self::String
                | Self::EscapeString
                | Self::UnicodeString
                | Self::NationalString
                | Self::DollarString
        )
    }
}

/// A token: its kind and the bytes it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

impl Token {
    /// The token's text.
    #[must_use]
    pub fn text(self, source: &str) -> &str {
        self.span.slice(source)
    }

    /// Whether this is the given keyword, in any case. `keyword` is ASCII.
    #[must_use]
    pub fn is_word(self, source: &str, keyword: &str) -> bool {
        self.kind == TokenKind::Ident
            && (self.span.end - self.span.start) as usize == keyword.len()
            && self.text(source).eq_ignore_ascii_case(keyword)
    }
}
