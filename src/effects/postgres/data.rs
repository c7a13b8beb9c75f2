//! Statements on rows. What triggers, rules and functions do besides is not followed.

use crate::effects::fact::{Extent, LossKind, RewriteReason, RowWrite, RowWriteKind, ScanReason};
use crate::hash::HashSet;
use crate::ir::data::{
    Copy, Delete, Insert, LockMode, LockTable, Merge, Overriding, Select, Truncate, Update,
};
use crate::ir::expr::{Expr, ExprShape};
use crate::ir::index::KeyTarget;
use crate::ir::object::ObjectKind;
use crate::ir::table::ConstraintKind;
use crate::name::{Ident, QName};
use crate::schema::model::{Column, Object, Table, TableKind};

use super::context::{Context, Target, has_storage};
use super::query::{Stage, is_system};
use super::reference;
use super::relation::owned_sequences;

pub(super) fn select(cx: &mut Context<'_>, select: &Select) {
    cx.query(&select.query, Stage::Planned, Some(&ScanReason::Query));
    for table in &select.writes {
        cx.lock_named(table, ObjectKind::Table, LockMode::RowExclusive);
    }
    for sequence in &select.sequences {
        cx.lock_named(sequence, ObjectKind::Sequence, LockMode::RowExclusive);
    }
}

pub(super) fn insert(cx: &mut Context<'_>, insert: &Insert) {
    let extent = match insert.rows {
        Some(rows) => Extent::Fixed(rows),
        None if insert.query.filtered => Extent::Filtered,
        None => Extent::Unbounded,
    };
    cx.query(&insert.query, Stage::Planned, Some(&ScanReason::Query));
    let Some(table) = written(cx, &insert.table, RowWriteKind::Insert, extent) else { return };
    lock_ancestors(cx, table);
    if insert.on_conflict && infers_index(insert) {
        cx.lock_indexes(&table.name, LockMode::RowExclusive);
    }
    if table.is_partitioned() {
        cx.unsure(format!("the partitions of {} that get rows are locked too", table.name));
    }
    for column in &table.columns {
        if matches!(given(insert, table, &column.name), Given::Default) {
            lock_default(cx, table, column);
        }
    }
    reference::check(cx, table, |name| match given(insert, table, name) {
        Given::Null => false,
        Given::Value => true,
        Given::Default => table.column(name).is_some_and(|c| {
            c.identity.is_some()
                || c.generated.is_some()
                || c.default.as_ref().is_some_and(|d| d.shape != ExprShape::Null)
        }),
    });
}

/// `ON CONFLICT` with a target makes the planner look for its index; columns of the target are then at a level
/// of their own.
fn infers_index(insert: &Insert) -> bool {
    insert.query.scopes.iter().any(|scope| scope.relations.iter().any(|r| r.target))
}

/// What an `INSERT` says about a column.
enum Given {
    Null,
    Value,
    Default,
}

fn given(insert: &Insert, table: &Table, column: &Ident) -> Given {
    let at = if insert.columns.is_empty() {
        table.columns.iter().position(|c| c.name == *column)
    } else {
        insert.columns.iter().position(|c| c == column)
    };
    let Some(at) = at else { return Given::Default };
    if insert.overriding == Some(Overriding::User)
        && table.column(column).is_some_and(|c| c.identity.is_some())
    {
        return Given::Default;
    }
    // `DEFAULT VALUES`
    if insert.rows == Some(1) && insert.values.iter().all(Vec::is_empty) {
        return Given::Default;
    }
    if insert.rows.is_none() || insert.values.is_empty() {
        return Given::Value;
    }
    let cells: Vec<Option<&Expr>> = insert.values.iter().map(|row| row.get(at)).collect();
    if cells.iter().all(|cell| cell.is_some_and(|c| c.shape == ExprShape::Null)) {
        Given::Null
    } else if cells.iter().all(|cell| cell.is_none_or(|c| c.sql.eq_ignore_ascii_case("default"))) {
        Given::Default
    } else {
        Given::Value
    }
}

