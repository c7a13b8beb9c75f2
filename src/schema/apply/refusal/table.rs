//! Tables: what a kind of table cannot have, and actions that exclude each other.

use crate::ir::table::{
    AlterTable, ConstraintDef, ConstraintKind, CreateTable, ForeignKey, KeyConstraint, Options, Persistence,
    TableAction,
};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::model::{Column, Object, Table, TableKind, UserTypeKind};

use super::super::Outcome;
use super::super::fail::{invalid_table, unsupported};
use super::wrong;

/// Storage parameters of tables, and the version that brought those that not all have (`reloptions.c`).
const TABLE_OPTIONS: [(&str, u16); 23] = [
    ("autovacuum_analyze_scale_factor", 13),
    ("autovacuum_analyze_threshold", 13),
    ("autovacuum_enabled", 13),
    ("autovacuum_freeze_max_age", 13),
    ("autovacuum_freeze_min_age", 13),
    ("autovacuum_freeze_table_age", 13),
    ("autovacuum_multixact_freeze_max_age", 13),
    ("autovacuum_multixact_freeze_min_age", 13),
    ("autovacuum_multixact_freeze_table_age", 13),
    ("autovacuum_vacuum_cost_delay", 13),
    ("autovacuum_vacuum_cost_limit", 13),
    ("autovacuum_vacuum_insert_scale_factor", 13),
    ("autovacuum_vacuum_insert_threshold", 13),
    ("autovacuum_vacuum_max_threshold", 18),
    ("autovacuum_vacuum_scale_factor", 13),
    ("autovacuum_vacuum_threshold", 13),
    ("fillfactor", 13),
    ("log_autovacuum_min_duration", 13),
    ("parallel_workers", 13),
    ("toast_tuple_target", 13),
    ("user_catalog_table", 13),
    ("vacuum_index_cleanup", 13),
    ("vacuum_truncate", 13),
];

/// The words of errors about keys on foreign tables.
fn key_words(kind: &ConstraintKind) -> Option<&'static str> {
    match kind {
        ConstraintKind::PrimaryKey(_) => Some("primary key"),
        ConstraintKind::Unique(_) => Some("unique"),
        ConstraintKind::Exclude(_) => Some("exclusion"),
        ConstraintKind::ForeignKey(_) => Some("foreign key"),
        ConstraintKind::Check(_) | ConstraintKind::NotNull(_) => None,
    }
}

impl Schema {
    pub(super) fn refuse_create_table(&self, op: &CreateTable) -> Outcome {
        let Some(name) = &op.name else { return Ok(()) };
        let schema = name.schema.as_ref().filter(|s| !s.starts_with("pg_temp"));
        if op.persistence == Persistence::Temporary && schema.is_some() {
            let message = "cannot create temporary relation in non-temporary schema";
            self.refuse_as_written(invalid_table(message.to_owned()))?;
        }
        if op.persistence == Persistence::Unlogged && op.partition_by.is_some() && self.version().at_least(18)
        {
            self.refuse_as_written(unsupported("partitioned tables cannot be unlogged"))?;
        }
        let constraints = || op.columns.iter().flat_map(|c| &c.constraints).chain(&op.constraints);
        if op.foreign_server.is_some()
            && let Some(words) = constraints().find_map(|c| key_words(&c.kind))
        {
            let message = format!("{words} constraints are not supported on foreign tables");
            self.refuse_as_written(unsupported(message))?;
        }
        if self.version().at_least(18) {
            self.refuse_not_null_names(constraints())?;
        }
        for parent in op.inherits.iter().filter_map(|parent| self.resolve_relation(parent)) {
            self.refuse_parent(&parent)?;
        }
        Ok(())
    }

    /// A table has one access method.
    pub(super) fn refuse_repeated(&self, op: &AlterTable) -> Outcome {
        let methods =
            op.actions.iter().filter(|(action, _)| matches!(action, TableAction::SetAccessMethod(_)));
        if methods.count() < 2 {
            return Ok(());
        }
        self.refuse_as_written(unsupported("cannot have multiple SET ACCESS METHOD subcommands"))
    }

