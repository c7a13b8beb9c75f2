//! Values that a column certainly refuses: nulls where it has `NOT NULL`, and literals that its type cannot be read
//! from.
//!
//! In: literals as they are written, and the columns they are for. Out: the server's error. What a trigger or a rule
//! may change is left alone, and so is everything that is not a plain literal.

use crate::ir::data::{Insert, Overriding, Update};
use crate::ir::expr::{Expr, ExprShape};
use crate::ir::routine::TriggerTiming;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::model::{Column, Table, TableKind, UserTypeKind};

use super::Outcome;

/// Types that no number is assigned to.
const NOT_FROM_NUMBERS: &[(&str, &str)] = &[
    ("bool", "boolean"),
    ("bytea", "bytea"),
    ("date", "date"),
    ("interval", "interval"),
    ("json", "json"),
    ("jsonb", "jsonb"),
    ("time", "time without time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
    ("uuid", "uuid"),
];

impl Schema {
    /// Fails when the type of a column cannot take its default.
    pub(super) fn default_fits(&self, column: &Ident, ty: &TypeName, default: Option<&Expr>) -> Outcome {
        let Some(default) = default else { return Ok(()) };
        let error = self.literal_error(ty, default).map(|error| error.about(column, "default expression"));
        error.map_or(Ok(()), |error| self.refuse(error))
    }

    /// Fails when a row of a `VALUES` list certainly cannot be stored.
    pub(super) fn values_fit(&self, op: &Insert, table: &Table) -> Outcome {
        if let Some(twice) = repeated(&op.columns).filter(|_| !op.parts) {
            let message = format!("column \"{twice}\" specified more than once");
            self.refuse_as_written(SchemaError::new("42701", message))?;
        }
        if !self.stores_as_written(table) {
            return Ok(());
        }
        let named: Vec<&Ident> = if op.columns.is_empty() {
            table.columns.iter().map(|c| &c.name).collect()
        } else {
            op.columns.iter().collect()
        };
        for row in &op.values {
            for (cell, name) in row.iter().zip(&named) {
                // Parts of a column (`point.x`) repeat its name.
                let whole = named.iter().filter(|n| *n == name).count() == 1;
                let Some(column) = table.column(name).filter(|_| whole) else { continue };
                if let Some(error) = self.literal_error(&column.data_type, cell) {
                    self.refuse_on(&table.name, error.about(name, "expression"))?;
                }
            }
        }
        for column in &table.columns {
            if self.certainly_null(op, column, &named) {
                self.refuse_on(&table.name, null_value(&table.name, &column.name))?;
            }
        }
        Ok(())
    }

    /// Whether some row of the statement gives a column that has `NOT NULL` no value.
    fn certainly_null(&self, op: &Insert, column: &Column, named: &[&Ident]) -> bool {
        if column.not_null.is_none() || op.rows.is_none_or(|rows| rows == 0) || column.generated.is_some() {
            return false;
        }
        let without_value = column.default.is_none()
            && column.identity.is_none()
            && !self.may_have_default(&column.data_type);
        let Some(at) = named.iter().position(|name| **name == column.name) else { return without_value };
        // `DEFAULT VALUES`.
        if op.values.is_empty() {
            return without_value && op.columns.is_empty() && op.rows == Some(1) && op.query.sql.is_empty();
        }
        op.values.iter().any(|row| match row.get(at) {
            Some(cell) if cell.sql.eq_ignore_ascii_case("default") => without_value,
            Some(cell) => cell.shape == ExprShape::Null && op.overriding != Some(Overriding::User),
            None => without_value,
        })
    }

    /// Whether the type itself may have a default: a domain, or a type that is not known.
    fn may_have_default(&self, ty: &TypeName) -> bool {
        let own = self.user_type(&ty.name);
        let builtin = ty.name.schema.is_none() && crate::schema::builtin::is_type(&ty.name.name);
        !builtin && own.is_none_or(|own| matches!(own.kind, UserTypeKind::Domain(_)))
    }

    /// Fails when an assignment certainly cannot be stored. Whether there is a row is not known, so that nulls are
    /// let through.
    pub(super) fn assignments_fit(&self, op: &Update, table: &Table) -> Outcome {
        let names: Vec<Ident> = op.assignments.iter().map(|(name, _)| name.clone()).collect();
        if let Some(twice) = repeated(&names).filter(|_| !op.parts) {
            let message = format!("multiple assignments to same column \"{twice}\"");
            self.refuse_as_written(SchemaError::new("42601", message))?;
        }
        for (name, value) in &op.assignments {
            let whole = op.assignments.iter().filter(|(n, _)| n == name).count() == 1;
            let Some(column) = table.column(name).filter(|_| whole) else { continue };
            if let Some(error) = self.literal_error(&column.data_type, value) {
                self.refuse_on(&table.name, error.about(name, "expression"))?;
            }
        }
        Ok(())
    }

    /// Whether rows get into the table as a statement gives them.
    fn stores_as_written(&self, table: &Table) -> bool {
        let touched = |table: &Table| {
            !table.rules.is_empty()
                || table.triggers.iter().any(|t| t.def.timing == TriggerTiming::Before && t.def.events.insert)
        };
        table.columns_known
            && !matches!(table.kind, TableKind::Foreign(_))
            && !touched(table)
            && !self.descendants_of(&table.name).into_iter().any(touched)
    }

    /// The error for a literal that cannot be read as the type, or turned into it.
    fn literal_error(&self, ty: &TypeName, value: &Expr) -> Option<Misfit> {
        let base = self.base_type(ty);
        let ExprShape::Literal(text) = &value.shape else { return None };
        if base.array > 0 {
            return None;
        }
        let written = value.sql.as_str();
        if let Some(inner) = written.strip_prefix('\'').and_then(|w| w.strip_suffix('\'')) {
            // A cast, or a string in another notation, is something else.
            let plain = inner.replace("''", "") == text.replace('\'', "") && !inner.contains('\\');
            return plain.then(|| self.unreadable(&base, text)).flatten().map(Misfit::Unreadable);
        }
        let number = written.strip_prefix('-').unwrap_or(written);
        let whole = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let is_enum = || self.user_type(&base.name).is_some_and(|t| matches!(t.kind, UserTypeKind::Enum(_)));
        if !whole || number.len() > 9 {
            return None;
        }
        let builtin = NOT_FROM_NUMBERS.iter().find(|(name, _)| base.is(name)).map(|(_, shown)| *shown);
        let shown = match builtin {
            Some(shown) => shown.to_owned(),
            None if is_enum() => base.name.name.to_string(),
            None => return None,
        };
        Some(Misfit::NumberFor(shown))
    }

    /// The error of the type's input function for a text.
    fn unreadable(&self, ty: &TypeName, text: &str) -> Option<SchemaError> {
        let refused = |shown: &str| {
            Some(SchemaError::new("22P02", format!("invalid input syntax for type {shown}: \"{text}\"")))
        };
        for (name, shown) in [("int2", "smallint"), ("int4", "integer"), ("int8", "bigint")] {
            if ty.is(name) {
                // 16 reads other bases and underscores.
                let number = |c: char| c.is_ascii_hexdigit() || " \t\n+-_xXoO".contains(c);
                return if text.chars().all(number) && text.chars().any(|c| c.is_ascii_digit()) {
                    None
                } else {
                    refused(shown)
                };
            }
        }
        if ty.is("bool") {
            let text = text.trim().to_ascii_lowercase();
            let readable = |word: &str, at_least: usize| text.len() >= at_least && word.starts_with(&text);
            let words = [("true", 1), ("false", 1), ("yes", 1), ("no", 1), ("on", 2), ("off", 2)];
            let known =
                words.iter().any(|(word, least)| readable(word, *least)) || text == "1" || text == "0";
            return if known { None } else { refused("boolean") };
        }
        if ty.is("uuid") {
            let readable = |c: char| c.is_ascii_hexdigit() || "{}-".contains(c);
            return if text.chars().all(readable) && text.len() >= 32 { None } else { refused("uuid") };
        }
        match &self.user_type(&ty.name)?.kind {
            UserTypeKind::Enum(labels) if labels.iter().all(|label| label != text) => {
                let message = format!("invalid input value for enum {}: \"{text}\"", ty.name.name);
                Some(SchemaError::new("22P02", message))
            }
            _ => None,
        }
    }
}

/// Why a literal does not fit.
enum Misfit {
    /// Its text cannot be read; the error is complete.
    Unreadable(SchemaError),
    /// It is a number, and the type, as the server shows it, takes none.
    NumberFor(String),
}

impl Misfit {
    fn about(self, column: &Ident, what: &str) -> SchemaError {
        match self {
            Self::Unreadable(error) => error,
            Self::NumberFor(shown) => SchemaError::new(
                "42804",
                format!("column \"{column}\" is of type {shown} but {what} is of type integer"),
            ),
        }
    }
}

/// A name that stands in a list twice.
fn repeated(names: &[Ident]) -> Option<&Ident> {
    names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)).map(|(_, name)| name)
}

fn null_value(table: &QName, column: &Ident) -> SchemaError {
    let message = format!(
        "null value in column \"{column}\" of relation \"{}\" violates not-null constraint",
        table.name
    );
    SchemaError::new("23502", message)
}
