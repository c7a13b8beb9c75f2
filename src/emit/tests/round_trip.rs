//! What is printed reads back as the operation it was printed from, places aside.

use proptest::prelude::*;

use super::{col, con, e, id, q};
use crate::emit::{is_comment, sql};
use crate::ir::index::{CreateIndex, IndexKey};
use crate::ir::object::{Comment, ObjectKind, ObjectName};
use crate::ir::table::{ColumnDef, ConstraintKind, CreateTable, KeyConstraint};
use crate::ir::{DdlOp, Stmt};
use crate::name::{Dialect, QName};
use crate::parse::{script, with_large_stack};
use crate::text::{FileId, Span};

/// One statement for every syntax form of the reference manual.
const STATEMENTS: &str = include_str!("../../../tests/fixtures/postgresql/statements.sql");

fn statements(text: &str) -> Vec<Stmt> {
    let span = Span::new(0, u32::try_from(text.len()).expect("short text"));
    with_large_stack(|| script(text, span, FileId(0), Dialect::PostgreSql).statements).expect("a thread")
}

/// The operation without its places.
fn without_spans(op: &DdlOp) -> String {
    let text = format!("{op:?}");
    let mut parts = text.split("Span { ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    out
}

/// Why a statement's text cannot be told from its operation.
fn is_kept_in_part(op: &DdlOp) -> bool {
    match op {
        DdlOp::Session(_) | DdlOp::Copy(_) | DdlOp::Call { .. } => true,
        DdlOp::AlterExtension(alter) => !alter.update,
        DdlOp::Insert(insert) => insert.on_conflict || !insert.query.writes.is_empty(),
        _ => false,
    }
}

/// The password itself is never kept, so that it is gone in the text.
fn has_password(op: &DdlOp) -> bool {
    match op {
        DdlOp::CreateRole(create) => create.options.password == Some(true),
        DdlOp::AlterRole(alter) => alter.options.password == Some(true),
        _ => false,
    }
}

#[test]
fn every_form_reads_back() {
    let all = statements(STATEMENTS);
    assert!(all.len() > 600, "{} statements", all.len());
    for Stmt { op, span, .. } in all {
        let source = span.slice(STATEMENTS);
        assert!(!matches!(op, DdlOp::Opaque(_)), "not read: {source}");
        let text = sql(&op, Dialect::PostgreSql);
        assert_eq!(is_comment(&text), is_kept_in_part(&op), "{source}\n{text}");
        if is_comment(&text) {
            continue;
        }
        let again = statements(&text);
        assert_eq!(again.len(), 1, "{source}\n{text}");
        if !has_password(&op) {
            assert_eq!(without_spans(&again[0].op), without_spans(&op), "{source}\n{text}");
        }
    }
}

/// What is printed is final: printing what was read back gives the same text.
#[test]
fn printing_settles() {
    for Stmt { op, .. } in statements(STATEMENTS).into_iter().filter(|stmt| !has_password(&stmt.op)) {
        let text = sql(&op, Dialect::PostgreSql);
        for again in statements(&text) {
            assert_eq!(sql(&again.op, Dialect::PostgreSql), text);
        }
    }
}

const WORDS: &[&str] =
    &["select", "table", "user", "interval", "char", "_x", "a$1", "Ä", "\"", "a.b", "'", "null"];

/// Names of all sorts: keywords, quotes, spaces, other scripts. (The server cuts them at 63 bytes.)
fn name() -> impl Strategy<Value = String> {
    prop_oneof![prop::sample::select(WORDS).prop_map(String::from), "[^\u{0}]{1,12}", "[a-z_][a-z0-9_]{0,9}"]
}

fn qualified() -> impl Strategy<Value = QName> {
    (prop::option::of(name()), name())
        .prop_map(|(schema, name)| QName { schema: schema.map(|schema| id(&schema)), name: id(&name) })
}

fn reads_back(op: &DdlOp) -> Result<(), TestCaseError> {
    let text = sql(op, Dialect::PostgreSql);
    let again = statements(&text);
    prop_assert_eq!(again.len(), 1, "{}", text);
    prop_assert_eq!(without_spans(&again[0].op), without_spans(op), "{}", text);
    Ok(())
}

proptest! {
    #[test]
    fn names_read_back(table in qualified(), columns in prop::collection::vec(name(), 1..5), unique in name()) {
        let key = KeyConstraint { columns: vec![id(&columns[0])], ..KeyConstraint::default() };
        reads_back(&DdlOp::CreateTable(Box::new(CreateTable {
            name: Some(table.clone()),
            columns: columns.iter().map(|name| ColumnDef { not_null: true, ..col(name, "int4") }).collect(),
            constraints: vec![con(Some(&unique), ConstraintKind::Unique(key))],
            ..CreateTable::default()
        })))?;
        let keys = columns.iter().map(|name| IndexKey::column(id(name))).collect();
        reads_back(&DdlOp::CreateIndex(Box::new(CreateIndex {
            table: table.clone(),
            ..super::index::index(Some(&unique), "t", keys)
        })))?;
        reads_back(&DdlOp::AlterTable(crate::ir::table::AlterTable {
            kind: ObjectKind::Table,
            name: table,
            if_exists: false,
            only: false,
            actions: columns
                .iter()
                .map(|name| (super::alter::add(col(name, "text")), Span::default()))
                .collect(),
        }))?;
    }

    #[test]
    fn texts_read_back(text in "[^\u{0}]{1,40}", label in "[^\u{0}]{1,20}") {
        reads_back(&DdlOp::Comment(Comment {
            kind: ObjectKind::Table,
            object: ObjectName::of(q("t")),
            text: Some(text.clone()),
        }))?;
        reads_back(&DdlOp::CreateType(crate::ir::types::CreateType {
            name: q("k"),
            kind: crate::ir::types::TypeKind::Enum(vec![label]),
        }))?;
        let body = text;
        let block = crate::ir::DoBlock {
            language: id("sql"),
            body: body.clone(),
            statements: Vec::new(),
            unread: Vec::new(),
            raises: None,
        };
        let printed = sql(&DdlOp::Do(block), Dialect::PostgreSql);
        match &statements(&printed)[..] {
            [Stmt { op: DdlOp::Do(again), .. }] => prop_assert_eq!(&again.body, &body),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}

#[test]
fn expressions_keep_their_place() {
    // A default that the grammar takes only in parentheses, between options that could swallow it.
    let column = ColumnDef {
        default: Some(e("a IS NOT NULL AND b COLLATE \"C\" = 'x'")),
        not_null: true,
        ..col("c", "bool")
    };
    let table = CreateTable { name: Some(q("t")), columns: vec![column], ..CreateTable::default() };
    let text = sql(&DdlOp::CreateTable(Box::new(table)), Dialect::PostgreSql);
    let all = statements(&text);
    let [Stmt { op: DdlOp::CreateTable(again), .. }] = all.as_slice() else { panic!("{text}") };
    assert!(again.columns[0].not_null);
    let default = again.columns[0].default.as_ref().map(|default| default.sql.as_str());
    assert_eq!(default, Some("a IS NOT NULL AND b COLLATE \"C\" = 'x'"));
}
