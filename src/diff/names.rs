//! The schema as the comparison of texts sees it.

use crate::ir::types::TypeName;
use crate::name::QName;
use crate::parse::canonical::{Catalog, Relation};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Use};

/// A schema, and what the text at hand is known to read: names without a schema mean those.
pub(super) struct Names<'a> {
    pub(super) schema: &'a Schema,
    pub(super) uses: &'a [Use],
    /// Whether one of the two sides is a server before PostgreSQL 14.
    pub(super) before_14: bool,
}

impl Names<'_> {
    fn resolve(&self, name: &QName) -> Option<QName> {
        if name.schema.is_none() {
            let mut read = self.uses.iter().filter(|u| u.relation.name == name.name);
            if let (Some(one), None) = (read.next(), read.next()) {
                return Some(one.relation.clone());
            }
        }
        self.schema.resolve_relation(name)
    }
}

impl Catalog for Names<'_> {
    fn relation(&self, name: &QName) -> Option<Relation> {
        let name = self.resolve(name)?;
        let (columns, complete) = match self.schema.get(&ObjectKey::Relation(name.clone()))? {
            Object::Table(table) => (
                table.columns.iter().map(|c| (c.name.clone(), Some(c.data_type.clone()))).collect(),
                table.columns_known,
            ),
            Object::View(view) => (
                view.columns.iter().map(|c| (c.name.clone(), c.data_type.clone())).collect(),
                view.columns_known,
            ),
            _ => (Vec::new(), false),
        };
        Some(Relation { name, columns, complete })
    }

    fn function(&self, name: &QName) -> Option<QName> {
        self.schema.resolve_function(name)
    }

    fn result(&self, name: &QName) -> Option<TypeName> {
        let mut results = self.schema.functions(name).map(|f| f.def.returns.clone());
        let first = results.next()??;
        let first = TypeName { setof: false, ..first };
        results.all(|r| r.is_some_and(|r| TypeName { setof: false, ..r } == first)).then_some(first)
    }

    fn extract_is_date_part(&self) -> bool {
        self.before_14
    }

    fn base(&self, ty: &TypeName) -> Option<TypeName> {
        self.schema.domain(ty).map(|domain| domain.base.clone())
    }
}
