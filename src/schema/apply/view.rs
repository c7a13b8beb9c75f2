//! Views and materialized views: what they read, what they show, and what `OR REPLACE` keeps.

use std::sync::Arc;

use crate::ir::expr::{OutputSource, Query, Scope};
use crate::ir::object::ObjectKind;
use crate::ir::table::{CreateMatview, CreateView, Options, TableAction};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, View, ViewColumn};

use super::Outcome;
use super::alter::change_options;
use super::fail::{self, invalid_table};
use super::table_setting::apart;
use super::tokens::Text;

impl Schema {
    pub(super) fn create_view(&mut self, op: &CreateView) -> Outcome {
        if !op.recursive {
            self.query_exists(&op.query)?; // a recursive view reads itself
        }
        // A view of temporary tables is temporary.
        let temporary = op.temporary || op.name.in_schema("pg_temp") || self.reads_temporary(&op.query);
        let name = if temporary {
            QName::qualified("pg_temp", op.name.name.clone())
        } else {
            self.new_name(&op.name)?
        };
        self.view_options_known(&op.options)?;
        let mut view = self.new_view(name.clone(), &op.query, &op.columns);
        view.options.clone_from(&op.options);
        view.check_option = op.check_option;
        view.temporary = temporary;
        if op.recursive {
            // The view's own name is a common table expression in its query.
            view.uses.retain(|u| u.relation != name);
        }
        if op.or_replace
            && let Some(existing) = self.at(&name)
        {
            let Object::View(old) = existing else {
                return self.refuse_on(&name, fail::wrong_kind(&name, "view"));
            };
            if old.materialized {
                return self.refuse_on(&name, fail::wrong_kind(&name, "view"));
            }
            let old = old.clone();
            self.refuse_replacement(&old, &view)?;
            for column in &mut view.columns {
                if let Some(old) = old.columns.iter().find(|c| c.name == column.name) {
                    column.comment.clone_from(&old.comment);
                    column.acl.clone_from(&old.acl);
                }
            }
            view.owner = old.owner;
            view.acl = old.acl;
            view.comment = old.comment;
            view.triggers = old.triggers;
            view.rules = old.rules;
        } else {
            if !self.make_room(&name, false)? {
                return Ok(());
            }
            self.type_name_free(&name)?;
        }
        self.put(ObjectKey::Relation(name), Some(Arc::new(Object::View(view))));
        Ok(())
    }

    pub(super) fn create_matview(&mut self, op: &CreateMatview) -> Outcome {
        let name = self.new_name(&op.name)?;
        if !self.make_room(&name, op.if_not_exists)? {
            return Ok(());
        }
        self.query_exists(&op.query)?;
        self.type_name_free(&name)?;
        let view = View {
            materialized: true,
            populated: op.with_data,
            options: op.options.clone(),
            tablespace: apart(op.tablespace.as_ref()),
            ..self.new_view(name.clone(), &op.query, &op.columns)
        };
        self.put(ObjectKey::Relation(name), Some(Arc::new(Object::View(view))));
        Ok(())
    }

    /// Fails for options that views do not have, or have since a later version.
    fn view_options_known(&self, options: &Options) -> Outcome {
        let known = |name: &str| match name {
            "security_invoker" => self.version().at_least(15),
            name => matches!(name, "security_barrier" | "check_option"),
        };
        if let Some((name, _)) = options.iter().find(|(name, _)| !known(name)) {
            let message = format!("unrecognized parameter \"{name}\"");
            return self.refuse(SchemaError::new("22023", message));
        }
        Ok(())
    }

    fn new_view(&self, name: QName, query: &Query, names: &[Ident]) -> View {
        let (columns, columns_known) = self.query_columns(query, names);
        let mut query = query.clone();
        query.sql = Text::new(&query.sql).expand_stars(&|relation| self.columns_of(relation));
        self.settle_query(&mut query);
        self.bind_functions(&mut query.functions);
        query.types.iter_mut().for_each(|ty| self.bind_type(ty));
        View {
            materialized: false,
            columns,
            columns_known,
            uses: self.resolve_uses(&query.scopes, None),
            query,
            options: Vec::new(),
            check_option: None,
            populated: true,
            triggers: Vec::new(),
            rules: Vec::new(),
            tablespace: None,
            owner: self.current_role(),
            acl: self.default_acl(ObjectKind::Table, name.schema.as_ref()),
            comment: None,
            temporary: false,
            name,
        }
    }

