//! `CREATE INDEX` and what it shares with the keys inside a table's definition.

use super::cursor::{Cursor, Parsed};
use super::expr;
use crate::ir::DdlOp;
use crate::ir::index::{CreateIndex, IndexKey, KeyTarget};
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::ir::table::Options;
use crate::name::{Dialect, Ident, QName};
use crate::parse::lexer::TokenKind;

/// `CREATE … INDEX` from the name on. `kind` is `unique`, `fulltext`, `spatial`, `vector` or nothing.
pub(super) fn create_index(mut cursor: Cursor, kind: Option<&str>, or_replace: bool) -> Parsed<Vec<DdlOp>> {
    let if_not_exists = cursor.eat(&["if", "not", "exists"]);
    let name = cursor.qname()?;
    let before = method_of(&mut cursor)?;
    cursor.expect(&["on"])?;
    // SQLite writes the schema before the index.
    let table = cursor.qname()?;
    let table = QName { schema: table.schema.or(name.schema), name: table.name };
    let keys = index_keys(cursor.group()?)?;
    let (options, behind) = index_options(&mut cursor)?;
    let predicate = if cursor.eat(&["where"]) { Some(expr::expression(&cursor)?) } else { None };
    if predicate.is_none() {
        cursor.finish()?;
    }
    let method = match kind {
        Some(method @ ("fulltext" | "spatial" | "vector")) => Ident::new(method),
        _ => before.or(behind).unwrap_or_else(|| Ident::new("btree")),
    };
    let mut ops = Vec::new();
    if or_replace {
        ops.push(DdlOp::Drop(Drop {
            kind: ObjectKind::Index,
            objects: vec![ObjectName::part(table.clone(), name.name.clone())],
            if_exists: true,
            cascade: false,
            concurrently: false,
        }));
    }
    ops.push(DdlOp::CreateIndex(Box::new(CreateIndex {
        name: Some(name.name),
        table,
        only: false,
        unique: kind == Some("unique"),
        concurrently: false,
        if_not_exists,
        method,
        keys,
        include: Vec::new(),
        predicate,
        nulls_not_distinct: false,
        options,
        tablespace: None,
    })));
    Ok(ops)
}

/// The keys of an index, from what stands in its parentheses.
pub(super) fn index_keys(group: Cursor) -> Parsed<Vec<IndexKey>> {
    if group.is_done() {
        return Err(group.expected("a column"));
    }
    group.items().into_iter().map(index_key).collect()
}

/// `column(10) DESC`, `(expression)`; in SQLite also a bare expression and `COLLATE name`.
fn index_key(mut item: Cursor) -> Parsed<IndexKey> {
    let mut body = match item.dialect {
        Dialect::Sqlite => item.until(&["collate", "asc", "desc"]),
        Dialect::MySql | Dialect::PostgreSql => item.until(&["asc", "desc"]),
    };
    let mut key = if let Some(key) = column_key(body.clone())? {
        key
    } else {
        let mut whole = body.clone();
        if let Ok(inner) = whole.group()
            && whole.is_done()
        {
            body = inner;
        }
        IndexKey { target: KeyTarget::Expr(expr::expression(&body)?), ..IndexKey::column(Ident::new("")) }
    };
    if item.eat(&["collate"]) {
        key.collation = Some(QName::bare(item.name()?));
    }
    key.descending = item.eat_any(&["asc", "desc"]) == Some("desc");
    item.finish()?;
    Ok(key)
}

/// A key that is a column, with MySQL's length of its beginning.
fn column_key(mut body: Cursor) -> Parsed<Option<IndexKey>> {
    let Ok(name) = body.name() else { return Ok(None) };
    let mut key = IndexKey::column(name);
    if body.dialect == Dialect::MySql && body.at_kind(TokenKind::LParen) {
        let Ok(length) = body.group()?.rest().parse() else { return Ok(None) };
        key.prefix = Some(length);
    }
    Ok(body.is_done().then_some(key))
}

/// `USING method` or `TYPE method`.
pub(super) fn method_of(cursor: &mut Cursor) -> Parsed<Option<Ident>> {
    if cursor.eat(&["using"]) { cursor.word().map(|method| Some(Ident::from(method))) } else { Ok(None) }
}

/// The options of a MySQL index by their lower-case names, and the method when it is named here.
pub(super) fn index_options(cursor: &mut Cursor) -> Parsed<(Options, Option<Ident>)> {
    let mut options = Vec::new();
    let mut method = None;
    let with_value = [
        "key_block_size",
        "algorithm",
        "lock",
        "engine_attribute",
        "secondary_engine_attribute",
        "clustering",
        "wait",
        "m",
        "distance",
    ];
    if cursor.dialect != Dialect::MySql {
        return Ok((options, method));
    }
    loop {
        if let Some(found) = method_of(cursor)? {
            method = Some(found);
        } else if cursor.eat(&["comment"]) {
            options.push(("comment".to_owned(), cursor.string()?));
        } else if cursor.eat(&["with", "parser"]) {
            options.push(("parser".to_owned(), cursor.name()?.to_string()));
        } else if let Some(word) = cursor.eat_any(&["invisible", "ignored", "nowait"]) {
            options.push((word.to_owned(), String::new()));
        } else if let Some(word) = cursor.eat_any(&with_value) {
            cursor.eat_equals();
            let value = if cursor.peek(0).is_some_and(|token| token.kind.is_string()) {
                cursor.string()?
            } else {
                cursor.take(1).rest().to_ascii_lowercase()
            };
            options.push((word.to_owned(), value));
        } else if !cursor.eat(&["visible"]) && !cursor.eat(&["not", "ignored"]) {
            return Ok((options, method));
        }
    }
}
