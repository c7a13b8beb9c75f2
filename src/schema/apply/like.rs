//! `CREATE TABLE … (LIKE source INCLUDING …)`.

use std::sync::Arc;

use crate::ir::table::{ConstraintKind, LikeClause};
use crate::ir::types::{SequenceOptions, TypeName};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{
    Column, Constraint, Index, NotNull, Object, Sequence, Statistics, Table, UserTypeKind,
};

use super::names::IndexUse;

impl Schema {
    /// Appends the source's columns; returns how many. `NOT NULL` is always copied, under its own name.
    pub(super) fn like_columns(
        &mut self,
        table: &mut Table,
        like: &LikeClause,
    ) -> Result<usize, SchemaError> {
        let before = table.columns.len();
        // A composite type is a relation too, though the model keeps it with the types.
        if let Some(Object::Type(source)) = self.resolve_type(&like.source).and_then(|key| self.get(&key))
            && let UserTypeKind::Composite(attributes) = &source.kind
        {
            let column = |(name, ty, collation): &(Ident, TypeName, Option<QName>)| Column {
                collation: collation.clone(),
                ..Column::new(name.clone(), ty.clone())
            };
            table.columns.extend(attributes.iter().map(column));
            return Ok(table.columns.len() - before);
        }
        let Some(source) = self.find_relation(&like.source, false)? else {
            table.columns_known = false;
            return Ok(0);
        };
        let includes = |what: &str| like.including.contains(&what);
        let columns = match self.at(&source) {
            Some(Object::Table(source)) => {
                table.columns_known &= source.columns_known;
                source.columns.to_vec()
            }
            Some(Object::View(view)) => {
                table.columns_known &=
                    view.columns_known && view.columns.iter().all(|c| c.data_type.is_some());
                let typed = view.columns.iter().filter_map(|c| Some((c.name.clone(), c.data_type.clone()?)));
                typed.map(|(name, ty)| Column::new(name, ty)).collect()
            }
            _ => Vec::new(),
        };
        for column in columns {
            if table.column(&column.name).is_some() {
                let message = format!("column \"{}\" specified more than once", column.name);
                self.refuse(SchemaError::new("42701", message))?;
            }
            let identity = column.identity.filter(|_| includes("identity"));
            if identity.is_some() {
                let options = self.sequence_options(&source, &column.name);
                self.owned_sequence(
                    &table.name,
                    &column.name,
                    &column.data_type,
                    &options,
                    true,
                    table.persistence,
                );
            }
            table.columns.push(Column {
                default: column.default.filter(|_| includes("defaults")),
                generated: column.generated.filter(|_| includes("generated")),
                identity,
                storage: column.storage.filter(|_| includes("storage")),
                compression: column.compression.filter(|_| includes("compression")),
                comment: column.comment.filter(|_| includes("comments")),
                not_null: column.not_null.map(|n| NotNull { comment: None, ..n }),
                ..Column { collation: column.collation, ..Column::new(column.name, column.data_type) }
            });
        }
        Ok(table.columns.len() - before)
    }

    /// Copies checks and indexes, with the constraints that the indexes belong to.
    pub(super) fn like_constraints(&mut self, table: &mut Table, like: &LikeClause) {
        let includes = |what: &str| like.including.contains(&what);
        let Some(source) = self.table(&like.source) else { return };
        let source_name = source.name.clone();
        let comments = includes("comments");
        if includes("constraints") {
            let checks: Vec<Constraint> = source
                .constraints
                .iter()
                .filter(|c| matches!(c.kind, ConstraintKind::Check(_)) && table.constraint(&c.name).is_none())
                .map(|c| Constraint {
                    inherited: false,
                    validated: c.enforced,
                    comment: c.comment.clone().filter(|_| comments),
                    ..c.clone()
                })
                .collect();
            table.constraints.extend(checks);
        }
        if includes("indexes") {
            let indexes: Vec<Index> = self.indexes_of(&source_name).into_iter().cloned().collect();
            for index in indexes {
                let constraint = index
                    .constraint
                    .as_ref()
                    .and_then(|name| self.table_at(&source_name)?.constraint(name))
                    .cloned();
                let comment = index.comment.clone().filter(|_| comments);
                self.copy_index(table, &index, constraint, None, comment);
            }
        }
    }

    /// Makes the index of a source table on another one, under a name of its own. The constraint that the index
    /// belongs to is appended to `table`, which the caller stores. Returns the new index's name.
    pub(super) fn copy_index(
        &mut self,
        table: &mut Table,
        index: &Index,
        constraint: Option<Constraint>,
        parent: Option<&QName>,
        comment: Option<String>,
    ) -> QName {
        let usage = match constraint.as_ref().map(|c| &c.kind) {
            Some(ConstraintKind::PrimaryKey(_)) => IndexUse::PrimaryKey,
            Some(ConstraintKind::Exclude(_)) => IndexUse::Exclude,
            Some(_) => IndexUse::Unique,
            None => IndexUse::Plain,
        };
        let name = self.choose_index_name(&table.name, usage, &index.labels);
        if let Some(constraint) = &constraint {
            table.constraints.push(Constraint {
                name: name.name.clone(),
                inherited: parent.is_some(),
                comment: None,
                ..constraint.clone()
            });
        }
        let copy = Index {
            name: name.clone(),
            table: table.name.clone(),
            constraint: constraint.map(|_| name.name.clone()),
            parent: parent.cloned(),
            valid: true,
            statistics: Vec::new(),
            comment,
            ..index.clone()
        };
        self.put(ObjectKey::Relation(name.clone()), Some(Arc::new(Object::Index(copy))));
        name
    }

    /// What is copied once the table stands: extended statistics.
    pub(super) fn like_extras(&mut self, table: &QName, like: &LikeClause) {
        if !like.including.contains(&"statistics") {
            return;
        }
        let Some(source) = self.resolve_relation(&like.source) else { return };
        let copies: Vec<Statistics> = self
            .dependents(&ObjectKey::Relation(source))
            .into_iter()
            .filter_map(|(key, _)| match self.get(key)? {
                Object::Statistics(statistics) => Some(statistics.clone()),
                _ => None,
            })
            .collect();
        for statistics in copies {
            let name = self.choose_statistics_name(table, &statistics.exprs);
            let owner = self.current_role();
            let comment = statistics.comment.filter(|_| like.including.contains(&"comments"));
            let copy = Statistics { name: name.clone(), table: table.clone(), owner, comment, ..statistics };
            self.put(ObjectKey::Statistics(name), Some(Arc::new(Object::Statistics(copy))));
        }
    }

    /// The options that would make the sequence of an identity column again.
    fn sequence_options(&self, table: &QName, column: &str) -> SequenceOptions {
        let options = |s: &Sequence| SequenceOptions {
            // The server forgets the type here and keeps the limits (measured on 13 and 18).
            data_type: Some(TypeName::builtin("int8")),
            increment: Some(s.increment),
            min_value: s.min_value.map(Some),
            max_value: Some(Some(s.max_value.unwrap_or_else(|| super::sequence::default_max(s)))),
            start: s.start,
            cache: Some(s.cache),
            cycle: Some(s.cycle),
            ..SequenceOptions::default()
        };
        let sequences = self.sequences_of(table, column);
        sequences.into_iter().find(|s| s.identity).map(options).unwrap_or_default()
    }
}
