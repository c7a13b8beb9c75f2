//! What a child table takes from its parent.

use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::acl::Acl;
use crate::schema::model::{Column, Constraint, NotNull, Table};

impl Column {
    /// A column of its own with nothing but a type.
    #[must_use]
    pub fn new(name: Ident, data_type: TypeName) -> Self {
        Self {
            name,
            data_type,
            collation: None,
            default: None,
            generated: None,
            identity: None,
            not_null: None,
            storage: None,
            compression: None,
            statistics: None,
            options: Vec::new(),
            foreign_options: Vec::new(),
            comment: None,
            acl: Acl::default(),
            inherited: false,
        }
    }

    /// The column as a child has it. Only partitions of some versions inherit that it is an identity column.
    pub(super) fn inherited_copy(&self, identity: bool) -> Self {
        Self {
            identity: self.identity.filter(|_| identity),
            not_null: self.not_null.clone().filter(|n| !n.no_inherit).map(|n| NotNull { comment: None, ..n }),
            statistics: None,
            options: Vec::new(),
            foreign_options: Vec::new(),
            comment: None,
            acl: Acl::default(),
            inherited: true,
            ..self.clone()
        }
    }
}

impl Constraint {
    /// The constraint as a child has it.
    pub(super) fn inherited_copy(&self) -> Self {
        Self { inherited: true, validated: self.enforced, comment: None, ..self.clone() }
    }
}

impl Table {
    /// The checks that children have too.
    pub(super) fn inheritable_checks(&self) -> impl Iterator<Item = &Constraint> {
        self.constraints.iter().filter(|c| matches!(c.kind, ConstraintKind::Check(_)) && !c.no_inherit)
    }

    /// The tables that this one is a child of.
    pub(super) fn parents(&self) -> impl Iterator<Item = &QName> {
        self.inherits.iter().chain(self.partition_of.as_ref().map(|(parent, _)| parent))
    }
}

impl Schema {
    /// Whether a parent of the table, other than `except`, has a column of this name.
    pub(super) fn column_from_parent(&self, table: &Table, column: &str, except: Option<&QName>) -> bool {
        table
            .parents()
            .filter(|p| Some(*p) != except)
            .filter_map(|p| self.table_at(p))
            .any(|parent| parent.column(column).is_some())
    }

    /// Whether a parent of the table, other than `except`, has an inheritable constraint of this name.
    pub(super) fn constraint_from_parent(&self, table: &Table, name: &str, except: Option<&QName>) -> bool {
        table
            .parents()
            .filter(|p| Some(*p) != except)
            .filter_map(|p| self.table_at(p))
            .any(|parent| parent.inheritable_checks().any(|c| c.name == *name))
    }

    /// The names of direct children.
    pub(super) fn child_names(&self, table: &QName) -> Vec<QName> {
        self.children_of(table).into_iter().map(|t| t.name.clone()).collect()
    }

    /// The table and, unless `only`, its descendants, parents first.
    pub(super) fn family(&self, table: &QName, only: bool) -> Vec<QName> {
        let mut names = vec![table.clone()];
        if !only {
            names.extend(self.descendants_of(table).into_iter().map(|t| t.name.clone()));
        }
        names
    }
}