    /// The columns of a relation, when they are all known.
    fn columns_of(&self, relation: &QName) -> Option<Vec<Ident>> {
        match self.relation(relation)? {
            Object::Table(table) => {
                table.columns_known.then(|| table.columns.iter().map(|c| c.name.clone()).collect())
            }
            Object::View(view) => {
                view.columns_known.then(|| view.columns.iter().map(|c| c.name.clone()).collect())
            }
            _ => None,
        }
    }

    /// Fails when `OR REPLACE` would drop, rename or retype a column.
    fn refuse_replacement(&self, old: &View, new: &View) -> Outcome {
        let position = |view: &View, at: usize| view.columns.get(at).cloned();
        for at in 0..old.columns.len() {
            let (Some(was), Some(is)) = (position(old, at), position(new, at)) else {
                return if new.columns_known {
                    self.refuse_on(&old.name, invalid_table("cannot drop columns from view".into()))
                } else {
                    Ok(())
                };
            };
            if was.name != is.name {
                let message =
                    format!("cannot change name of view column \"{}\" to \"{}\"", was.name, is.name);
                return self.refuse_on(&old.name, invalid_table(message));
            }
            if let (Some(from), Some(to)) = (&was.data_type, &is.data_type)
                && from != to
            {
                let message = format!(
                    "cannot change data type of view column \"{}\" from {} to {}",
                    was.name,
                    self.shown_column_type(from),
                    self.shown_column_type(to)
                );
                return self.refuse_on(&old.name, invalid_table(message));
            }
        }
        Ok(())
    }

    fn shown_column_type(&self, ty: &TypeName) -> String {
        if ty.modifiers.is_empty() { self.shown_type(ty) } else { ty.to_string() }
    }

    /// Fails when a query reads a relation or a column that certainly does not exist.
    pub(super) fn query_exists(&self, query: &Query) -> Outcome {
        for relation in query.relations() {
            self.relation_known(relation)?;
        }
        // Inside a block, a name may be a variable.
        match self.missing_column(&query.scopes, None).filter(|_| !self.in_block) {
            Some(message) => self.refuse(SchemaError::new("42703", message)),
            None => Ok(()),
        }
    }

    fn reads_temporary(&self, query: &Query) -> bool {
        query.relations().iter().any(|r| self.resolve_relation(r).is_some_and(|r| r.in_schema("pg_temp")))
    }

    /// The output columns of a query, and whether they are all known. `names` replace the first ones' names.
    pub(super) fn query_columns(&self, query: &Query, names: &[Ident]) -> (Vec<ViewColumn>, bool) {
        let mut columns = Vec::new();
        let mut known = !query.output.is_empty();
        let top = query.scopes.first();
        for (at, output) in query.output.iter().enumerate() {
            let source = query.sources.get(at).unwrap_or(&OutputSource::Other);
            match (output, source) {
                (Some(name), source) => {
                    let ty = match source {
                        OutputSource::Common(parts) => self.common_type(&query.scopes, parts),
                        source => top.and_then(|scope| self.source_type(scope, source)),
                    };
                    columns.push(ViewColumn::new(name.clone(), ty));
                }
                (None, OutputSource::Star(star)) => {
                    match top.and_then(|scope| self.star_columns(scope, star.as_ref())) {
                        Some(found) => columns.extend(found),
                        None => known = false,
                    }
                }
                (None, _) => known = false,
            }
            if !known {
                break; // what follows has no certain place
            }
        }
        for (column, name) in columns.iter_mut().zip(names) {
            column.name = name.clone();
        }
        if names.len() > columns.len() && !known {
            let missing = names[columns.len()..].iter();
            columns.extend(missing.map(|name| ViewColumn::new(name.clone(), None)));
        }
        (columns, known)
    }

    /// The type of a set operation's column, when it is the same in all parts; the modifiers stay when they are
    /// the same too.
    fn common_type(&self, scopes: &[Scope], parts: &[OutputSource]) -> Option<TypeName> {
        // With sub-queries in `FROM`, it is not known which scope is that of which part.
        let tops: Vec<&Scope> = scopes.iter().filter(|s| s.parent.is_none()).collect();
        if tops.len() != parts.len() {
            return None;
        }
        let mut types = tops.into_iter().zip(parts).map(|(scope, part)| self.source_type(scope, part));
        let mut common = types.next()??;
        for ty in types {
            let ty = ty?;
            if ty.name != common.name || ty.array != common.array {
                return None;
            }
            if ty.modifiers != common.modifiers {
                common.modifiers.clear();
            }
        }
        Some(common)
    }

