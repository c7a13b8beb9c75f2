//! The insides of routines: what `DO` runs, and what a stored body names.

use std::ops::Range;

use pg_query::NodeEnum;
use pg_query::protobuf as pb;

use super::names::{arg, defs, items, qname, relation, relation_of, relations, value};
use super::query::{query, target};
use super::text::{piece, tokens};
use super::walk::{Walk, add};
use super::{Context, Cx, fragment};
use crate::ir::expr::Query;

use crate::ir::routine::BodyUses;
use crate::ir::{DdlOp, DoBlock, Nested};
use crate::name::{Ident, QName};
use crate::parse::postgres::ffi;
use crate::parse::postgres::routine::{BodyKind, BodyStatement, read_body};

/// What the stored body of a function names.
pub(super) fn uses(cx: &Cx, language: &Ident, body: &str) -> BodyUses {
    match language.as_str() {
        "sql" => sql_string(cx, body),
        "plpgsql" => fragment::uses(cx, body),
        _ => BodyUses::default(),
    }
}

/// A body in SQL, parsed when it is called.
fn sql_string(cx: &Cx, body: &str) -> BodyUses {
    let mut uses = BodyUses { readable: true, ..BodyUses::default() };
    match ffi::parse(body) {
        Ok(tree) => {
            for stmt in &tree.stmts {
                if let Some(node) = stmt.stmt.as_ref().and_then(|s| s.node.as_ref()) {
                    record(cx, node, piece(body, stmt).slice(body).to_owned(), &mut uses);
                }
            }
        }
        Err(_) => uses.readable = false,
    }
    uses
}

/// Adds what one statement of a body names.
pub(super) fn record(cx: &Cx, node: &NodeEnum, sql: String, uses: &mut BodyUses) {
    let mut write = |name: QName| add(&mut uses.writes, name);
    match node {
        NodeEnum::InsertStmt(_)
        | NodeEnum::UpdateStmt(_)
        | NodeEnum::DeleteStmt(_)
        | NodeEnum::MergeStmt(_) => target(node).into_iter().for_each(write),
        NodeEnum::TruncateStmt(s) => relations(&s.relations).into_iter().for_each(write),
        NodeEnum::RefreshMatViewStmt(s) => write(relation_of(s.relation.as_ref())),
        NodeEnum::CopyStmt(s) if s.is_from => s.relation.iter().map(relation).for_each(write),
        NodeEnum::ExecuteStmt(_) => uses.dynamic += 1,
        _ => {}
    }
    let found = match node {
        NodeEnum::SelectStmt(_)
        | NodeEnum::InsertStmt(_)
        | NodeEnum::UpdateStmt(_)
        | NodeEnum::DeleteStmt(_)
        | NodeEnum::MergeStmt(_) => query(node, sql),
        NodeEnum::CallStmt(s) => {
            let mut walk = Walk::default();
            let scope = walk.open(None);
            if let Some(call) = &s.funccall {
                add(&mut walk.functions, qname(&call.funcname));
                walk.list(&call.args, scope);
            }
            super::query::finish(walk, sql, Vec::new(), false)
        }
        // Statements that make or change objects: the queries inside them.
        _ => match super::statement(&cx.unlocated(), node) {
            DdlOp::CreateTable(table) => match table.as_query {
                Some(found) => with_text(found, sql),
                None => return,
            },
            DdlOp::CreateView(view) => with_text(view.query, sql),
            DdlOp::Copy(copy) => match copy.query {
                Some(found) => with_text(found, sql),
                None => return,
            },
            _ => return,
        },
    };
    for name in &found.writes {
        add(&mut uses.writes, name.clone());
    }
    uses.queries.push(found);
}

/// The SQL-standard body of a routine: its text and what it names.
pub(super) fn sql_standard(cx: &Cx, node: &NodeEnum) -> (String, BodyUses) {
    let (range, text) = cx.sql_body().unwrap_or((0..0, String::new()));
    let mut uses = BodyUses { readable: true, ..BodyUses::default() };
    let statements: Vec<&NodeEnum> = match node {
        // `BEGIN ATOMIC` has a list of statements in a list.
        NodeEnum::List(list) => list
            .items
            .iter()
            .flat_map(|inner| items(inner.node.as_ref()))
            .filter_map(|n| n.node.as_ref())
            .collect(),
        node => vec![node],
    };
    let parts: Vec<Range<usize>> =
        if matches!(node, NodeEnum::List(_)) { cx.atomic_statements(range) } else { vec![range] };
    for (i, statement) in statements.iter().enumerate() {
        let sql = match parts.get(i) {
            Some(part) if parts.len() == statements.len() => cx.text_of(part.clone()),
            _ => String::new(),
        };
        match statement {
            NodeEnum::ReturnStmt(s) => {
                let mut walk = Walk::default();
                let scope = walk.open(None);
                walk.opt(s.returnval.as_deref(), scope);
                uses.queries.push(super::query::finish(walk, sql, Vec::new(), false));
            }
            statement => record(cx, statement, sql, &mut uses),
        }
    }
    (text, uses)
}

