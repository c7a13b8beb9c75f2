//! Values that no cast leads back. A column of times that was one of numbers, an enum whose labels are new: the cast
//! that a change of type back needs fails for every row, and the script with it. Where another expression does it, or
//! nothing can, that is written instead.

use crate::diff::piece::{Piece, Verb, alter_table};
use crate::emit;
use crate::ir::DdlOp;
use crate::ir::expr::{Expr, ExprFacts, ExprShape};
use crate::ir::table::{AlterTable, ConstraintKind, TableAction};
use crate::ir::types::TypeName;
use crate::name::Ident;
use crate::quote::{quote_ident, quote_literal};
use crate::schema::Schema;
use crate::schema::model::{Column, Object, Table, UserTypeKind};

use super::Back;
use super::guard::attempt;

/// Replaces casts that cannot succeed.
pub(super) fn replace(back: &mut Back<'_>) {
    if !back.pieces.iter().any(|piece| retyped(piece).is_some()) {
        return;
    }
    for piece in std::mem::take(&mut back.pieces) {
        let replaced = replacement(back, &piece);
        match replaced {
            Some(pieces) => back.pieces.extend(pieces),
            None => back.pieces.push(piece),
        }
    }
}

/// A change of type with an expression.
fn retyped(piece: &Piece) -> Option<(&AlterTable, &Ident, &TypeName)> {
    let DdlOp::AlterTable(alter) = &piece.op else { return None };
    match alter.actions.as_slice() {
        [(TableAction::AlterType { column, data_type, using: Some(_), .. }, _)] => {
            Some((alter, column, data_type))
        }
        _ => None,
    }
}

fn replacement(back: &mut Back<'_>, piece: &Piece) -> Option<Vec<Piece>> {
    let (alter, name, to) = retyped(piece)?;
    let change = back.step.changes.iter().rev().find(|change| change.key == piece.on.key)?;
    let first = back.step.changes.iter().find(|change| change.key == piece.on.key)?;
    let (Some(Object::Table(before)), Some(Object::Table(after))) =
        (first.before.as_deref(), change.after.as_deref())
    else {
        return None;
    };
    let (old, new) = (before.column(name)?, after.column(name)?);
    let way = way(name, &new.data_type, to, back.after)?;
    let rest = old.default.as_ref().filter(|d| is_constant(d)).map(|d| format!("({})::{}", d.sql, to.sql()));
    let null = format!("NULL::{}", to.sql());
    let other = rest.as_ref().unwrap_or(&null);
    let (sql, all) = match way {
        Way::Expression(sql) => (sql, true),
        Way::Some(condition, value) => {
            (format!("CASE WHEN {condition} THEN {value} ELSE {other} END"), false)
        }
        Way::None => (other.clone(), false),
    };
    let may_be_null = !all && rest.is_none();
    if may_be_null && in_key(after, name) {
        return None;
    }
    if !all {
        let table = &alter.name;
        let become_what = if rest.is_some() { "get the default" } else { "become null" };
        let text = format!("values of {table}.{name} that are no {to}: they {become_what}");
        back.lossy(text, vec![piece.on.clone()]);
    }
    let op = |action| alter_table(alter.kind, &alter.name, action);
    let using = Expr::from(ExprFacts { sql, columns: vec![(None, name.clone())], ..ExprFacts::default() });
    let collation = old.collation.clone();
    let action =
        TableAction::AlterType { column: name.clone(), data_type: to.clone(), collation, using: Some(using) };
    let changed = |op| Piece { op, verb: Verb::Change, ..piece.clone() };
    let mut pieces = vec![changed(op(action))];
    if may_be_null && is_required(new) {
        let not_null = |not_null| op(TableAction::NotNull { column: name.clone(), not_null });
        pieces.insert(0, changed(not_null(false)));
        if is_required(old) {
            let full = format!("{}.{name}", alter.name);
            let warning = format!("{full} stays without NOT NULL: its rows have no values");
            pieces.push(changed(attempt(&not_null(true), "not_null_violation", &warning)));
            back.lossy(
                format!("NOT NULL of {full}, if the table has rows: fill the column, then set it"),
                vec![piece.on.clone()],
            );
        }
    }
    Some(pieces)
}

