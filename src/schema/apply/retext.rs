//! Renaming inside SQL text: the texts of expressions and queries keep up with the objects they name.
//!
//! In: a text taken apart ([`Text`]) and what is renamed. Out: the new text.

use crate::name::{Ident, QName};
use crate::parse::lexer::TokenKind;
use crate::quote::{quote_ident, quote_label, quote_literal, quote_qname};

use super::tokens::{Source, Text, written};

impl Text<'_> {
    /// Renames a relation: in `FROM`, where it keeps its old name as alias, and as the qualifier of the columns
    /// outside every `SELECT`. `own`: the text belongs to that relation, as a policy does.
    pub(super) fn rename_relation(
        &self,
        is_it: &dyn Fn(&QName) -> bool,
        from: &QName,
        to: &QName,
        own: bool,
    ) -> String {
        let mut edits = Vec::new();
        for level in &self.levels {
            for source in level.sources.iter().filter(|s| !self.is_cte(&s.name) && is_it(&s.name)) {
                let name = written(&source.name, from, to);
                let alias = match source.alias {
                    None if to.name != source.name.name => format!(" {}", quote_ident(&source.name.name)),
                    _ => String::new(),
                };
                edits.push((source.tokens, format!("{}{alias}", quote_qname(&name))));
            }
        }
        for at in 0..self.tokens.len() {
            let qualifier = own
                && self.is(at + 1, TokenKind::Dot)
                && !(at > 0 && self.is(at - 1, TokenKind::Dot))
                && self.name(at).as_ref() == Some(&from.name)
                && self.owner_of_alias(self.level_of[at], &from.name).is_none();
            if qualifier {
                edits.push(((at, at + 1), quote_ident(&to.name).into_owned()));
            }
            if let Some(name) = self.literal_name(at)
                && is_it(&name)
            {
                edits.push(((at, at + 1), quote_literal(&quote_qname(&written(&name, from, to)))));
            }
        }
        self.edited(edits)
    }

    /// A string that names a relation: `'name'::regclass`, or the argument of `nextval` and its relatives.
    fn literal_name(&self, at: usize) -> Option<QName> {
        if !self.is(at, TokenKind::String) {
            return None;
        }
        let cast = self.is(at + 1, TokenKind::TypeCast) && self.word(at + 2, "regclass");
        let argument = at >= 2
            && self.is(at - 1, TokenKind::LParen)
            && ["nextval", "currval", "setval"].iter().any(|f| self.word(at - 2, f));
        if !cast && !argument {
            return None;
        }
        let text = self.tokens[at].text(self.sql).trim_matches('\'').replace("''", "'");
        let parts = Text::new(&text);
        match (parts.tokens.len(), parts.name(0)?) {
            (1, name) => Some(QName::bare(name)),
            (3, schema) if parts.is(1, TokenKind::Dot) => Some(QName::qualified(schema, parts.name(2)?)),
            _ => None,
        }
    }

    /// The nearest source that goes by this alias, from a level outwards.
    fn owner_of_alias(&self, mut level: usize, alias: &Ident) -> Option<&Source> {
        loop {
            let found =
                self.levels[level].sources.iter().find(|s| s.alias.as_ref().unwrap_or(&s.name.name) == alias);
            if found.is_some() {
                return found;
            }
            level = self.levels[level].parent?;
        }
    }

    /// Renames a column. `is_it` tells whether a name in `FROM` is the column's relation, `has` whether another
    /// relation has a column of the old name; `own` is the relation the text belongs to, if it is that one.
    pub(super) fn rename_column(
        &self,
        is_it: &dyn Fn(&QName) -> bool,
        has: &dyn Fn(&QName) -> bool,
        own: Option<&Ident>,
        from: &Ident,
        to: &Ident,
    ) -> String {
        let mut edits = Vec::new();
        for at in 0..self.tokens.len() {
            if self.name(at).as_ref() != Some(from) || !self.is_column(at) {
                continue;
            }
            let qualified = at >= 2 && self.is(at - 1, TokenKind::Dot);
            let hit = if qualified {
                let Some(qualifier) = self.name(at - 2) else { continue };
                match self.owner_of_alias(self.level_of[at], &qualifier) {
                    Some(source) => !self.is_cte(&source.name) && is_it(&source.name),
                    None => own
                        .is_some_and(|own| *own == qualifier || matches!(qualifier.as_str(), "new" | "old")),
                }
            } else {
                self.unqualified_hit(self.level_of[at], is_it, has, own.is_some())
            };
            if !hit {
                continue;
            }
            let mut replacement = quote_ident(to).into_owned();
            let start = if qualified { at - 2 } else { at };
            if self.is_whole_item(start, at) {
                replacement = format!("{replacement} AS {}", quote_label(from));
            }
            edits.push(((at, at + 1), replacement));
        }
        self.edited(edits)
    }

    /// Whether a name can be a column: no function, no qualifier, no alias, no type.
    fn is_column(&self, at: usize) -> bool {
        if self.is(at + 1, TokenKind::LParen) || self.is(at + 1, TokenKind::Dot) || self.is_source(at) {
            return false;
        }
        let Some(before) = at.checked_sub(1) else { return true };
        match self.tokens[before].kind {
            TokenKind::TypeCast | TokenKind::RParen | TokenKind::RBracket | TokenKind::Number => false,
            kind if kind.is_string() => false,
            TokenKind::QuotedIdent => false,
            TokenKind::Ident => self.is_keyword(before) && !self.word(before, "as"),
            _ => true,
        }
    }

    fn is_source(&self, at: usize) -> bool {
        self.levels[self.level_of[at]].sources.iter().any(|s| s.tokens.0 <= at && at < s.tokens.1)
    }

    fn unqualified_hit(
        &self,
        mut level: usize,
        is_it: &dyn Fn(&QName) -> bool,
        has: &dyn Fn(&QName) -> bool,
        own: bool,
    ) -> bool {
        loop {
            let real = || self.levels[level].sources.iter().filter(|s| !self.is_cte(&s.name));
            if real().any(|s| is_it(&s.name)) {
                return true;
            }
            if real().any(|s| has(&s.name)) {
                return false;
            }
            match self.levels[level].parent {
                Some(parent) => level = parent,
                None => return own,
            }
        }
    }

    /// Whether tokens `start..=end` are one whole item of a select list, whose output name they give.
    pub(super) fn is_whole_item(&self, start: usize, end: usize) -> bool {
        let opens = start.checked_sub(1).is_some_and(|before| {
            self.is(before, TokenKind::Comma)
                || ["select", "distinct", "all"].iter().any(|w| self.word(before, w))
        });
        let after = end + 1;
        let closes = after >= self.tokens.len()
            || self.is(after, TokenKind::Comma)
            || self.is(after, TokenKind::RParen)
            || self.word(after, "from")
            || self.is(after, TokenKind::Semicolon);
        self.in_list[start] && opens && closes
    }

    /// Renames a function where it is called.
    pub(super) fn rename_function(&self, is_it: &dyn Fn(&QName) -> bool, from: &QName, to: &QName) -> String {
        self.rename_where(is_it, from, to, &|text, _, end| text.is(end, TokenKind::LParen))
    }

    /// Renames a type where something is cast to it.
    pub(super) fn rename_type(&self, is_it: &dyn Fn(&QName) -> bool, from: &QName, to: &QName) -> String {
        self.rename_where(is_it, from, to, &|text, start, _| {
            start
                .checked_sub(1)
                .is_some_and(|before| text.is(before, TokenKind::TypeCast) || text.word(before, "as"))
        })
    }

    fn rename_where(
        &self,
        is_it: &dyn Fn(&QName) -> bool,
        from: &QName,
        to: &QName,
        place: &dyn Fn(&Self, usize, usize) -> bool,
    ) -> String {
        let mut edits = Vec::new();
        for at in 0..self.tokens.len() {
            if self.name(at).as_ref() != Some(&from.name) || self.is(at + 1, TokenKind::Dot) {
                continue;
            }
            let schema =
                at.checked_sub(2).filter(|_| self.is(at - 1, TokenKind::Dot)).and_then(|s| self.name(s));
            let start = if schema.is_some() { at - 2 } else { at };
            let name = QName { schema, name: from.name.clone() };
            if place(self, start, at + 1) && is_it(&name) {
                edits.push(((start, at + 1), quote_qname(&written(&name, from, to))));
            }
        }
        self.edited(edits)
    }

    /// Renames a label of an enum where it is cast to the type.
    pub(super) fn rename_label(&self, is_type: &dyn Fn(&QName) -> bool, from: &str, to: &str) -> String {
        let wanted = quote_literal(from);
        let mut edits = Vec::new();
        for at in 0..self.tokens.len() {
            if !self.is(at, TokenKind::String)
                || self.tokens[at].text(self.sql) != wanted
                || !self.is(at + 1, TokenKind::TypeCast)
            {
                continue;
            }
            let Some(first) = self.name(at + 2) else { continue };
            let name = match self.name(at + 4) {
                Some(second) if self.is(at + 3, TokenKind::Dot) => QName::qualified(first, second),
                _ => QName::bare(first),
            };
            if is_type(&name) {
                edits.push(((at, at + 1), quote_literal(to)));
            }
        }
        self.edited(edits)
    }

    /// Renames a schema where it qualifies a name.
    pub(super) fn rename_schema(&self, from: &Ident, to: &Ident) -> String {
        let mut edits = Vec::new();
        for at in 0..self.tokens.len() {
            let qualifies = self.name(at).as_ref() == Some(from)
                && self.is(at + 1, TokenKind::Dot)
                && !(at > 0 && self.is(at - 1, TokenKind::Dot))
                && self.owner_of_alias(self.level_of[at], from).is_none();
            if qualifies {
                edits.push(((at, at + 1), quote_ident(to).into_owned()));
            }
            if let Some(name) = self.literal_name(at)
                && name.schema.as_ref() == Some(from)
            {
                let name = QName::qualified(to.clone(), name.name);
                edits.push(((at, at + 1), quote_literal(&quote_qname(&name))));
            }
        }
        self.edited(edits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(name: &str) -> QName {
        match name.split_once('.') {
            Some((schema, name)) => QName::qualified(schema, name),
            None => QName::bare(name),
        }
    }

    pub(super) fn column(sql: &str, table: &str, own: bool) -> String {
        let own_name = Ident::new(table);
        Text::new(sql).rename_column(
            &|name| name.name == *table,
            &|name| name.name == "other",
            own.then_some(&own_name),
            &Ident::new("a"),
            &Ident::new("b"),
        )
    }

    #[test]
    fn columns_of_the_table_itself() {
        assert_eq!(column("a > 0 AND t.a < 5", "t", true), "b > 0 AND t.b < 5");
        assert_eq!(column("a(a) = 'a'::a", "t", true), "a(b) = 'a'::a");
        assert_eq!(column("(x).a = a", "t", true), "(x).a = b");
        assert_eq!(column("\"a\" IS NOT NULL", "t", true), "b IS NOT NULL");
    }

    #[test]
    fn columns_by_scope() {
        assert_eq!(column("SELECT a FROM t", "t", false), "SELECT b AS a FROM t");
        assert_eq!(
            column("SELECT x.a, a + 1 FROM t x WHERE a = 1", "t", false),
            "SELECT x.b AS a, b + 1 FROM t x WHERE b = 1"
        );
        assert_eq!(column("SELECT a FROM other", "t", false), "SELECT a FROM other");
        assert_eq!(
            column("a IN (SELECT a FROM other WHERE other.a = t.a)", "t", true),
            "b IN (SELECT a FROM other WHERE other.a = t.b)"
        );
        assert_eq!(
            column("WITH t AS (SELECT 1 AS a) SELECT a FROM t", "t", false),
            "WITH t AS (SELECT 1 AS a) SELECT a FROM t"
        );
    }

    #[test]
    fn relations_keep_their_old_name_as_alias() {
        let rename = |sql: &str, own| {
            Text::new(sql).rename_relation(&|n| n.name == "t", &q("public.t"), &q("public.u"), own)
        };
        assert_eq!(
            rename("SELECT t.a FROM t JOIN public.t x ON x.a = t.a", false),
            "SELECT t.a FROM u t JOIN public.u x ON x.a = t.a"
        );
        assert_eq!(
            rename("SELECT 1 FROM (o JOIN t ON t.a = o.a)", false),
            "SELECT 1 FROM (o JOIN u t ON t.a = o.a)"
        );
        assert_eq!(rename("t.a > 0", true), "u.a > 0");
        assert_eq!(rename("nextval('t'::regclass)", false), "nextval('u'::regclass)");
        assert_eq!(rename("extract(year FROM t)", false), "extract(year FROM t)");
    }

    #[test]
    fn labels_under_a_cast() {
        let text = "'a'::s.mood = 'a' OR x = 'a'::text";
        let label = Text::new(text).rename_label(&|n| n.name == "mood", "a", "it's");
        assert_eq!(label, "'it''s'::s.mood = 'a' OR x = 'a'::text");
    }

    #[test]
    fn functions_types_and_schemas() {
        let f = Text::new("f(1) + f + s.f(2)").rename_function(&|_| true, &q("s.f"), &q("s.g"));
        assert_eq!(f, "g(1) + f + s.g(2)");
        let ty = Text::new("'x'::mood || CAST(mood AS mood)").rename_type(
            &|_| true,
            &q("s.mood"),
            &q("s.feeling"),
        );
        assert_eq!(ty, "'x'::feeling || CAST(mood AS feeling)");
        let schema = Text::new("SELECT s.t.a FROM s.t").rename_schema(&Ident::new("s"), &Ident::new("r"));
        assert_eq!(schema, "SELECT r.t.a FROM r.t");
    }
}
