//! Golden texts for every kind of operation and form; each PostgreSQL text must also pass the server's grammar.
//!
//! The samples are pairs of an operation, built by hand, and the text it has to give.

mod access;
mod alter;
mod data;
mod index;
mod named;
mod other_dialects;
mod round_trip;
mod routine;
mod table;
mod types;

use super::{script, sql};
use crate::ir::DdlOp;
use crate::ir::expr::{Expr, ExprFacts, ExprShape, Query, QueryFacts};
use crate::ir::table::{ColumnDef, ConstraintDef, ConstraintKind};
use crate::ir::types::TypeName;
use crate::name::{Dialect, Ident, QName};
use crate::text::Span;

/// An operation and its text.
type Sample = (DdlOp, &'static str);

fn samples() -> Vec<Sample> {
    [
        table::samples(),
        alter::samples(),
        index::samples(),
        types::samples(),
        routine::samples(),
        access::samples(),
        named::samples(),
        data::samples(),
    ]
    .concat()
}

#[test]
fn every_operation_gives_its_text() {
    for (op, expected) in samples() {
        assert_eq!(sql(&op, Dialect::PostgreSql), expected);
    }
}

/// `pg_query` is `parse`'s business; here it is the judge of the texts.
#[test]
fn every_text_passes_the_grammar() {
    for (op, _) in samples() {
        let text = sql(&op, Dialect::PostgreSql);
        let parsed = pg_query::parse(&text, pg_query::ParserOptions::default())
            .unwrap_or_else(|error| panic!("{error}:\n{text}"));
        let statements = parsed.protobuf.stmts.len();
        assert_eq!(statements, usize::from(!super::is_comment(&text)), "{text}");
    }
}

#[test]
fn a_script_terminates_statements_and_not_comments() {
    let ops = [
        DdlOp::Transaction(crate::ir::data::Transaction::Begin { modes: Vec::new() }),
        DdlOp::Session(crate::ir::data::SessionCommand { verb: "SHOW" }),
        DdlOp::Transaction(crate::ir::data::Transaction::Commit { chain: false }),
    ];
    assert_eq!(script(&ops, Dialect::PostgreSql), "BEGIN;\n-- text not kept: SHOW\nCOMMIT;\n");
}

/// `schema.name` or `name`.
fn q(name: &str) -> QName {
    match name.split_once('.') {
        Some((schema, name)) => QName::qualified(schema, name),
        None => QName::bare(name),
    }
}

fn id(name: &str) -> Ident {
    Ident::new(name)
}

fn ids(names: &[&str]) -> Vec<Ident> {
    names.iter().copied().map(Ident::new).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

/// A type such as `varchar(20)`, by its catalog name.
fn ty(text: &str) -> TypeName {
    let (name, modifiers) = text.split_once('(').unwrap_or((text, ""));
    let modifiers =
        modifiers.trim_end_matches(')').split(',').filter(|m| !m.is_empty()).map(String::from).collect();
    TypeName { modifiers, ..TypeName::builtin(name) }
}

/// An expression without a recognised shape.
fn e(sql: &str) -> Expr {
    Expr::from(ExprFacts { sql: sql.into(), ..ExprFacts::default() })
}

fn call(sql: &str) -> Expr {
    let name = sql.split('(').next().unwrap_or_default();
    Expr::from(ExprFacts { shape: ExprShape::Call(q(name)), ..e(sql).into_inner() })
}

fn query(sql: &str) -> Query {
    Query::from(QueryFacts { sql: sql.into(), ..QueryFacts::default() })
}

fn col(name: &str, data_type: &str) -> ColumnDef {
    ColumnDef { data_type: Some(ty(data_type)), ..ColumnDef::named(id(name), Span::default()) }
}

fn con(name: Option<&str>, kind: ConstraintKind) -> ConstraintDef {
    ConstraintDef {
        name: name.map(Ident::new),
        kind,
        deferrable: false,
        initially_deferred: false,
        not_valid: false,
        no_inherit: false,
        enforced: true,
        span: Span::default(),
    }
}
