//! Whether a query of the application works on a schema, beyond what the model finds in every statement.
//!
//! In: a query, and a schema. Out: the error that the server certainly ends it with, once it has a row to work on.

use crate::ir::DdlOp;
use crate::ir::data::{Insert, Update};
use crate::ir::expr::{Expr, ExprShape, QueryFacts, RelationRef};
use crate::ir::routine::{ArgMode, TriggerTiming};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::parse::query::{ColumnName, Query};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::model::{Column, Function, Object, Table, UserTypeKind};

/// What a statement reads, with the table that it writes.
pub(super) fn parts(op: &DdlOp) -> (Option<&QName>, Option<&QueryFacts>) {
    match op {
        DdlOp::Select(op) => (None, Some(&*op.query)),
        DdlOp::Insert(op) => (Some(&op.table), Some(&*op.query)),
        DdlOp::Update(op) => (Some(&op.table), Some(&*op.query)),
        DdlOp::Delete(op) => (Some(&op.table), Some(&*op.query)),
        DdlOp::Merge(op) => (Some(&op.table), Some(&*op.query)),
        _ => (None, None),
    }
}

/// Every relation that a query names, as it is written.
pub(super) fn relations(query: &Query) -> Vec<&QName> {
    let (table, facts) = parts(&query.op);
    let mut all: Vec<&QName> = table.into_iter().collect();
    for name in facts.into_iter().flat_map(|f| f.relations().into_iter().chain(&f.writes)) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// The calls that some function of the schema takes.
pub(super) fn calls(schema: &Schema, query: &Query) -> Vec<(QName, usize)> {
    let taken = |(name, count): &&(QName, usize)| schema.functions(name).any(|f| takes(f, *count));
    query.calls.iter().filter(taken).cloned().collect()
}

fn takes(function: &Function, count: usize) -> bool {
    let inputs: Vec<_> = function.def.args.iter().filter(|a| a.mode.is_input()).collect();
    let variadic = inputs.iter().any(|a| a.mode == ArgMode::Variadic);
    let required = inputs.iter().filter(|a| a.default.is_none() && a.mode != ArgMode::Variadic).count();
    count >= required && (variadic || count <= inputs.len())
}

/// The error of a query whose relations and columns are there. `calls` are those that were taken before.
pub(super) fn error(schema: &Schema, query: &Query, calls: &[(QName, usize)]) -> Option<SchemaError> {
    missing_call(schema, calls)
        .or_else(|| unknown_label(schema, query))
        .or_else(|| match &query.op {
            DdlOp::Insert(op) => inserted(schema, op),
            DdlOp::Update(op) => updated(schema, op),
            _ => None,
        })
        .or_else(|| unmatched_conflict(schema, query))
}

fn missing_call(schema: &Schema, calls: &[(QName, usize)]) -> Option<SchemaError> {
    let (name, count) =
        calls.iter().find(|(name, count)| !schema.functions(name).any(|f| takes(f, *count)))?;
    let arguments = match count {
        0 => "without arguments".to_owned(),
        1 => "with 1 argument".to_owned(),
        n => format!("with {n} arguments"),
    };
    Some(SchemaError::new("42883", format!("function {name} {arguments} does not exist")))
}

/// The table and the column that a name in a query means, where only one can be meant.
pub(super) fn column<'s>(
    schema: &'s Schema,
    query: &Query,
    (qualifier, name): &ColumnName,
) -> Option<(&'s Table, &'s Column)> {
    let (target, facts) = parts(&query.op);
    // An unqualified name may be that of a sub-query or a function, whose columns are not followed.
    let scopes = || facts.into_iter().flat_map(|f| &f.scopes);
    if qualifier.is_none() && scopes().any(|scope| !scope.derived.is_empty()) {
        return None;
    }
    let mut found: Option<(&Table, &Column)> = None;
    let read = scopes().flat_map(|s| &s.relations);
    let own = target.map(|table| RelationRef::of(table.clone(), None));
    for relation in read.chain(own.as_ref()) {
        let alias = relation.alias.as_ref().unwrap_or(&relation.name.name);
        if qualifier.as_ref().is_some_and(|q| q != alias) {
            continue;
        }
        let table = match schema.relation(&relation.name) {
            Some(Object::Table(table)) => table,
            // Whose columns they are is not followed.
            _ if qualifier.is_none() => return None,
            _ => continue,
        };
        let Some(column) = table.column(name) else { continue };
        if found.is_some_and(|(other, _)| other.name != table.name) {
            return None;
        }
        found = Some((table, column));
    }
    found
}

