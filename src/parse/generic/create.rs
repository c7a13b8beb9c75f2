//! `CREATE TABLE`, `CREATE VIEW`, `CREATE DATABASE`.

use super::constraint::{Element, is_element};
use super::cursor::{Cursor, Parsed};
use super::index::create_index;
use super::{Problem, Reader, expr, heading};
use crate::ir::DdlOp;
use crate::ir::object::{CreateSchema, Drop, ObjectKind, ObjectName};
use crate::ir::table::{ConstraintKind, CreateTable, CreateView, LikeClause, Options, Persistence};
use crate::name::{Dialect, QName};
use crate::parse::lexer::TokenKind;

/// The words with which the query of `CREATE TABLE … AS` begins.
const QUERY: [&str; 4] = ["select", "with", "values", "table"];

impl Reader {
    /// `CREATE`; `whole` begins with that word.
    pub(super) fn create(self, whole: &Cursor) -> Parsed<Vec<DdlOp>> {
        let mut cursor = whole.clone();
        cursor.expect(&["create"])?;
        let or_replace = cursor.eat(&["or", "replace"]);
        let temporary = cursor.eat_any(&["temporary", "temp"]).is_some();
        if cursor.eat(&["table"]) {
            return self.create_table(cursor, temporary, or_replace);
        }
        if cursor.eat(&["index"]) {
            return create_index(cursor, None, or_replace);
        }
        if let Some(kind) = cursor.eat_any(&["unique", "fulltext", "spatial", "vector"]) {
            cursor.expect(&["index"])?;
            return create_index(cursor, Some(kind), or_replace);
        }
        if cursor.eat_any(&["database", "schema"]).is_some() {
            let if_not_exists = cursor.eat(&["if", "not", "exists"]);
            let name = cursor.name()?;
            // What follows are the defaults of new tables.
            return Ok(vec![DdlOp::CreateSchema(CreateSchema {
                name,
                if_not_exists,
                owner: None,
                elements: Vec::new(),
            })]);
        }
        let options = view_options(&mut cursor);
        if cursor.eat(&["view"]) {
            return create_view(cursor, temporary, or_replace, options).map(|op| vec![op]);
        }
        let (verb, object) = heading(whole.clone());
        let known = object.is_some() || verb.contains(' ') || cursor.at(&["virtual"]);
        let message = format!("{verb} is not modelled");
        if known { Err(Problem::unsupported(message)) } else { Err(cursor.expected("the kind of an object")) }
    }

    fn create_table(self, mut cursor: Cursor, temporary: bool, or_replace: bool) -> Parsed<Vec<DdlOp>> {
        let if_not_exists = cursor.eat(&["if", "not", "exists"]);
        let name = cursor.qname()?;
        let mut table = CreateTable {
            name: Some(name.clone()),
            if_not_exists,
            persistence: if temporary { Persistence::Temporary } else { Persistence::Permanent },
            ..CreateTable::default()
        };
        let mut indexes = Vec::new();
        if let Some(source) = like_source(&mut cursor)? {
            table.like.push(LikeClause { source, position: 0, including: Vec::new() });
            cursor.finish()?;
        } else {
            if cursor.at_kind(TokenKind::LParen) {
                let mut ahead = cursor.clone();
                let group = ahead.group()?;
                // The parentheses may hold the query instead of columns.
                if !group.at_any(&QUERY) {
                    cursor = ahead;
                    for item in group.items() {
                        self.table_element(item, &name, &mut table, &mut indexes)?;
                    }
                    mysql_primary_key(&mut table, cursor.dialect);
                }
            }
            tail(cursor, &mut table)?;
        }
        if table.as_query.is_none() && table.like.is_empty() && table.columns.is_empty() {
            return Err(Problem::unsupported("a table without columns"));
        }
        let mut ops = Vec::new();
        if or_replace {
            ops.push(DdlOp::Drop(Drop {
                kind: ObjectKind::Table,
                objects: vec![ObjectName::of(name)],
                if_exists: true,
                cascade: false,
                concurrently: false,
            }));
        }
        ops.push(DdlOp::CreateTable(Box::new(table)));
        ops.append(&mut indexes);
        Ok(ops)
    }

    fn table_element(
        self,
        item: Cursor,
        name: &QName,
        table: &mut CreateTable,
        indexes: &mut Vec<DdlOp>,
    ) -> Parsed<()> {
        if item.is_done() {
            return Err(item.expected("a column or a constraint"));
        }
        if item.at(&["period", "for"]) {
            return Err(Problem::unsupported("periods of time are not modelled"));
        }
        if !is_element(&item) {
            table.columns.push(self.column(item)?);
            return Ok(());
        }
        match self.element(item, name)? {
            Element::Index(index) => indexes.push(DdlOp::CreateIndex(index)),
            Element::Constraint(def) => table.constraints.push(*def),
        }
        Ok(())
    }
}

