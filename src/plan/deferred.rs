//! Checks that a transaction has put off to its end, and the statements that the server refuses until then.
//!
//! In: the statements of one transaction, each with the schema before it. Out: for a statement, the table on which
//! checks are pending and the statement that caused them. Measured: a row inserted into a table with a deferred
//! foreign key keeps `ALTER TABLE`, `CREATE INDEX`, `DROP TABLE` and `TRUNCATE` of that table from running (55006,
//! `CheckTableNotInUse` in `tablecmds.c`), also when the key is null; `SET CONSTRAINTS … IMMEDIATE` ends it.

use crate::ir::DdlOp;
use crate::ir::data::SetVariable;
use crate::ir::object::ObjectKind;
use crate::ir::table::{ConstraintKind, FkAction};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::model::Table;

/// A table with checks put off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingCheck {
    /// The table.
    pub table: QName,
    /// The constraint or constraint trigger, for messages.
    pub constraint: Ident,
    /// The step that put it off.
    pub step: usize,
    /// Whether rows were certainly changed: an `INSERT` of `VALUES`.
    pub certain: bool,
}

/// The checks that a transaction has put off, and the constraints that it puts off by `SET CONSTRAINTS`.
#[derive(Debug, Default)]
pub(super) struct Deferred {
    pending: Vec<PendingCheck>,
    /// `SET CONSTRAINTS ALL`, when it was said: whether all are deferred.
    all: Option<bool>,
    /// Those that were named.
    named: Vec<(Ident, bool)>,
}

impl Deferred {
    /// The check that keeps a statement from running.
    pub(super) fn in_the_way(&self, op: &DdlOp, schema: &Schema) -> Option<&PendingCheck> {
        let tables: Vec<QName> = match op {
            DdlOp::AlterTable(alter) => {
                let table = schema.relation_name(&alter.name);
                let mut tables: Vec<QName> = if alter.only {
                    Vec::new()
                } else {
                    schema.descendants_of(&table).into_iter().map(|t| t.name.clone()).collect()
                };
                tables.push(table);
                tables
            }
            DdlOp::CreateIndex(index) => vec![schema.relation_name(&index.table)],
            DdlOp::Cluster(cluster) => cluster.table.iter().map(|t| schema.relation_name(t)).collect(),
            DdlOp::Truncate(truncate) => truncate.tables.iter().map(|t| schema.relation_name(t)).collect(),
            DdlOp::Drop(drop) if drop.kind == ObjectKind::Table => {
                drop.objects.iter().map(|o| schema.relation_name(&o.name)).collect()
            }
            _ => return None,
        };
        self.pending.iter().filter(|p| tables.contains(&p.table)).max_by_key(|p| p.certain)
    }

    /// Notes what a statement puts off, or carries out.
    pub(super) fn note(&mut self, op: &DdlOp, schema: &Schema, step: usize) {
        match op {
            DdlOp::Insert(insert) if insert.rows != Some(0) => {
                let Some(table) = schema.table(&insert.table) else { return };
                let certain = insert.rows.is_some() && !insert.on_conflict;
                if let Some(constraint) = self.on_insert(table) {
                    self.add(table, constraint, step, certain);
                }
            }
            DdlOp::Update(update) => {
                let Some(table) = schema.table(&update.table) else { return };
                let written = |columns: &[Ident]| update.assignments.iter().any(|(c, _)| columns.contains(c));
                let own = table.constraints.iter().find(|c| match &c.kind {
                    ConstraintKind::ForeignKey(fk) => {
                        written(&fk.columns) && self.is_deferred(&c.name, c.deferrable, c.initially_deferred)
                    }
                    _ => false,
                });
                let own = own.map(|c| c.name.clone());
                let trigger = || self.trigger(table, |events| events.update);
                let constraint = own.or_else(|| self.of_others(table, schema, written)).or_else(trigger);
                if let Some(constraint) = constraint {
                    self.add(table, constraint, step, false);
                }
            }
            DdlOp::Delete(delete) => {
                let Some(table) = schema.table(&delete.table) else { return };
                let trigger = || self.trigger(table, |events| events.delete);
                if let Some(constraint) = self.of_others(table, schema, |_| true).or_else(trigger) {
                    self.add(table, constraint, step, false);
                }
            }
            DdlOp::Set(set) if set.name == "constraints" => self.set(set),
            _ => {}
        }
    }

    fn add(&mut self, table: &Table, constraint: Ident, step: usize, certain: bool) {
        self.pending.push(PendingCheck { table: table.name.clone(), constraint, step, certain });
    }

    fn set(&mut self, set: &SetVariable) {
        let deferred = set.values.first().is_some_and(|mode| mode == "deferred");
        for name in set.values.iter().skip(1) {
            if name == "all" {
                self.all = Some(deferred);
                self.named.clear();
                if !deferred {
                    self.pending.clear();
                }
                continue;
            }
            let name = Ident::new(name.rsplit('.').next().unwrap_or(name));
            if !deferred {
                self.pending.retain(|p| p.constraint != name);
            }
            self.named.retain(|(n, _)| *n != name);
            self.named.push((name, deferred));
        }
    }

    fn is_deferred(&self, name: &Ident, deferrable: bool, initially: bool) -> bool {
        let named = self.named.iter().find(|(n, _)| n == name).map(|(_, deferred)| *deferred);
        deferrable && named.or(self.all).unwrap_or(initially)
    }

    fn on_insert(&self, table: &Table) -> Option<Ident> {
        let key = table.constraints.iter().find(|c| {
            matches!(c.kind, ConstraintKind::ForeignKey(_))
                && c.enforced
                && self.is_deferred(&c.name, c.deferrable, c.initially_deferred)
        });
        key.map(|c| c.name.clone()).or_else(|| self.trigger(table, |events| events.insert))
    }

    fn trigger(
        &self,
        table: &Table,
        fires: impl Fn(&crate::ir::routine::TriggerEvents) -> bool,
    ) -> Option<Ident> {
        let found = table.triggers.iter().map(|t| &t.def).find(|t| {
            t.constraint && fires(&t.events) && self.is_deferred(&t.name, t.deferrable, t.initially_deferred)
        });
        found.map(|t| t.name.clone())
    }

    /// The deferred foreign key of another table that a change of the referenced columns puts off: only `NO ACTION`
    /// waits, the other actions are carried out at once.
    fn of_others(&self, table: &Table, schema: &Schema, written: impl Fn(&[Ident]) -> bool) -> Option<Ident> {
        let found = schema.referencing(&table.name).into_iter().find(|(_, constraint, fk)| {
            fk.on_delete == FkAction::NoAction
                && written(&fk.ref_columns)
                && self.is_deferred(&constraint.name, constraint.deferrable, constraint.initially_deferred)
        });
        found.map(|(_, constraint, _)| constraint.name.clone())
    }
}
