//! The statement under treatment, and the schemas around it.

use crate::ir::DdlOp;
use crate::ir::table::{AlterTable, ConstraintDef, ConstraintKind};
use crate::name::{Ident, QName};
use crate::plan::Step;
use crate::schema::Schema;
use crate::schema::Session;
use crate::schema::model::{Change, Constraint, Table, TableKind};
use crate::schema::preview::Ahead;

use super::build;

/// `NAMEDATALEN - 1`: identifiers are cut after this many bytes.
const MAX_NAME: usize = 63;

/// One statement with the schema before it and after it.
pub(super) struct Case<'a> {
    step: &'a Step,
    schema: &'a Schema,
    changes: Option<&'a [Change]>,
}

impl<'a> Case<'a> {
    pub(super) fn new(step: &'a Step, schema: &'a Schema, changes: Option<&'a [Change]>) -> Self {
        Self { step, schema, changes }
    }

    /// The step.
    pub(super) fn step(&self) -> &'a Step {
        self.step
    }

    /// The statement.
    pub(super) fn op(&self) -> &'a DdlOp {
        &self.step.stmt.op
    }

    /// The schema before the statement.
    pub(super) fn before(&self) -> &'a Schema {
        self.schema
    }

    /// The schema that the statement leads to: where the names come from that the server makes up. `None` when
    /// the statement fails.
    pub(super) fn after(&self) -> Option<Ahead<'a>> {
        Some(Ahead::new(self.schema, self.changes?))
    }

    /// Whether the server is of this major version or newer.
    pub(super) fn at_least(&self, major: u16) -> bool {
        self.schema.version().at_least(major)
    }

    /// Settings that every stage needs because its names or owners depend on them.
    pub(super) fn session(&self) -> Vec<DdlOp> {
        let session = &self.schema.session;
        let mut ops = Vec::new();
        if let Some(role) = &session.role {
            ops.push(build::set("role", vec![role.to_string()]));
        }
        if session.search_path != Session::default().search_path && !session.search_path.is_empty() {
            let path = session.search_path.iter().map(ToString::to_string).collect();
            ops.push(build::set("search_path", path));
        }
        ops
    }

    /// The table that an `ALTER TABLE` changes, when the model knows all about it.
    pub(super) fn target(&self) -> Option<Target<'a>> {
        let DdlOp::AlterTable(alter) = self.op() else { return None };
        let table = self.before().table(&alter.name)?;
        if !table.columns_known
            || self.before().is_unknown(&table.name)
            || matches!(table.kind, TableKind::Foreign(_))
            || (alter.only && !self.before().children_of(&table.name).is_empty())
        {
            return None;
        }
        Some(Target { alter, table })
    }
}

/// The table of an `ALTER TABLE`.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    /// The statement.
    pub(super) alter: &'a AlterTable,
    /// The table before it.
    pub(super) table: &'a Table,
}

impl<'a> Target<'a> {
    /// Its qualified name.
    pub(super) fn name(&self) -> &'a QName {
        &self.table.name
    }
}

/// The names that new constraints get, in the order of the definitions: the given ones, or those that the
/// server chose, read from the table after the statement.
pub(super) fn constraint_names<'t>(
    before: &Table,
    after: impl FnOnce() -> Option<&'t Table>,
    defs: &[&ConstraintDef],
) -> Option<Vec<Ident>> {
    if let Some(names) = defs.iter().map(|def| def.name.clone()).collect() {
        return Some(names);
    }
    let after = after()?;
    let given: Vec<&Ident> = defs.iter().filter_map(|def| def.name.as_ref()).collect();
    let mut new: Vec<&Constraint> = after
        .constraints
        .iter()
        .filter(|c| before.constraint(&c.name).is_none() && !given.contains(&&c.name))
        .collect();
    defs.iter()
        .map(|def| {
            if let Some(name) = &def.name {
                return Some(name.clone());
            }
            let at = new.iter().position(|c| alike(&c.kind, &def.kind))?;
            Some(new.remove(at).name.clone())
        })
        .collect()
}

/// Whether a constraint of the model is what a definition made.
fn alike(model: &ConstraintKind, def: &ConstraintKind) -> bool {
    match (model, def) {
        (ConstraintKind::Check(a), ConstraintKind::Check(b)) => {
            let columns = |e: &crate::ir::expr::Expr| -> Vec<Ident> {
                e.columns.iter().map(|(_, name)| name.clone()).collect()
            };
            a.sql == b.sql || columns(a) == columns(b)
        }
        (ConstraintKind::ForeignKey(a), ConstraintKind::ForeignKey(b)) => {
            a.columns == b.columns && a.table.name == b.table.name
        }
        (ConstraintKind::PrimaryKey(_), ConstraintKind::PrimaryKey(_)) => true,
        (ConstraintKind::Unique(a), ConstraintKind::Unique(b)) => {
            a.columns == b.columns && a.include == b.include
        }
        _ => false,
    }
}

/// A name for a helper object: `stem_label`, cut to the server's length, with a number where it is taken.
pub(super) fn fresh(stem: &[&str], label: &str, taken: impl Fn(&Ident) -> bool) -> Ident {
    let stem = stem.join("_");
    let name = |label: &str| -> Ident {
        let room = stem.floor_char_boundary(MAX_NAME.saturating_sub(label.len() + 1));
        format!("{}_{label}", &stem[..room]).into()
    };
    let mut found = name(label);
    let mut number = 0;
    while taken(&found) {
        number += 1;
        found = name(&format!("{label}{number}"));
    }
    found
}

/// A free name for a constraint, an index or a sequence of a table.
pub(super) fn fresh_on(schema: &Schema, table: &Table, stem: &[&str], label: &str) -> Ident {
    fresh(stem, label, |name| {
        table.constraint(name).is_some()
            || table
                .columns
                .iter()
                .any(|c| c.not_null.as_ref().is_some_and(|n| n.name.as_ref() == Some(name)))
            || schema.relation(&table.name.sibling(name.clone())).is_some()
    })
}