/// A default that counts moves its sequence.
fn lock_default(cx: &mut Context<'_>, table: &Table, column: &Column) {
    if column.identity.is_some() {
        for sequence in cx.schema.sequences_of(&table.name, &column.name) {
            cx.lock_sequence(sequence, LockMode::RowExclusive);
        }
    }
    if let Some(default) = &column.default {
        cx.calls(&default.functions);
    }
    for sequence in column.default.iter().flat_map(|d| &d.sequences) {
        let name = cx.schema.relation_name(sequence);
        cx.lock(&name, ObjectKind::Sequence, LockMode::RowExclusive);
    }
}

/// A row written to a partition directly is checked against the bounds of its parents.
fn lock_ancestors(cx: &mut Context<'_>, table: &Table) {
    let mut table = table;
    let mut seen = HashSet::default();
    while let Some((parent, _)) = &table.partition_of
        && seen.insert(parent)
        && let Some(parent) = cx.schema.table(parent)
    {
        cx.lock_table(parent, LockMode::AccessShare);
        table = parent;
    }
}

/// Whether the target of a statement is written with `ONLY`.
fn is_only(query: &crate::ir::expr::Query) -> bool {
    query.scopes.first().is_some_and(|scope| scope.relations.iter().any(|r| r.target && r.only))
}

pub(super) fn update(cx: &mut Context<'_>, update: &Update) {
    cx.query(&update.query, Stage::Planned, None);
    let extent = if update.filter.is_some() { Extent::Filtered } else { Extent::Unbounded };
    let Some(table) = written(cx, &update.table, RowWriteKind::Update, extent) else { return };
    changed(cx, table, update.filter.as_ref(), is_only(&update.query));
    lock_ancestors(cx, table);
    let assigned: Vec<&Ident> = update
        .assignments
        .iter()
        .filter(|(column, expr)| expr.shape != ExprShape::Column(column.clone()))
        .map(|(column, _)| column)
        .collect();
    let null =
        |column: &Ident| update.assignments.iter().any(|(c, e)| c == column && e.shape == ExprShape::Null);
    reference::check_some(cx, table, &assigned, |column| !null(column));
    reference::updated(cx, table, &assigned);
    let fills_nulls = update.filter.as_ref().is_some_and(|filter| {
        let is_null = |column: &Ident| filter.sql.contains(&format!("{column} IS NULL"));
        update.assignments.iter().all(|(column, _)| is_null(column))
    });
    if !fills_nulls {
        cx.lose(&table.name, LossKind::Rows);
    }
}

pub(super) fn delete(cx: &mut Context<'_>, delete: &Delete) {
    cx.query(&delete.query, Stage::Planned, None);
    let extent = if delete.filter.is_some() { Extent::Filtered } else { Extent::Unbounded };
    let Some(table) = written(cx, &delete.table, RowWriteKind::Delete, extent) else { return };
    changed(cx, table, delete.filter.as_ref(), is_only(&delete.query));
    if !cx.at_least(14) {
        lock_ancestors(cx, table);
    }
    cx.lose(&table.name, LossKind::Rows);
    reference::deleted(cx, table);
}

/// Indexes, partitions and children of a table whose rows are updated or deleted; all rows are read when there
/// is no condition.
fn changed(cx: &mut Context<'_>, table: &Table, filter: Option<&Expr>, only: bool) {
    if only {
        cx.plan_indexes(table, LockMode::RowExclusive);
        if filter.is_none() {
            cx.scan(table, ScanReason::UnfilteredWrite);
        }
        return;
    }
    let by_key = filter.is_some_and(|filter| {
        keys(cx, table).iter().any(|key| filter.columns.iter().any(|(_, column)| column == key))
    });
    cx.plan_tree(table, LockMode::RowExclusive, !by_key);
    if filter.is_none() {
        for table in std::iter::once(table).chain(cx.schema.descendants_of(&table.name)) {
            cx.scan(table, ScanReason::UnfilteredWrite);
        }
    }
}

