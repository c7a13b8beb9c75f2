//! One query of an application: its operation, and what its text alone shows.
//!
//! In: a query as drivers and tools write it, with `$1`, `?`, `:name`, and for sqlc `@name` and `sqlc.arg(name)`. Out:
//! the operation, calls with how many arguments they have, literals that columns are compared with, columns that rows
//! are sought or sorted by. Nothing is guessed: a text that cannot be read is told apart.

use super::lexer::{Lexer, Token, TokenKind};
use super::script::exact;
use crate::ir::DdlOp;
use crate::name::{Dialect, Ident, QName};
use crate::quote::{KeywordCategory, keyword};

/// A column as a query names it: qualifier and name.
pub type ColumnName = (Option<Ident>, Ident);

/// A query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What it does.
    pub op: DdlOp,
    /// Functions called by position, with the number of arguments.
    pub calls: Vec<(QName, usize)>,
    /// Columns compared with string literals, by `=`, `<>` or `IN`.
    pub compared: Vec<(ColumnName, String)>,
    /// Columns that conditions compare, and the first that the rows are sorted by.
    pub sought: Vec<ColumnName>,
    /// The columns of `ON CONFLICT`, where it names nothing else.
    pub conflict: Option<Vec<Ident>>,
    /// Its text, for people to look at: one line.
    pub text: String,
}

/// What a text is.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// A query.
    Query(Box<Query>),
    /// A statement that is no query, such as `SET` or `BEGIN`.
    Other,
    /// Nothing that can be read.
    Unread,
}

/// Reads a query; `sqlc` when its tool's own forms of parameters may be in it. Run it with a large stack.
#[must_use]
pub fn query(text: &str, sqlc: bool) -> Reading {
    let with_marks = parameters(text, sqlc, false);
    let mut read = with_marks.as_deref().and_then(single);
    // `?` is an operator for json, too.
    if read.is_none() && text.contains('?') {
        read = parameters(text, sqlc, true).as_deref().and_then(single);
    }
    let Some((op, sql)) = read else { return Reading::Unread };
    let is_query = matches!(
        op,
        DdlOp::Select(_) | DdlOp::Insert(_) | DdlOp::Update(_) | DdlOp::Delete(_) | DdlOp::Merge(_)
    );
    if !is_query {
        return Reading::Other;
    }
    let tokens: Vec<Token> = tokens(&sql).filter(|t| !t.kind.is_trivia()).collect();
    let words = Words { sql: &sql, tokens: &tokens };
    Reading::Query(Box::new(Query {
        op,
        calls: words.calls(),
        compared: words.compared(),
        sought: words.sought(),
        conflict: words.conflict(),
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
    }))
}

fn tokens(sql: &str) -> impl Iterator<Item = Token> {
    Lexer::new(sql, Dialect::PostgreSql)
}

/// The one statement of a text.
fn single(sql: &str) -> Option<(DdlOp, String)> {
    let mut ops = exact(sql, Dialect::PostgreSql).into_iter();
    match (ops.next(), ops.next()) {
        (Some(DdlOp::Opaque(_)) | None, _) | (Some(_), Some(_)) => None,
        (Some(op), None) => Some((op, sql.to_owned())),
    }
}

/// The text with all its parameters as `$1`, `$2`, …; nothing where a template made it.
fn parameters(text: &str, sqlc: bool, marks: bool) -> Option<String> {
    let all: Vec<Token> = tokens(text).collect();
    let mut out = String::with_capacity(text.len());
    let mut count = 100;
    let mut next = || {
        count += 1;
        format!(" ${count} ")
    };
    let mut at = 0;
    while let Some(token) = all.get(at) {
        let written = token.text(text);
        let follows = |kind| all.get(at + 1).is_some_and(|t| t.kind == kind);
        match token.kind {
            TokenKind::Placeholder => return None,
            TokenKind::PsqlVar => out.push_str(&next()),
            TokenKind::Operator if marks && written.ends_with('?') => {
                out.push_str(&written[..written.len() - 1]);
                out.push_str(&next());
            }
            TokenKind::Operator if sqlc && written.ends_with('@') && follows(TokenKind::Ident) => {
                out.push_str(&written[..written.len() - 1]);
                out.push_str(&next());
                at += 1;
            }
            TokenKind::Ident if sqlc && written.eq_ignore_ascii_case("sqlc") && follows(TokenKind::Dot) => {
                let form = all.get(at + 2)?.text(text).to_ascii_lowercase();
                let close = at + all[at..].iter().position(|t| t.kind == TokenKind::RParen)?;
                let open = at + all[at..].iter().position(|t| t.kind == TokenKind::LParen)?;
                let inside = text.get(all[open].span.end as usize..all[close].span.start as usize)?;
                match form.as_str() {
                    "embed" => {
                        out.push_str(inside.trim());
                        out.push_str(".*");
                    }
                    _ => out.push_str(&next()),
                }
                at = close;
            }
            _ => out.push_str(written),
        }
        at += 1;
    }
    Some(out)
}

/// A query's words, without white space and comments.
struct Words<'a> {
    sql: &'a str,
    tokens: &'a [Token],
}

