//! What a query locks and reads.
//!
//! The server locks in three steps: parse analysis locks the relations that the text names, rewriting those
//! behind the views, planning the partitions and every index of every table that is left. Which statement goes
//! how far was measured: `CREATE VIEW` stops after the first step, a `LANGUAGE sql` body after the second.

use crate::effects::fact::ScanReason;
use crate::hash::HashSet;
use crate::ir::data::LockMode;
use crate::ir::expr::{Expr, Query};
use crate::ir::object::ObjectKind;
use crate::name::{Ident, QName};
use crate::schema::lookup::Existence;
use crate::schema::model::{Object, Table, View};

use super::context::Context;
use super::{data, volatility};

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

/// How a relation is read.
#[derive(Clone, Copy)]
struct Read<'r> {
    stage: Stage,
    mode: LockMode,
    only: bool,
    /// Set when all of it is read.
    reason: Option<&'r ScanReason>,
    /// The columns named at the same level: a condition on a partition key leaves partitions out.
    columns: &'r [(Option<Ident>, Ident)],
}

impl Context<'_> {
    /// The locks of a query; when it runs and has no condition, the tables of its outermost level are read in
    /// full for the given reason.
    pub(super) fn query(&mut self, query: &Query, stage: Stage, reason: Option<&ScanReason>) {
        let unbounded = !query.filtered && !has_limit(&query.sql);
        for (depth, scope) in query.scopes.iter().enumerate() {
            for relation in scope.relations.iter().filter(|r| !r.target) {
                let read = Read {
                    stage,
                    mode: if relation.row_lock { LockMode::RowShare } else { LockMode::AccessShare },
                    only: relation.only,
                    reason: reason.filter(|_| depth == 0 && unbounded),
                    columns: &scope.columns,
                };
                self.read(&relation.name, &read, &mut HashSet::default());
            }
        }
        for table in &query.writes {
            self.written(table);
        }
        if stage == Stage::Planned {
            self.serial_sequences(&query.sql);
            self.calls(&query.functions);
        }
    }

    /// The relations that an expression's sub-queries name.
    pub(super) fn expression(&mut self, expr: &Expr, stage: Stage) {
        for relation in &expr.relations {
            let read = Read { stage, mode: LockMode::AccessShare, only: false, reason: None, columns: &[] };
            self.read(relation, &read, &mut HashSet::default());
        }
    }

    /// Says so when a function is called whose own statements would lock more.
    pub(super) fn calls(&mut self, functions: &[QName]) {
        for name in functions {
            if !volatility::is_self_contained(self.schema, name) {
                self.unsure(format!("{name} is called, and what it does is not followed"));
            }
        }
    }

    /// `setval(pg_get_serial_sequence('table', 'column'), …)` is how sequences are caught up after rows came
    /// with numbers of their own.
    fn serial_sequences(&mut self, sql: &str) {
        for (at, _) in sql.match_indices("pg_get_serial_sequence") {
            let mut quoted = sql[at..].split('\'');
            let (Some(_), Some(table), Some(_), Some(column)) =
                (quoted.next(), quoted.next(), quoted.next(), quoted.next())
            else {
                continue;
            };
            let folded = |name: &str| name.trim_matches('"').to_owned();
            let table = match table.split_once('.') {
                Some((schema, table)) => QName::qualified(folded(schema), folded(table)),
                None => QName::bare(folded(table)),
            };
            for sequence in self.schema.sequences_of(&table, column) {
                self.lock_sequence(sequence, LockMode::RowExclusive);
            }
        }
    }

    fn read(&mut self, name: &QName, read: &Read<'_>, seen: &mut HashSet<QName>) {
        if is_system(name) {
            return;
        }
        match self.schema.existence(name) {
            Existence::Known(Object::Table(table)) => self.read_table(table, read),
            Existence::Known(Object::View(view)) => {
                if seen.insert(view.name.clone()) {
                    self.read_view(view, read, seen);
                }
            }
            Existence::Known(object) => self.lock_object(object, read.mode),
            Existence::Missing => {}
            // A catalog, a temporary table of another session, or something that the model does not cover.
            Existence::Unknown if name.schema.is_none() && name.name.starts_with("pg_") => {}
            Existence::Unknown => {
                let name = self.schema.qualify(name);
                self.unsure(format!("{name} is not in the known schema"));
                self.lock(&name, ObjectKind::Table, read.mode);
                if let Some(reason) = read.reason {
                    self.fx.scan(name, reason.clone());
                }
            }
        }
    }

    fn read_table(&mut self, table: &Table, read: &Read<'_>) {
        self.lock_table(table, read.mode);
        if read.stage < Stage::Planned {
            return;
        }
        if read.only {
            self.plan_indexes(table, read.mode);
        } else {
            let keys = data::keys(self, table);
            let prunable = keys.iter().any(|key| read.columns.iter().any(|(_, column)| column == key));
            self.plan_tree(table, read.mode, read.reason.is_some() || !prunable);
        }
        if let Some(reason) = read.reason {
            self.scan(table, reason.clone());
            let below = if read.only { Vec::new() } else { self.schema.descendants_of(&table.name) };
            for child in below {
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

    fn read_view(&mut self, view: &View, read: &Read<'_>, seen: &mut HashSet<QName>) {
        self.lock_view(view, read.mode);
        if view.materialized {
            if read.stage == Stage::Planned {
                self.lock_indexes(&view.name, read.mode);
                if let Some(reason) = read.reason {
                    self.fx.scan(view.name.clone(), reason.clone());
                }
            }
            return;
        }
        if read.stage == Stage::Analysed {
            return;
        }
        let read = Read { reason: read.reason.filter(|_| !view.query.filtered), only: false, ..*read };
        for used in &view.uses {
            self.read(&used.relation, &read, seen);
        }
    }

    /// A table written by a statement inside `WITH`.
    fn written(&mut self, name: &QName) {
        self.lock_named(name, ObjectKind::Table, LockMode::RowExclusive);
        self.unsure(format!("{name} is written inside WITH, of which only the table is known"));
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
