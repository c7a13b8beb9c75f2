//! `ALTER TABLE` and its relatives: the lock of the whole statement, and what each action adds to it.
//!
//! The server takes the strongest lock that any of the actions needs (`AlterTableGetLockLevel` and
//! `AlterTableGetRelOptionsLockLevel` in its source), and locks partitions and children in that same mode.

use crate::effects::fact::{BreakKind, IndexBuild, LossKind, RewriteReason};
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::ir::table::{
    AlterTable, ConstraintDef, ConstraintKind, Persistence, ReplicaIdentity, TableAction, TriggerSelection,
};
use crate::name::{Ident, QName};
use crate::schema::lookup::index_columns;
use crate::schema::model::{Object, Table, TableKind};
use crate::text::Span;

use super::context::{Context, Target, column_of};
use super::relation::{alter_index, alter_view, change_owner, same_tablespace};
use super::types;

/// One `ALTER TABLE` at work.
pub(super) struct Alter<'t, 'a> {
    pub(super) cx: &'t mut Context<'a>,
    /// The table named.
    pub(super) table: &'t Table,
    /// False when the table is not in the schema: the worst that the statement can mean is assumed.
    pub(super) known: bool,
    /// `ONLY`.
    pub(super) only: bool,
    /// The lock of the statement.
    pub(super) mode: LockMode,
    /// Constraints that the same statement drops: drops run first, so they prove nothing.
    pub(super) dropped: Vec<&'t Ident>,
    /// Constraints that it adds.
    pub(super) added: Vec<&'t ConstraintDef>,
    /// Columns that it drops.
    pub(super) dropped_columns: Vec<&'t Ident>,
}

pub(super) fn alter_table(cx: &mut Context<'_>, alter: &AlterTable) {
    if alter.kind == ObjectKind::CompositeType {
        return types::alter_composite(cx, &alter.name, &alter.actions);
    }
    let mode =
        alter.actions.iter().map(|(action, _)| lock_level(action)).max().unwrap_or(LockMode::AccessExclusive);
    match cx.target(&alter.name) {
        Target::Absent => {}
        Target::Known(Object::Table(table)) => run(cx, table, true, alter, mode),
        Target::Known(Object::View(view)) => alter_view(cx, view, alter, mode),
        Target::Known(Object::Index(index)) => alter_index(cx, index, alter, mode),
        Target::Known(object) => cx.lock_object(object, mode),
        Target::Unknown(name) => match alter.kind {
            ObjectKind::Table | ObjectKind::ForeignTable => {
                let mut table = Table::new(name);
                table.columns_known = false;
                if alter.kind == ObjectKind::ForeignTable {
                    table.kind = TableKind::Foreign(Ident::new(""));
                }
                run(cx, &table, false, alter, mode);
            }
            kind => cx.lock(&name, kind, mode),
        },
    }
}

fn run(cx: &mut Context<'_>, table: &Table, known: bool, alter: &AlterTable, mode: LockMode) {
    cx.lock_table(table, mode);
    let dropped = alter
        .actions
        .iter()
        .filter_map(|(action, _)| match action {
            TableAction::DropConstraint { name, .. } => Some(name),
            _ => None,
        })
        .collect();
    let dropped_columns = alter
        .actions
        .iter()
        .filter_map(|(action, _)| match action {
            TableAction::DropColumn { name, .. } => Some(name),
            _ => None,
        })
        .collect();
    let added = alter
        .actions
        .iter()
        .filter_map(|(action, _)| match action {
            TableAction::AddConstraint(constraint) => Some(&**constraint),
            _ => None,
        })
        .collect();
    let mut run = Alter { cx, table, known, only: alter.only, mode, dropped, added, dropped_columns };
    for (action, _) in &alter.actions {
        run.action(action);
    }
    run.forget_dropped(&alter.actions);
}

