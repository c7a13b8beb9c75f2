//! `*` in select lists, written out.

use crate::name::{Ident, QName};
use crate::parse::lexer::TokenKind;
use crate::quote::{quote_ident, quote_label};

use super::tokens::Text;

impl Text<'_> {
    /// Writes out `*` and `alias.*` in select lists, wherever the columns of all relations it stands for are
    /// known, as the server does when a view is made.
    pub(super) fn expand_stars(&self, columns: &dyn Fn(&QName) -> Option<Vec<Ident>>) -> String {
        let mut edits = Vec::new();
        for at in 0..self.tokens.len() {
            let star = self.in_list[at] && self.tokens[at].text(self.sql) == "*";
            let qualifier =
                at.checked_sub(2).filter(|_| self.is(at - 1, TokenKind::Dot)).and_then(|q| self.name(q));
            let start = if qualifier.is_some() { at - 2 } else { at };
            if !star || !self.is_whole_item(start, at) {
                continue;
            }
            let level = &self.levels[self.level_of[at]];
            if qualifier.is_none() && level.derived {
                continue;
            }
            let mut names = Vec::new();
            let mut known = true;
            for source in &level.sources {
                let alias = source.alias.as_ref().unwrap_or(&source.name.name);
                if qualifier.as_ref().is_some_and(|q| q != alias) {
                    continue;
                }
                match columns(&source.name).filter(|_| !self.is_cte(&source.name)) {
                    Some(found) => {
                        let prefix = quote_ident(alias);
                        names.extend(found.iter().map(|c| format!("{prefix}.{}", quote_label(c))));
                    }
                    None => known = false,
                }
            }
            if known && !names.is_empty() {
                edits.push(((start, at + 1), names.join(", ")));
            }
        }
        self.edited(edits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_written_out() {
        let columns = |name: &QName| (name.name == "t").then(|| vec![Ident::new("a"), Ident::new("Order")]);
        let expand = |sql: &str| Text::new(sql).expand_stars(&columns);
        assert_eq!(expand("SELECT * FROM t"), "SELECT t.a, t.\"Order\" FROM t");
        assert_eq!(
            expand("SELECT x.*, count(*) FROM t x, u"),
            "SELECT x.a, x.\"Order\", count(*) FROM t x, u"
        );
        for same in [
            "SELECT * FROM t, u",
            "SELECT * FROM (SELECT 1) x, t",
            "SELECT 2 * 3 FROM t",
            "SELECT * FROM t JOIN t x USING (a)",
        ] {
            assert_eq!(expand(same), same);
        }
    }
}