fn is_required(column: &Column) -> bool {
    column.not_null.is_some()
}

fn in_key(table: &Table, column: &Ident) -> bool {
    table
        .primary_key()
        .is_some_and(|c| matches!(&c.kind, ConstraintKind::PrimaryKey(key) if key.columns.contains(column)))
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr.shape, ExprShape::Literal(_) | ExprShape::Bool(_)) && !emit::is_comment(&expr.sql)
}

/// How values get there where a cast does not lead.
enum Way {
    /// By an expression.
    Expression(String),
    /// Those that meet a condition, by an expression.
    Some(String, String),
    /// Not at all.
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Moment,
    Duration,
    Number,
    Bool,
    Uuid,
    Json,
    Array,
    Enum,
    Other,
}

fn family(ty: &TypeName, schema: &Schema) -> Family {
    if ty.array > 0 {
        return Family::Array;
    }
    if ty.name.schema.is_some() {
        return if labels(ty, schema).is_some() { Family::Enum } else { Family::Other };
    }
    match ty.name.name.as_str() {
        "date" | "timestamp" | "timestamptz" => Family::Moment,
        "time" | "timetz" | "interval" => Family::Duration,
        "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" => Family::Number,
        "bool" => Family::Bool,
        "uuid" => Family::Uuid,
        "json" | "jsonb" => Family::Json,
        _ => Family::Other,
    }
}

fn labels<'s>(ty: &TypeName, schema: &'s Schema) -> Option<&'s [String]> {
    match &schema.user_type(&ty.name)?.kind {
        UserTypeKind::Enum(labels) if ty.array == 0 => Some(labels),
        _ => None,
    }
}

/// The way from one type to another; nothing where a cast may do.
fn way(column: &Ident, from: &TypeName, to: &TypeName, schema: &Schema) -> Option<Way> {
    let name = quote_ident(column);
    let target = to.sql();
    Some(match (family(from, schema), family(to, schema)) {
        (Family::Moment, Family::Number) => Way::Expression(format!("EXTRACT(EPOCH FROM {name})::{target}")),
        (Family::Number, Family::Moment) => {
            Way::Expression(format!("to_timestamp({name}::double precision)::{target}"))
        }
        (Family::Array, Family::Json) => Way::Expression(format!("to_jsonb({name})::{target}")),
        (Family::Json, Family::Array)
        | (Family::Moment | Family::Duration, Family::Bool | Family::Uuid)
        | (Family::Duration, Family::Number)
        | (Family::Number, Family::Duration | Family::Uuid)
        | (Family::Bool, Family::Moment | Family::Duration | Family::Uuid)
        | (Family::Uuid, Family::Number | Family::Moment | Family::Duration | Family::Bool) => Way::None,
        (Family::Enum, Family::Bool | Family::Number | Family::Moment | Family::Duration | Family::Uuid) => {
            let reads = |label: &String| {
                label.starts_with(|c: char| c.is_ascii_digit()) || is_truth(label) && to.is("bool")
            };
            if labels(from, schema)?.iter().any(reads) {
                return None;
            }
            Way::None
        }
        (Family::Enum, Family::Enum) => {
            let (old, new) = (labels(to, schema)?, labels(from, schema)?);
            let common: Vec<String> =
                new.iter().filter(|l| old.contains(l)).map(|l| quote_literal(l)).collect();
            if common.len() == new.len() {
                return None;
            }
            if common.is_empty() {
                return Some(Way::None);
            }
            Way::Some(format!("{name}::text IN ({})", common.join(", ")), format!("{name}::text::{target}"))
        }
        _ => return None,
    })
}

/// Whether the server reads a text as true or false.
fn is_truth(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "t" | "true" | "y" | "yes" | "on" | "1" | "f" | "false" | "n" | "no" | "off" | "0"
    )
}
