//! What the comparison asks of the schema.

use crate::ir::types::TypeName;
use crate::name::{Ident, QName};

/// A column's name, and its type where known.
pub type Column = (Ident, Option<TypeName>);

/// A relation that a query names.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Its qualified name.
    pub name: QName,
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// Whether these are all.
    pub complete: bool,
}

/// The names that expressions use. What is not known is `None`: then names are compared as they are written, a
/// missing schema or qualifier fitting any.
pub trait Catalog: Sync {
    /// A table or view.
    fn relation(&self, name: &QName) -> Option<Relation>;

    /// The qualified name of a function of the users'.
    fn function(&self, name: &QName) -> Option<QName>;

    /// What a function of the users' returns, when all of that name return the same.
    fn result(&self, name: &QName) -> Option<TypeName>;

    /// Whether `EXTRACT` is another spelling of `date_part`, as it was before PostgreSQL 14.
    fn extract_is_date_part(&self) -> bool;

    /// The type behind a domain; `None` for what is no domain.
    fn base(&self, ty: &TypeName) -> Option<TypeName>;
}

/// Knows nothing.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Catalog for Nothing {
    fn relation(&self, _: &QName) -> Option<Relation> {
        None
    }

    fn function(&self, _: &QName) -> Option<QName> {
        None
    }

    fn result(&self, _: &QName) -> Option<TypeName> {
        None
    }

    fn extract_is_date_part(&self) -> bool {
        false
    }

    fn base(&self, _: &TypeName) -> Option<TypeName> {
        None
    }
}
