//! Statements on rows, read by `sqlparser`.

use sqlparser::ast::{
    self, Assignment, AssignmentTarget, Expr as Tree, FromTable, SetExpr, Statement, TableFactor,
    TableObject, TableWithJoins, Visit,
};
use sqlparser::parser::Parser;

use super::cursor::{Cursor, Parsed};
use super::expr::{from_tree, from_walk};
use super::walk::{Walk, qname};
use super::{Problem, front};
use crate::ir::DdlOp;
use crate::ir::data::{Copy, Delete, Insert, Select, Update};
use crate::ir::expr::{Expr, Query, QueryFacts};
use crate::name::{Dialect, Ident, QName};

/// Cells of a `VALUES` list that are kept.
const MAX_CELLS: usize = 1_000;

/// `INSERT`, `REPLACE`, `UPDATE`, `DELETE`, `SELECT`, `VALUES`, `TABLE`.
pub(super) fn statement(cursor: &Cursor) -> Parsed<DdlOp> {
    let dialect = cursor.dialect;
    let tree = front::read(cursor.rest(), cursor.start(), dialect, Parser::parse_statement)?;
    let sql = cursor.rest();
    match &tree {
        Statement::Query(query) => Ok(self::query(query, sql, dialect)),
        Statement::Insert(insert) => self::insert(insert, cursor),
        Statement::Update(update) => {
            let mut walk = Walk::outside();
            let _ = update.visit(&mut walk);
            let mut query = from_statement(walk, sql);
            query.filtered = update.selection.is_some();
            let assignments = update.assignments.iter().flat_map(|one| assignment(one, dialect)).collect();
            let table = target(&update.table)?;
            let filter = update.selection.clone().map(|filter| from_tree(filter, dialect));
            Ok(DdlOp::Update(Box::new(Update { table, assignments, parts: false, filter, query })))
        }
        Statement::Delete(delete) => {
            let mut walk = Walk::outside();
            let _ = delete.visit(&mut walk);
            let mut query = from_statement(walk, sql);
            query.filtered = delete.selection.is_some();
            let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
            let table = match (delete.tables.first(), from.first()) {
                (Some(name), _) => qname(name),
                (None, Some(table)) => target(table)?,
                (None, None) => return Err(Problem::unsupported("a DELETE without a table")),
            };
            let filter = delete.selection.clone().map(|filter| from_tree(filter, dialect));
            Ok(DdlOp::Delete(Box::new(Delete { table, filter, query })))
        }
        _ => Err(Problem::unsupported("this statement on rows is not modelled")),
    }
}

/// `LOAD DATA … INTO TABLE t`.
pub(super) fn load(mut cursor: Cursor) -> Parsed<DdlOp> {
    cursor.until(&["into"]);
    cursor.expect(&["into", "table"])?;
    let table = Some(cursor.qname()?);
    Ok(DdlOp::Copy(Box::new(Copy { table, from: true, query: None })))
}

/// A query, or a statement that begins with `WITH`.
fn query(tree: &ast::Query, sql: &str, dialect: Dialect) -> DdlOp {
    let mut walk = Walk::new();
    let _ = tree.visit(&mut walk);
    let inner = match &*tree.body {
        SetExpr::Update(Statement::Update(update)) => Some((&update.table, update.selection.clone(), true)),
        SetExpr::Delete(Statement::Delete(delete)) => {
            let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
            from.first().map(|table| (table, delete.selection.clone(), false))
        }
        _ => None,
    };
    if let Some((table, filter, is_update)) = inner
        && let Ok(table) = target(table)
    {
        let mut query = from_statement(walk, sql);
        query.filtered = filter.is_some();
        let filter = filter.map(|filter| from_tree(filter, dialect));
        return if is_update {
            DdlOp::Update(Box::new(Update { table, assignments: Vec::new(), parts: false, filter, query }))
        } else {
            DdlOp::Delete(Box::new(Delete { table, filter, query }))
        };
    }
    let query = from_walk(walk, sql, tree);
    DdlOp::Select(Box::new(Select { query, writes: Vec::new(), sequences: Vec::new(), settings: Vec::new() }))
}

fn insert(insert: &ast::Insert, cursor: &Cursor) -> Parsed<DdlOp> {
    let dialect = cursor.dialect;
    let TableObject::TableName(table) = &insert.table else {
        return Err(Problem::unsupported("an INSERT into what is no table"));
    };
    let on_conflict = insert.on.is_some() || insert.or.is_some() || insert.ignore || insert.replace_into;
    let mut op = Insert {
        table: qname(table),
        columns: insert.columns.iter().map(|name| qname(name).name).collect(),
        parts: false,
        rows: None,
        values: Vec::new(),
        query: Query::default(),
        on_conflict,
        overriding: None,
    };
    let Some(source) = insert.source.as_deref() else {
        // `INSERT … SET a = 1`, or `DEFAULT VALUES`.
        let assignments = insert.assignments.iter().flat_map(|one| assignment(one, dialect));
        let (columns, row): (Vec<Ident>, Vec<Expr>) = assignments.unzip();
        op.rows = Some(1);
        op.columns.extend(columns);
        op.values = if row.is_empty() { Vec::new() } else { vec![row] };
        return Ok(DdlOp::Insert(Box::new(op)));
    };
    if let SetExpr::Values(values) = &*source.body {
        op.rows = Some(values.rows.len());
        op.values = cells(values, dialect);
    } else {
        let mut walk = Walk::new();
        let _ = source.visit(&mut walk);
        let mut text = cursor.clone();
        text.until(&["select", "with"]);
        let sql = if text.is_done() { source.to_string() } else { text.rest().to_owned() };
        op.query = from_walk(walk, &sql, source);
    }
    Ok(DdlOp::Insert(Box::new(op)))
}

/// The rows of a `VALUES` list, as many as have no more than [`MAX_CELLS`] cells.
fn cells(values: &ast::Values, dialect: Dialect) -> Vec<Vec<Expr>> {
    let mut left = MAX_CELLS;
    let mut rows = Vec::new();
    for row in &values.rows {
        let Some(rest) = left.checked_sub(row.len().max(1)) else { break };
        left = rest;
        rows.push(row.iter().map(|cell| from_tree(cell.clone(), dialect)).collect());
    }
    rows
}

/// The facts of a statement that is no query.
fn from_statement(walk: Walk, sql: &str) -> Query {
    Query::from(QueryFacts {
        sql: sql.to_owned(),
        scopes: walk.scopes,
        functions: walk.functions,
        types: walk.types,
        output: Vec::new(),
        sources: Vec::new(),
        filtered: false,
        locks_rows: false,
        writes: Vec::new(),
    })
}

/// The first table of a list with joins: the one that is written, in all but a few statements of MySQL.
fn target(table: &TableWithJoins) -> Parsed<QName> {
    match &table.relation {
        TableFactor::Table { name, .. } => Ok(qname(name)),
        _ => Err(Problem::unsupported("a statement that writes to what is no table")),
    }
}

fn assignment(assignment: &Assignment, dialect: Dialect) -> Vec<(Ident, Expr)> {
    let value = |tree: &Tree| from_tree(tree.clone(), dialect);
    match &assignment.target {
        AssignmentTarget::ColumnName(name) => vec![(qname(name).name, value(&assignment.value))],
        // Several columns from one row: which gets what is not kept.
        AssignmentTarget::Tuple(names) => {
            names.iter().map(|name| (qname(name).name, Expr::default())).collect()
        }
    }
}