    /// The type of an output column, where the text tells it.
    fn source_type(&self, scope: &Scope, source: &OutputSource) -> Option<TypeName> {
        match source {
            OutputSource::Typed(ty) => {
                let mut ty = ty.clone();
                self.bind_type(&mut ty);
                Some(ty)
            }
            OutputSource::Column(qualifier, name) => {
                let mut found = scope.relations.iter().filter_map(|reference| {
                    let alias = reference.alias.as_ref().unwrap_or(&reference.name.name);
                    if qualifier.as_ref().is_some_and(|q| q != alias) {
                        return None;
                    }
                    self.column_type(&reference.name, name)
                });
                let first = found.next()?;
                // The merged column of `USING` has the type of both, when they have the same.
                found.all(|other| other == first).then_some(first)
            }
            OutputSource::Star(_) | OutputSource::Common(_) | OutputSource::Other => None,
        }
    }

    fn column_type(&self, relation: &QName, column: &Ident) -> Option<TypeName> {
        match self.relation(relation)? {
            Object::Table(table) => table.column(column).map(|c| c.data_type.clone()),
            Object::View(view) => view.columns.iter().find(|c| c.name == *column)?.data_type.clone(),
            _ => None,
        }
    }

    /// What `*` or `alias.*` stands for; `None` when not all of it is known.
    fn star_columns(&self, scope: &Scope, star: Option<&Ident>) -> Option<Vec<ViewColumn>> {
        if star.is_none() && !scope.derived.is_empty() {
            return None;
        }
        let mut columns: Vec<ViewColumn> = Vec::new();
        let mut any = false;
        for relation in &scope.relations {
            let alias = relation.alias.as_ref().unwrap_or(&relation.name.name);
            if star.is_some_and(|s| s != alias) {
                continue;
            }
            any = true;
            let found: Vec<ViewColumn> = match self.relation(&relation.name)? {
                Object::Table(table) if table.columns_known => table
                    .columns
                    .iter()
                    .map(|c| ViewColumn::new(c.name.clone(), Some(c.data_type.clone())))
                    .collect(),
                Object::View(view) if view.columns_known => view
                    .columns
                    .iter()
                    .map(|c| ViewColumn::new(c.name.clone(), c.data_type.clone()))
                    .collect(),
                _ => return None,
            };
            for column in found {
                // A name twice in one `*` is an error, except for the columns of `USING`, which appear once.
                if columns.iter().all(|c| c.name != column.name) {
                    columns.push(column);
                }
            }
        }
        any.then_some(columns)
    }

    /// `ALTER VIEW` and `ALTER MATERIALIZED VIEW` with table actions.
    pub(super) fn alter_view(&mut self, name: &QName, action: &TableAction) -> Outcome {
        self.refuse_view_action(name, action)?;
        if let (TableAction::SetOptions(set), Some(Object::View(View { materialized: false, .. }))) =
            (action, self.at(name))
        {
            self.view_options_known(set)?;
        }
        match action {
            TableAction::OwnerTo(owner) => {
                self.own_relation(name, owner);
                return Ok(());
            }
            TableAction::AddColumn { .. } => return self.refuse_action(name, "ADD COLUMN"),
            TableAction::DropColumn { .. } => return self.refuse_action(name, "DROP COLUMN"),
            TableAction::AddConstraint(_) => return self.refuse_action(name, "ADD CONSTRAINT"),
            TableAction::AlterType { .. } => {
                return self.refuse_action(name, "ALTER COLUMN ... SET DATA TYPE");
            }
            _ => {}
        }
        self.update(&ObjectKey::Relation(name.clone()), |object| {
            let Object::View(view) = object else { return };
            match action {
                TableAction::SetOptions(set) => {
                    change_options(&mut view.options, set, &[]);
                    if let Some((_, value)) = set.iter().find(|(n, _)| n == "check_option") {
                        view.check_option = match value.as_str() {
                            "local" => Some("local"),
                            "cascaded" => Some("cascaded"),
                            _ => view.check_option,
                        };
                        view.options.retain(|(n, _)| n != "check_option");
                    }
                }
                TableAction::ResetOptions(reset) => {
                    change_options(&mut view.options, &Vec::new(), reset);
                    if reset.iter().any(|n| n == "check_option") {
                        view.check_option = None;
                    }
                }
                TableAction::SetTablespace(tablespace) => view.tablespace = apart(Some(tablespace)),
                _ => {}
            }
        });
        Ok(())
    }
}
