//! Rows that a statement adds: the keys that it writes say which to delete.

use std::collections::BTreeSet;

use crate::diff::piece::{Phase, Piece, Target};
use crate::ir::DdlOp;
use crate::ir::data::{Delete, Insert};
use crate::ir::expr::{Expr, ExprFacts, ExprShape, Query};
use crate::ir::routine::CreateTrigger;
use crate::ir::table::{ConstraintKind, FiringState, FkAction, ForeignKey};
use crate::name::{Ident, QName};
use crate::quote::quote_ident;
use crate::schema::Schema;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Table};

use super::Back;

/// The way back of an `INSERT`: a `DELETE` of the rows by a key whose values are written in the statement.
pub(super) fn undo_insert(back: &mut Back<'_>, insert: &Insert) {
    let name = back.after.relation_name(&insert.table);
    if name.in_schema("pg_temp") {
        return;
    }
    let about = vec![Target::whole(ObjectKey::Relation(name.clone()))];
    let advice = "delete them by a column that tells them apart";
    let Some(table) = back.after.table(&insert.table) else {
        back.irreversible(
            format!("the rows added to {name} stay, since the table's key is not known: {advice}"),
            about,
        );
        return;
    };
    let rows = match literal_rows(insert, table) {
        Ok(rows) => rows,
        Err(reason) => {
            back.irreversible(format!("the rows added to {name} stay, since {reason}: {advice}"), about);
            return;
        }
    };
    let key = keys(back, table).into_iter().find_map(|key| {
        let at: Vec<usize> =
            key.iter().map(|c| rows.columns.iter().position(|w| *w == c)).collect::<Option<_>>()?;
        let is_known = |cell: &&Expr| is_constant(cell) && !matches!(cell.shape, ExprShape::Null);
        let known = insert
            .values
            .iter()
            .all(|row| at.iter().all(|i| row.get(*i).is_some_and(|cell| is_known(&cell))));
        known.then_some((key, at))
    });
    let Some((key, at)) = key else {
        back.irreversible(
            format!(
                "the rows added to {name} stay, since the statement does not say the values of a primary key or \
                 unique constraint: {advice}"
            ),
            about,
        );
        return;
    };
    let table_name = table.name.clone();
    side_effects(back, table);
    let cells: Vec<Vec<&str>> =
        insert.values.iter().map(|row| at.iter().map(|i| row[*i].sql.as_str()).collect()).collect();
    let filter = Expr::from(ExprFacts {
        sql: condition(&key, &cells),
        columns: key.iter().map(|c| (None, c.clone())).collect(),
        ..ExprFacts::default()
    });
    let op = DdlOp::Delete(Box::new(Delete {
        table: table_name.clone(),
        filter: Some(filter),
        query: Query::default(),
    }));
    let on = Target::whole(ObjectKey::Relation(table_name));
    let mut piece = Piece::change(Phase::Early, on, op);
    piece.needs.push(ObjectKey::Relation(name));
    back.pieces.push(piece);
}

struct Rows<'a> {
    columns: Vec<&'a Ident>,
}

/// The columns that the values stand for, when the statement writes all rows out.
fn literal_rows<'a>(insert: &'a Insert, table: &'a Table) -> Result<Rows<'a>, &'static str> {
    if insert.on_conflict {
        return Err("with ON CONFLICT nobody knows which of them are new");
    }
    match insert.rows {
        None => return Err("they come from a query"),
        Some(rows) if rows != insert.values.len() => return Err("there are too many of them to list"),
        Some(_) => {}
    }
    let columns: Vec<&Ident> = if insert.columns.is_empty() {
        if !table.columns_known {
            return Err("the table's columns are not known");
        }
        table.columns.iter().map(|c| &c.name).collect()
    } else {
        insert.columns.iter().collect()
    };
    Ok(Rows { columns })
}