/// The lock that an action needs on its own.
pub(super) fn lock_level(action: &TableAction) -> LockMode {
    match action {
        TableAction::AddConstraint(constraint)
            if matches!(constraint.kind, ConstraintKind::ForeignKey(_)) =>
        {
            LockMode::ShareRowExclusive
        }
        TableAction::TriggerState { .. } => LockMode::ShareRowExclusive,
        TableAction::SetStatistics { .. }
        | TableAction::ColumnOptions { .. }
        | TableAction::ClusterOn(_)
        | TableAction::ValidateConstraint(_)
        | TableAction::AttachPartition { .. } => LockMode::ShareUpdateExclusive,
        TableAction::DetachPartition { concurrently, finalize, .. } if *concurrently || *finalize => {
            LockMode::ShareUpdateExclusive
        }
        TableAction::SetOptions(options) => options_level(options.iter().map(|(name, _)| name)),
        TableAction::ResetOptions(names) => options_level(names),
        TableAction::AddColumn { .. }
        | TableAction::DropColumn { .. }
        | TableAction::AlterType { .. }
        | TableAction::Default { .. }
        | TableAction::NotNull { .. }
        | TableAction::SetExpression { .. }
        | TableAction::DropExpression { .. }
        | TableAction::AddIdentity { .. }
        | TableAction::SetIdentity { .. }
        | TableAction::DropIdentity { .. }
        | TableAction::SetStorage { .. }
        | TableAction::SetCompression { .. }
        | TableAction::AddConstraint(_)
        | TableAction::AlterConstraint { .. }
        | TableAction::DropConstraint { .. }
        | TableAction::RuleState { .. }
        | TableAction::RowSecurity(_)
        | TableAction::ForceRowSecurity(_)
        | TableAction::SetLogged(_)
        | TableAction::SetTablespace(_)
        | TableAction::SetAccessMethod(_)
        | TableAction::Inherit { .. }
        | TableAction::OfType(_)
        | TableAction::OwnerTo(_)
        | TableAction::ReplicaIdentity(_)
        | TableAction::DetachPartition { .. }
        | TableAction::ForeignOptions { .. }
        | TableAction::Other(_) => LockMode::AccessExclusive,
    }
}

/// Most storage parameters may change under `SHARE UPDATE EXCLUSIVE`; those that planners or index scans of
/// other sessions read at any moment may not.
fn options_level<'n>(names: impl IntoIterator<Item = &'n String>) -> LockMode {
    let strong = [
        "autosummarize",
        "buffering",
        "check_option",
        "fastupdate",
        "gin_pending_list_limit",
        "pages_per_range",
        "security_barrier",
        "security_invoker",
        "user_catalog_table",
    ];
    if names.into_iter().any(|name| strong.contains(&name.as_str())) {
        LockMode::AccessExclusive
    } else {
        LockMode::ShareUpdateExclusive
    }
}