/// The columns that decide which partitions a condition reaches, at all levels.
pub(super) fn keys(cx: &Context<'_>, table: &Table) -> Vec<Ident> {
    let mut found = Vec::new();
    for table in std::iter::once(table).chain(cx.schema.descendants_of(&table.name)) {
        let TableKind::Partitioned(by) = &table.kind else { continue };
        for key in &by.keys {
            match &key.target {
                KeyTarget::Column(name) => found.push(name.clone()),
                KeyTarget::Expr(expr) => found.extend(expr.columns.iter().map(|(_, c)| c.clone())),
            }
        }
    }
    found
}

pub(super) fn merge(cx: &mut Context<'_>, merge: &Merge) {
    cx.query(&merge.query, Stage::Planned, Some(&ScanReason::Query));
    let Some(table) = written(cx, &merge.table, RowWriteKind::Merge, Extent::Unbounded) else { return };
    cx.plan_tree(table, LockMode::RowExclusive, true);
    cx.lose(&table.name, LossKind::Rows);
    let keyed = table.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)));
    if keyed || !cx.schema.referencing(&table.name).is_empty() {
        cx.unsure(format!("which foreign keys of {} are checked depends on the rows", table.name));
    }
}

pub(super) fn copy(cx: &mut Context<'_>, copy: &Copy) {
    if let Some(query) = &copy.query {
        cx.query(query, Stage::Planned, Some(&ScanReason::Query));
    }
    let Some(name) = &copy.table else { return };
    if copy.from {
        if let Some(table) = written(cx, name, RowWriteKind::Copy, Extent::Unbounded) {
            lock_ancestors(cx, table);
            reference::check(cx, table, |_| true);
        }
    } else if !is_system(name) {
        // The table is read as it is, without a plan.
        cx.lock_named(name, ObjectKind::Table, LockMode::AccessShare);
        let name = cx.schema.relation_name(name);
        cx.fx.scan(name, ScanReason::Query);
    }
}

/// Locks the table that a statement writes to, and the one behind an updatable view; returns it when it is
/// known.
fn written<'a>(cx: &mut Context<'a>, name: &QName, kind: RowWriteKind, extent: Extent) -> Option<&'a Table> {
    let mut target = cx.target(name);
    // A view over a view over …: the model could hold a circle.
    for _ in 0..32 {
        match target {
            Target::Known(Object::Table(table)) => {
                cx.lock_table(table, LockMode::RowExclusive);
                cx.fx.row_writes.push(RowWrite { table: table.name.clone(), kind, extent });
                not_followed(cx, table, kind);
                return Some(table);
            }
            Target::Known(Object::View(view)) => {
                cx.lock_view(view, LockMode::RowExclusive);
                if !view.triggers.is_empty() || !view.rules.is_empty() {
                    cx.unsure(format!("what the triggers and rules of {} do is not followed", view.name));
                    return None;
                }
                let [base] = &view.uses[..] else { return None };
                target = cx.target(&base.relation);
            }
            Target::Known(object) => {
                cx.lock_object(object, LockMode::RowExclusive);
                return None;
            }
            Target::Unknown(name) => {
                cx.lock(&name, ObjectKind::Table, LockMode::RowExclusive);
                if matches!(kind, RowWriteKind::Update | RowWriteKind::Delete) {
                    cx.lose(&name, LossKind::Rows);
                    if extent == Extent::Unbounded {
                        cx.fx.scan(name.clone(), ScanReason::UnfilteredWrite);
                    }
                }
                cx.fx.row_writes.push(RowWrite { table: name, kind, extent });
                return None;
            }
            Target::Absent => return None,
        }
    }
    None
}

fn not_followed(cx: &mut Context<'_>, table: &Table, kind: RowWriteKind) {
    for trigger in &table.triggers {
        let events = trigger.def.events;
        let fires = match kind {
            RowWriteKind::Insert | RowWriteKind::Copy => events.insert,
            RowWriteKind::Update => events.update,
            RowWriteKind::Delete => events.delete,
            RowWriteKind::Merge => events.insert || events.update || events.delete,
        };
        if fires && trigger.state != crate::ir::table::FiringState::Disabled {
            let function = &trigger.def.function;
            cx.unsure(format!(
                "trigger {} on {} calls {function}, which is not followed",
                trigger.def.name, table.name
            ));
        }
    }
    if !table.rules.is_empty() {
        cx.unsure(format!("what the rules on {} do is not followed", table.name));
    }
}

