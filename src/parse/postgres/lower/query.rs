//! Queries: their text and the facts about them.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, a_const::Val};

use super::names::{inner, relation};
use super::output::{output, source, sources, targets};
use super::walk::Walk;
use crate::ir::expr::{OutputSource, Query, QueryFacts};
use crate::name::{Ident, QName};

/// A query or a statement on rows, with `sql` as its text.
pub(super) fn query(node: &NodeEnum, sql: String) -> Query {
    let mut walk = Walk::default();
    match node {
        NodeEnum::SelectStmt(select) => walk.select(select, None),
        NodeEnum::InsertStmt(insert) => walk.insert(insert, None),
        NodeEnum::UpdateStmt(update) => walk.update(update, None),
        NodeEnum::DeleteStmt(delete) => walk.delete(delete, None),
        NodeEnum::MergeStmt(merge) => walk.merge(merge, None),
        _ => {}
    }
    let mut query = finish(walk, sql, columns(node), filtered(node));
    query.sources = column_sources(node);
    query
}

/// The relation that a statement on rows writes.
pub(super) fn target(node: &NodeEnum) -> Option<QName> {
    let range = match node {
        NodeEnum::InsertStmt(s) => s.relation.as_ref(),
        NodeEnum::UpdateStmt(s) => s.relation.as_ref(),
        NodeEnum::DeleteStmt(s) => s.relation.as_ref(),
        NodeEnum::MergeStmt(s) => s.relation.as_ref(),
        _ => None,
    };
    range.map(relation)
}

/// What a walk found, as a query.
pub(super) fn finish(walk: Walk, sql: String, output: Vec<Option<Ident>>, filtered: bool) -> Query {
    Query::from(QueryFacts {
        sql,
        scopes: walk.scopes,
        functions: walk.functions,
        types: walk.types,
        output,
        sources: Vec::new(),
        filtered,
        locks_rows: walk.locks_rows,
        writes: walk.writes,
    })
}

fn columns(node: &NodeEnum) -> Vec<Option<Ident>> {
    let returning = |clause: &Option<pb::ReturningClause>| {
        clause.as_ref().map_or_else(Vec::new, |clause| targets(&clause.exprs))
    };
    match node {
        NodeEnum::SelectStmt(select) => output(select),
        NodeEnum::InsertStmt(insert) => returning(&insert.returning_clause),
        NodeEnum::UpdateStmt(update) => returning(&update.returning_clause),
        NodeEnum::DeleteStmt(delete) => returning(&delete.returning_clause),
        NodeEnum::MergeStmt(merge) => returning(&merge.returning_clause),
        _ => Vec::new(),
    }
}

fn column_sources(node: &NodeEnum) -> Vec<OutputSource> {
    let returning = |clause: &Option<pb::ReturningClause>| {
        clause.iter().flat_map(|c| &c.exprs).filter_map(source).collect()
    };
    match node {
        NodeEnum::SelectStmt(select) => sources(select),
        NodeEnum::InsertStmt(insert) => returning(&insert.returning_clause),
        NodeEnum::UpdateStmt(update) => returning(&update.returning_clause),
        NodeEnum::DeleteStmt(delete) => returning(&delete.returning_clause),
        NodeEnum::MergeStmt(merge) => returning(&merge.returning_clause),
        _ => Vec::new(),
    }
}

/// Whether the outermost level bounds its rows; a set operation does when both sides do.
pub(super) fn filtered(node: &NodeEnum) -> bool {
    match node {
        NodeEnum::SelectStmt(select) => select_filtered(select),
        NodeEnum::InsertStmt(insert) => inner(insert.select_stmt.as_deref()).is_some_and(filtered),
        NodeEnum::UpdateStmt(update) => {
            bounds(update.where_clause.as_deref()) || update.from_clause.iter().any(joined)
        }
        NodeEnum::DeleteStmt(delete) => {
            bounds(delete.where_clause.as_deref()) || delete.using_clause.iter().any(joined)
        }
        NodeEnum::MergeStmt(merge) => bounds(merge.join_condition.as_deref()),
        _ => false,
    }
}

fn select_filtered(select: &pb::SelectStmt) -> bool {
    match (&select.larg, &select.rarg) {
        (Some(left), Some(right)) => select_filtered(left) && select_filtered(right),
        _ => bounds(select.where_clause.as_deref()) || select.from_clause.iter().any(joined),
    }
}

/// Whether a condition can exclude a row: `WHERE true` cannot.
fn bounds(condition: Option<&pb::Node>) -> bool {
    match inner(condition) {
        None => false,
        Some(NodeEnum::AConst(pb::AConst { val: Some(Val::Boolval(b)), .. })) => !b.boolval,
        Some(_) => true,
    }
}

/// Whether an item of `FROM` joins on a condition; an outer join keeps its rows whatever the condition.
fn joined(node: &pb::Node) -> bool {
    match &node.node {
        Some(NodeEnum::JoinExpr(join)) => {
            let condition = join.is_natural || !join.using_clause.is_empty() || bounds(join.quals.as_deref());
            condition && join.jointype() == pb::JoinType::JoinInner
                || [&join.larg, &join.rarg].into_iter().flatten().any(|side| joined(side))
        }
        _ => false,
    }
}