/// Words that begin a part of a query where columns are not compared.
const ELSEWHERE: &[&str] = &[
    "select",
    "from",
    "set",
    "returning",
    "group",
    "values",
    "limit",
    "offset",
    "insert",
    "into",
    "window",
    "union",
    "except",
    "intersect",
    "do",
    "join",
    "then",
    "else",
    "using",
];

impl Words<'_> {
    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|t| t.kind)
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is_word(self.sql, word))
    }

    fn is_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(at, word))
    }

    fn operator(&self, at: usize) -> &str {
        match self.tokens.get(at) {
            Some(token) if token.kind == TokenKind::Operator => token.text(self.sql),
            _ => "",
        }
    }

    fn name(&self, at: usize) -> Option<Ident> {
        let token = self.tokens.get(at)?;
        let written = token.text(self.sql);
        match token.kind {
            TokenKind::Ident => Some(Ident::new(&written.to_lowercase())),
            TokenKind::QuotedIdent => Some(Ident::new(&written.trim_matches('"').replace("\"\"", "\""))),
            _ => None,
        }
    }

    /// The names from here on that dots join, and the place after them.
    fn path(&self, at: usize) -> Option<(Vec<Ident>, usize)> {
        let mut names = vec![self.name(at)?];
        let mut end = at + 1;
        while self.kind(end) == Some(TokenKind::Dot) {
            names.push(self.name(end + 1)?);
            end += 2;
        }
        Some((names, end))
    }

    /// Each run of names with where it begins and ends.
    fn paths(&self) -> Vec<(Vec<Ident>, usize, usize)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            match self.path(at) {
                Some((names, end)) => {
                    found.push((names, at, end));
                    at = end;
                }
                None => at += 1,
            }
        }
        found
    }

    fn column(names: &[Ident]) -> Option<ColumnName> {
        match names {
            [column] => Some((None, column.clone())),
            [.., table, column] => Some((Some(table.clone()), column.clone())),
            [] => None,
        }
    }

    fn calls(&self) -> Vec<(QName, usize)> {
        let mut found = Vec::new();
        for (names, at, end) in self.paths() {
            // `INSERT INTO t (a, b)` and `WITH t (a) AS` are no calls.
            let before = at.checked_sub(1);
            let is_list =
                before.is_some_and(|b| self.is_any(b, &["into", "with", "recursive", "as", "join"]));
            if self.kind(end) != Some(TokenKind::LParen) || is_list {
                continue;
            }
            let name = match &names[..] {
                [name] if keyword(name) == Some(KeywordCategory::Reserved) || *name == *"in" => continue,
                [name] => QName::bare(name.clone()),
                [schema, name] => QName::qualified(schema.clone(), name.clone()),
                _ => continue,
            };
            if let Some(count) = self.arguments(end) {
                found.push((name, count));
            }
        }
        found
    }

    /// How many arguments stand in parentheses; nothing where they have names or words of their own.
    fn arguments(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        let mut commas = 0;
        for at in open..self.tokens.len() {
            match self.kind(at)? {
                TokenKind::LParen | TokenKind::LBracket => depth += 1,
                TokenKind::RParen | TokenKind::RBracket => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(if at == open + 1 { 0 } else { commas + 1 });
                    }
                }
                TokenKind::Comma if depth == 1 => commas += 1,
                TokenKind::ColonEquals if depth == 1 => return None,
                TokenKind::Operator if depth == 1 && (self.operator(at) == "=>" || at == open + 1) => {
                    return None;
                }
                TokenKind::Ident
                    if depth == 1
                        && self.is_any(at, &["distinct", "all", "variadic", "order", "from", "for"]) =>
                {
                    return None;
                }
                _ => {}
            }
        }
        None
    }

    fn literal(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at).filter(|t| t.kind == TokenKind::String)?;
        // A cast decides what it is.
        if self.kind(at + 1) == Some(TokenKind::TypeCast) {
            return None;
        }
        let written = token.text(self.sql);
        Some(written.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"))
    }

    fn compared(&self) -> Vec<(ColumnName, String)> {
        let mut found = Vec::new();
        for (names, at, end) in self.paths() {
            // `a || b = 'x'` compares something else.
            let joined = at.checked_sub(1).is_some_and(|b| !matches!(self.operator(b), "" | "="));
            let Some(column) = Self::column(&names).filter(|_| !joined) else { continue };
            if matches!(self.operator(end), "=" | "<>" | "!=") {
                found.extend(self.literal(end + 1).map(|text| (column, text)));
                continue;
            }
            let list = if self.is(end, "not") { end + 1 } else { end };
            if !self.is(list, "in") || self.kind(list + 1) != Some(TokenKind::LParen) {
                continue;
            }
            let mut place = list + 2;
            while let Some(text) = self.literal(place) {
                found.push((column.clone(), text));
                place += 2;
            }
        }
        found
    }

    fn sought(&self) -> Vec<ColumnName> {
        let compares = |at: usize| {
            matches!(self.operator(at), "=" | "<" | ">" | "<=" | ">=")
                || self.is_any(at, &["in", "between", "is", "like"])
        };
        let mut found = Vec::new();
        let mut in_condition = false;
        let mut at = 0;
        while at < self.tokens.len() {
            if self.is_any(at, &["where", "on", "having"]) {
                in_condition = !self.is(at + 1, "conflict");
            } else if self.is(at, "order") && self.is(at + 1, "by") {
                in_condition = false;
                if let Some((names, end)) = self.path(at + 2)
                    && self.kind(end) != Some(TokenKind::LParen)
                {
                    found.extend(Self::column(&names));
                }
            } else if self.is_any(at, ELSEWHERE) {
                in_condition = false;
            }
            let Some((names, end)) = self.path(at) else {
                at += 1;
                continue;
            };
            let before = at.checked_sub(1);
            // `a + b = 1` is no search by b.
            let alone = before.is_none_or(|b| matches!(self.operator(b), "" | "=" | "<" | ">" | "<=" | ">="));
            let is_call = self.kind(end) == Some(TokenKind::LParen);
            let beside =
                compares(end) || before.is_some_and(|b| compares(b) && self.operator(end).is_empty());
            if in_condition && alone && !is_call && beside {
                found.extend(Self::column(&names));
            }
            at = end;
        }
        found.dedup();
        found
    }

    fn conflict(&self) -> Option<Vec<Ident>> {
        let at = (0..self.tokens.len()).find(|at| self.is(*at, "on") && self.is(at + 1, "conflict"))? + 2;
        if self.kind(at) != Some(TokenKind::LParen) {
            return None;
        }
        let mut columns = Vec::new();
        let mut place = at + 1;
        loop {
            columns.push(self.name(place)?);
            match self.kind(place + 1)? {
                TokenKind::Comma => place += 2,
                TokenKind::RParen => break,
                _ => return None,
            }
        }
        self.is(place + 2, "do").then_some(columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::with_large_stack;

    fn read(text: &str, sqlc: bool) -> Query {
        match with_large_stack(|| query(text, sqlc)).expect("a thread") {
            Reading::Query(query) => *query,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn columns(found: &[ColumnName]) -> String {
        let name = |(table, column): &ColumnName| match table {
            Some(table) => format!("{table}.{column}"),
            None => column.to_string(),
        };
        found.iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn parameters_of_every_kind_are_read() {
        for text in [
            "SELECT a FROM t WHERE b = $1",
            "SELECT a FROM t WHERE b = ? AND c=?",
            "SELECT a FROM t WHERE b = :name AND c::text = 'x'",
            "SELECT a FROM t WHERE j ? 'key'",
        ] {
            read(text, false);
        }
        for text in [
            "SELECT a FROM t WHERE b = @name",
            "SELECT sqlc.embed(t) FROM t WHERE b = sqlc.arg(name) OR b = sqlc.narg('x')",
            "SELECT a FROM t WHERE b IN (sqlc.slice('ids'))",
        ] {
            read(text, true);
        }
        let reading = |text: &str| with_large_stack(|| query(text, false)).expect("a thread");
        assert_eq!(reading("SET x = 1"), Reading::Other);
        assert_eq!(reading("SELECT FROM WHERE"), Reading::Unread);
        assert_eq!(reading("SELECT ${columns} FROM t"), Reading::Unread);
    }

    #[test]
    fn searched_columns_are_those_that_stand_beside_a_comparison() {
        let sought = |text| columns(&read(text, false).sought);
        assert_eq!(
            sought("SELECT a, b = 1 FROM t x JOIN u ON x.id = u.t_id WHERE c > 1 ORDER BY d, e"),
            "x.id u.t_id c d"
        );
        assert_eq!(sought("UPDATE t SET a = $1 WHERE b IN (1, 2) RETURNING c"), "b");
        assert_eq!(sought("SELECT 1 FROM t WHERE lower(email) = $1 AND $2 = b AND a + c = 3"), "b");
        assert_eq!(sought("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 2"), "");
    }

    #[test]
    fn literals_calls_and_conflicts_are_found() {
        let query = read(
            "SELECT f(a, g()), s.h(1, ARRAY[1, 2]), count(*), k(x => 1) FROM t WHERE t.state IN ('a', 'b''c') AND kind = 'x' AND z = 'y'::text",
            false,
        );
        let calls: Vec<String> = query.calls.iter().map(|(name, n)| format!("{name}/{n}")).collect();
        assert_eq!(calls, ["f/2", "g/0", "s.h/2"]);
        let compared: Vec<String> = query
            .compared
            .iter()
            .map(|(c, text)| format!("{}={text}", columns(std::slice::from_ref(c))))
            .collect();
        assert_eq!(compared, ["t.state=a", "t.state=b'c", "kind=x"]);
        let conflict = |text| read(text, false).conflict;
        let found = conflict("INSERT INTO t (a, b) VALUES (1, 2) ON CONFLICT (a, b) DO NOTHING");
        assert_eq!(found, Some(vec!["a".into(), "b".into()]));
        assert_eq!(conflict("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) WHERE b DO NOTHING"), None);
        assert_eq!(conflict("INSERT INTO t (a) VALUES (1) ON CONFLICT (lower(a)) DO NOTHING"), None);
    }
}
