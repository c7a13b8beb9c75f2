//! Statements on rows, `COPY`, `TRUNCATE`, `LOCK`.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, MergeMatchKind};

use super::Cx;
use super::names::{ident, inner, items, relation, relation_of, relations, relations_only};
use super::output::output;
use super::query::{filtered, finish, query};
use super::walk::Walk;
use crate::ir::DdlOp;
use crate::ir::data::{
    Copy, Delete, Insert, LockMode, LockTable, Merge, Overriding, Select, Truncate, Update,
};
use crate::ir::expr::{Expr, Query};
use crate::name::Ident;

/// Cells of a `VALUES` list that are kept: enough for seed data, too few for a data dump to matter.
const MAX_CELLS: usize = 1000;

pub(super) fn select(cx: &Cx, node: &NodeEnum, stmt: &pb::SelectStmt) -> DdlOp {
    let mut walk = Walk::default();
    walk.select(stmt, None);
    let sequences = std::mem::take(&mut walk.sequences);
    let settings = std::mem::take(&mut walk.settings);
    let writes = walk.writes.clone();
    let query = finish(walk, cx.source().to_owned(), output(stmt), filtered(node));
    DdlOp::Select(Box::new(Select { query, writes, sequences, settings }))
}

fn column_names(nodes: &[pb::Node]) -> Vec<Ident> {
    let name = |node: &pb::Node| match &node.node {
        Some(NodeEnum::ResTarget(target)) => ident(&target.name),
        _ => None,
    };
    nodes.iter().filter_map(name).collect()
}

/// Whether some target is a part of a column.
fn has_parts(nodes: &[pb::Node]) -> bool {
    let part = |node: &pb::Node| match &node.node {
        Some(NodeEnum::ResTarget(target)) => !target.indirection.is_empty(),
        _ => false,
    };
    nodes.iter().any(part)
}

pub(super) fn insert(cx: &Cx, stmt: &pb::InsertStmt) -> DdlOp {
    let source_node = inner(stmt.select_stmt.as_deref());
    let source = match source_node {
        Some(NodeEnum::SelectStmt(select)) => Some(&**select),
        _ => None,
    };
    let lists = source.map_or(&[][..], |s| &s.values_lists);
    // `DEFAULT VALUES` is one row without a source.
    let rows = match source {
        None => Some(1),
        Some(_) if lists.is_empty() => None,
        Some(_) => Some(lists.len()),
    };
    let mut values = Vec::new();
    let mut cells = 0;
    for list in lists {
        let row = items(list.node.as_ref());
        cells += row.len();
        if cells > MAX_CELLS {
            break;
        }
        values.push(row.iter().map(|cell| cx.expr_within(cell, stmt.with_clause.as_ref())).collect());
    }
    let mut walk = Walk::default();
    walk.insert(stmt, None);
    let reads = walk.scopes.iter().any(|s| !s.relations.is_empty());
    let query = if rows.is_some() && !reads && walk.writes.is_empty() {
        Query::default()
    } else {
        // A VALUES list is kept as cells; what it reads, and `RETURNING`, is in the levels.
        let sql = if rows.is_none() { cx.insert_source(stmt) } else { String::new() };
        finish(walk, sql, source.map_or_else(Vec::new, output), source_node.is_some_and(filtered))
    };
    DdlOp::Insert(Box::new(Insert {
        table: relation_of(stmt.relation.as_ref()),
        columns: column_names(&stmt.cols),
        parts: has_parts(&stmt.cols),
        rows,
        values,
        query,
        on_conflict: stmt.on_conflict_clause.is_some(),
        overriding: match stmt.r#override() {
            pb::OverridingKind::OverridingUserValue => Some(Overriding::User),
            pb::OverridingKind::OverridingSystemValue => Some(Overriding::System),
            pb::OverridingKind::OverridingNotSet | pb::OverridingKind::Undefined => None,
        },
    }))
}

