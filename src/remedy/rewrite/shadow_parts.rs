//! What hangs on a column and has to move to its successor: indexes, constraints, foreign keys of other tables.

use crate::ir::table::{ConstraintKind, ReplicaIdentity};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::lookup::index_columns;
use crate::schema::model::{Constraint, Index, Object, Table, TableKind};
use crate::schema::preview::Ahead;

use super::case::fresh;
use super::split::columns_of;

/// Something with the name it has for the time being.
pub(super) struct Temporary<T> {
    /// Its definition on the new column; under its own name.
    pub(super) model: T,
    /// Its name until the swap.
    pub(super) name: Ident,
}

/// Everything that moves.
pub(super) struct Attached {
    /// Indexes, those of constraints among them.
    pub(super) indexes: Vec<Temporary<Index>>,
    /// Checks and foreign keys of the table.
    pub(super) constraints: Vec<Temporary<Constraint>>,
    /// `UNIQUE` and `PRIMARY KEY`, each over the index of its name.
    pub(super) keys: Vec<Constraint>,
    /// Foreign keys of other tables that reference the column, by table.
    pub(super) referencing: Vec<(QName, Temporary<Constraint>)>,
}

impl Attached {
    /// Collects it. `renamed` is the schema in which the column already has its new name, so that expressions
    /// there are what they have to be. `None` when something hangs on the column that cannot be moved.
    pub(super) fn of(
        schema: &Schema,
        renamed: Ahead<'_>,
        table: &Table,
        column: &Ident,
        new: &Ident,
    ) -> Option<Self> {
        if !is_movable(schema, table, column) {
            return None;
        }
        let name = |own: &Ident, owner: &Table| {
            fresh(&[&**own], "new", |n| {
                owner.constraint(n).is_some() || schema.relation(&owner.name.sibling(n.clone())).is_some()
            })
        };
        let mut found =
            Self { indexes: Vec::new(), constraints: Vec::new(), keys: Vec::new(), referencing: Vec::new() };
        for index in schema.indexes_of(&table.name) {
            if !index_columns(index).contains(column) {
                continue;
            }
            let used_as = [
                table.clustered_on.as_ref(),
                match &table.replica_identity {
                    ReplicaIdentity::Index(name) => Some(name),
                    _ => None,
                },
            ];
            if !index.valid || !index.statistics.is_empty() || used_as.contains(&Some(&index.name.name)) {
                return None;
            }
            let model = renamed.index(&index.name)?.clone();
            found.indexes.push(Temporary { model, name: name(&index.name.name, table) });
        }
        let moved = renamed.table(&table.name)?;
        for constraint in &table.constraints {
            let model = moved.constraint(&constraint.name)?;
            let mentions = columns_of(&constraint.kind).contains(column)
                || matches!(&constraint.kind, ConstraintKind::ForeignKey(fk)
                    if fk.table == table.name && fk.ref_columns.contains(column));
            if !mentions {
                continue;
            }
            match &constraint.kind {
                ConstraintKind::Check(_) => {}
                ConstraintKind::ForeignKey(fk) if !fk.period => {}
                ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) if !key.without_overlaps => {
                    found.keys.push(model.clone());
                    continue;
                }
                _ => return None,
            }
            let name = name(&constraint.name, table);
            found.constraints.push(Temporary { model: model.clone(), name });
        }
        for (child, constraint, fk) in schema.referencing(&table.name) {
            if child.name == table.name || !fk.ref_columns.contains(column) {
                continue;
            }
            if child.is_partitioned() || constraint.inherited || fk.period {
                return None;
            }
            let model = renamed.table(&child.name)?.constraint(&constraint.name)?.clone();
            let name = name(&constraint.name, child);
            found.referencing.push((child.name.clone(), Temporary { model, name }));
        }
        // The definitions must name the new column and no longer the old one.
        let stale = |columns: Vec<Ident>| columns.contains(column) || !columns.contains(new);
        if found.indexes.iter().any(|i| stale(index_columns(&i.model))) {
            return None;
        }
        Some(found)
    }
}

/// Whether all that hangs on the column is of the kinds that can be made anew beside the old ones.
fn is_movable(schema: &Schema, table: &Table, column: &Ident) -> bool {
    let Some(model) = table.column(column) else { return false };
    let plain = matches!(table.kind, TableKind::Ordinary)
        && table.columns_known
        && !schema.is_unknown(&table.name)
        && table.partition_of.is_none()
        && table.inherits.is_empty()
        && table.of_type.is_none()
        && table.rules.is_empty()
        && table.policies.is_empty()
        && schema.children_of(&table.name).is_empty();
    let simple = model.identity.is_none()
        && model.generated.is_none()
        && !model.inherited
        && model.acl.is_default()
        && table
            .columns
            .iter()
            .all(|c| c.generated.iter().flat_map(|g| &g.expr.columns).all(|(_, name)| name != column));
    let triggers = table.triggers.iter().all(|t| {
        !t.def.update_columns.contains(column)
            && t.def.when.iter().flat_map(|w| &w.columns).all(|(_, name)| name != column)
    });
    // Views, functions, statistics and publications hold on to the column itself. Indexes and tables are dealt
    // with one by one; what owns nothing of the column (a sequence's ownership moves) is no obstacle.
    let dependents = schema.dependents(&ObjectKey::Relation(table.name.clone()));
    let free = dependents.into_iter().all(|(key, dependency)| match schema.get(key) {
        Some(Object::Index(_) | Object::Sequence(_) | Object::Publication(_)) | None => true,
        Some(Object::Table(_)) => matches!(dependency.via, Part::Constraint(_)),
        Some(_) => !dependency.columns.is_empty() && !dependency.columns.contains(column),
    });
    let views = schema.views_on(&table.name).iter().all(|(view, _)| {
        view.uses.iter().all(|u| u.relation != table.name || (!u.uncertain && !u.columns.contains(column)))
    });
    plain && simple && triggers && free && views
}
