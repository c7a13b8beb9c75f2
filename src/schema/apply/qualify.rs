//! Texts that are made under another search path than that of a fresh session: their names are qualified.
//!
//! A text outlives the session that made it. The server keeps object ids; here a text is read as in a fresh session,
//! by `public`. So what a bare name means elsewhere is written out while the path that gives it its meaning still
//! holds.

use crate::ir::expr::{ExprFacts, QueryFacts, Scope};
use crate::ir::routine::CreateFunction;
use crate::ir::types::TypeName;
use crate::name::{Dialect, QName};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;

use super::tokens::Text;

/// The names in a text.
#[derive(Default)]
struct Names {
    relations: Vec<QName>,
    functions: Vec<QName>,
    types: Vec<TypeName>,
}

impl Schema {
    /// Qualifies the names in an expression's text where they would mean something else later. To be called while they
    /// stand as written.
    pub(in crate::schema) fn settle_expr(&self, expr: &mut ExprFacts) {
        if self.has_usual_path() {
            return;
        }
        let mut names =
            Names { functions: expr.functions.clone(), types: expr.types.clone(), ..Names::default() };
        names.relations.extend(expr.relations.iter().chain(&expr.sequences).cloned());
        self.settle_scopes(&mut expr.scopes, &mut names);
        expr.sql = self.settled(&expr.sql, names);
    }

    /// The same for a query.
    pub(in crate::schema) fn settle_query(&self, query: &mut QueryFacts) {
        if self.has_usual_path() {
            return;
        }
        let names = self.names_of(query);
        query.sql = self.settled(&query.sql, names);
    }

    /// The same for an SQL-standard body.
    pub(super) fn settle_body(&self, function: &mut CreateFunction) {
        if !function.sql_body || self.has_usual_path() {
            return;
        }
        for query in &mut function.uses.queries {
            let names = self.names_of(query);
            function.body = self.settled(&function.body, names);
        }
    }

    /// Whether a bare name means what it means in a fresh session.
    fn has_usual_path(&self) -> bool {
        self.dialect() != Dialect::PostgreSql
            || matches!(self.session.search_path.as_slice(), [only] if **only == *"public")
    }

    fn names_of(&self, query: &mut QueryFacts) -> Names {
        let mut names =
            Names { functions: query.functions.clone(), types: query.types.clone(), ..Names::default() };
        self.settle_scopes(&mut query.scopes, &mut names);
        names
    }

    fn settle_scopes(&self, scopes: &mut [Scope], names: &mut Names) {
        for reference in scopes.iter_mut().flat_map(|scope| &mut scope.relations) {
            if let Some(found) = self.resolve_relation(&reference.name) {
                names.relations.push(std::mem::replace(&mut reference.name, found));
            }
        }
    }

    fn settled(&self, sql: &str, mut names: Names) -> String {
        names.relations.sort();
        names.relations.dedup();
        names.functions.sort();
        names.functions.dedup();
        let mut text = sql.to_owned();
        let bare = |name: &QName| name.schema.is_none();
        for name in names.relations.iter().filter(|n| bare(n)) {
            if let Some(found) = self.resolve_relation(name) {
                text = Text::new(&text).rename_relation(&|n| n == name, name, &found, false);
            }
        }
        for name in names.functions.iter().filter(|n| bare(n)) {
            if let Some(found) = self.resolve_function(name) {
                text = Text::new(&text).rename_function(&|n| n == name, name, &found);
            }
        }
        for name in names.types.iter().map(|ty| &ty.name).filter(|n| bare(n)) {
            if let Some(ObjectKey::Type(found) | ObjectKey::Relation(found)) = self.resolve_type(name) {
                text = Text::new(&text).rename_type(&|n| n == name, name, &found);
            }
        }
        text
    }
}
