//! Indexes: `CREATE INDEX`, `REINDEX`, `CLUSTER`.

use crate::ir::expr::Expr;
use crate::ir::index::{Cluster, CreateIndex, IndexKey, KeyTarget, Reindex, ReindexTarget};
use crate::ir::routine::Volatility;
use crate::ir::table::{ConstraintKind, TableAction};
use crate::name::QName;
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::model::{Function, Index, Object, Table, TableKind};

use super::super::Outcome;
use super::super::fail::unsupported;
use super::table::is_virtual;

/// The server's index methods, and whether they can make unique indexes.
const METHODS: [(&str, bool); 6] =
    [("btree", true), ("hash", false), ("gist", false), ("gin", false), ("spgist", false), ("brin", false)];

/// Functions of the server without an overload that is immutable.
const NEVER_IMMUTABLE: [&str; 14] = [
    "clock_timestamp",
    "currval",
    "gen_random_uuid",
    "lastval",
    "localtimestamp",
    "nextval",
    "now",
    "random",
    "statement_timestamp",
    "timeofday",
    "transaction_timestamp",
    "txid_current",
    "uuidv7",
    "version",
];

impl Schema {
    pub(super) fn refuse_create_index(&self, op: &CreateIndex) -> Outcome {
        let method = METHODS.iter().find(|(name, _)| **name == *op.method);
        if op.unique && method.is_some_and(|(_, unique)| !unique) {
            let message = format!("access method \"{}\" does not support unique indexes", op.method);
            self.refuse_as_written(unsupported(message))?;
        }
        let Some(table) = self.resolve_relation(&op.table).and_then(|name| self.table_at(&name)) else {
            return Ok(());
        };
        let name = &table.name;
        if matches!(table.kind, TableKind::Foreign(_)) {
            return self.refuse_kind_of(name, format!("cannot create index on relation \"{}\"", name.name));
        }
        if table.is_partitioned() && op.concurrently {
            let message = format!("cannot create index on partitioned table \"{}\" concurrently", name.name);
            return self.refuse_on(name, unsupported(message));
        }
        if op.keys.iter().filter_map(IndexKey::as_column).filter_map(|c| table.column(c)).any(is_virtual) {
            return self
                .refuse_on(name, unsupported("indexes on virtual generated columns are not supported"));
        }
        let keys = op.keys.iter().filter_map(|key| match &key.target {
            KeyTarget::Expr(expr) => Some((expr, "expression")),
            KeyTarget::Column(_) => None,
        });
        for (expr, what) in keys.chain(op.predicate.iter().map(|p| (p, "predicate"))) {
            if self.calls_mutable(expr) {
                let message = format!("functions in index {what} must be marked IMMUTABLE");
                return self.refuse_on(name, SchemaError::new("42P17", message));
            }
        }
        Ok(())
    }

    /// Whether an expression certainly calls a function that is not immutable. A function in SQL counts for what it
    /// calls, since the server puts its body in its place first.
    fn calls_mutable(&self, expr: &Expr) -> bool {
        expr.functions.iter().any(|name| {
            let own = name.schema.is_none() || name.in_schema("pg_catalog");
            if own && NEVER_IMMUTABLE.contains(&name.name.as_str()) {
                return true;
            }
            let mut overloads = self.functions(name).peekable();
            overloads.peek().is_some() && overloads.all(is_mutable)
        })
    }