impl<'a> Alter<'_, 'a> {
    /// Partitions and inheritance descendants that the statement reaches.
    pub(super) fn children(&self) -> Vec<&'a Table> {
        if self.only { Vec::new() } else { self.cx.schema.descendants_of(&self.table.name) }
    }

    /// Locks partitions and inheritance descendants like the table itself.
    pub(super) fn lock_children(&mut self) {
        for child in self.children() {
            self.cx.lock_table(child, self.mode);
        }
    }

    /// Does the same for the table and for everything below it.
    pub(super) fn each(&mut self, mut work: impl FnMut(&mut Context<'a>, &Table)) {
        work(self.cx, self.table);
        for child in self.children() {
            work(self.cx, child);
        }
    }

    /// Indexes that the same statement drops are not built: drops run before everything else.
    fn forget_dropped(&mut self, actions: &[(TableAction, Span)]) {
        if self.dropped.is_empty() && self.dropped_columns.is_empty() {
            return;
        }
        let (schema, table) = (self.cx.schema, &self.table.name);
        // A new one may take the name of one that goes.
        let comes = |name: &Ident| {
            let of_columns = actions.iter().flat_map(|(action, _)| match action {
                TableAction::AddColumn { column, .. } => &column.constraints[..],
                _ => &[],
            });
            self.added.iter().copied().chain(of_columns).any(|def| {
                let unique = matches!(
                    def.kind,
                    ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude(_)
                );
                unique && def.name.as_ref().is_none_or(|added| added == name)
            })
        };
        let gone: Vec<&Ident> = schema
            .indexes_of(table)
            .into_iter()
            .filter(|index| {
                let columns = index_columns(index);
                self.dropped.contains(&&index.name.name)
                    || self.dropped_columns.iter().any(|c| columns.contains(c))
            })
            .map(|index| &index.name.name)
            .filter(|name| !comes(name))
            .collect();
        let is_gone = |build: &IndexBuild| {
            build.table == *table && build.index.as_ref().is_some_and(|i| gone.contains(&i))
        };
        self.cx.fx.index_builds.retain(|build| !is_gone(build));
    }

    fn action(&mut self, action: &TableAction) {
        match action {
            TableAction::AddColumn { column, if_not_exists } => self.add_column(column, *if_not_exists),
            TableAction::DropColumn { name, .. } => self.drop_column(name),
            TableAction::AlterType { column, data_type, collation, using } => {
                self.alter_type(column, data_type, collation.as_ref(), using.as_ref());
            }
            TableAction::NotNull { column, not_null: true } => self.set_not_null(column),
            TableAction::NotNull { column, not_null: false } => self.drop_not_null(column),
            TableAction::SetExpression { column, .. } => self.set_expression(column),
            TableAction::Default { .. }
            | TableAction::DropExpression { .. }
            | TableAction::SetStatistics { .. }
            | TableAction::SetStorage { .. } => self.lock_children(),
            TableAction::AddIdentity { .. } => self.lock_identity_partitions(),
            TableAction::SetIdentity { column, .. } => {
                self.lock_identity_partitions();
                for sequence in self.cx.schema.sequences_of(&self.table.name, column) {
                    self.cx.lock_sequence(sequence, LockMode::ShareRowExclusive);
                }
            }
            TableAction::DropIdentity { column, .. } => {
                self.lock_identity_partitions();
                for sequence in self.cx.schema.sequences_of(&self.table.name, column) {
                    self.cx.lock_sequence(sequence, LockMode::AccessExclusive);
                    self.cx.lose(&sequence.name, LossKind::SequencePosition);
                }
                if self.table.column(column).is_some_and(|c| c.identity.is_some()) {
                    let object = column_of(&self.table.name, column);
                    self.cx.breaks(&object, BreakKind::InsertWithoutColumn);
                }
            }
            TableAction::AddConstraint(constraint) => self.add_constraint(constraint),
            TableAction::AlterConstraint { name, enforced, no_inherit, .. } => {
                self.alter_constraint(name, *enforced, *no_inherit);
            }
            TableAction::ValidateConstraint(name) => self.validate_constraint(name),
            TableAction::DropConstraint { name, .. } => self.drop_constraint(name),
            TableAction::TriggerState { which, .. } => self.trigger_state(which),
            TableAction::RowSecurity(true) if !self.table.row_security => {
                self.cx.breaks(&self.table.name, BreakKind::RowsHidden);
            }
            TableAction::ForceRowSecurity(true) if !self.table.force_row_security => {
                self.cx.breaks(&self.table.name, BreakKind::RowsHidden);
            }
            TableAction::ClusterOn(Some(index)) => {
                self.lock_own_index(index, LockMode::ShareUpdateExclusive);
            }
            TableAction::SetLogged(logged) => self.set_logged(*logged),
            TableAction::SetTablespace(tablespace) => {
                if !self.known || !same_tablespace(self.table.tablespace.as_ref(), tablespace) {
                    // The file is copied as it is: no scan, and indexes stay where they are.
                    self.move_file(self.table, RewriteReason::Tablespace);
                }
            }
            TableAction::SetAccessMethod(method) => {
                let old = self.table.access_method.as_deref().unwrap_or("heap");
                if !self.known || old != method.as_deref().unwrap_or("heap") {
                    self.cx.rewrite(self.table, RewriteReason::AccessMethod);
                }
            }
            TableAction::Inherit { parent, add } => self.inherit(parent, *add),
            TableAction::OfType(Some(data_type)) => types::lock_composite_of(self.cx, data_type),
            TableAction::OwnerTo(owner) => self.owner_to(owner),
            TableAction::ReplicaIdentity(ReplicaIdentity::Index(index)) => {
                self.lock_own_index(index, LockMode::Share);
            }
            TableAction::AttachPartition { partition, bound } => {
                self.attach_partition(partition, bound.as_ref());
            }
            TableAction::DetachPartition { partition, concurrently, finalize } => {
                self.detach_partition(partition, *concurrently, *finalize);
            }
            TableAction::Other(text) => self.cx.unsure(format!("{text} is not understood")),
            TableAction::ColumnOptions { .. }
            | TableAction::SetCompression { .. }
            | TableAction::RuleState { .. }
            | TableAction::RowSecurity(_)
            | TableAction::ForceRowSecurity(_)
            | TableAction::ClusterOn(None)
            | TableAction::SetOptions(_)
            | TableAction::ResetOptions(_)
            | TableAction::OfType(None)
            | TableAction::ReplicaIdentity(_)
            | TableAction::ForeignOptions { .. } => {}
        }
    }

    /// Identity columns reach partitions from 17 on; inheritance children never.
    fn lock_identity_partitions(&mut self) {
        if self.cx.at_least(17) && self.table.is_partitioned() {
            self.lock_children();
        }
    }

    fn lock_own_index(&mut self, index: &Ident, mode: LockMode) {
        let name = self.table.name.sibling(index.clone());
        self.cx.lock(&name, ObjectKind::Index, mode);
    }

    /// Row triggers of a partitioned table have a copy in every partition.
    fn trigger_state(&mut self, which: &TriggerSelection) {
        let has_row_trigger = match which {
            TriggerSelection::Named(name) => {
                self.table.triggers.iter().any(|t| t.def.name == *name && t.def.for_each_row)
            }
            TriggerSelection::User => self.table.triggers.iter().any(|t| t.def.for_each_row),
            TriggerSelection::All => {
                let keys =
                    |t: &Table| t.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)));
                self.table.triggers.iter().any(|t| t.def.for_each_row)
                    || keys(self.table)
                    || !self.cx.schema.referencing(&self.table.name).is_empty()
            }
        };
        if has_row_trigger && self.table.is_partitioned() {
            self.lock_children();
        }
    }

    fn set_logged(&mut self, logged: bool) {
        let wanted = if logged { Persistence::Permanent } else { Persistence::Unlogged };
        if self.known && self.table.persistence == wanted {
            return;
        }
        self.cx.rewrite(self.table, RewriteReason::Persistence);
        if self.cx.at_least(15) {
            // Sequences have a persistence of their own from 15 on, and follow their table.
            for column in &self.table.columns {
                for sequence in self.cx.schema.sequences_of(&self.table.name, &column.name) {
                    self.cx.lock_sequence(sequence, LockMode::AccessExclusive);
                }
            }
        }
    }

    fn move_file(&mut self, table: &Table, reason: RewriteReason) {
        if super::context::has_storage(table) {
            self.cx.fx.rewrite(table.name.clone(), reason);
        }
    }

    fn inherit(&mut self, parent: &QName, add: bool) {
        let mode = if add { LockMode::ShareUpdateExclusive } else { LockMode::AccessShare };
        if let Some(parent) = self.cx.table(parent) {
            self.cx.lock_table(&parent, mode);
        }
        if add {
            // The server looks for circles below the table.
            for child in self.cx.schema.descendants_of(&self.table.name) {
                self.cx.lock_table(child, LockMode::AccessShare);
            }
        }
    }

    fn owner_to(&mut self, owner: &Ident) {
        // Whoever runs the statement is taken for the owner of what has no stated one.
        let mine = self.table.owner.is_none()
            && matches!(
                owner.to_ascii_uppercase().as_str(),
                "CURRENT_USER" | "CURRENT_ROLE" | "SESSION_USER"
            );
        if mine || self.table.owner.as_ref() == Some(owner) {
            return;
        }
        change_owner(self.cx, self.table);
    }
}