pub(super) fn update(cx: &Cx, node: &NodeEnum, stmt: &pb::UpdateStmt) -> DdlOp {
    let with = stmt.with_clause.as_ref();
    let assignment = |node: &pb::Node| {
        let Some(NodeEnum::ResTarget(target)) = &node.node else { return None };
        let value = target.val.as_ref()?;
        let expr = match &value.node {
            Some(NodeEnum::MultiAssignRef(part)) => multi_assigned(cx, part, with),
            _ => cx.expr_within(value, with),
        };
        Some((Ident::new(&target.name), expr))
    };
    DdlOp::Update(Box::new(Update {
        table: relation_of(stmt.relation.as_ref()),
        assignments: stmt.target_list.iter().filter_map(assignment).collect(),
        parts: has_parts(&stmt.target_list),
        filter: stmt.where_clause.as_ref().map(|node| cx.expr_within(node, stmt.with_clause.as_ref())),
        query: query(node, cx.source().to_owned()),
    }))
}

/// One column of `(a, b) = …`: its own expression of a row, nothing of a query.
fn multi_assigned(cx: &Cx, part: &pb::MultiAssignRef, with: Option<&pb::WithClause>) -> Expr {
    let index = usize::try_from(part.colno - 1).unwrap_or(0);
    match inner(part.source.as_deref()) {
        Some(NodeEnum::RowExpr(row)) => {
            row.args.get(index).map_or_else(Expr::default, |arg| cx.expr_within(arg, with))
        }
        _ => Expr::default(),
    }
}

pub(super) fn delete(cx: &Cx, node: &NodeEnum, stmt: &pb::DeleteStmt) -> DdlOp {
    DdlOp::Delete(Box::new(Delete {
        table: relation_of(stmt.relation.as_ref()),
        filter: stmt.where_clause.as_ref().map(|node| cx.expr_within(node, stmt.with_clause.as_ref())),
        query: query(node, cx.source().to_owned()),
    }))
}

pub(super) fn merge(cx: &Cx, node: &NodeEnum, stmt: &pb::MergeStmt) -> DdlOp {
    DdlOp::Merge(Box::new(Merge {
        table: relation_of(stmt.relation.as_ref()),
        query: query(node, cx.source().to_owned()),
        by_source: stmt.merge_when_clauses.iter().any(|node| match &node.node {
            Some(NodeEnum::MergeWhenClause(when)) => {
                when.match_kind() == MergeMatchKind::MergeWhenNotMatchedBySource
            }
            _ => false,
        }),
        returning: stmt.returning_clause.is_some(),
    }))
}

pub(super) fn copy(cx: &Cx, stmt: &pb::CopyStmt) -> DdlOp {
    let query = inner(stmt.query.as_deref()).map(|node| {
        let text = cx.first_parenthesis().unwrap_or_else(|| cx.deparse(node));
        let mut query = query(node, text);
        // A statement that writes may stand here, too.
        query.writes.extend(super::query::target(node));
        query
    });
    DdlOp::Copy(Box::new(Copy { table: stmt.relation.as_ref().map(relation), from: stmt.is_from, query }))
}

pub(super) fn truncate(stmt: &pb::TruncateStmt) -> DdlOp {
    DdlOp::Truncate(Truncate {
        tables: relations(&stmt.relations),
        only: relations_only(&stmt.relations),
        restart_identity: stmt.restart_seqs,
        cascade: stmt.behavior() == pb::DropBehavior::DropCascade,
    })
}

pub(super) fn lock(stmt: &pb::LockStmt) -> DdlOp {
    // The numbers of the server's `lockdefs.h`.
    let mode = match stmt.mode {
        1 => LockMode::AccessShare,
        2 => LockMode::RowShare,
        3 => LockMode::RowExclusive,
        4 => LockMode::ShareUpdateExclusive,
        5 => LockMode::Share,
        6 => LockMode::ShareRowExclusive,
        7 => LockMode::Exclusive,
        _ => LockMode::AccessExclusive,
    };
    DdlOp::LockTable(LockTable {
        tables: relations(&stmt.relations),
        only: relations_only(&stmt.relations),
        mode,
        nowait: stmt.nowait,
    })
}
