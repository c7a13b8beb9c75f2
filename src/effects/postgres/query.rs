//! What a query locks and reads.
//!
//! The server locks in three steps: parse analysis locks the relations that the text names, rewriting those
//! behind the views, planning the partitions and every index of every table that is left. Which statement goes
//! how far was measured: `CREATE VIEW` stops after the first step, a `LANGUAGE sql` body after the second.

use std::collections::HashSet;

use crate::effects::fact::ScanReason;
use crate::ir::data::LockMode;
use crate::ir::expr::{Expr, Query};
use crate::ir::object::ObjectKind;
use crate::ir::routine::Volatility;
use crate::name::QName;
use crate::schema::lookup::Existence;
use crate::schema::model::{Object, Table, View};

use super::context::Context;
use super::volatility;

/// How far the server works on a query.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// The names are looked up.
    Analysed,
    /// Views are replaced by what they read.
    Rewritten,
    /// Partitions and indexes are opened too; the query is about to run.
    Planned,
}

impl Context<'_> {
    /// The locks of a query; when it runs and has no condition, the tables of its outermost level are read in
    /// full for the given reason.
    pub(super) fn query(&mut self, query: &Query, stage: Stage, reason: Option<&ScanReason>) {
        let mode = if query.locks_rows { LockMode::RowShare } else { LockMode::AccessShare };
        let unbounded = !query.filtered && !has_limit(&query.sql);
        for (depth, scope) in query.scopes.iter().enumerate() {
            // `FOR UPDATE` is about the level it stands on, which is nearly always the outermost.
            let mode = if depth == 0 { mode } else { LockMode::AccessShare };
            let reason = reason.filter(|_| depth == 0 && unbounded);
            for relation in &scope.relations {
                self.read(&relation.name, stage, mode, reason, &mut HashSet::new());
            }
        }
        for table in &query.writes {
            self.written(table);
        }
        if stage == Stage::Planned {
            self.calls(&query.functions);
        }
    }

    /// The relations that an expression's sub-queries name.
    pub(super) fn expression(&mut self, expr: &Expr, stage: Stage) {
        for relation in &expr.relations {
            self.read(relation, stage, LockMode::AccessShare, None, &mut HashSet::new());
        }
    }

    /// Says so when a function is called whose own statements would lock more.
    pub(super) fn calls(&mut self, functions: &[QName]) {
        for name in functions {
            if volatility::of_function(self.schema, name) != Some(Volatility::Volatile)
                || volatility::is_builtin(name)
            {
                continue;
            }
            self.unsure(format!("{name} is called, and what it does is not followed"));
        }
    }

    fn read(
        &mut self,
        name: &QName,
        stage: Stage,
        mode: LockMode,
        reason: Option<&ScanReason>,
        seen: &mut HashSet<QName>,
    ) {
        if is_system(name) {
            return;
        }
        match self.schema.existence(name) {
            Existence::Known(Object::Table(table)) => self.read_table(table, stage, mode, reason),
            Existence::Known(Object::View(view)) => {
                if seen.insert(view.name.clone()) {
                    self.read_view(view, stage, mode, reason, seen);
                }
            }
            Existence::Known(object) => self.lock_object(object, mode),
            Existence::Missing => {}
            // A catalog, a temporary table of another session, or something that the model does not cover.
            Existence::Unknown if name.schema.is_none() && name.name.starts_with("pg_") => {}
            Existence::Unknown => {
                let name = self.schema.qualify(name);
                self.unsure(format!("{name} is not in the known schema"));
                self.lock(&name, ObjectKind::Table, mode);
                if let Some(reason) = reason {
                    self.fx.scan(name, reason.clone());
                }
            }
        }
    }

    fn read_table(&mut self, table: &Table, stage: Stage, mode: LockMode, reason: Option<&ScanReason>) {
        self.lock_table(table, mode);
        if stage < Stage::Planned {
            return;
        }
        self.plan_tree(table, mode, reason.is_some());
        if let Some(reason) = reason {
            self.scan(table, reason.clone());
            for child in self.schema.descendants_of(&table.name) {
                self.scan(child, reason.clone());
            }
        }
    }

    /// What planning opens below a table: its indexes, its partitions and inheritance children, their indexes.
    /// A condition on the partition key may leave partitions out (`all` is false then), which is not computed.
    pub(super) fn plan_tree(&mut self, table: &Table, mode: LockMode, all: bool) {
        self.plan_indexes(table, mode);
        let children = self.schema.descendants_of(&table.name);
        if table.is_partitioned() && !all && !children.is_empty() {
            self.unsure(format!("which partitions of {} are used depends on the condition", table.name));
            return;
        }
        for child in children {
            self.lock_table(child, mode);
            self.plan_indexes(child, mode);
        }
    }

    /// The planner opens every index of a table; the indexes of partitioned tables only from 16 on.
    pub(super) fn plan_indexes(&mut self, table: &Table, mode: LockMode) {
        if self.at_least(16) || !table.is_partitioned() {
            self.lock_indexes(&table.name, mode);
        }
    }

    fn read_view(
        &mut self,
        view: &View,
        stage: Stage,
        mode: LockMode,
        reason: Option<&ScanReason>,
        seen: &mut HashSet<QName>,
    ) {
        self.lock_view(view, mode);
        if view.materialized {
            if stage == Stage::Planned {
                self.lock_indexes(&view.name, mode);
                if let Some(reason) = reason {
                    self.fx.scan(view.name.clone(), reason.clone());
                }
            }
            return;
        }
        if stage == Stage::Analysed {
            return;
        }
        let reason = reason.filter(|_| !view.query.filtered);
        for used in &view.uses {
            self.read(&used.relation, stage, mode, reason, seen);
        }
    }

    /// A table written by a statement inside `WITH`.
    fn written(&mut self, name: &QName) {
        match self.schema.table(name) {
            Some(table) => {
                self.lock_table(table, LockMode::RowExclusive);
                self.plan_tree(table, LockMode::RowExclusive, true);
            }
            None => {
                let name = self.schema.relation_name(name);
                self.lock(&name, ObjectKind::Table, LockMode::RowExclusive);
            }
        }
    }
}

/// Whether a relation belongs to the server itself: those are not reported.
pub(super) fn is_system(name: &QName) -> bool {
    name.in_schema("pg_catalog") || name.in_schema("information_schema")
}

/// A `LIMIT` may end the reading early; its place in the text does not matter, since nothing is claimed then.
fn has_limit(sql: &str) -> bool {
    sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|word| word.eq_ignore_ascii_case("limit") || word.eq_ignore_ascii_case("fetch"))
}
