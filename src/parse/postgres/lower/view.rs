//! Views, materialized views, and tables made from a query.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, ObjectType, ViewCheckOption};

use super::Cx;
use super::names::{ident, idents, inner, options, relation, relation_of};
use super::query::query;
use super::table::{on_commit, persistence};
use crate::ir::DdlOp;
use crate::ir::expr::Query;
use crate::ir::table::{ColumnDef, CreateMatview, CreateTable, CreateView, Persistence};
use crate::text::Span;

pub(super) fn create_view(cx: &Cx, stmt: &pb::ViewStmt) -> DdlOp {
    let Some(node) = inner(stmt.query.as_deref()) else { return cx.unsupported_op("a view without a query") };
    let check_option = match stmt.with_check_option() {
        ViewCheckOption::LocalCheckOption => Some("local"),
        ViewCheckOption::CascadedCheckOption => Some("cascaded"),
        ViewCheckOption::NoCheckOption | ViewCheckOption::Undefined => None,
    };
    let text = cx.query_after_as(if check_option.is_some() { "OPTION" } else { "" });
    DdlOp::CreateView(Box::new(CreateView {
        name: relation_of(stmt.view.as_ref()),
        or_replace: stmt.replace,
        temporary: persistence(stmt.view.as_ref()) == Persistence::Temporary,
        recursive: cx.has_leading_word("RECURSIVE"),
        columns: idents(&stmt.aliases),
        query: query(node, text.unwrap_or_else(|| cx.deparse(node))),
        options: options(&stmt.options),
        check_option,
    }))
}

/// `CREATE TABLE … AS` and `CREATE MATERIALIZED VIEW`.
pub(super) fn create_as(cx: &Cx, stmt: &pb::CreateTableAsStmt) -> DdlOp {
    let (Some(node), Some(into)) = (inner(stmt.query.as_deref()), &stmt.into) else {
        return cx.unsupported_op("a relation made from no query");
    };
    let text = cx.query_after_as("DATA").unwrap_or_else(|| cx.deparse(node));
    let query = query(node, text);
    if stmt.objtype() == ObjectType::ObjectMatview {
        return DdlOp::CreateMatview(Box::new(CreateMatview {
            name: relation_of(into.rel.as_ref()),
            if_not_exists: stmt.if_not_exists,
            columns: idents(&into.col_names),
            query,
            with_data: !into.skip_data,
            options: options(&into.options),
            tablespace: ident(&into.table_space_name),
            access_method: ident(&into.access_method),
        }));
    }
    let table = into_table(into, query, cx.span());
    DdlOp::CreateTable(Box::new(CreateTable { if_not_exists: stmt.if_not_exists, ..table }))
}

fn into_table(into: &pb::IntoClause, mut query: Query, span: Span) -> CreateTable {
    // Names given for the columns take the place of the query's own.
    for (i, name) in idents(&into.col_names).into_iter().enumerate() {
        match query.output.get_mut(i) {
            Some(Some(column)) => *column = name,
            _ => break,
        }
    }
    CreateTable {
        name: into.rel.as_ref().map(relation),
        persistence: persistence(into.rel.as_ref()),
        columns: idents(&into.col_names).into_iter().map(|name| ColumnDef::named(name, span)).collect(),
        as_query: Some(query),
        with_data: !into.skip_data,
        options: options(&into.options),
        tablespace: ident(&into.table_space_name),
        access_method: ident(&into.access_method),
        on_commit: on_commit(into.on_commit()).map(str::to_owned),
        ..CreateTable::default()
    }
}

/// `SELECT … INTO table`; `None` for any other `SELECT`.
pub(super) fn select_into(cx: &Cx, select: &pb::SelectStmt) -> Option<DdlOp> {
    // In a set operation the clause stands in the leftmost arm.
    let mut first = select;
    while let Some(left) = &first.larg {
        first = left;
    }
    let into = first.into_clause.as_deref()?;
    let mut plain = Box::new(select.clone());
    let mut arm = &mut plain;
    while arm.larg.is_some() {
        match &mut arm.larg {
            Some(left) => arm = left,
            None => break,
        }
    }
    arm.into_clause = None;
    let node = NodeEnum::SelectStmt(plain);
    let query = query(&node, cx.deparse(&node));
    Some(DdlOp::CreateTable(Box::new(into_table(into, query, cx.span()))))
}