/// The sets of columns that identify a row: the primary key first, then unique constraints and indexes.
fn keys(back: &Back<'_>, table: &Table) -> Vec<Vec<Ident>> {
    let mut primary = Vec::new();
    let mut unique = Vec::new();
    for constraint in &table.constraints {
        match &constraint.kind {
            ConstraintKind::PrimaryKey(key) => primary.push(key.columns.clone()),
            ConstraintKind::Unique(key) if !key.without_overlaps => unique.push(key.columns.clone()),
            ConstraintKind::Unique(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::NotNull(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclude(_) => {}
        }
    }
    for index in back.after.indexes_of(&table.name) {
        if index.unique && index.valid && index.predicate.is_none() {
            unique.extend(index.key_columns().map(|c| c.into_iter().cloned().collect::<Vec<_>>()));
        }
    }
    primary.extend(unique);
    primary.retain(|key| !key.is_empty());
    primary
}

/// Whether a cell is the same each time it is evaluated.
fn is_constant(cell: &Expr) -> bool {
    match &cell.shape {
        ExprShape::Null | ExprShape::Bool(_) | ExprShape::Literal(_) => true,
        ExprShape::Column(_) | ExprShape::ColumnCast(..) | ExprShape::Call(_) => false,
        // A signed number, and casts of it.
        ExprShape::Other => {
            let digits = cell.sql.trim_start_matches(['-', '+']);
            !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        }
    }
}

/// `a = 1`, `a IN (1, 2)` or `(a, b) IN ((1, 2), …)`.
fn condition(key: &[Ident], rows: &[Vec<&str>]) -> String {
    let columns: Vec<_> = key.iter().map(|c| quote_ident(c)).collect();
    match (columns.as_slice(), rows) {
        ([column], [row]) => format!("{column} = {}", row.join(", ")),
        ([column], _) => format!("{column} IN ({})", rows.concat().join(", ")),
        (_, [row]) => {
            let terms: Vec<String> = columns.iter().zip(row).map(|(c, v)| format!("{c} = {v}")).collect();
            terms.join(" AND ")
        }
        _ => {
            let tuples: Vec<String> = rows.iter().map(|row| format!("({})", row.join(", "))).collect();
            format!("({}) IN ({})", columns.join(", "), tuples.join(", "))
        }
    }
}

/// What a `DELETE` does not undo, or does besides.
fn side_effects(back: &mut Back<'_>, table: &Table) {
    let name = &table.name;
    triggered(back, name, "added", |trigger| trigger.events.insert);
    let cascades = back.after.referencing(name).into_iter().any(|(_, _, fk)| {
        matches!(fk.on_delete, FkAction::Cascade | FkAction::SetNull | FkAction::SetDefault)
    });
    if cascades {
        back.note("rows that refer to the rows taken out change with them (ON DELETE)", name.to_string());
    }
}

/// What triggers do besides, to the same rows or to others.
pub(super) fn triggered(
    back: &mut Back<'_>,
    table: &QName,
    what: &str,
    fires: impl Fn(&CreateTrigger) -> bool,
) {
    let Some(table) = back.after.table(table) else { return };
    let triggers: Vec<&CreateTrigger> = table
        .triggers
        .iter()
        .filter(|t| !matches!(t.state, FiringState::Disabled | FiringState::Replica) && fires(&t.def))
        .map(|t| &*t.def)
        .collect();
    let mut about = vec![Target::whole(ObjectKey::Relation(table.name.clone()))];
    if triggers.is_empty() {
        // Something that could not be read may have made some.
        if back.after.is_blind() && may_be_made(back.after, what) {
            let text = format!(
                "what triggers of {}, which are not all known, did when rows were {what} stays",
                table.name
            );
            back.lossy(text, about);
        }
        return;
    }
    let names: BTreeSet<&Ident> = triggers.iter().map(|t| &t.name).collect();
    let list = names.into_iter().map(Ident::as_str).collect::<Vec<_>>().join(", ");
    about.extend(triggers.iter().flat_map(|t| written_by(back.after, &t.function)));
    let text = format!("what the triggers of {} ({list}) did when rows were {what} stays", table.name);
    back.lossy(text, about);
}

/// Whether a routine that makes objects may have made triggers that fire when rows are `what`.
fn may_be_made(schema: &Schema, what: &str) -> bool {
    let event = match what {
        "added" => "insert",
        "updated" => "update",
        _ => "delete",
    };
    schema.objects().any(|(_, object)| match object {
        Object::Function(function) => {
            let body = function.def.body.to_ascii_lowercase();
            body.contains("create") && body.contains("trigger") && body.contains(event)
        }
        _ => false,
    })
}

/// The tables that a routine writes to.
fn written_by(schema: &Schema, routine: &QName) -> Vec<Target> {
    let mut found = Vec::new();
    for function in schema.functions(routine) {
        let names = function.def.uses.writes.iter().map(|name| schema.relation_name(name));
        found.extend(names.map(|name| Target::whole(ObjectKey::Relation(name))));
    }
    found
}

/// The tables whose rows go or change along with those of a table.
pub(super) fn followers(
    back: &Back<'_>,
    table: &QName,
    action: impl Fn(&ForeignKey) -> FkAction,
) -> Vec<Target> {
    let mut found: Vec<QName> = vec![table.clone()];
    let mut at = 0;
    while let Some(name) = found.get(at) {
        let followers = back.after.referencing(name).into_iter().filter(|(_, _, fk)| {
            matches!(action(fk), FkAction::Cascade | FkAction::SetNull | FkAction::SetDefault)
        });
        let followers: Vec<QName> = followers.map(|(child, _, _)| child.name.clone()).collect();
        at += 1;
        for follower in followers {
            if !found.contains(&follower) {
                found.push(follower);
            }
        }
    }
    found.into_iter().skip(1).map(|name| Target::whole(ObjectKey::Relation(name))).collect()
}

/// The columns that an `UPDATE` sets, as places of data.
pub(super) fn columns_set(table: &ObjectKey, columns: &[Ident]) -> Vec<Target> {
    columns.iter().map(|c| Target { key: table.clone(), part: Part::Column(c.clone()) }).collect()
}