    /// One column has one `NOT NULL`, and that has one name.
    fn refuse_not_null_names<'c>(&self, constraints: impl Iterator<Item = &'c ConstraintDef>) -> Outcome {
        let mut named: Vec<(&Ident, &Ident)> = Vec::new();
        for def in constraints {
            let (ConstraintKind::NotNull(column), Some(name)) = (&def.kind, &def.name) else { continue };
            match named.iter().find(|(known, _)| *known == column) {
                Some((_, first)) if *first != name => {
                    let message = format!("conflicting not-null constraint names \"{first}\" and \"{name}\"");
                    return self.refuse_as_written(SchemaError::new("42601", message));
                }
                _ => named.push((column, name)),
            }
        }
        Ok(())
    }

    /// Fails for tables that have no inheritance children.
    fn refuse_parent(&self, parent: &QName) -> Outcome {
        let Some(table) = self.table_at(parent) else { return Ok(()) };
        let what = if table.is_partitioned() {
            "partitioned table"
        } else if table.partition_of.is_some() {
            "partition"
        } else {
            return Ok(());
        };
        self.refuse_kind_of(parent, format!("cannot inherit from {what} \"{}\"", parent.name))
    }

    /// Fails when an action of `ALTER TABLE` is not for this table.
    pub(in crate::schema::apply) fn refuse_table_action(
        &self,
        name: &QName,
        action: &TableAction,
        only: bool,
    ) -> Outcome {
        let Some(table) = self.table_at(name) else { return Ok(()) };
        match action {
            TableAction::SetLogged(logged) => self.refuse_logged(table, *logged),
            TableAction::SetOptions(set) => self.refuse_options(table, set),
            TableAction::SetAccessMethod(_) if table.is_partitioned() && !self.version().at_least(17) => {
                self.refuse_action(name, "SET ACCESS METHOD")
            }
            TableAction::DropExpression { column, .. } if table.column(column).is_some_and(is_virtual) => {
                let message = "ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns";
                self.refuse_on(name, unsupported(message))
            }
            TableAction::SetStorage { column, storage } => self.refuse_storage(table, column, storage),
            TableAction::NotNull { column, not_null: true } if only && table.is_partitioned() => {
                if table.column(column).is_some_and(|c| c.not_null.is_none())
                    && self.child_without_not_null(name, column).is_some()
                {
                    self.refuse_on(
                        name,
                        invalid_table("constraint must be added to child tables too".into()),
                    )?;
                }
                Ok(())
            }
            TableAction::ValidateConstraint(constraint) => self.refuse_validation(table, constraint, only),
            TableAction::AlterConstraint { name: constraint, no_inherit: Some(_), .. }
                if table.constraint(constraint).is_some() =>
            {
                let message = format!(
                    "constraint \"{constraint}\" of relation \"{}\" is not a not-null constraint",
                    name.name
                );
                self.refuse_kind_of(name, message)
            }
            TableAction::Inherit { parent, add: true } => self.refuse_inherit(table, parent),
            TableAction::OfType(Some(ty)) => self.refuse_of_type(table, ty),
            TableAction::AttachPartition { partition, bound: Some(_) } => {
                let Some(child) = self.resolve_relation(partition).and_then(|n| self.table_at(&n)) else {
                    return Ok(());
                };
                let temporary = |t: &Table| t.persistence == Persistence::Temporary;
                if !table.is_partitioned() || temporary(table) == temporary(child) {
                    return Ok(());
                }
                let (what, of) =
                    if temporary(child) { ("temporary", "permanent") } else { ("permanent", "temporary") };
                let message = format!(
                    "cannot attach a {what} relation as partition of {of} relation \"{}\"",
                    name.name
                );
                self.refuse_kind_of(name, message)
            }
            TableAction::AddConstraint(def) => self.refuse_new_constraint(table, def, only),
            _ => Ok(()),
        }
    }

    /// `SET LOGGED | UNLOGGED` (`ATPrepChangePersistence` in `tablecmds.c`).
    fn refuse_logged(&self, table: &Table, logged: bool) -> Outcome {
        let name = &table.name;
        let action = if logged { "SET LOGGED" } else { "SET UNLOGGED" };
        let foreign = matches!(table.kind, TableKind::Foreign(_));
        if foreign || table.is_partitioned() && self.version().at_least(18) {
            return self.refuse_action(name, action);
        }
        let word = if logged { "logged" } else { "unlogged" };
        match table.persistence {
            Persistence::Temporary => {
                let message =
                    format!("cannot change logged status of table \"{}\" because it is temporary", name.name);
                return self.refuse_on(name, invalid_table(message));
            }
            Persistence::Permanent if logged => return Ok(()),
            Persistence::Unlogged if !logged => return Ok(()),
            Persistence::Permanent | Persistence::Unlogged => {}
        }
        let published = self.objects().any(|(_, object)| {
            matches!(object, Object::Publication(publication) if publication.tables.contains(name))
        });
        if published && !logged {
            let message = format!(
                "cannot change table \"{}\" to unlogged because it is part of a publication",
                name.name
            );
            return self.refuse_on(name, SchemaError::new("55000", message));
        }
        let keys = |persistence: Persistence| {
            table.constraints.iter().find_map(move |c| match &c.kind {
                ConstraintKind::ForeignKey(fk) if fk.table != *name => self
                    .table_at(&fk.table)
                    .filter(|t| t.persistence == persistence)
                    .map(|t| t.name.name.clone()),
                _ => None,
            })
        };
        let other = if logged {
            keys(Persistence::Unlogged).map(|other| format!("it references unlogged table \"{other}\""))
        } else {
            let referencing = self.referencing(name);
            let logged = |t: &&Table| t.name != *name && t.persistence == Persistence::Permanent;
            let other = referencing.into_iter().map(|(table, _, _)| table).find(logged);
            other.map(|other| format!("it is referenced by logged table \"{}\"", other.name.name))
        };
        match other {
            Some(reason) => {
                let message = format!("could not change table \"{}\" to {word} because {reason}", name.name);
                self.refuse_on(name, invalid_table(message))
            }
            None => Ok(()),
        }
    }

    /// Storage parameters of a table.
    fn refuse_options(&self, table: &Table, set: &Options) -> Outcome {
        let unknown =
            |option: &str| SchemaError::new("22023", format!("unrecognized parameter \"{option}\""));
        match (&table.kind, set.first()) {
            (TableKind::Partitioned(_), Some((option, _))) => {
                let error = if self.version().at_least(16) {
                    wrong("cannot specify storage parameters for a partitioned table")
                } else {
                    unknown(option)
                };
                return self.refuse_on(&table.name, error);
            }
            (TableKind::Ordinary, _) if table.access_method.is_none() => {}
            _ => return Ok(()),
        }
        for (option, value) in set.iter().filter(|(option, _)| !option.contains('.')) {
            let known = TABLE_OPTIONS.iter().find(|(known, _)| known == option);
            let newer = option.starts_with("vacuum_") || option == "oids";
            if known.is_none_or(|(_, since)| !self.version().at_least(*since)) && !newer {
                self.refuse_on(&table.name, unknown(option))?;
            }
            if option == "fillfactor" && value.parse::<i64>().is_ok_and(|v| !(10..=100).contains(&v)) {
                let message = format!("value {value} out of bounds for option \"fillfactor\"");
                self.refuse_on(&table.name, SchemaError::new("22023", message))?;
            }
        }
        Ok(())
    }

    fn refuse_storage(&self, table: &Table, column: &Ident, storage: &Ident) -> Outcome {
        let Some(found) = table.column(column) else { return Ok(()) };
        let plain = *storage == *"plain" || *storage == *"default";
        if plain || self.usual_storage(&found.data_type) != Some("plain") {
            return Ok(());
        }
        let message = format!("column data type {} can only have storage PLAIN", found.data_type);
        self.refuse_on(&table.name, unsupported(message))
    }

    /// A child of a table whose column may be null.
    fn child_without_not_null(&self, name: &QName, column: &Ident) -> Option<&Table> {
        self.children_of(name)
            .into_iter()
            .find(|child| child.column(column).is_some_and(|c| c.not_null.is_none()))
    }

    fn refuse_validation(&self, table: &Table, name: &Ident, only: bool) -> Outcome {
        let Some(constraint) = table.constraint(name) else { return Ok(()) };
        if constraint.has_index() {
            let message = format!(
                "constraint \"{name}\" of relation \"{}\" is not a foreign key or check constraint",
                table.name.name
            );
            return self.refuse_kind_of(&table.name, message);
        }
        if !constraint.enforced {
            let message = "cannot validate NOT ENFORCED constraint";
            return self.refuse_on(&table.name, SchemaError::new("55000", message));
        }
        let inherited = matches!(constraint.kind, ConstraintKind::Check(_)) && !constraint.no_inherit;
        if only && inherited && !constraint.validated && !self.children_of(&table.name).is_empty() {
            let message = "constraint must be validated on child tables too";
            return self.refuse_on(&table.name, invalid_table(message.into()));
        }
        Ok(())
    }

    /// `INHERIT` (`ATPrepAddInherit`, `ATExecAddInherit`).
    fn refuse_inherit(&self, table: &Table, parent: &QName) -> Outcome {
        let own = if table.of_type.is_some() {
            Some("typed table")
        } else if table.partition_of.is_some() {
            Some("a partition")
        } else if table.is_partitioned() {
            Some("partitioned table")
        } else {
            None
        };
        if let Some(own) = own {
            return self.refuse_kind_of(&table.name, format!("cannot change inheritance of {own}"));
        }
        let Some(parent) = self.resolve_relation(parent) else { return Ok(()) };
        self.refuse_parent(&parent)?;
        let circle =
            parent == table.name || self.descendants_of(&table.name).iter().any(|t| t.name == parent);
        if circle {
            let error = SchemaError::new("42P07", "circular inheritance not allowed")
                .with_detail(format!("\"{}\" is already a child of \"{}\".", parent.name, table.name.name));
            return self.refuse_on(&table.name, error);
        }
        Ok(())
    }

    /// `OF type` (`ATExecAddOf`).
    fn refuse_of_type(&self, table: &Table, ty: &TypeName) -> Outcome {
        let Some(user_type) = self.user_type(&ty.name) else { return Ok(()) };
        let attributes = match &user_type.kind {
            UserTypeKind::Composite(attributes) => attributes,
            UserTypeKind::Shell => return Ok(()),
            _ => {
                return self
                    .refuse_kind_of(&table.name, format!("type {} is not a composite type", ty.name.name));
            }
        };
        if !table.columns_known {
            return Ok(());
        }
        let problem =
            attributes.iter().enumerate().find_map(|(at, (name, ty, _))| match table.columns.get(at) {
                None => Some(format!("table is missing column \"{name}\"")),
                Some(column) if column.name != *name => {
                    Some(format!("table has column \"{}\" where type requires \"{name}\"", column.name))
                }
                Some(column) if column.data_type != *ty => {
                    Some(format!("table \"{}\" has different type for column \"{name}\"", table.name.name))
                }
                Some(_) => None,
            });
        let extra = || {
            let column = table.columns.get(attributes.len())?;
            Some(format!("table has extra column \"{}\"", column.name))
        };
        match problem.or_else(extra) {
            Some(message) => self.refuse_on(&table.name, SchemaError::new("42804", message)),
            None => Ok(()),
        }
    }

    fn refuse_new_constraint(&self, table: &Table, def: &ConstraintDef, only: bool) -> Outcome {
        let name = &table.name;
        if matches!(table.kind, TableKind::Foreign(_))
            && let Some(words) = key_words(&def.kind)
        {
            let message = format!("{words} constraints are not supported on foreign tables");
            return self.refuse_on(name, unsupported(message));
        }
        match &def.kind {
            ConstraintKind::ForeignKey(fk) if only && table.is_partitioned() => {
                let message = format!(
                    "cannot use ONLY for foreign key on partitioned table \"{}\" referencing relation \"{}\"",
                    name.name, fk.table.name
                );
                self.refuse_kind_of(name, message)
            }
            ConstraintKind::Exclude(_) if table.is_partitioned() && !self.version().at_least(17) => self
                .refuse_on(
                    name,
                    unsupported("exclusion constraints are not supported on partitioned tables"),
                ),
            ConstraintKind::PrimaryKey(key) => self.refuse_primary_key(table, key, only),
            _ => Ok(()),
        }
    }

    /// A primary key wants columns that are not null, in children as well.
    fn refuse_primary_key(&self, table: &Table, key: &KeyConstraint, only: bool) -> Outcome {
        let name = &table.name;
        for column in &key.columns {
            let Some(found) = table.column(column) else { continue };
            if found.not_null.as_ref().is_some_and(|n| n.not_valid) {
                let message = format!("cannot create primary key on column \"{column}\"");
                return self.refuse_on(name, SchemaError::new("55000", message));
            }
            let Some(child) = self.child_without_not_null(name, column).filter(|_| only) else { continue };
            if self.version().at_least(18) {
                let message =
                    format!("column \"{column}\" of table \"{}\" is not marked NOT NULL", child.name.name);
                return self.refuse_on(name, SchemaError::new("XX000", message));
            }
            if table.is_partitioned() {
                return self
                    .refuse_on(name, invalid_table("constraint must be added to child tables too".into()));
            }
        }
        Ok(())
    }

    /// Fails when a foreign key would tie together tables of which one does not outlive a crash or the session, or
    /// uses a column without values of its own.
    pub(in crate::schema::apply) fn refuse_reference(
        &self,
        table: &Table,
        referenced: &Table,
        fk: &ForeignKey,
    ) -> Outcome {
        let (on, only) = match (table.persistence, referenced.persistence) {
            (Persistence::Permanent, Persistence::Unlogged | Persistence::Temporary) => {
                ("permanent", "permanent")
            }
            (Persistence::Unlogged, Persistence::Temporary) => ("unlogged", "permanent or unlogged"),
            (Persistence::Temporary, Persistence::Permanent | Persistence::Unlogged) => {
                ("temporary", "temporary")
            }
            _ => ("", ""),
        };
        if !on.is_empty() {
            let message = format!("constraints on {on} tables may reference only {only} tables");
            self.refuse_on(&table.name, invalid_table(message))?;
        }
        if fk.columns.iter().filter_map(|c| table.column(c)).any(is_virtual) {
            let message = "foreign key constraints on virtual generated columns are not supported";
            self.refuse_on(&table.name, unsupported(message))?;
        }
        Ok(())
    }
}

/// Whether the values of a column are computed when they are read.
pub(super) fn is_virtual(column: &Column) -> bool {
    column.generated.as_ref().is_some_and(|g| !g.stored)
}
