//! Keeping what a migration would lose: a copy made before it runs, and how the copy goes back after a rollback.
//!
//! In: a step of the migration. Out: which rows or values to copy, and by what they are found again. The copy is
//! a table of its own beside the one that it is taken from; the migration is left as it is.

use std::fmt::Write;

use crate::diff::piece::{Target, alter_table};
use crate::emit;
use crate::hash::HashSet;
use crate::ir::DdlOp;
use crate::ir::expr::{Expr, Query};
use crate::ir::object::ObjectKind;
use crate::ir::table::{ConstraintKind, TableAction};
use crate::ir::types::TypeName;
use crate::name::{Dialect, Ident, QName};
use crate::quote::{dollar_quote, quote_ident, quote_literal};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Column, Object, Table, TableKind};

use super::Back;
use super::guard::attempt;
use super::in_place::{self, InPlace};
use super::reach::is_temporary;
use super::settle::{Made, Names};

/// Something to copy before a migration runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Keep {
    /// The table that rows are copied from.
    pub table: QName,
    /// What is copied, in words: `values of column email`.
    pub what: String,
    /// The columns that are copied.
    pub(super) columns: Vec<Ident>,
    /// Of those, the ones by which a row is found again.
    pub(super) key: Vec<Ident>,
    /// Which rows; all without.
    filter: Option<String>,
    /// What the filter looks at.
    looks_at: Vec<Ident>,
    /// Whether whole rows go back, or values of rows that are there.
    rows: bool,
    /// Whether values of an identity column are said.
    pub(super) overriding: bool,
    /// Columns that take no nulls, once they have their values.
    required: Vec<Ident>,
    /// Whether triggers may be in the way of what goes back.
    triggers: bool,
    /// The types of the columns that are copied.
    pub(super) types: Vec<(Ident, TypeName)>,
    /// Columns that are copied as text: the migration drops their types.
    as_text: Vec<Ident>,
    /// Whether there may be columns that are not known, which are to be copied too.
    unlisted: bool,
    /// How the data can stay where it is instead.
    pub(super) place: Option<InPlace>,
    /// Whether the migration drops the schema of the table, so that the copy has to be in another.
    pub(super) homeless: bool,
}

impl Keep {
    /// The copy as it can be made before the migration, given what this has made and renamed so far: under the names
    /// of then, and without what the migration itself made. Nothing where nothing is left to copy, or where the
    /// condition cannot be asked then.
    pub(super) fn at_start(mut self, made: &Made, names: &Names) -> Option<Self> {
        let key = ObjectKey::Relation(self.table.clone());
        let is_made = |c: &Ident| made.has(&Target { key: key.clone(), part: Part::Column(c.clone()) });
        if made.has(&Target::whole(key.clone())) || self.key.iter().chain(&self.looks_at).any(is_made) {
            return None;
        }
        let renamed = |c: &Ident| names.column(&self.table, c) != *c;
        if names.is_touched(&key) && self.rows || self.columns.iter().any(|c| is_made(c) || renamed(c)) {
            self.place = None;
        }
        // Then the columns are not the same before and after.
        self.unlisted &= !self.columns.iter().any(is_made);
        self.columns.retain(|c| !is_made(c));
        self.required.retain(|c| !is_made(c));
        // The text of a condition is not rewritten.
        if self.looks_at.iter().any(|c| names.column(&self.table, c) != *c) {
            return None;
        }
        let lists = [&mut self.columns, &mut self.key, &mut self.required].into_iter().flatten();
        for column in lists.chain(self.types.iter_mut().map(|(c, _)| c)) {
            *column = names.column(&self.table, column);
        }
        for (_, ty) in &mut self.types {
            if let ObjectKey::Type(name) = names.object(&ObjectKey::Type(ty.name.clone())) {
                ty.name = name;
            }
        }
        if let ObjectKey::Relation(name) = names.object(&key) {
            self.table = name;
        }
        if !self.rows {
            self.what = values_of(&self.columns[self.key.len()..]);
        }
        (self.columns.len() > self.key.len()).then_some(self)
    }

    /// Makes the copy outlast what the migration drops, by the names before it: types and schemas.
    pub(super) fn outlast(&mut self, gone: &HashSet<ObjectKey>) {
        let is_gone = |ty: &TypeName| gone.contains(&ObjectKey::Type(ty.name.clone()));
        let kept = self.types.iter().filter(|(c, ty)| self.columns.contains(c) && is_gone(ty));
        self.as_text = kept.map(|(c, _)| c.clone()).collect();
        let kept = self.rows || !gone.contains(&ObjectKey::Relation(self.table.clone()));
        self.place = self.place.take().filter(|_| kept && self.as_text.is_empty());
        let schema = self.table.schema.clone();
        self.homeless = schema.is_some_and(|schema| gone.contains(&ObjectKey::Schema(schema)));
    }

