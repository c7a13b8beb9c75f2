//! Indexes, extended statistics, and the maintenance commands.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, ReindexObjectType, SortByDir, SortByNulls};

use super::Cx;
use super::names::{
    arg, builtin_qname, defs, ident, idents, inner, options, qname, relation, relation_of, text, truth,
};
use crate::ir::DdlOp;
use crate::ir::expr::Expr;
use crate::ir::index::{
    Cluster, CreateIndex, IndexKey, KeyTarget, RefreshMatview, Reindex, ReindexTarget, Vacuum,
};
use crate::ir::object::{CreateStatistics, ObjectName};
use crate::name::{Ident, QName};

pub(super) fn create_index(cx: &Cx, stmt: &pb::IndexStmt) -> DdlOp {
    let key = |node: &pb::Node| match &node.node {
        Some(NodeEnum::IndexElem(element)) => Some(index_key(cx, element)),
        _ => None,
    };
    let included = |node: &pb::Node| match &node.node {
        Some(NodeEnum::IndexElem(element)) => ident(&element.name),
        _ => None,
    };
    DdlOp::CreateIndex(Box::new(CreateIndex {
        name: ident(&stmt.idxname),
        table: relation_of(stmt.relation.as_ref()),
        only: stmt.relation.as_ref().is_some_and(|r| !r.inh),
        unique: stmt.unique,
        concurrently: stmt.concurrent,
        if_not_exists: stmt.if_not_exists,
        method: ident(&stmt.access_method).unwrap_or_else(|| Ident::new("btree")),
        keys: stmt.index_params.iter().filter_map(key).collect(),
        include: stmt.index_including_params.iter().filter_map(included).collect(),
        predicate: cx.opt_expr(stmt.where_clause.as_deref()),
        nulls_not_distinct: stmt.nulls_not_distinct,
        options: options(&stmt.options),
        tablespace: ident(&stmt.table_space),
    }))
}

/// A key of an index or of an exclusion constraint.
pub(super) fn index_key(cx: &Cx, element: &pb::IndexElem) -> IndexKey {
    let (target, collation) = key_target(cx, element.expr.as_deref(), &element.name, &element.collation);
    IndexKey {
        target,
        collation,
        opclass: (!element.opclass.is_empty()).then(|| builtin_qname(&element.opclass)),
        opclass_options: options(&element.opclassopts),
        descending: element.ordering() == SortByDir::SortbyDesc,
        nulls_first: match element.nulls_ordering() {
            SortByNulls::SortbyNullsFirst => Some(true),
            SortByNulls::SortbyNullsLast => Some(false),
            SortByNulls::SortbyNullsDefault | SortByNulls::Undefined => None,
        },
        prefix: None,
    }
}

/// What a key is on, and its collation. A column in parentheses is a column, and a collation in them is the key's
/// (`ComputeIndexAttrs` and `ComputePartitionAttrs`).
pub(super) fn key_target(
    cx: &Cx,
    expr: Option<&pb::Node>,
    name: &str,
    collation: &[pb::Node],
) -> (KeyTarget, Option<QName>) {
    let (mut expr, mut collation) = (expr, collation);
    while let Some(NodeEnum::CollateClause(clause)) = inner(expr) {
        if collation.is_empty() {
            collation = &clause.collname;
        }
        expr = clause.arg.as_deref();
    }
    let column = match inner(expr) {
        Some(NodeEnum::ColumnRef(column)) => match &column.fields[..] {
            [name] => text(name),
            _ => None,
        },
        _ => None,
    };
    let target = match (column, expr) {
        (None, Some(expr)) => KeyTarget::Expr(cx.expr(expr)),
        (column, _) => KeyTarget::Column(Ident::new(column.unwrap_or(name))),
    };
    (target, (!collation.is_empty()).then(|| builtin_qname(collation)))
}

pub(super) fn create_statistics(cx: &Cx, stmt: &pb::CreateStatsStmt) -> DdlOp {
    let expr = |node: &pb::Node| match &node.node {
        Some(NodeEnum::StatsElem(element)) => Some(match &element.expr {
            Some(expr) => cx.expr(expr),
            None => column_expr(cx, &element.name),
        }),
        _ => None,
    };
    // The grammar takes any FROM; the server wants one table.
    let table = match stmt.relations.first().and_then(|n| n.node.as_ref()) {
        Some(NodeEnum::RangeVar(range)) if stmt.relations.len() == 1 => relation(range),
        _ => return cx.unsupported_op("CREATE STATISTICS on anything but one table"),
    };
    DdlOp::CreateStatistics(CreateStatistics {
        name: (!stmt.defnames.is_empty()).then(|| qname(&stmt.defnames)),
        if_not_exists: stmt.if_not_exists,
        kinds: idents(&stmt.stat_types),
        exprs: stmt.exprs.iter().filter_map(expr).collect(),
        table,
    })
}

/// A column where the tree has only its name.
fn column_expr(cx: &Cx, name: &str) -> Expr {
    let field = pb::Node { node: Some(NodeEnum::String(pb::String { sval: name.to_owned() })) };
    let column = pb::ColumnRef { fields: vec![field], location: -1 };
    cx.expr(&pb::Node { node: Some(NodeEnum::ColumnRef(column)) })
}

/// An object named by one word.
pub(super) fn named(name: &str) -> ObjectName {
    ObjectName::of(QName::bare(name))
}

/// Whether an option such as `CONCURRENTLY` or `FULL` is on.
fn on(nodes: &[pb::Node], name: &str) -> bool {
    defs(nodes).rfind(|d| d.defname == name).is_some_and(|d| truth(arg(d)))
}

pub(super) fn reindex(stmt: &pb::ReindexStmt) -> DdlOp {
    let name = || relation_of(stmt.relation.as_ref());
    let target = match stmt.kind() {
        ReindexObjectType::ReindexObjectIndex => ReindexTarget::Index(name()),
        ReindexObjectType::ReindexObjectTable => ReindexTarget::Table(name()),
        ReindexObjectType::ReindexObjectSchema => ReindexTarget::Schema(Ident::new(&stmt.name)),
        ReindexObjectType::ReindexObjectSystem => ReindexTarget::System,
        ReindexObjectType::ReindexObjectDatabase | ReindexObjectType::Undefined => ReindexTarget::Database,
    };
    DdlOp::Reindex(Reindex { target, concurrently: on(&stmt.params, "concurrently") })
}

pub(super) fn cluster(stmt: &pb::ClusterStmt) -> DdlOp {
    DdlOp::Cluster(Cluster { table: stmt.relation.as_ref().map(relation), index: ident(&stmt.indexname) })
}

pub(super) fn vacuum(stmt: &pb::VacuumStmt) -> DdlOp {
    let range = |node: &pb::Node| match &node.node {
        Some(NodeEnum::VacuumRelation(rel)) => rel.relation.clone(),
        _ => None,
    };
    let ranges: Vec<pb::RangeVar> = stmt.rels.iter().filter_map(range).collect();
    DdlOp::Vacuum(Vacuum {
        vacuum: stmt.is_vacuumcmd,
        full: on(&stmt.options, "full"),
        analyze: on(&stmt.options, "analyze"),
        tables: ranges.iter().map(relation).collect(),
        only: ranges.iter().filter(|range| !range.inh).map(relation).collect(),
    })
}

pub(super) fn refresh(stmt: &pb::RefreshMatViewStmt) -> DdlOp {
    DdlOp::RefreshMatview(RefreshMatview {
        name: relation_of(stmt.relation.as_ref()),
        concurrently: stmt.concurrent,
        with_data: !stmt.skip_data,
    })
}
