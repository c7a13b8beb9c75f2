//! Column definitions of MySQL and SQLite.

use super::Reader;
use super::constraint::{self, constraint_def, references};
use super::cursor::{Cursor, Parsed};
use super::{expr, types};
use crate::ir::expr::Expr;
use crate::ir::table::{ColumnDef, ConstraintDef, ConstraintKind, Generated, Identity, KeyConstraint};
use crate::ir::types::{SequenceOptions, TypeName};
use crate::name::Dialect;
use crate::parse::lexer::TokenKind;

impl Reader {
    /// A column definition that is all of the cursor: name, type, options.
    pub(super) fn column(self, mut cursor: Cursor) -> Parsed<ColumnDef> {
        let span = self.span(cursor.span());
        let mut column = ColumnDef::named(cursor.name()?, span);
        column.data_type = types::data_type(&mut cursor)?;
        while !cursor.is_done() {
            self.option(&mut cursor, &mut column)?;
        }
        if cursor.dialect == Dialect::MySql {
            // MySQL makes the columns of a primary key NOT NULL; SQLite mostly does not.
            column.not_null |=
                column.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_)));
        }
        Ok(column)
    }

    /// One option of a column.
    fn option(self, cursor: &mut Cursor, column: &mut ColumnDef) -> Parsed<()> {
        let start = cursor.start();
        let name = if cursor.eat(&["constraint"]) {
            // MySQL lets the name away.
            let nameless = cursor.at_any(&["check", "primary", "unique", "references"]);
            if nameless { None } else { Some(cursor.name()?) }
        } else {
            None
        };
        let own = || vec![column.name.clone()];
        let key = || KeyConstraint { columns: own(), ..KeyConstraint::default() };
        let kind = if cursor.eat(&["not", "null"]) {
            column.not_null = true;
            on_conflict(cursor);
            if name.is_none() {
                return Ok(());
            }
            ConstraintKind::NotNull(column.name.clone())
        } else if cursor.eat(&["null"]) {
            on_conflict(cursor);
            return Ok(());
        } else if cursor.eat(&["primary", "key"]) || mysql_key(cursor) {
            // The direction of a one-column key matters to nobody.
            cursor.eat_any(&["asc", "desc"]);
            on_conflict(cursor);
            ConstraintKind::PrimaryKey(key())
        } else if cursor.eat(&["unique"]) {
            cursor.eat(&["key"]);
            on_conflict(cursor);
            ConstraintKind::Unique(key())
        } else if cursor.eat(&["check"]) {
            ConstraintKind::Check(expr::expression(&cursor.group()?)?)
        } else if cursor.eat(&["references"]) {
            ConstraintKind::ForeignKey(references(cursor, own())?)
        } else {
            return attribute(cursor, column);
        };
        let span = crate::text::Span::new(start, cursor.start());
        let mut def = constraint_def(name, kind, self.span(span));
        constraint::attributes(cursor, &mut def);
        column.constraints.push(def);
        Ok(())
    }
}

/// The constraints that `MODIFY` and `CHANGE` add.
pub(super) fn keyed(column: &ColumnDef) -> Vec<ConstraintDef> {
    column.constraints.iter().filter(|c| !matches!(c.kind, ConstraintKind::NotNull(_))).cloned().collect()
}

/// In MySQL, `KEY` alone is `PRIMARY KEY`, and `PRIMARY` needs no `KEY`.
fn mysql_key(cursor: &mut Cursor) -> bool {
    cursor.dialect == Dialect::MySql && (cursor.eat(&["key"]) || cursor.eat(&["primary"]))
}

/// SQLite's `ON CONFLICT action`: what happens to a violating row, not what the schema is.
pub(super) fn on_conflict(cursor: &mut Cursor) {
    if cursor.eat(&["on", "conflict"]) {
        cursor.skip(1);
    }
}

/// An option that is no constraint.
fn attribute(cursor: &mut Cursor, column: &mut ColumnDef) -> Parsed<()> {
    if cursor.eat(&["default"]) {
        column.default = Some(value(cursor)?);
    } else if cursor.eat(&["collate"]) {
        column.collation = Some(cursor.qname()?);
    } else if cursor.eat_any(&["auto_increment", "autoincrement"]).is_some() {
        column.identity = Some(Identity { always: false, options: Box::new(SequenceOptions::default()) });
    } else if cursor.eat(&["comment"]) {
        column.comment = Some(cursor.string()?);
    } else if let Some(words) = row_period(cursor) {
        modifier(column, words.to_owned());
    } else if cursor.eat(&["generated", "always", "as"]) || cursor.eat(&["as"]) {
        let expr = expr::expression(&cursor.group()?)?;
        let stored =
            matches!(cursor.eat_any(&["virtual", "stored", "persistent"]), Some("stored" | "persistent"));
        column.generated = Some(Generated { expr, stored });
    } else if let Some(words) = other_attribute(cursor)? {
        modifier(column, words);
    } else {
        return Err(cursor.expected("a column option"));
    }
    Ok(())
}

