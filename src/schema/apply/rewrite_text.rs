//! Carrying a new name through expressions and queries.

use crate::ir::expr::{Conjunct, Expr, ExprShape, Query, Scope};
use crate::name::{Ident, QName};

use super::rewrite::{Renaming, Rewriter};
use super::tokens::Text;

impl Rewriter<'_> {
    /// An expression that belongs to a table, or to none.
    pub(super) fn expr(&self, expr: &mut Expr, table: Option<&QName>) {
        let expr = &mut **expr;
        expr.sql = self.text(&expr.sql, table);
        self.scopes(&mut expr.scopes);
        expr.functions.iter_mut().for_each(|f| self.function(f));
        expr.relations.iter_mut().chain(&mut expr.sequences).for_each(|r| self.relation(r));
        expr.types.iter_mut().for_each(|ty| self.data_type(ty));
        if let Some(table) = table {
            for (qualifier, column) in &mut expr.columns {
                let own = qualifier
                    .as_ref()
                    .is_none_or(|q| *q == table.name || matches!(q.as_str(), "new" | "old"));
                if own {
                    self.column(table, column);
                }
                if let Renaming::Relation(from, to) = self.renaming
                    && from == table
                    && qualifier.as_ref() == Some(&from.name)
                {
                    *qualifier = Some(to.name.clone());
                }
            }
            let mut conjuncts = std::mem::take(&mut expr.conjuncts);
            for conjunct in &mut conjuncts {
                self.conjunct(table, conjunct);
            }
            expr.conjuncts = conjuncts;
            if let ExprShape::Column(column) | ExprShape::ColumnCast(column, _) = &mut expr.shape {
                self.column(table, column);
            }
        }
        if let Renaming::Label(ty, from, to) = self.renaming
            && expr.shape == ExprShape::Literal(from.to_owned())
            && expr.types.iter().any(|t| t.name == *ty)
        {
            expr.shape = ExprShape::Literal(to.to_owned());
        }
        let facts = &mut *expr;
        match &mut facts.shape {
            ExprShape::ColumnCast(_, ty) => self.data_type(ty),
            ExprShape::Call(function) => {
                self.function(function);
                // The outermost call is kept as written, and names the expression.
                if let Renaming::Function(from, to) = self.renaming
                    && function.schema.is_none()
                    && function.name == from.name
                    && facts.functions.contains(to)
                {
                    if facts.label.as_ref() == Some(&function.name) {
                        facts.label = Some(to.name.clone());
                    }
                    function.name = to.name.clone();
                }
            }
            ExprShape::Null
            | ExprShape::Bool(_)
            | ExprShape::Literal(_)
            | ExprShape::Column(_)
            | ExprShape::Other => {}
        }
    }

    pub(super) fn query(&self, query: &mut Query) {
        query.sql = self.text(&query.sql, None);
        self.scopes(&mut query.scopes);
        query.functions.iter_mut().for_each(|f| self.function(f));
        query.types.iter_mut().for_each(|ty| self.data_type(ty));
        query.writes.iter_mut().for_each(|r| self.written(r));
    }

    fn scopes(&self, scopes: &mut [Scope]) {
        if let Renaming::Column(relation, from, to) = self.renaming {
            let own: Vec<Vec<bool>> =
                scopes.iter().map(|s| self.scope_columns(scopes, s, relation, from)).collect();
            for (scope, own) in scopes.iter_mut().zip(own) {
                for ((_, column), own) in scope.columns.iter_mut().zip(own) {
                    if own {
                        *column = to.clone();
                    }
                }
            }
        }
        for reference in scopes.iter_mut().flat_map(|s| &mut s.relations) {
            let old = reference.name.name.clone();
            self.written(&mut reference.name);
            if reference.name.name != old && reference.alias.is_none() {
                // The text keeps the old name as alias.
                reference.alias = Some(old);
            }
        }
    }

    /// Which columns of a scope are the one that is renamed.
    fn scope_columns(&self, scopes: &[Scope], scope: &Scope, relation: &QName, from: &Ident) -> Vec<bool> {
        let hit = |qualifier: Option<&Ident>| {
            let mut level = Some(scope);
            while let Some(current) = level {
                for reference in &current.relations {
                    let alias = reference.alias.as_ref().unwrap_or(&reference.name.name);
                    if qualifier.is_some_and(|q| q != alias) {
                        continue;
                    }
                    let Some(found) = self.schema.relation_in_text(&reference.name) else { continue };
                    if found == *relation {
                        return true;
                    }
                    if qualifier.is_some() || self.schema.relation_has_column(&found, from) {
                        return false;
                    }
                }
                level = current.parent.and_then(|parent| scopes.get(parent));
            }
            false
        };
        scope.columns.iter().map(|(qualifier, column)| column == from && hit(qualifier.as_ref())).collect()
    }

    fn conjunct(&self, table: &QName, conjunct: &mut Conjunct) {
        match conjunct {
            Conjunct::NotNull(column)
            | Conjunct::Null(column)
            | Conjunct::Compare { column, .. }
            | Conjunct::In { column, .. } => {
                self.column(table, column);
            }
            Conjunct::Or(sides) => sides.iter_mut().flatten().for_each(|term| self.conjunct(table, term)),
            Conjunct::Other => {}
        }
    }

    /// A text that belongs to a table, or to none.
    pub(super) fn text(&self, sql: &str, table: Option<&QName>) -> String {
        let resolved = |name: &QName| self.schema.relation_in_text(name);
        match self.renaming {
            Renaming::Relation(from, to) => {
                if !mentions(sql, &from.name) {
                    return sql.to_owned();
                }
                let text = Text::new(sql);
                let renamed = text.rename_relation(
                    &|name| resolved(name).as_ref() == Some(from),
                    from,
                    to,
                    table == Some(from),
                );
                // The row type goes by the relation's name.
                let is_type = |name: &QName| self.is_type(name, from);
                Text::new(&renamed).rename_type(&is_type, from, to)
            }
            Renaming::Column(relation, from, to) => {
                if !mentions(sql, from) {
                    return sql.to_owned();
                }
                let own = table.filter(|t| *t == relation).map(|t| &t.name);
                Text::new(sql).rename_column(
                    &|name| resolved(name).as_ref() == Some(relation),
                    &|name| resolved(name).is_some_and(|found| self.schema.relation_has_column(&found, from)),
                    own,
                    from,
                    to,
                )
            }
            Renaming::Type(from, to) => {
                if !mentions(sql, &from.name) {
                    return sql.to_owned();
                }
                Text::new(sql).rename_type(&|name| self.is_type(name, from), from, to)
            }
            Renaming::Function(from, to) => {
                if !mentions(sql, &from.name) {
                    return sql.to_owned();
                }
                let is_it = |name: &QName| self.schema.function_in_text(name).as_ref() == Some(from);
                Text::new(sql).rename_function(&is_it, from, to)
            }
            Renaming::Label(ty, from, to) => {
                if mentions(sql, from) {
                    Text::new(sql).rename_label(&|name| self.is_type(name, ty), from, to)
                } else {
                    sql.to_owned()
                }
            }
            Renaming::Schema(from, to) => {
                if mentions(sql, from) {
                    Text::new(sql).rename_schema(from, to)
                } else {
                    sql.to_owned()
                }
            }
        }
    }

    fn is_type(&self, name: &QName, wanted: &QName) -> bool {
        self.schema.type_in_text(name).as_ref() == Some(wanted)
    }
}

/// A quick look before the text is taken apart: whether it holds the name in any case.
fn mentions(sql: &str, name: &str) -> bool {
    sql.len() >= name.len()
        && (sql.contains(name)
            || sql.as_bytes().windows(name.len()).any(|w| w.eq_ignore_ascii_case(name.as_bytes())))
}
