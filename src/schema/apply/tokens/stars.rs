//! `*` and `alias.*` in select lists, written out: the server does so when a view is made, and a column that a
//! table gets later is not one of the view's.

use crate::name::{Ident, QName};
use crate::parse::lexer::TokenKind;
use crate::quote::quote_ident;

use super::{Source, Text};

/// A text with its stars written out.
pub(in super::super) struct Expanded {
    pub(in super::super) sql: String,
    /// Whether no star is left in the outermost select list.
    pub(in super::super) complete: bool,
}

impl Text<'_> {
    /// Writes out the stars that stand for relations; those of sub-queries and common table expressions stay,
    /// since they mean what is written inside. `columns` gives all columns of a relation, if they are known.
    pub(in super::super) fn expand_stars(&self, columns: &dyn Fn(&QName) -> Option<Vec<Ident>>) -> Expanded {
        let mut edits = Vec::new();
        let mut complete = true;
        let mut depth = 0_usize;
        for at in 0..self.tokens.len() {
            match self.tokens[at].kind {
                TokenKind::LParen => depth += 1,
                TokenKind::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            if !self.in_list[at] || self.tokens[at].text(self.sql) != "*" {
                continue;
            }
            let qualified = at >= 2 && self.is(at - 1, TokenKind::Dot);
            let start = if qualified { at - 2 } else { at };
            if !self.is_whole_item(start, at) {
                continue;
            }
            let level = self.level_of[at];
            let list = if qualified {
                self.name(start).and_then(|alias| self.star_of(level, &alias, columns))
            } else {
                self.star_of_all(level, columns)
            };
            match list {
                Some(list) => edits.push(((start, at + 1), list)),
                None => complete &= depth > 0,
            }
        }
        Expanded { sql: self.edited(edits), complete }
    }

    /// `alias.*`.
    fn star_of(
        &self,
        level: usize,
        alias: &Ident,
        columns: &dyn Fn(&QName) -> Option<Vec<Ident>>,
    ) -> Option<String> {
        let sources = &self.levels[level].sources;
        let source = sources.iter().find(|s| s.alias.as_ref().unwrap_or(&s.name.name) == alias)?;
        self.columns_of(source, columns)
    }

    /// `*`, if everything in `FROM` is a relation and no columns are merged.
    fn star_of_all(&self, level: usize, columns: &dyn Fn(&QName) -> Option<Vec<Ident>>) -> Option<String> {
        let own = || (0..self.tokens.len()).filter(|at| self.level_of[*at] == level && self.in_from[*at]);
        if own().any(|at| self.word(at, "using") || self.word(at, "natural")) {
            return None;
        }
        let joints = own().filter(|at| self.is(*at, TokenKind::Comma) || self.word(*at, "join")).count();
        let sources = &self.levels[level].sources;
        if sources.is_empty() || sources.len() != joints + 1 {
            return None;
        }
        let lists: Option<Vec<String>> = sources.iter().map(|s| self.columns_of(s, columns)).collect();
        lists.map(|lists| lists.join(", "))
    }

    fn columns_of(&self, source: &Source, columns: &dyn Fn(&QName) -> Option<Vec<Ident>>) -> Option<String> {
        if self.is_cte(&source.name) {
            return None;
        }
        let alias = quote_ident(source.alias.as_ref().unwrap_or(&source.name.name));
        let names = columns(&source.name)?;
        let list: Vec<String> = names.iter().map(|name| format!("{alias}.{}", quote_ident(name))).collect();
        (!list.is_empty()).then(|| list.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(sql: &str) -> (String, bool) {
        let columns = |name: &QName| match name.name.as_str() {
            "t" => Some(vec![Ident::new("id"), Ident::new("Name")]),
            "u" => Some(vec![Ident::new("a")]),
            _ => None,
        };
        let Expanded { sql, complete } = Text::new(sql).expand_stars(&columns);
        (sql, complete)
    }

    #[test]
    fn stars_of_relations_are_written_out() {
        for (sql, expanded) in [
            ("SELECT * FROM t", "SELECT t.id, t.\"Name\" FROM t"),
            ("SELECT *, 1 AS one FROM app.t AS x", "SELECT x.id, x.\"Name\", 1 AS one FROM app.t AS x"),
            (
                "SELECT x.*, u.* FROM t x JOIN u ON (u.a = x.id)",
                "SELECT x.id, x.\"Name\", u.a FROM t x JOIN u ON (u.a = x.id)",
            ),
            ("SELECT * FROM t, u", "SELECT t.id, t.\"Name\", u.a FROM t, u"),
            ("SELECT * FROM u UNION SELECT * FROM u", "SELECT u.a FROM u UNION SELECT u.a FROM u"),
            (
                "WITH c AS (SELECT * FROM u) SELECT * FROM c WHERE count(*) > 2 * 3",
                "WITH c AS (SELECT u.a FROM u) SELECT * FROM c WHERE count(*) > 2 * 3",
            ),
            ("SELECT count(*), row_to_json(t.*) FROM t", "SELECT count(*), row_to_json(t.*) FROM t"),
            ("SELECT a * 2 FROM u", "SELECT a * 2 FROM u"),
            ("SELECT * FROM t NATURAL JOIN u", "SELECT * FROM t NATURAL JOIN u"),
            ("SELECT * FROM t, unknown", "SELECT * FROM t, unknown"),
            ("SELECT * FROM t, (SELECT * FROM u) s", "SELECT * FROM t, (SELECT u.a FROM u) s"),
        ] {
            assert_eq!(expand(sql).0, expanded);
        }
        assert!(expand("SELECT * FROM t").1);
        assert!(!expand("WITH c AS (SELECT * FROM u) SELECT * FROM c").1);
    }
}