    /// Whether it holds the rows of a table (no column), or the values of a column.
    #[must_use]
    pub fn holds(&self, table: &QName, column: Option<&Ident>) -> bool {
        let is_held = |column| {
            if self.rows {
                self.filter.is_none()
            } else {
                self.columns.contains(column) && !self.key.contains(column)
            }
        };
        self.table == *table && column.map_or(self.rows, is_held)
    }

    /// Whether it is only some rows that are copied.
    #[must_use]
    pub const fn is_conditional(&self) -> bool {
        self.filter.is_some()
    }

    /// The copy's name, with `suffix` to tell it from other copies; at most 63 bytes, as the server cuts names.
    #[must_use]
    pub fn copy_name(&self, suffix: &str) -> QName {
        let mut stem = self.table.name.to_string();
        while stem.len() + suffix.len() + 6 > 63 && stem.pop().is_some() {}
        let name = format!("{stem}_kept_{suffix}");
        if self.homeless {
            QName::qualified(Ident::new("public"), Ident::new(&name))
        } else {
            self.table.sibling(name)
        }
    }

    /// The statement that makes the copy, before the migration.
    #[must_use]
    pub fn capture(&self, suffix: &str) -> String {
        let (copy, table) = (qualified(&self.copy_name(suffix)), qualified(&self.table));
        let taken: Vec<String> = self.columns.iter().map(|c| self.taken(c)).collect();
        let taken = if self.is_whole() { "*".to_owned() } else { taken.join(", ") };
        let mut sql = format!("CREATE TABLE {copy} AS SELECT {taken} FROM {table}");
        if let Some(filter) = &self.filter {
            let _ = write!(sql, " WHERE {filter}");
        }
        sql + ";\n"
    }

    /// The statement that puts the copy back, after the rollback.
    #[must_use]
    pub fn put_back(&self, suffix: &str) -> String {
        let (copy, table) = (qualified(&self.copy_name(suffix)), qualified(&self.table));
        let columns = list(&self.columns);
        if self.rows {
            let how = if self.overriding { " OVERRIDING SYSTEM VALUE" } else { "" };
            if self.is_whole() {
                return self.quietly(&format!("INSERT INTO {table}{how} SELECT * FROM {copy}"));
            }
            let given: Vec<String> = self.columns.iter().map(|c| self.given(c)).collect();
            let insert =
                format!("INSERT INTO {table} ({columns}){how} SELECT {} FROM {copy}", given.join(", "));
            return self.quietly(&insert);
        }
        let set: Vec<String> = self
            .columns
            .iter()
            .filter(|c| !self.key.contains(c))
            .map(|c| format!("{} = kept.{}", quote_ident(c), self.given(c)))
            .collect();
        let on: Vec<String> =
            self.key.iter().map(|c| format!("now.{} = kept.{}", quote_ident(c), self.given(c))).collect();
        let mut sql = self.quietly(&format!(
            "UPDATE {table} AS now SET {} FROM {copy} AS kept WHERE {}",
            set.join(", "),
            on.join(" AND ")
        ));
        sql.push_str(&self.require());
        sql
    }

    /// Sets `NOT NULL` where the values are back.
    pub(super) fn require(&self) -> String {
        let mut sql = String::new();
        for column in &self.required {
            let action = TableAction::NotNull { column: column.clone(), not_null: true };
            let warning = format!(
                "{}.{column} stays without NOT NULL: rows that came later have no values",
                self.table
            );
            let set = alter_table(ObjectKind::Table, &self.table, action);
            let set = attempt(&set, "not_null_violation", &warning);
            sql.push_str(&emit::sql(&set, Dialect::PostgreSql));
            sql.push_str(";\n");
        }
        sql
    }

    /// Whether rows are copied with all that they have.
    fn is_whole(&self) -> bool {
        self.unlisted && self.as_text.is_empty()
    }

    /// A column as the copy takes it.
    fn taken(&self, column: &Ident) -> String {
        let name = quote_ident(column);
        if self.as_text.contains(column) { format!("{name}::text AS {name}") } else { name.into_owned() }
    }