/// MySQL makes the columns of a primary key NOT NULL.
fn mysql_primary_key(table: &mut CreateTable, dialect: Dialect) {
    for def in table.constraints.iter().filter(|_| dialect == Dialect::MySql) {
        if let ConstraintKind::PrimaryKey(key) = &def.kind {
            for column in &mut table.columns {
                column.not_null |= key.columns.iter().any(|name| name.eq_ignore_ascii_case(&column.name));
            }
        }
    }
}

/// `LIKE source`, also in parentheses.
fn like_source(cursor: &mut Cursor) -> Parsed<Option<QName>> {
    if cursor.eat(&["like"]) {
        return cursor.qname().map(Some);
    }
    let mut ahead = cursor.clone();
    let Ok(mut group) = ahead.group() else { return Ok(None) };
    // A column may be called `like` only in quotes.
    if !group.eat(&["like"]) {
        return Ok(None);
    }
    let source = group.qname()?;
    group.finish()?;
    *cursor = ahead;
    Ok(Some(source))
}

/// Table options, partitioning, and the query that fills the table.
fn tail(mut cursor: Cursor, table: &mut CreateTable) -> Parsed<()> {
    let mut options = cursor.clone();
    let query = query_start(&cursor);
    let options = options.take(query.unwrap_or(cursor.len()));
    if !options.is_done() {
        table.extra = Some(options.rest().to_owned());
    }
    let Some(query) = query else { return Ok(()) };
    cursor.skip(query);
    // `IGNORE` and `REPLACE` say what happens to duplicate rows.
    cursor.eat_any(&["ignore", "replace"]);
    cursor.eat(&["as"]);
    table.as_query = Some(expr::query(&cursor)?);
    table.with_data = true;
    Ok(())
}

/// How many tokens stand before the query.
fn query_start(cursor: &Cursor) -> Option<usize> {
    let mut depth = 0_usize;
    let mut ahead = cursor.clone();
    let mut at = 0;
    while let Some(token) = ahead.peek(0) {
        let versioning = ahead.at(&["with", "system", "versioning"]);
        let query = ahead.at_any(&QUERY) || ahead.at(&["as"]) || at == 0 && token.kind == TokenKind::LParen;
        let resolved = ahead.at(&["ignore", "as"]) || ahead.at(&["replace", "as"]);
        let resolved = resolved || ahead.at(&["ignore", "select"]) || ahead.at(&["replace", "select"]);
        if depth == 0 && !versioning && (query || resolved) {
            return Some(at);
        }
        match token.kind {
            TokenKind::LParen => depth += 1,
            TokenKind::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        ahead.skip(1);
        at += 1;
    }
    None
}

/// `ALGORITHM = … DEFINER = … SQL SECURITY …` before `VIEW`: stepped over, and named as PostgreSQL names the one
/// that it has as well.
fn view_options(cursor: &mut Cursor) -> Options {
    let mut ahead = cursor.clone();
    let mut words = ahead.until(&["view", "trigger", "procedure", "function", "event", "aggregate"]);
    let mut options = Options::new();
    if !ahead.at(&["view"]) || !(words.is_done() || words.at_any(&["algorithm", "definer", "sql"])) {
        return options;
    }
    *cursor = ahead;
    while !words.is_done() {
        if words.eat(&["sql", "security", "invoker"]) {
            options.push(("security_invoker".to_owned(), "true".to_owned()));
        } else if words.eat(&["algorithm"]) {
            words.eat_equals();
            let algorithm = words.take(1).rest().to_ascii_lowercase();
            if algorithm != "undefined" {
                options.push(("algorithm".to_owned(), algorithm));
            }
        } else if words.eat(&["definer"]) {
            words.eat_equals();
            let definer = words.until(&["sql", "algorithm"]);
            options.push(("definer".to_owned(), definer.rest().to_owned()));
        } else {
            words.skip(1);
        }
    }
    options
}

/// `CREATE VIEW` from the name on.
fn create_view(mut cursor: Cursor, temporary: bool, or_replace: bool, options: Options) -> Parsed<DdlOp> {
    cursor.eat(&["if", "not", "exists"]);
    let name = cursor.qname()?;
    let columns = if cursor.at_kind(TokenKind::LParen) { cursor.name_list()? } else { Vec::new() };
    cursor.expect(&["as"])?;
    let (length, check_option) = check_option(&cursor);
    let query = expr::query(&cursor.take(length))?;
    Ok(DdlOp::CreateView(Box::new(CreateView {
        name,
        or_replace,
        temporary,
        recursive: false,
        columns,
        query,
        options,
        check_option,
    })))
}

/// How many tokens stand before `WITH … CHECK OPTION`, and which it is.
fn check_option(cursor: &Cursor) -> (usize, Option<&'static str>) {
    let endings: [(&[&str], &str); 3] = [
        (&["with", "cascaded", "check", "option"], "cascaded"),
        (&["with", "local", "check", "option"], "local"),
        (&["with", "check", "option"], "cascaded"),
    ];
    for (words, level) in endings {
        let Some(before) = cursor.len().checked_sub(words.len()) else { continue };
        let mut end = cursor.clone();
        end.skip(before);
        if end.at(words) {
            return (before, Some(level));
        }
    }
    (cursor.len(), None)
}