    pub(super) fn refuse_reindex(&self, op: &Reindex) -> Outcome {
        match &op.target {
            ReindexTarget::Table(name) => {
                let Some(name) = self.resolve_relation(name) else { return Ok(()) };
                let fits = match self.at(&name) {
                    Some(Object::Table(table)) => !matches!(table.kind, TableKind::Foreign(_)),
                    Some(Object::View(view)) => view.materialized,
                    Some(_) => false,
                    None => true,
                };
                if fits {
                    return Ok(());
                }
                self.refuse_kind_of(&name, format!("\"{}\" is not a table or materialized view", name.name))
            }
            ReindexTarget::Index(name) => {
                let Some(name) = self.resolve_relation(name) else { return Ok(()) };
                let Some(Object::Index(index)) = self.at(&name) else {
                    return self.refuse_kind_of(&name, format!("\"{}\" is not an index", name.name));
                };
                let table = self.table_at(&index.table);
                if table.is_some_and(Table::is_partitioned) && !self.version().at_least(14) {
                    let message = "REINDEX is not yet implemented for partitioned indexes";
                    return self.refuse_on(&name, unsupported(message));
                }
                let excludes = index.constraint.as_ref().is_some_and(|constraint| {
                    let found = table.and_then(|t| t.constraint(constraint));
                    found.is_some_and(|c| matches!(c.kind, ConstraintKind::Exclude(_)))
                });
                if op.concurrently && excludes {
                    let message =
                        format!("cannot reindex exclusion constraint index \"{name}\" concurrently");
                    return self.refuse_on(&name, unsupported(message));
                }
                Ok(())
            }
            ReindexTarget::Schema(_) | ReindexTarget::Database | ReindexTarget::System => Ok(()),
        }
    }

    pub(super) fn refuse_cluster(&self, op: &Cluster) -> Outcome {
        let Some(name) = op.table.as_ref().and_then(|name| self.resolve_relation(name)) else {
            return Ok(());
        };
        let table = self.table_at(&name);
        if table.is_some_and(Table::is_partitioned) && !self.version().at_least(15) {
            return self.refuse_on(&name, unsupported("cannot cluster a partitioned table"));
        }
        match (&op.index, table) {
            (None, Some(table)) if table.clustered_on.is_none() => {
                let message = format!("there is no previously clustered index for table \"{}\"", name.name);
                self.refuse_on(&name, SchemaError::new("42704", message))
            }
            (Some(index), _) => match self.at(&name.sibling(index.clone())) {
                Some(Object::Index(index)) => self.refuse_order(&name, index),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// `check_index_is_clusterable` in `cluster.c`.
    fn refuse_order(&self, table: &QName, index: &Index) -> Outcome {
        let name = &index.name.name;
        if index.table != *table {
            let message = format!("\"{name}\" is not an index for table \"{}\"", table.name);
            return self.refuse_kind_of(table, message);
        }
        if METHODS.iter().any(|(method, _)| **method == *index.method && !matches!(*method, "btree" | "gist"))
        {
            let message = format!(
                "cannot cluster on index \"{name}\" because access method does not support clustering"
            );
            return self.refuse_on(table, unsupported(message));
        }
        if index.predicate.is_some() {
            return self.refuse_on(table, unsupported(format!("cannot cluster on partial index \"{name}\"")));
        }
        Ok(())
    }

    /// Fails when an action of `ALTER INDEX` is not for this index.
    pub(in crate::schema::apply) fn refuse_index_action(
        &self,
        name: &QName,
        action: &TableAction,
    ) -> Outcome {
        let Some(Object::Index(index)) = self.at(name) else { return Ok(()) };
        let refused = match action {
            TableAction::AddColumn { .. } => "ADD COLUMN",
            TableAction::DropColumn { .. } => "DROP COLUMN",
            TableAction::AlterType { .. } => "ALTER COLUMN ... SET DATA TYPE",
            TableAction::NotNull { not_null: true, .. } => "ALTER COLUMN ... SET NOT NULL",
            TableAction::AddConstraint(_) => "ADD CONSTRAINT",
            TableAction::SetStatistics { column, .. } => {
                let Some(at) = column.parse::<usize>().ok().and_then(|n| n.checked_sub(1)) else {
                    return Ok(());
                };
                let plain = index.keys.get(at).and_then(IndexKey::as_column);
                let message = match (plain, index.labels.get(at)) {
                    (Some(column), _) => {
                        format!(
                            "cannot alter statistics on non-expression column \"{column}\" of index \"{}\"",
                            name.name
                        )
                    }
                    (None, Some(column)) if at >= index.keys.len() => {
                        format!(
                            "cannot alter statistics on included column \"{column}\" of index \"{}\"",
                            name.name
                        )
                    }
                    _ => return Ok(()),
                };
                return self.refuse_on(name, unsupported(message));
            }
            _ => return Ok(()),
        };
        self.refuse_action(name, refused)
    }
}

fn is_mutable(function: &Function) -> bool {
    function.def.volatility != Volatility::Immutable && &*function.def.language != "sql"
}