    /// A column as the copy gives it back.
    fn given(&self, column: &Ident) -> String {
        let name = quote_ident(column);
        match self.types.iter().find(|(c, _)| c == column) {
            Some((_, ty)) if self.as_text.contains(column) => format!("{name}::{}", ty.sql()),
            _ => name.into_owned(),
        }
    }

    /// A statement that no trigger hears of: what triggers did when the rows came in has been done.
    pub(super) fn quietly(&self, statement: &str) -> String {
        if !self.triggers {
            return format!("{statement};\n");
        }
        let table = qualified(&self.table);
        let name = quote_literal(&table);
        let alter = |how: &str| quote_literal(&format!("ALTER TABLE {} {how}", table.replace('%', "%%")));
        let (disable, enable) = (alter("DISABLE TRIGGER %I"), alter("ENABLE %s TRIGGER %I"));
        let body = format!(
            "
DECLARE
    again text[] := '{{}}';
    found record;
    statement text;
BEGIN
    FOR found IN SELECT tgname, tgenabled FROM pg_catalog.pg_trigger
        WHERE tgrelid = {name}::pg_catalog.regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')
    LOOP
        EXECUTE format({disable}, found.tgname);
        again := again || format({enable}, CASE found.tgenabled WHEN 'A' THEN 'ALWAYS' END, found.tgname);
    END LOOP;
    {statement};
    SET CONSTRAINTS ALL IMMEDIATE;
    FOREACH statement IN ARRAY again LOOP
        EXECUTE statement;
    END LOOP;
END
"
        );
        format!("DO {};\n", dollar_quote(&body))
    }

    /// The statement that drops the copy when nobody wants it any more.
    #[must_use]
    pub fn discard(&self, suffix: &str) -> String {
        format!("DROP TABLE {};\n", qualified(&self.copy_name(suffix)))
    }
}

pub(super) fn qualified(name: &QName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quote_ident(schema), quote_ident(&name.name)),
        None => quote_ident(&name.name).into_owned(),
    }
}

fn values_of(columns: &[Ident]) -> String {
    format!("values of {}", list(columns))
}

pub(super) fn list(columns: &[Ident]) -> String {
    columns.iter().map(|c| quote_ident(c)).collect::<Vec<_>>().join(", ")
}

/// What to copy so that a step loses nothing; nothing where no copy helps.
pub(super) fn of(back: &Back<'_>) -> Vec<Keep> {
    let mut keeps = Vec::new();
    let step = back.step;
    for change in step.changes.iter().filter(|c| !is_temporary(&c.key)) {
        match (change.before.as_deref(), change.after.as_deref()) {
            (Some(Object::Table(before)), None) => {
                let place = in_place::of_table(&step.stmt.op, before);
                keeps.extend(rows(before, "all rows", None).map(|keep| Keep { place, ..keep }));
            }
            (Some(Object::Table(before)), Some(Object::Table(after))) => {
                let place = in_place::of_columns(&step.stmt.op, before, after);
                keeps.extend(values(before, after).map(|keep| Keep { place, ..keep }));
            }
            _ => {}
        }
    }
    match &step.stmt.op {
        DdlOp::Delete(delete) if plain(&delete.query) => {
            let filter = delete.filter.as_ref();
            let found = table(back, &delete.table);
            keeps.extend(found.and_then(|t| rows(t, "the rows deleted", filter)).map(|k| unlisted(back, k)));
        }
        DdlOp::Update(update) if plain(&update.query) => {
            let columns: Vec<Ident> = update.assignments.iter().map(|(c, _)| c.clone()).collect();
            let found = table(back, &update.table);
            keeps.extend(found.and_then(|t| overwritten(t, &columns, update.filter.as_ref())));
        }
        DdlOp::Truncate(truncate) => {
            let found = truncate.tables.iter().filter_map(|name| table(back, name));
            keeps.extend(found.filter_map(|t| rows(t, "all rows", None)).map(|k| unlisted(back, k)));
        }
        _ => {}
    }
    // Something that could not be read may have made triggers.
    keeps.iter_mut().for_each(|keep| keep.triggers |= back.after.is_blind());
    keeps
}

/// The table stays: its rows go back with all columns, those that are not known among them.
fn unlisted(back: &Back<'_>, keep: Keep) -> Keep {
    let table = back.after.table(&keep.table);
    let written = table.is_some_and(|t| t.columns.iter().all(|c| c.generated.is_none()));
    Keep { unlisted: back.after.is_blind() && written, ..keep }
}