/// MariaDB's columns that say from when to when a row was current.
fn row_period(cursor: &mut Cursor) -> Option<&'static str> {
    for (end, words) in [("start", "generated always as row start"), ("end", "generated always as row end")] {
        if cursor.eat(&["generated", "always", "as", "row", end]) || cursor.eat(&["as", "row", end]) {
            return Some(words);
        }
    }
    None
}

/// Attributes of MySQL and MariaDB columns that the IR has no field for, as words.
fn other_attribute(cursor: &mut Cursor) -> Parsed<Option<String>> {
    if let Some(set) = types::character_set(cursor)? {
        return Ok(Some(set));
    }
    if cursor.eat(&["on", "update"]) {
        return Ok(Some(format!("on update {}", value(cursor)?.sql)));
    }
    if let Some(word) = cursor.eat_any(&["visible", "invisible"]) {
        // Visible is what a column is without a word.
        return Ok(Some(if word == "visible" { String::new() } else { word.to_owned() }));
    }
    if cursor.eat(&["compressed"]) {
        let method = if cursor.eat_equals() { cursor.take(1).rest() } else { "" };
        return Ok(Some(if method.is_empty() {
            "compressed".to_owned()
        } else {
            format!("compressed={method}")
        }));
    }
    let with_value = [
        "srid",
        "ref_system_id",
        "column_format",
        "storage",
        "engine_attribute",
        "secondary_engine_attribute",
    ];
    if let Some(word) = cursor.eat_any(&with_value) {
        cursor.eat_equals();
        let value = cursor.take(1);
        return Ok(Some(format!("{word} {}", value.rest())));
    }
    for words in [["without", "system", "versioning"], ["with", "system", "versioning"]] {
        if cursor.eat(&words) {
            return Ok(Some(words.join(" ")));
        }
    }
    Ok(None)
}

fn modifier(column: &mut ColumnDef, words: String) {
    if let Some(data_type) = &mut column.data_type
        && !words.is_empty()
    {
        data_type.modifiers.push(words);
    }
}

/// A value where the grammar takes one without parentheses: a literal with an optional sign, a function call, a
/// keyword, an expression in parentheses; MariaDB also joins such by operators.
pub(super) fn value(cursor: &mut Cursor) -> Parsed<Expr> {
    let mut ahead = cursor.clone();
    loop {
        while matches!(ahead.peek(0), Some(token) if matches!(token.text(ahead.text), "+" | "-" | "~" | "!"))
        {
            ahead.skip(1);
        }
        if ahead.at_kind(TokenKind::LParen) {
            ahead.group()?;
        } else if ahead.is_done() {
            return Err(ahead.expected("a value"));
        } else {
            operand(&mut ahead)?;
        }
        if !ahead.at_kind(TokenKind::Operator) {
            break;
        }
        ahead.skip(1);
    }
    let length = cursor.len() - ahead.len();
    expr::expression(&cursor.take(length))
}

/// A literal, a name, or a call.
fn operand(cursor: &mut Cursor) -> Parsed<()> {
    let introducer = cursor.peek(0).is_some_and(|token| token.text(cursor.text).starts_with('_'));
    cursor.skip(1);
    // `_utf8mb4'text'`, and string literals side by side.
    let mut may_be_string = introducer;
    while cursor.peek(0).is_some_and(|token| token.kind.is_string()) && may_be_string {
        cursor.skip(1);
        may_be_string = false;
    }
    while cursor.eat_kind(TokenKind::Dot) {
        cursor.name()?;
    }
    if cursor.at_kind(TokenKind::LParen) {
        cursor.group()?;
    }
    Ok(())
}

/// A type's own words, for a column that only gets a new type.
pub(super) fn type_of(column: &ColumnDef) -> TypeName {
    column.data_type.clone().unwrap_or_else(|| TypeName::builtin(""))
}
