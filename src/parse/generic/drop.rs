//! `DROP`, `RENAME TABLE`, `TRUNCATE`.

use super::alter::{drop_index, rename_table};
use super::cursor::{Cursor, Parsed};
use super::{Problem, object_kind};
use crate::ir::DdlOp;
use crate::ir::data::Truncate;
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::name::Dialect;

/// What follows `DROP`.
pub(super) fn drop(mut cursor: Cursor) -> Parsed<Vec<DdlOp>> {
    cursor.eat(&["temporary"]);
    let word = cursor.word()?;
    let Some(kind) = object_kind(&word) else { return Err(cursor.expected("the kind of an object")) };
    if matches!(kind, ObjectKind::Role | ObjectKind::Other | ObjectKind::Server | ObjectKind::Tablespace) {
        return Err(Problem::unsupported(format!("DROP {} is not modelled", word.to_ascii_uppercase())));
    }
    let if_exists = cursor.eat(&["if", "exists"]);
    if kind == ObjectKind::Index && cursor.dialect == Dialect::MySql {
        let name = cursor.name()?;
        cursor.expect(&["on"])?;
        let table = cursor.qname()?;
        super::index::index_options(&mut cursor)?;
        cursor.finish()?;
        return Ok(vec![drop_index(&table, name, if_exists)]);
    }
    let objects = cursor.qnames()?.into_iter().map(ObjectName::of).collect();
    let cascade = cursor.eat(&["cascade"]);
    cursor.eat(&["restrict"]);
    cursor.finish()?;
    Ok(vec![DdlOp::Drop(Drop { kind, objects, if_exists, cascade, concurrently: false })])
}

/// What follows `RENAME`.
pub(super) fn rename(mut cursor: Cursor) -> Parsed<Vec<DdlOp>> {
    if cursor.eat_any(&["table", "tables"]).is_none() {
        return Err(Problem::unsupported("only tables can be renamed like this"));
    }
    let if_exists = cursor.eat(&["if", "exists"]);
    let mut ops = Vec::new();
    for mut item in cursor.items() {
        let from = item.qname()?;
        item.expect(&["to"])?;
        let to = item.qname()?;
        item.finish()?;
        rename_table(&from, &to, if_exists, &mut ops);
    }
    Ok(ops)
}

/// What follows `TRUNCATE`. MySQL starts the numbers of the table again.
pub(super) fn truncate(mut cursor: Cursor) -> Parsed<Vec<DdlOp>> {
    cursor.eat(&["table"]);
    let tables = cursor.qnames()?;
    cursor.finish()?;
    Ok(vec![DdlOp::Truncate(Truncate { tables, only: Vec::new(), restart_identity: true, cascade: false })])
}
