//! Parts of statements that other modules print by themselves: names, types, columns, constraints, options.
//!
//! In: names and definitions of the IR. Out: their SQL, quoted where the dialect needs it. Lock modes print
//! themselves: [`LockMode::name`](crate::ir::data::LockMode::name).

use std::borrow::Cow;

use super::line::{Line, commas};
use super::names;
use crate::ir::access::Grantee;
use crate::ir::object::{ObjectKind, ObjectName};
use crate::ir::table::{ColumnDef, ConstraintDef, Options};
use crate::ir::types::TypeName;
use crate::name::{Dialect, Ident, QName};
use crate::quote;

/// An identifier.
#[must_use]
pub fn ident(name: &str, dialect: Dialect) -> Cow<'_, str> {
    names::ident(name, dialect)
}

/// A string literal.
#[must_use]
pub fn literal(text: &str, dialect: Dialect) -> String {
    names::literal(text, dialect)
}

/// A relation or any other object with a plain name: `app.users`.
#[must_use]
pub fn relation(name: &QName, dialect: Dialect) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", ident(schema, dialect), ident(&name.name, dialect)),
        None => ident(&name.name, dialect).into_owned(),
    }
}

/// Relations separated by commas.
#[must_use]
pub fn relations(list: &[QName], dialect: Dialect) -> String {
    commas(list, |name| relation(name, dialect))
}

/// Columns, or other identifiers, separated by commas, without parentheses.
#[must_use]
pub fn columns(list: &[Ident], dialect: Dialect) -> String {
    commas(list, |name| ident(name, dialect).into_owned())
}

/// A column definition as it stands in `CREATE TABLE` or after `ADD COLUMN`.
#[must_use]
pub fn column(def: &ColumnDef, dialect: Dialect) -> String {
    super::column::column(def, dialect)
}

/// A table constraint as it stands in `CREATE TABLE` or after `ADD`.
#[must_use]
pub fn constraint(def: &ConstraintDef, dialect: Dialect) -> String {
    super::column::constraint(def, dialect)
}

/// Storage parameters and the like, without parentheses: `fillfactor = 70, autovacuum_enabled = false`.
/// A parameter without a value stands alone.
#[must_use]
pub fn options(list: &Options) -> String {
    commas(list, |(name, value)| {
        let name = option_name(name);
        if value.is_empty() { name } else { format!("{name} = {}", setting(value)) }
    })
}

/// The name of a storage parameter; a namespace such as `toast` stands before a dot.
#[must_use]
pub fn option_name(name: &str) -> String {
    name.split('.').map(quote::quote_label).collect::<Vec<_>>().join(".")
}

/// The value of a parameter: numbers and plain words bare, everything else as a literal.
#[must_use]
pub fn setting(value: &str) -> String {
    if is_number(value) || matches!(value, "true" | "false" | "on" | "off") || is_plain_word(value) {
        value.to_owned()
    } else {
        quote::quote_literal(value)
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut parts = digits.splitn(2, '.');
    let whole = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    // A leading zero may mean something to the reader that the number loses (`001` as a version).
    parts.next().is_some_and(|part| whole(part) && (part == "0" || !part.starts_with('0')))
        && parts.next().is_none_or(whole)
}

fn is_plain_word(text: &str) -> bool {
    matches!(quote::quote_ident(text), Cow::Borrowed(_)) && quote::keyword(text).is_none()
}

/// A role where the grammar takes one: by name, or as one of the session's keywords.
#[must_use]
pub fn role(name: &Ident) -> String {
    if is_session_role(name) { name.to_string() } else { quote::quote_ident(name).into_owned() }
}

/// Whether a role is meant by one of the keywords `CURRENT_USER`, `CURRENT_ROLE` and `SESSION_USER`, which the IR
/// keeps in upper case.
#[must_use]
pub fn is_session_role(name: &str) -> bool {
    matches!(name, "CURRENT_USER" | "CURRENT_ROLE" | "SESSION_USER")
}

/// Whom a privilege is granted to.
#[must_use]
pub fn grantee(grantee: &Grantee) -> String {
    match grantee {
        Grantee::Public => "PUBLIC".into(),
        Grantee::Role(name) => role(name),
        Grantee::Session(keyword) => (*keyword).to_owned(),
    }
}

/// Grantees separated by commas.
#[must_use]
pub fn grantees(list: &[Grantee]) -> String {
    commas(list, grantee)
}

/// A data type: PostgreSQL's with the standard's names (`character varying(20)`), other dialects' as they are.
#[must_use]
pub fn type_name(data_type: &TypeName, dialect: Dialect) -> String {
    match dialect {
        Dialect::PostgreSql => data_type.sql(),
        Dialect::MySql | Dialect::Sqlite => other_type(data_type, dialect),
    }
}

fn other_type(data_type: &TypeName, dialect: Dialect) -> String {
    let (name, attributes) = split_type(data_type, dialect);
    Line::new(name).word(attributes).done()
}

/// The type itself, and behind it what else the IR keeps with the types of MySQL columns: attributes such as
/// `invisible` or `on update …`, which a definition has after everything that computes the value.
///
/// MySQL writes a length after the first word (`decimal(10,2) unsigned`), SQLite after the last.
pub(super) fn split_type(data_type: &TypeName, dialect: Dialect) -> (String, String) {
    let is_word = |m: &String| dialect == Dialect::MySql && m.starts_with(|c: char| c.is_ascii_alphabetic());
    let of_type =
        |m: &String| m.starts_with("character set ") || m == "binary" || m.starts_with("compressed");
    let (words, sizes): (Vec<String>, Vec<String>) = data_type.modifiers.iter().cloned().partition(is_word);
    let (own, attributes): (Vec<String>, Vec<String>) = words.into_iter().partition(of_type);
    let sizes = enclosed(&sizes);
    let name = data_type.name.to_string();
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b' ');
    let name = if plain { name } else { ident(&name, dialect).into_owned() };
    let base = match name.split_once(' ') {
        Some((first, rest)) if dialect == Dialect::MySql => format!("{first}{sizes} {rest}"),
        _ => format!("{name}{sizes}"),
    };
    (Line::new(base).word(own.join(" ")).done(), attributes.join(" "))
}

fn enclosed(modifiers: &[String]) -> String {
    if modifiers.is_empty() { String::new() } else { format!("({})", modifiers.join(",")) }
}

/// An object as statements that work on any kind of object name it: `f(integer)`, `t.c`, `c ON t`.
#[must_use]
pub fn object(kind: ObjectKind, name: &ObjectName, dialect: Dialect) -> String {
    if let Some(text) = &name.text {
        return text.clone();
    }
    if kind == ObjectKind::LargeObject {
        // Its name is a number.
        return name.name.name.to_string();
    }
    let relation = relation(&name.name, dialect);
    match (&name.part, &name.args) {
        (Some(part), _) => {
            let part = ident(part, dialect);
            match kind {
                ObjectKind::Column => format!("{relation}.{part}"),
                ObjectKind::DomainConstraint => format!("{part} ON DOMAIN {relation}"),
                _ => format!("{part} ON {relation}"),
            }
        }
        (None, Some(args)) if args.is_empty() && kind == ObjectKind::Aggregate => format!("{relation}(*)"),
        (None, Some(args)) => format!("{relation}({})", commas(args, |arg| type_name(arg, dialect))),
        (None, None) if kind == ObjectKind::Role => role(&name.name.name),
        (None, None) => relation,
    }
}
