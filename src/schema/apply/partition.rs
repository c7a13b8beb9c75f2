//! Partitions and inheritance: what a new child gets from its parent, and what it keeps when it leaves.

use crate::ir::table::{ConstraintKind, PartitionBound};
use crate::name::QName;
use crate::schema::Schema;
use crate::schema::bound::condition;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Constraint, Index, Object, Table, TableKind, Trigger};

use super::Outcome;
use super::fail::{self, part_exists};

impl Schema {
    /// Indexes, foreign keys and row triggers of a new partition, from its parent.
    pub(super) fn clone_from_parent(&mut self, child: &QName) -> Outcome {
        let Some(parent) = self.table_at(child).and_then(|t| t.partition_of.clone()).map(|(p, _)| p) else {
            return Ok(());
        };
        let Some(parent_table) = self.table_at(&parent) else { return Ok(()) };
        let foreign_keys: Vec<Constraint> = parent_table
            .constraints
            .iter()
            .filter(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)))
            .cloned()
            .collect();
        let triggers: Vec<Trigger> =
            parent_table.triggers.iter().filter(|t| t.def.for_each_row).cloned().collect();
        let indexes: Vec<Index> = self.indexes_of(&parent).into_iter().cloned().collect();
        for index in indexes {
            self.index_on_partition(&index, child)?;
        }
        for constraint in foreign_keys {
            if let Some(name) = self.clone_foreign_key(child, &constraint) {
                self.foreign_key_below(child, &name);
            }
        }
        for trigger in triggers {
            self.clone_trigger(&trigger, child)?;
        }
        Ok(())
    }

    /// Gives a partition, and its own partitions, a row trigger of its parent.
    pub(super) fn clone_trigger(&mut self, trigger: &Trigger, child: &QName) -> Outcome {
        let Some(table) = self.table_at(child) else { return Ok(()) };
        if table.triggers.iter().any(|t| t.def.name == trigger.def.name) {
            return self.refuse_on(child, part_exists("trigger", &trigger.def.name, "relation", child));
        }
        let mut copy = Trigger { inherited: true, comment: None, ..trigger.clone() };
        copy.def.table = child.clone();
        self.edit_table(child, |t| t.triggers.push(copy.clone()));
        for grandchild in self.child_names(child) {
            self.clone_trigger(&copy, &grandchild)?;
        }
        Ok(())
    }

    /// `ATTACH PARTITION` of a table.
    pub(super) fn attach_partition(
        &mut self,
        parent: &QName,
        partition: &QName,
        bound: &PartitionBound,
    ) -> Outcome {
        let found = self.find_relation(partition, false)?;
        let Some(child) = found else { return Ok(()) };
        let Some(child_table) = self.table_at(&child) else {
            return self.refuse_on(&child, fail::wrong_kind(&child, "table"));
        };
        let member = if child_table.partition_of.is_some() {
            Some(format!("\"{}\" is already a partition", child.name))
        } else if child_table.inherits.is_empty() {
            None
        } else {
            Some("cannot attach inheritance child as partition".to_owned())
        };
        if let Some(message) = member {
            self.refuse_on(&child, SchemaError::new("42809", message))?;
        }
        let Some(parent_table) = self.table_at(parent) else {
            // Later statements know at least whose partition it is.
            self.edit_table(&child, |t| t.partition_of = Some((parent.clone(), bound.clone())));
            return Ok(());
        };
        if !parent_table.is_partitioned() {
            let error = if self.version().at_least(18) {
                let action = "ALTER action ATTACH PARTITION cannot be performed on relation";
                SchemaError::new("42809", format!("{action} \"{}\"", parent.name))
            } else {
                SchemaError::new("42P17", format!("table \"{}\" is not partitioned", parent.name))
            };
            self.refuse_on(parent, error)?;
        }
        self.bound_fits(parent_table, &child, bound)?;
        self.child_fits(parent_table, child_table, true)?;
        let parent_table = parent_table.clone();
        // The partition's rows are numbered by the parent's sequence since 17 (release notes, E.10.3.5).
        let identity = self.version().at_least(17);
        self.edit_table(&child, |t| {
            for column in &mut t.columns {
                column.inherited = true;
                if identity && column.identity.is_none() {
                    column.identity = parent_table.column(&column.name).and_then(|c| c.identity);
                }
            }
            adopt_checks(&parent_table, t);
            t.partition_of = Some((parent.clone(), bound.clone()));
        });
        self.clone_from_parent(&child)
    }

    /// Fails when a table cannot become a child of another.
    fn child_fits(&self, parent: &Table, child: &Table, partition: bool) -> Outcome {
        let place = |text: String| {
            // 18 began to name the table in these messages.
            let named = if self.version().at_least(18) {
                format!("child table \"{}\"", child.name.name)
            } else {
                "child table".into()
            };
            text.replace("CHILD", &named)
        };
        for column in &parent.columns {
            let Some(own) = child.column(&column.name) else {
                let message = format!("child table is missing column \"{}\"", column.name);
                self.refuse_column(child, &column.name, SchemaError::new("42804", message))?;
                continue;
            };
            if own.data_type != column.data_type {
                let message = format!(
                    "child table \"{}\" has different type for column \"{}\"",
                    child.name.name, column.name
                );
                self.refuse_on(&child.name, SchemaError::new("42804", message))?;
            }
            let demanded = column.not_null.as_ref().is_some_and(|n| !n.no_inherit);
            if demanded && own.not_null.is_none() {
                let message = place(format!("column \"{}\" in CHILD must be marked NOT NULL", column.name));
                self.refuse_on(&child.name, SchemaError::new("42804", message))?;
            }
        }
        if partition && parent.columns_known {
            for column in child.columns.iter().filter(|c| parent.column(&c.name).is_none()) {
                let message = format!(
                    "table \"{}\" contains column \"{}\" not found in parent \"{}\"",
                    child.name.name, column.name, parent.name.name
                );
                self.refuse_on(&child.name, SchemaError::new("42804", message))?;
            }
        }
        for check in parent.inheritable_checks() {
            if child.constraint(&check.name).is_none() {
                let message = format!("child table is missing constraint \"{}\"", check.name);
                self.refuse_on(&child.name, SchemaError::new("42804", message))?;
            }
        }
        Ok(())
    }

    /// `DETACH PARTITION`: the partition keeps everything as its own, cloned triggers excepted.
    pub(super) fn detach_partition(
        &mut self,
        parent: &QName,
        partition: &QName,
        concurrently: bool,
    ) -> Outcome {
        let is_default =
            |t: &&Table| t.partition_of.as_ref().is_some_and(|(_, bound)| *bound == PartitionBound::Default);
        if concurrently && self.children_of(parent).iter().any(is_default) {
            let message = "cannot detach partitions concurrently when a default partition exists";
            self.refuse_on(parent, SchemaError::new("55000", message))?;
        }
        let Some(child) = self.find_relation(partition, false)? else { return Ok(()) };
        let Some(table) = self.table_at(&child) else { return Ok(()) };
        if table.partition_of.as_ref().is_none_or(|(p, _)| p != parent) {
            let message =
                format!("relation \"{}\" is not a partition of relation \"{}\"", child.name, parent.name);
            return self.refuse_on(&child, SchemaError::new("42P01", message));
        }
        if concurrently {
            self.keep_bound(parent, &child);
        }
        self.edit_table(&child, |t| {
            t.partition_of = None;
            for column in &mut t.columns {
                column.inherited = false;
                // The sequence stays with the parent.
                column.identity = None;
            }
            t.constraints.iter_mut().for_each(|c| c.inherited = false);
        });
        let cloned: Vec<_> = self.table_at(&child).map_or_else(Vec::new, |t| {
            t.triggers.iter().filter(|t| t.inherited).map(|t| t.def.name.clone()).collect()
        });
        for name in cloned {
            let item = (ObjectKey::Relation(child.clone()), crate::schema::dependency::Part::Trigger(name));
            self.drop_items(vec![item], true)?;
        }
        let attached: Vec<QName> = self
            .indexes_of(&child)
            .into_iter()
            .filter(|i| i.parent.is_some())
            .map(|i| i.name.clone())
            .collect();
        for index in attached {
            self.update(&ObjectKey::Relation(index), |object| {
                if let Object::Index(index) = object {
                    index.parent = None;
                }
            });
        }
        Ok(())
    }

    /// `DETACH … CONCURRENTLY` leaves the bound behind as a check (documentation, ALTER TABLE).
    fn keep_bound(&mut self, parent: &QName, child: &QName) {
        let (Some(parent), Some(table)) = (self.table_at(parent), self.table_at(child)) else { return };
        let (TableKind::Partitioned(by), Some((_, bound))) = (&parent.kind, &table.partition_of) else {
            return;
        };
        let Some(expr) = condition(by, bound) else { return };
        let column = if let [(_, column)] = &expr.columns[..] { Some(column.as_str()) } else { None };
        let name = self.choose_constraint_name(table, column, "check");
        let constraint = Constraint {
            name,
            kind: ConstraintKind::Check(expr),
            deferrable: false,
            initially_deferred: false,
            validated: true,
            enforced: true,
            no_inherit: false,
            inherited: false,
            comment: None,
        };
        self.edit_table(child, |t| t.constraints.push(constraint));
    }

    /// `INHERIT` and `NO INHERIT`.
    pub(super) fn alter_inherit(&mut self, child: &QName, parent: &QName, add: bool) -> Outcome {
        let Some(parent_name) = self.find_relation(parent, false)? else {
            if add {
                let parent = self.relation_name(parent);
                self.edit_table(child, |t| t.inherits.push(parent));
            }
            return Ok(());
        };
        let (Some(parent_table), Some(child_table)) = (self.table_at(&parent_name), self.table_at(child))
        else {
            return Ok(());
        };
        let listed = child_table.inherits.contains(&parent_name);
        let parent_table = parent_table.clone();
        if !add {
            if !listed {
                let message = format!(
                    "relation \"{}\" is not a parent of relation \"{}\"",
                    parent_name.name, child.name
                );
                return self.refuse_on(child, SchemaError::new("42P01", message));
            }
            self.edit_table(child, |t| {
                t.inherits.retain(|p| *p != parent_name);
            });
            self.own_again(child, &parent_table);
            return Ok(());
        }
        if listed {
            let message = format!("relation \"{}\" would be inherited from more than once", parent_name.name);
            return self.refuse_on(child, SchemaError::new("42P07", message));
        }
        self.child_fits(&parent_table, child_table, false)?;
        self.edit_table(child, |t| t.inherits.push(parent_name));
        Ok(())
    }

    /// After `NO INHERIT`: what came from this parent only is the child's own.
    fn own_again(&mut self, child: &QName, parent: &Table) {
        let Some(table) = self.table_at(child) else { return };
        let columns: Vec<_> = parent
            .columns
            .iter()
            .filter(|c| !self.column_from_parent(table, &c.name, None))
            .map(|c| c.name.clone())
            .collect();
        let constraints: Vec<_> = parent
            .inheritable_checks()
            .filter(|c| !self.constraint_from_parent(table, &c.name, None))
            .map(|c| c.name.clone())
            .collect();
        self.edit_table(child, |t| {
            for column in t.columns.iter_mut().filter(|c| columns.contains(&c.name)) {
                column.inherited = false;
            }
            for constraint in t.constraints.iter_mut().filter(|c| constraints.contains(&c.name)) {
                constraint.inherited = false;
            }
        });
    }
}

/// A partition's checks that its parent has too are inherited from now on.
fn adopt_checks(parent: &Table, child: &mut Table) {
    for check in parent.inheritable_checks() {
        if let Some(own) = child.constraints.iter_mut().find(|c| c.name == check.name) {
            own.inherited = true;
        }
    }
}