fn table<'a>(back: &Back<'a>, name: &QName) -> Option<&'a Table> {
    back.after.table(name).filter(|t| !is_temporary(&ObjectKey::Relation(t.name.clone())))
}

/// Whether a statement reads nothing but the table that it writes: then its condition can be asked before.
fn plain(query: &Query) -> bool {
    let one = query.scopes.len() <= 1
        && query.scopes.iter().all(|s| s.relations.len() <= 1 && s.derived.is_empty());
    one && query.writes.is_empty()
}

fn condition(filter: Option<&Expr>) -> Option<(Option<String>, Vec<Ident>)> {
    let Some(filter) = filter else { return Some((None, Vec::new())) };
    // A condition with an alias or a sub-query would have to be read with the rest of the statement.
    if filter.sql.is_empty() || !filter.scopes.is_empty() || filter.columns.iter().any(|(q, _)| q.is_some()) {
        return None;
    }
    Some((Some(filter.sql.clone()), filter.columns.iter().map(|(_, c)| c.clone()).collect()))
}

/// Columns that can be written.
fn writable(table: &Table) -> impl Iterator<Item = &Column> {
    table.columns.iter().filter(|c| c.generated.is_none())
}

fn types(table: &Table) -> Vec<(Ident, TypeName)> {
    table.columns.iter().map(|c| (c.name.clone(), c.data_type.clone())).collect()
}

/// Whole rows.
fn rows(table: &Table, what: &str, filter: Option<&Expr>) -> Option<Keep> {
    if !table.columns_known || matches!(table.kind, TableKind::Foreign(_)) {
        return None;
    }
    // A partition's rows are those of the partitioned table, which has none of its own.
    let (filter, looks_at) = condition(filter)?;
    Some(Keep {
        table: table.name.clone(),
        what: what.to_owned(),
        columns: writable(table).map(|c| c.name.clone()).collect(),
        key: Vec::new(),
        filter,
        looks_at,
        rows: true,
        overriding: writable(table).any(|c| c.identity == Some(true)),
        required: Vec::new(),
        triggers: !table.triggers.is_empty(),
        types: types(table),
        as_text: Vec::new(),
        unlisted: false,
        place: None,
        homeless: false,
    })
}

/// Values of columns that go, or that a new type may cut.
fn values(before: &Table, after: &Table) -> Option<Keep> {
    let lost = |c: &&Column| match after.column(&c.name) {
        None => true,
        Some(now) => now.data_type != c.data_type,
    };
    let columns: Vec<Ident> = writable(before).filter(lost).map(|c| c.name.clone()).collect();
    let required = |c: &&Ident| {
        let needs = |table: &Table| table.column(c).is_some_and(|c| c.not_null.is_some());
        needs(before) && !needs(after)
    };
    let required = columns.iter().filter(required).cloned().collect();
    Some(Keep { required, ..overwritten(before, &columns, None)? })
}

fn overwritten(table: &Table, columns: &[Ident], filter: Option<&Expr>) -> Option<Keep> {
    let ConstraintKind::PrimaryKey(key) = &table.primary_key()?.kind else { return None };
    if columns.is_empty() || columns.iter().any(|c| key.columns.contains(c)) || !table.columns_known {
        return None;
    }
    let (filter, looks_at) = condition(filter)?;
    Some(Keep {
        table: table.name.clone(),
        what: values_of(columns),
        columns: key.columns.iter().chain(columns).cloned().collect(),
        key: key.columns.clone(),
        filter,
        looks_at,
        rows: false,
        overriding: false,
        required: Vec::new(),
        triggers: !table.triggers.is_empty(),
        types: types(table),
        as_text: Vec::new(),
        unlisted: false,
        place: None,
        homeless: false,
    })
}

/// The copies of several steps, each once, with a suffix for each: `version`, and a number where a table is copied
/// more than once.
#[must_use]
pub fn numbered<'a>(keeps: impl IntoIterator<Item = &'a Keep>, version: &str) -> Vec<(&'a Keep, String)> {
    let mut found: Vec<(&Keep, String)> = Vec::new();
    for keep in keeps {
        if found.iter().any(|(other, _)| *other == keep) {
            continue;
        }
        let count = found.iter().filter(|(other, _)| other.table == keep.table).count();
        let suffix = if count == 0 { version.to_owned() } else { format!("{version}_{}", count + 1) };
        found.push((keep, suffix));
    }
    found
}
