//! Which tables hold rows for certain, because migrations put them there.
//!
//! In: statements in order, each with the schema before it. Out: the errors that a statement certainly ends with
//! because of those rows. Anything that may have removed rows takes the knowledge back.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::effects::Effects;
use crate::effects::fact::ErrorCondition;
use crate::ir::DdlOp;
use crate::ir::data::Transaction;
use crate::ir::routine::TriggerTiming;
use crate::ir::table::TableAction;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;

/// Tables with rows, and of those the columns that are certainly null in some row.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    /// Shared, because a trial keeps what is known before it.
    filled: Arc<HashMap<QName, HashSet<Ident>>>,
}

impl Rows {
    /// The error that rows, known from migrations or from a server's statistics, make certain.
    pub(super) fn error(&self, op: &DdlOp, effects: &Effects, schema: &Schema) -> Option<SchemaError> {
        let DdlOp::AlterTable(alter) = op else { return None };
        let table = schema.relation_name(&alter.name);
        let blank = self.filled.get(&table);
        let counted = || schema.size_of(&table).and_then(|size| size.rows).is_some_and(|rows| rows > 0);
        if let Some(error) = effects.possible_errors.iter().find(|e| e.when == ErrorCondition::AnyRow)
            && (blank.is_some() || counted())
        {
            return Some(SchemaError::new(error.sqlstate, error.message.clone()));
        }
        let null = alter.actions.iter().find_map(|(action, _)| match action {
            TableAction::NotNull { column, not_null: true } => blank?.contains(column).then_some(column),
            _ => None,
        })?;
        let message = format!("column \"{null}\" of relation \"{}\" contains null values", table.name);
        Some(SchemaError::new("23502", message))
    }

    /// Notes what a statement did, with the schema before it, and whether it failed.
    pub(super) fn note(&mut self, op: &DdlOp, schema: &Schema, failed: bool) {
        match op {
            DdlOp::Insert(insert) => {
                let table = schema.relation_name(&insert.table);
                if failed || insert.rows.is_none_or(|rows| rows == 0) || !takes_rows(schema, &table) {
                    return;
                }
                Arc::make_mut(&mut self.filled).entry(table).or_default();
            }
            DdlOp::AlterTable(alter) => {
                let table = schema.relation_name(&alter.name);
                if failed || !self.filled.contains_key(&table) {
                    return;
                }
                let Some(blank) = Arc::make_mut(&mut self.filled).get_mut(&table) else { return };
                for (action, _) in &alter.actions {
                    match action {
                        TableAction::AddColumn { column, .. } => {
                            let plain = column.default.is_none()
                                && column.generated.is_none()
                                && column.identity.is_none()
                                && column
                                    .data_type
                                    .as_ref()
                                    .is_some_and(|t| t.serial_base().is_none() && schema.domain(t).is_none());
                            if plain {
                                blank.insert(column.name.clone());
                            }
                        }
                        TableAction::AlterType { column, .. }
                        | TableAction::DropColumn { name: column, .. } => {
                            blank.remove(column);
                        }
                        _ => {}
                    }
                }
            }
            // Columns may have been filled; rows stay.
            DdlOp::Update(update) => self.touch(&schema.relation_name(&update.table)),
            DdlOp::Merge(merge) => self.forget(&schema.relation_name(&merge.table)),
            DdlOp::Delete(delete) => self.forget(&schema.relation_name(&delete.table)),
            DdlOp::CreateTable(create) => {
                if let Some(name) = &create.name {
                    self.forget(&schema.qualify(name));
                }
            }
            DdlOp::Truncate(truncate) if !truncate.cascade => {
                truncate.tables.iter().for_each(|table| self.forget(&schema.relation_name(table)));
            }
            // What goes, moves, or is called here is not looked into.
            DdlOp::Rename(_)
            | DdlOp::SetSchema(_)
            | DdlOp::Drop(_)
            | DdlOp::DropOwned { .. }
            | DdlOp::Truncate(_)
            | DdlOp::Do(_)
            | DdlOp::Call { .. }
            | DdlOp::Opaque(_)
            | DdlOp::Transaction(Transaction::Rollback { .. } | Transaction::RollbackTo(_)) => {
                self.filled = Arc::default();
            }
            DdlOp::Select(select) if !select.query.functions.is_empty() || !select.writes.is_empty() => {
                self.filled = Arc::default();
            }
            _ => {}
        }
    }

    fn touch(&mut self, table: &QName) {
        if self.filled.get(table).is_some_and(|blank| !blank.is_empty())
            && let Some(blank) = Arc::make_mut(&mut self.filled).get_mut(table)
        {
            blank.clear();
        }
    }

    fn forget(&mut self, table: &QName) {
        if self.filled.contains_key(table) {
            Arc::make_mut(&mut self.filled).remove(table);
        }
    }
}

/// Whether what is inserted into the table is stored there, and nothing comes between.
fn takes_rows(schema: &Schema, table: &QName) -> bool {
    schema.table(table).is_some_and(|t| {
        t.rules.is_empty() && t.triggers.iter().all(|t| t.def.timing != TriggerTiming::Before)
    })
}