pub(super) fn truncate(cx: &mut Context<'_>, truncate: &Truncate) {
    let mut queue: Vec<&Table> = Vec::new();
    for name in &truncate.tables {
        match cx.target(name) {
            Target::Known(Object::Table(table)) => queue.push(table),
            Target::Known(object) => cx.lock_object(object, LockMode::AccessExclusive),
            Target::Unknown(name) => {
                cx.lock(&name, ObjectKind::Table, LockMode::AccessExclusive);
                cx.fx.rewrite(name.clone(), RewriteReason::Truncate);
                cx.lose(&name, LossKind::Table);
                if truncate.cascade {
                    cx.unsure(format!(
                        "the tables that reference {name} are emptied too; they are not known"
                    ));
                }
            }
            Target::Absent => {}
        }
    }
    queue.reverse();
    let only: HashSet<QName> = truncate.only.iter().map(|name| cx.schema.relation_name(name)).collect();
    let mut seen: HashSet<&QName> = HashSet::default();
    while let Some(table) = queue.pop() {
        if !seen.insert(&table.name) {
            continue;
        }
        truncate_one(cx, table, truncate.restart_identity);
        if !cx.at_least(14) {
            lock_ancestors(cx, table);
        }
        if !only.contains(&table.name) {
            queue.extend(cx.schema.children_of(&table.name).into_iter().rev());
        }
        if truncate.cascade {
            for ancestor in std::iter::once(table).chain(ancestors(cx, table)) {
                let referencing = cx.schema.referencing(&ancestor.name);
                queue.extend(referencing.into_iter().map(|(child, _, _)| child));
            }
        }
    }
}

fn ancestors<'a>(cx: &Context<'a>, table: &Table) -> Vec<&'a Table> {
    let mut found: Vec<&'a Table> = Vec::new();
    let mut next = table.partition_of.as_ref().and_then(|(parent, _)| cx.schema.table(parent));
    while let Some(parent) = next
        && found.iter().all(|t| t.name != parent.name)
    {
        found.push(parent);
        next = parent.partition_of.as_ref().and_then(|(parent, _)| cx.schema.table(parent));
    }
    found
}

fn truncate_one(cx: &mut Context<'_>, table: &Table, restart: bool) {
    cx.lock_table(table, LockMode::AccessExclusive);
    if has_storage(table) {
        cx.lock_indexes(&table.name, LockMode::AccessExclusive);
        cx.fx.rewrite(table.name.clone(), RewriteReason::Truncate);
        cx.lose(&table.name, LossKind::Table);
    }
    if restart {
        for sequence in owned_sequences(cx, table) {
            cx.lock_sequence(sequence, LockMode::AccessExclusive);
            cx.lose(&sequence.name, LossKind::SequencePosition);
        }
    }
}

/// `LOCK TABLE` reaches children, partitions, and what views read.
pub(super) fn lock(cx: &mut Context<'_>, lock: &LockTable) {
    let mut queue = Vec::new();
    for name in &lock.tables {
        match cx.target(name) {
            Target::Known(object) => queue.push(object),
            Target::Unknown(name) => cx.lock(&name, ObjectKind::Table, lock.mode),
            Target::Absent => {}
        }
    }
    let only: HashSet<QName> = lock.only.iter().map(|name| cx.schema.relation_name(name)).collect();
    let mut seen: HashSet<QName> = HashSet::default();
    while let Some(object) = queue.pop() {
        cx.lock_object(object, lock.mode);
        match object {
            Object::Table(table) if !only.contains(&table.name) => cx.lock_tree(table, lock.mode),
            Object::View(view) if seen.insert(view.name.clone()) => {
                for used in &view.uses {
                    queue.extend(cx.schema.relation(&used.relation));
                }
            }
            _ => {}
        }
    }
}