pub(super) fn do_block(cx: &Cx, stmt: &pb::DoStmt) -> DdlOp {
    let option = |name: &str| defs(&stmt.args).find(|d| d.defname == name).and_then(arg).map(value);
    let language = option("language").unwrap_or_else(|| "plpgsql".to_owned()).to_ascii_lowercase();
    let mut block = DoBlock {
        language: Ident::from(language),
        body: option("as").unwrap_or_default(),
        statements: Vec::new(),
        unread: Vec::new(),
        raises: None,
    };
    match read_body(cx.context.text, cx.context.tokens) {
        Ok(Some(body)) if body.readable => {
            for statement in &body.statements {
                nested(cx, statement, &mut block);
            }
        }
        Ok(_) => block.unread.push(format!("a body in the language {} is not read", block.language)),
        Err(error) => block.unread.push(error.message),
    }
    DdlOp::Do(block)
}

/// Adds one statement of a `DO` block.
fn nested(cx: &Cx, statement: &BodyStatement, block: &mut DoBlock) {
    match statement.kind {
        BodyKind::Dynamic => {
            let words: Vec<&str> = statement.sql.split_whitespace().collect();
            block.unread.push(format!("the text of EXECUTE {} is not known", words.join(" ")));
            return;
        }
        // Values of variables and conditions change nothing by themselves, but may read tables.
        BodyKind::Assign | BodyKind::Expression => {
            let Some(sql) = subquery(statement) else { return };
            let query = BodyStatement { kind: BodyKind::Query, sql, ..statement.clone() };
            return nested(cx, &query, block);
        }
        BodyKind::Raise => {
            // Parts of the message that are put in when it runs are not known; `%%` is a percent sign.
            block.raises.get_or_insert_with(|| statement.sql.replace("%%", "%"));
            return;
        }
        BodyKind::Static | BodyKind::Perform | BodyKind::Call | BodyKind::Query => {}
    }
    let tree = match ffi::parse(&statement.sql) {
        Ok(tree) => tree,
        Err(error) => {
            block.unread.push(error.message);
            return;
        }
    };
    let span = cx.context.place.unwrap_or(statement.span);
    // Text that stands in the source as it was parsed has places of its own; other text has only one.
    let written = cx.context.place.is_none()
        && (statement.span.end - statement.span.start) as usize == statement.sql.len();
    let (text, offset) =
        if written { (cx.context.text, statement.span.start) } else { (statement.sql.as_str(), 0) };
    let tokens = tokens(&statement.sql);
    for stmt in &tree.stmts {
        let part = piece(&statement.sql, stmt);
        let inside: Vec<_> = tokens
            .iter()
            .filter(|t| part.start <= t.span.start && t.span.end <= part.end)
            .map(|t| crate::parse::lexer::Token { span: t.span.shifted(offset), ..*t })
            .collect();
        let context = Context {
            text,
            tokens: &inside,
            span: part.shifted(offset),
            place: if written { None } else { Some(span) },
        };
        let place = if written && tree.stmts.len() > 1 { part.shifted(offset) } else { span };
        block.statements.push(Nested {
            op: lower_part(stmt, &context, offset),
            span: place,
            conditional: statement.conditional,
            guarded: statement.guarded,
        });
    }
}

/// The query of an expression that has one.
fn subquery(statement: &BodyStatement) -> Option<String> {
    if !statement.sql.to_ascii_lowercase().contains("from") {
        return None;
    }
    let value = match statement.kind {
        BodyKind::Assign => statement.sql.split_once(":=").or_else(|| statement.sql.split_once('='))?.1,
        _ => &statement.sql,
    };
    let sql = format!("SELECT {value}");
    let tree = ffi::parse(&sql).ok()?;
    let [only] = &tree.stmts[..] else { return None };
    let node = only.stmt.as_ref()?.node.as_ref()?;
    (!query(node, String::new()).relations().is_empty()).then_some(sql)
}

/// Lowers one of several statements that were parsed together: the tree's places count from `base`.
fn lower_part(stmt: &pb::RawStmt, context: &Context, base: u32) -> DdlOp {
    let cx = Cx { base, ..Cx::new(*context) };
    cx.finish(stmt)
}

/// The same facts of a query with the text of the statement around it.
fn with_text(mut query: Query, sql: String) -> Query {
    query.sql = sql;
    query
}
