//! `ALTER TABLE` and its relatives: the passes, and the actions on the relation itself.

use crate::ir::object::ObjectKind;
use crate::ir::table::{
    AlterTable, ColumnDef, ConstraintDef, ConstraintKind, FiringState, Options, ReplicaIdentity, TableAction,
    TriggerSelection,
};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::dependency::Part;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::lookup::Existence;
use crate::schema::model::{Constraint, Object};

use super::Outcome;
use super::fail::{self, invalid_table};

/// The passes of `ALTER TABLE` (`AlterTablePass` in the server's `tablecmds.c`), in the order they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pass {
    Drop,
    AlterType,
    AddColumn,
    SetExpression,
    ColumnAttributes,
    AddIndex,
    AddOther,
    Misc,
}

/// One unit of work: an action, or a constraint of a column that was added.
enum Work<'a> {
    Action(&'a TableAction),
    Constraint(&'a ConstraintDef),
}

impl Schema {
    pub(super) fn alter_table(&mut self, op: &AlterTable) -> Outcome {
        if matches!(op.kind, ObjectKind::CompositeType | ObjectKind::Type) {
            return self.alter_composite(op);
        }
        let Some(name) = self.find_relation(&op.name, op.if_exists)? else {
            return self.alter_unknown(op);
        };
        self.refuse_kind(&name, op.kind)?;
        match self.at(&name) {
            Some(Object::Table(_)) => self.alter_known_table(&name, op),
            Some(Object::View(_)) => self.each_action(op, |s, action| s.alter_view(&name, action)),
            Some(Object::Index(_)) => self.each_action(op, |s, action| s.alter_index(&name, action)),
            Some(Object::Sequence(_)) => {
                self.each_action(op, |s, action| s.alter_sequence_relation(&name, action))
            }
            _ => Ok(()),
        }
    }

    fn each_action(
        &mut self,
        op: &AlterTable,
        mut apply: impl FnMut(&mut Self, &TableAction) -> Outcome,
    ) -> Outcome {
        op.actions.iter().try_for_each(|(action, _)| apply(self, action))
    }

    /// Actions on a table that the model does not have still say something about other tables.
    fn alter_unknown(&mut self, op: &AlterTable) -> Outcome {
        if matches!(self.existence(&op.name), Existence::Missing) {
            return Ok(());
        }
        let parent = self.qualify(&op.name);
        for (action, _) in &op.actions {
            if let TableAction::AttachPartition { partition, bound: Some(bound) } = action {
                self.attach_partition(&parent, partition, bound)?;
            }
        }
        Ok(())
    }

    /// Fails when `ALTER VIEW`, `ALTER INDEX` and so on name a relation of another kind.
    fn refuse_kind(&self, name: &QName, kind: ObjectKind) -> Outcome {
        let actual = self.relation_kind(name);
        let fits = match kind {
            ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Sequence
            | ObjectKind::Index
            | ObjectKind::ForeignTable => actual == Some(kind),
            _ => true,
        };
        if fits { Ok(()) } else { self.refuse_on(name, fail::wrong_kind(name, &kind.to_string())) }
    }

    fn alter_known_table(&mut self, name: &QName, op: &AlterTable) -> Outcome {
        let mut work: Vec<(Pass, Work<'_>)> =
            op.actions.iter().map(|(action, _)| (pass(action), Work::Action(action))).collect();
        // A stable sort: within a pass the order of the text holds.
        work.sort_by_key(|(pass, _)| *pass);
        let mut at = 0;
        while at < work.len() {
            let (current, item) = &work[at];
            let current = *current;
            at += 1;
            match item {
                Work::Action(TableAction::AddColumn { column, if_not_exists }) => {
                    let column: &ColumnDef = column;
                    if self.add_column(name, column, *if_not_exists, op.only)? {
                        for constraint in &column.constraints {
                            let pass = constraint_pass(constraint).max(current);
                            let place = work[at..].iter().take_while(|(p, _)| *p <= pass).count();
                            work.insert(at + place, (pass, Work::Constraint(constraint)));
                        }
                    }
                }
                Work::Action(action) => {
                    let action: &TableAction = action;
                    self.table_action(name, action, op.only)?;
                }
                Work::Constraint(constraint) => {
                    let constraint: &ConstraintDef = constraint;
                    self.add_constraint(name, constraint, op.only)?;
                }
            }
        }
        Ok(())
    }

    fn table_action(&mut self, name: &QName, action: &TableAction, only: bool) -> Outcome {
        match action {
            TableAction::AddColumn { column, if_not_exists } => {
                self.add_column(name, column, *if_not_exists, only).map(|_| ())
            }
            TableAction::DropColumn { name: column, if_exists, cascade } => {
                self.drop_column(name, column, *if_exists, *cascade, only)
            }
            TableAction::AlterType { column, data_type, collation, using } => {
                self.alter_type(name, column, data_type, collation.as_ref(), using.as_ref(), only)
            }
            TableAction::Default { column, default } => {
                self.alter_default(name, column, default.as_ref(), only)
            }
            TableAction::NotNull { column, not_null } => self.alter_not_null(name, column, *not_null, only),
            TableAction::SetExpression { column, expr } => {
                self.alter_expression(name, column, Some(expr), false, only)
            }
            TableAction::DropExpression { column, if_exists } => {
                self.alter_expression(name, column, None, *if_exists, only)
            }
            TableAction::AddIdentity { column, identity } => self.add_identity(name, column, identity),
            TableAction::SetIdentity { column, always, options } => {
                self.set_identity(name, column, *always, options)
            }
            TableAction::DropIdentity { column, if_exists } => self.drop_identity(name, column, *if_exists),
            TableAction::SetStatistics { column, target } => {
                self.set_on_column(name, column, !only, |c| c.statistics = *target)
            }
            TableAction::ColumnOptions { column, set, reset } => {
                self.set_on_column(name, column, false, |c| change_options(&mut c.options, set, reset))
            }
            TableAction::SetStorage { column, storage } => {
                let storage = Some(storage.clone()).filter(|s| *s != "default");
                self.set_on_column(name, column, !only, |c| c.storage.clone_from(&storage))
            }
            TableAction::SetCompression { column, method } => {
                let method = Some(method.clone()).filter(|m| *m != "default");
                self.set_on_column(name, column, false, |c| c.compression.clone_from(&method))
            }
            TableAction::AddConstraint(def) => self.add_constraint(name, def, only),
            TableAction::AlterConstraint { name: constraint, deferrability, enforced, no_inherit } => {
                self.alter_constraint(name, constraint, |c| {
                    if let Some((deferrable, initially_deferred)) = deferrability {
                        (c.deferrable, c.initially_deferred) = (*deferrable, *initially_deferred);
                    }
                    if let Some(enforced) = enforced {
                        // The server checks the rows when it begins to enforce.
                        (c.enforced, c.validated) = (*enforced, *enforced);
                    }
                    c.no_inherit = no_inherit.unwrap_or(c.no_inherit);
                })
            }
            TableAction::ValidateConstraint(constraint) => self.validate_constraint(name, constraint, only),
            TableAction::DropConstraint { name: constraint, if_exists, cascade } => {
                self.drop_constraint(name, constraint, *if_exists, *cascade, only)
            }
            TableAction::TriggerState { which, state } => self.trigger_state(name, which, *state, only),
            TableAction::RuleState { name: rule, state } => self.rule_state(name, rule, *state),
            TableAction::RowSecurity(on) => {
                self.edit_table(name, |t| t.row_security = *on);
                Ok(())
            }
            TableAction::ForceRowSecurity(on) => {
                self.edit_table(name, |t| t.force_row_security = *on);
                Ok(())
            }
            TableAction::ClusterOn(index) => match index {
                Some(index) => self.cluster(Some(name), Some(index)),
                None => {
                    self.edit_table(name, |t| t.clustered_on = None);
                    Ok(())
                }
            },
            TableAction::SetLogged(logged) => {
                self.set_logged(name, *logged);
                Ok(())
            }
            TableAction::SetTablespace(tablespace) => {
                self.edit_table(name, |t| t.tablespace = Some(tablespace.clone()));
                Ok(())
            }
            TableAction::SetAccessMethod(method) => {
                self.edit_table(name, |t| t.access_method.clone_from(method));
                Ok(())
            }
            TableAction::SetOptions(set) => {
                self.edit_table(name, |t| change_options(&mut t.options, set, &[]));
                Ok(())
            }
            TableAction::ResetOptions(reset) => {
                self.edit_table(name, |t| change_options(&mut t.options, &Vec::new(), reset));
                Ok(())
            }
            TableAction::Inherit { parent, add } => self.alter_inherit(name, parent, *add),
            TableAction::OfType(ty) => {
                let mut ty = ty.clone();
                ty.iter_mut().for_each(|ty| self.bind_type(ty));
                self.edit_table(name, |t| t.of_type = ty);
                Ok(())
            }
            TableAction::OwnerTo(owner) => {
                self.own_relation(name, owner);
                Ok(())
            }
            TableAction::ReplicaIdentity(identity) => self.replica_identity(name, identity),
            TableAction::AttachPartition { partition, bound } => match bound {
                Some(bound) => self.attach_partition(name, partition, bound),
                None => Ok(()),
            },
            TableAction::DetachPartition { partition, .. } => self.detach_partition(name, partition),
            TableAction::ForeignOptions { column, .. } => match column {
                Some(column) => self.set_on_column(name, column, false, |_| {}),
                None => Ok(()),
            },
            TableAction::Other(_) => {
                self.edit_table(name, |t| t.columns_known = false);
                Ok(())
            }
        }
    }

    fn alter_constraint(
        &mut self,
        table: &QName,
        name: &Ident,
        change: impl FnOnce(&mut Constraint),
    ) -> Outcome {
        let known = self
            .table_at(table)
            .is_some_and(|t| t.constraint(name).is_some() || self.has_not_null(table, name));
        if !known {
            return self.refuse_on(table, fail::constraint_missing(table, name));
        }
        self.edit_table(table, |t| {
            if let Some(constraint) = t.constraints.iter_mut().find(|c| c.name == *name) {
                change(constraint);
            }
        });
        Ok(())
    }

    /// Whether a `NOT NULL` of the table has this name (18 and later).
    pub(super) fn has_not_null(&self, table: &QName, name: &Ident) -> bool {
        self.table_at(table).is_some_and(|t| {
            t.columns.iter().any(|c| c.not_null.as_ref().is_some_and(|n| n.name.as_ref() == Some(name)))
        })
    }

    fn validate_constraint(&mut self, table: &QName, name: &Ident, only: bool) -> Outcome {
        // Checks and NOT NULL are passed on to children, foreign keys to partitions.
        let shared = self.has_not_null(table, name)
            || self.table_at(table).is_some_and(|t| {
                t.is_partitioned()
                    || t.constraint(name).is_some_and(|c| matches!(c.kind, ConstraintKind::Check(_)))
            });
        self.alter_constraint(table, name, |c| c.validated = c.enforced)?;
        let family = if shared { self.family(table, only) } else { vec![table.clone()] };
        for table in family {
            self.edit_table(&table, |t| {
                for constraint in t.constraints.iter_mut().filter(|c| c.name == *name) {
                    constraint.validated = constraint.enforced;
                }
                let not_nulls = t.columns.iter_mut().filter_map(|c| c.not_null.as_mut());
                for not_null in not_nulls.filter(|n| n.name.as_ref() == Some(name)) {
                    not_null.not_valid = false;
                }
            });
        }
        Ok(())
    }

    fn drop_constraint(
        &mut self,
        table: &QName,
        name: &Ident,
        if_exists: bool,
        cascade: bool,
        only: bool,
    ) -> Outcome {
        let Some(found) = self.table_at(table) else { return Ok(()) };
        let Some(constraint) = found.constraint(name) else {
            return if self.has_not_null(table, name) {
                let column = found
                    .columns
                    .iter()
                    .find(|c| c.not_null.as_ref().is_some_and(|n| n.name.as_ref() == Some(name)))
                    .map(|c| c.name.clone());
                column.map_or(Ok(()), |column| self.alter_not_null(table, &column, false, only))
            } else if if_exists {
                Ok(())
            } else {
                self.refuse_on(table, fail::constraint_missing(table, name))
            };
        };
        let check = matches!(constraint.kind, ConstraintKind::Check(_));
        let from_partition_parent = constraint.inherited && found.partition_of.is_some() && !check;
        if from_partition_parent || (check && self.constraint_from_parent(found, name, None)) {
            let message =
                format!("cannot drop inherited constraint \"{name}\" of relation \"{}\"", table.name);
            self.refuse_on(table, invalid_table(message))?;
        }
        let mut items = vec![(ObjectKey::Relation(table.clone()), Part::Constraint(name.clone()))];
        if check && !constraint.no_inherit {
            self.constraint_below(table, name, only, &mut items);
        }
        self.drop_items(items, cascade)
    }

    /// The children's checks that go with a parent's; with `ONLY` they become their own.
    fn constraint_below(
        &mut self,
        table: &QName,
        name: &Ident,
        only: bool,
        items: &mut Vec<(ObjectKey, Part)>,
    ) {
        for child in self.child_names(table) {
            let Some(found) = self.table_at(&child) else { continue };
            let inherited = found.constraint(name).is_some_and(|c| c.inherited);
            let item = (ObjectKey::Relation(child.clone()), Part::Constraint(name.clone()));
            if !inherited || self.constraint_from_parent(found, name, Some(table)) || items.contains(&item) {
                continue;
            }
            if only {
                self.edit_table(&child, |t| {
                    t.constraints.iter_mut().filter(|c| c.name == *name).for_each(|c| c.inherited = false);
                });
            } else {
                items.push(item);
                self.constraint_below(&child, name, only, items);
            }
        }
    }

    fn trigger_state(
        &mut self,
        table: &QName,
        which: &TriggerSelection,
        state: FiringState,
        only: bool,
    ) -> Outcome {
        if let TriggerSelection::Named(name) = which {
            let known = self.table_at(table).is_some_and(|t| t.triggers.iter().any(|t| t.def.name == *name));
            if !known {
                // Triggers of foreign keys have names that the model does not keep.
                return if name.starts_with("RI_ConstraintTrigger") {
                    Ok(())
                } else {
                    self.refuse_on(table, fail::part_missing("trigger", name, "table", table))
                };
            }
        }
        for table in self.family(table, only) {
            let wanted = |name: &Ident| match which {
                TriggerSelection::Named(wanted) => wanted == name,
                TriggerSelection::All | TriggerSelection::User => true,
            };
            self.edit_table(&table, |t| {
                t.triggers.iter_mut().filter(|t| wanted(&t.def.name)).for_each(|t| t.state = state);
            });
        }
        Ok(())
    }

    fn rule_state(&mut self, table: &QName, name: &Ident, state: FiringState) -> Outcome {
        let known = self.table_at(table).is_some_and(|t| t.rules.iter().any(|r| r.name == *name));
        if !known {
            return self.refuse_on(table, fail::part_missing("rule", name, "relation", table));
        }
        self.edit_table(table, |t| {
            t.rules.iter_mut().filter(|r| r.name == *name).for_each(|r| r.state = state);
        });
        Ok(())
    }

    fn replica_identity(&mut self, table: &QName, identity: &ReplicaIdentity) -> Outcome {
        if let ReplicaIdentity::Index(name) = identity
            && let Some(owner) = self.table_at(table)
        {
            let Some(Object::Index(index)) = self.at(&table.sibling(name.clone())) else {
                return self.refuse_on(table, super::index::index_missing(name, table));
            };
            let nullable = index
                .keys
                .iter()
                .filter_map(|k| k.as_column())
                .find(|column| owner.column(column).is_some_and(|c| c.not_null.is_none()));
            let unfit = if !index.unique {
                Some(format!("cannot use non-unique index \"{name}\" as replica identity"))
            } else if index.predicate.is_some() {
                Some(format!("cannot use partial index \"{name}\" as replica identity"))
            } else if index.key_columns().is_none() {
                Some(format!("cannot use expression index \"{name}\" as replica identity"))
            } else {
                nullable.map(|column| {
                    format!("index \"{name}\" cannot be used as replica identity because column \"{column}\" is nullable")
                })
            };
            if let Some(message) = unfit {
                self.refuse_on(table, SchemaError::new("42809", message))?;
            }
        }
        self.edit_table(table, |t| t.replica_identity = identity.clone());
        Ok(())
    }

    /// `ALTER INDEX` with table actions.
    fn alter_index(&mut self, name: &QName, action: &TableAction) -> Outcome {
        if let TableAction::AttachPartition { partition, .. } = action {
            return self.attach_partition_index(name, partition);
        }
        self.update(&ObjectKey::Relation(name.clone()), |object| {
            let Object::Index(index) = object else { return };
            match action {
                TableAction::SetOptions(set) => change_options(&mut index.options, set, &[]),
                TableAction::ResetOptions(reset) => change_options(&mut index.options, &Vec::new(), reset),
                TableAction::SetTablespace(tablespace) => index.tablespace = Some(tablespace.clone()),
                TableAction::SetStatistics { column, target } => {
                    index.statistics.retain(|(c, _)| c != column);
                    index.statistics.extend(target.map(|t| (column.clone(), t)));
                }
                _ => {}
            }
        });
        Ok(())
    }

    /// Fails because an action is not for this kind of relation.
    pub(super) fn refuse_action(&self, name: &QName, action: &str) -> Outcome {
        let message = if self.version().at_least(15) {
            format!("ALTER action {action} cannot be performed on relation \"{}\"", name.name)
        } else {
            format!("\"{}\" is not a table, composite type, or foreign table", name.name)
        };
        self.refuse_on(name, SchemaError::new("42809", message))
    }
}

fn constraint_pass(def: &ConstraintDef) -> Pass {
    match def.kind {
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) => {
            Pass::AddIndex
        }
        ConstraintKind::NotNull(_) => Pass::ColumnAttributes,
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => Pass::AddOther,
    }
}

fn pass(action: &TableAction) -> Pass {
    match action {
        TableAction::DropColumn { .. }
        | TableAction::DropConstraint { .. }
        | TableAction::Default { default: None, .. }
        | TableAction::NotNull { not_null: false, .. }
        | TableAction::DropExpression { .. }
        | TableAction::DropIdentity { .. } => Pass::Drop,
        TableAction::AlterType { .. } => Pass::AlterType,
        TableAction::AddColumn { .. } => Pass::AddColumn,
        TableAction::SetExpression { .. } => Pass::SetExpression,
        TableAction::NotNull { not_null: true, .. } => Pass::ColumnAttributes,
        TableAction::AddConstraint(def) => constraint_pass(def),
        TableAction::Default { default: Some(_), .. } | TableAction::AddIdentity { .. } => Pass::AddOther,
        TableAction::SetIdentity { .. }
        | TableAction::SetStatistics { .. }
        | TableAction::ColumnOptions { .. }
        | TableAction::SetStorage { .. }
        | TableAction::SetCompression { .. }
        | TableAction::AlterConstraint { .. }
        | TableAction::ValidateConstraint(_)
        | TableAction::TriggerState { .. }
        | TableAction::RuleState { .. }
        | TableAction::RowSecurity(_)
        | TableAction::ForceRowSecurity(_)
        | TableAction::ClusterOn(_)
        | TableAction::SetLogged(_)
        | TableAction::SetTablespace(_)
        | TableAction::SetAccessMethod(_)
        | TableAction::SetOptions(_)
        | TableAction::ResetOptions(_)
        | TableAction::Inherit { .. }
        | TableAction::OfType(_)
        | TableAction::OwnerTo(_)
        | TableAction::ReplicaIdentity(_)
        | TableAction::AttachPartition { .. }
        | TableAction::DetachPartition { .. }
        | TableAction::ForeignOptions { .. }
        | TableAction::Other(_) => Pass::Misc,
    }
}

/// Sets and resets options; an option that is set again keeps its place.
pub(super) fn change_options(options: &mut Options, set: &Options, reset: &[String]) {
    for (name, value) in set {
        match options.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => old.clone_from(value),
            None => options.push((name.clone(), value.clone())),
        }
    }
    options.retain(|(name, _)| !reset.contains(name));
}