/// A column of an enum that is compared with what is no label of it.
fn unknown_label(schema: &Schema, query: &Query) -> Option<SchemaError> {
    query.compared.iter().find_map(|(name, text)| {
        let (_, column) = column(schema, query, name)?;
        let ty = schema.user_type(&column.data_type.name).filter(|_| column.data_type.array == 0)?;
        match &ty.kind {
            UserTypeKind::Enum(labels) if labels.iter().all(|label| label != text) => {
                let message = format!("invalid input value for enum {}: \"{text}\"", ty.name.name);
                Some(SchemaError::new("22P02", message))
            }
            _ => None,
        }
    })
}

fn inserted(schema: &Schema, op: &Insert) -> Option<SchemaError> {
    let table = schema.table(&op.table)?;
    if !is_plain(schema, table) {
        return None;
    }
    let missing = |c: &&Column| {
        c.not_null.is_some()
            && c.default.is_none()
            && c.identity.is_none()
            && c.generated.is_none()
            && schema.domain(&c.data_type).is_none()
            && !op.columns.contains(&c.name)
    };
    if op.rows.is_none()
        && !op.columns.is_empty()
        && let Some(column) = table.columns.iter().find(missing)
    {
        let message = format!(
            "null value in column \"{}\" of relation \"{}\" violates not-null constraint",
            column.name, table.name.name
        );
        return Some(SchemaError::new("23502", message));
    }
    let targets: Vec<&Ident> = if op.columns.is_empty() {
        table.columns.iter().map(|c| &c.name).collect()
    } else {
        op.columns.iter().collect()
    };
    op.values.iter().flat_map(|row| row.iter().zip(&targets)).find_map(|(cell, target)| {
        let column = table.column(target).filter(|_| !op.parts)?;
        unfit(schema, &column.data_type, cell)
    })
}

fn updated(schema: &Schema, op: &Update) -> Option<SchemaError> {
    let table = schema.table(&op.table).filter(|table| is_plain(schema, table) && !op.parts)?;
    op.assignments.iter().find_map(|(name, value)| unfit(schema, &table.column(name)?.data_type, value))
}

/// Whether rows are stored as they are written: no trigger and no rule comes between.
fn is_plain(schema: &Schema, table: &Table) -> bool {
    let touched =
        |t: &Table| !t.rules.is_empty() || t.triggers.iter().any(|t| t.def.timing == TriggerTiming::Before);
    table.columns_known && !touched(table) && !schema.descendants_of(&table.name).into_iter().any(touched)
}

/// The error for a literal that is too long or too large for a type.
fn unfit(schema: &Schema, ty: &TypeName, value: &Expr) -> Option<SchemaError> {
    let ty = schema.domain(ty).map_or(ty, |domain| &domain.base);
    let ExprShape::Literal(text) = &value.shape else { return None };
    if value.sql.starts_with('\'') && value.sql.ends_with('\'') {
        let shown = match () {
            () if ty.is("varchar") => "character varying",
            () if ty.is("bpchar") => "character",
            () => return None,
        };
        let limit: usize = ty.modifiers.first()?.trim().parse().ok()?;
        let long = text.trim_end_matches(' ').chars().count() > limit;
        let error = || SchemaError::new("22001", format!("value too long for type {shown}({limit})"));
        return long.then(error);
    }
    let number: i128 = value.sql.parse().ok()?;
    let (shown, bits) = match () {
        () if ty.is("int2") => ("smallint", 15),
        () if ty.is("int4") => ("integer", 31),
        () if ty.is("int8") => ("bigint", 63),
        () => return None,
    };
    let limit = 1i128 << bits;
    let fits = (-limit..limit).contains(&number);
    (!fits).then(|| SchemaError::new("22003", format!("{shown} out of range")))
}

/// `ON CONFLICT` needs a unique index on exactly its columns.
fn unmatched_conflict(schema: &Schema, query: &Query) -> Option<SchemaError> {
    let (DdlOp::Insert(insert), Some(columns)) = (&query.op, &query.conflict) else { return None };
    let table = schema.table(&insert.table).filter(|table| table.columns_known)?;
    let matches = schema.indexes_of(&table.name).into_iter().any(|index| {
        let keys = index.key_columns();
        index.unique
            && index.valid
            && index.predicate.is_none()
            && keys.is_some_and(|keys| {
                keys.iter().all(|k| columns.contains(k)) && columns.iter().all(|c| keys.contains(&c))
            })
    });
    let message = "there is no unique or exclusion constraint matching the ON CONFLICT specification";
    (!matches).then(|| SchemaError::new("42P10", message))
}
