//! `ALTER TABLE` and its relatives: the passes, and the actions on the relation itself.

use crate::ir::object::ObjectKind;
use crate::ir::table::{AlterTable, ColumnDef, ConstraintDef, ConstraintKind, Options, TableAction};
use crate::name::QName;
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::lookup::Existence;
use crate::schema::model::Object;

use super::Outcome;
use super::fail;
use super::table_setting::apart;

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
                let ty = self.table_at(name).and_then(|t| Some(t.column(column)?.data_type.clone()));
                let usual = ty.and_then(|ty| self.usual_storage(&ty));
                let storage = Some(storage.clone()).filter(|s| *s != "default" && usual != Some(s.as_str()));
                self.set_on_column(name, column, !only, |c| c.storage.clone_from(&storage))
            }
            TableAction::SetCompression { column, method } => {
                let method = Some(method.clone()).filter(|m| *m != "default");
                self.set_on_column(name, column, false, |c| c.compression.clone_from(&method))
            }
            TableAction::AddConstraint(def) => self.add_constraint(name, def, only),
            TableAction::AlterConstraint { name: constraint, deferrability, enforced, no_inherit } => {
                self.alter_constraint(name, constraint, *deferrability, *enforced, *no_inherit)
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
            TableAction::ClusterOn(Some(index)) => self.cluster(Some(name), Some(index)),
            TableAction::ClusterOn(None) => {
                self.edit_table(name, |t| t.clustered_on = None);
                Ok(())
            }
            TableAction::SetLogged(logged) => {
                self.set_logged(name, *logged);
                Ok(())
            }
            TableAction::SetTablespace(tablespace) => {
                self.edit_table(name, |t| t.tablespace = apart(Some(tablespace)));
                Ok(())
            }
            TableAction::SetAccessMethod(method) => {
                self.edit_table(name, |t| t.access_method = method.clone().filter(|m| *m != *"heap"));
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
                if let Some(ty) = &mut ty {
                    self.bind_type(ty);
                }
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
            TableAction::DetachPartition { partition, concurrently, .. } => {
                self.detach_partition(name, partition, *concurrently)
            }
            TableAction::ForeignOptions { column, sql } => self.foreign_options(name, column.as_ref(), sql),
            // Since 12 no table has them, and the server takes it without doing anything.
            TableAction::Other(text) if text == "SET WITHOUT OIDS" => Ok(()),
            TableAction::Other(_) => {
                self.edit_table(name, |t| t.columns_known = false);
                Ok(())
            }
        }
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
                TableAction::SetTablespace(tablespace) => index.tablespace = apart(Some(tablespace)),
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
