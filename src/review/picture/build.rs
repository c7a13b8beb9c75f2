//! From the model to the picture.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::diff;
use crate::emit;
use crate::hash::IndexMap;
use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{self, Object, TableKind};
use crate::schema::normal::normal;

use super::super::compare::Change;
use super::super::model::Size;
use super::reach::Reach;
use super::{Column, Picture, Reference, Table};

/// The first and the last state of objects that changed.
pub(in crate::review) type Touched = IndexMap<ObjectKey, (Option<Arc<Object>>, Option<Arc<Object>>)>;

impl Picture {
    /// A schema as it is.
    #[must_use]
    pub fn of(schema: &Schema) -> Self {
        build(schema, &Touched::default())
    }

    /// A schema with what led to it: what is new, changed and gone.
    pub(in crate::review) fn of_change(schema: &Schema, touched: &Touched) -> Self {
        build(schema, touched)
    }
}

/// A table now and before; at least one of them is there.
struct Both<'a> {
    now: Option<&'a model::Table>,
    before: Option<&'a model::Table>,
    change: Option<Change>,
}

impl<'a> Both<'a> {
    /// As it is shown: as it is now, or as it was.
    fn shown(&self) -> Option<&'a model::Table> {
        self.now.or(self.before)
    }
}

fn build(schema: &Schema, touched: &Touched) -> Picture {
    let mut tables: BTreeMap<&QName, Both<'_>> = BTreeMap::new();
    let shown = |table: &model::Table| table.partition_of.is_none() && !is_temporary(&table.name);
    for table in schema.tables().filter(|t| shown(t)) {
        tables.insert(&table.name, Both { now: Some(table), before: Some(table), change: None });
    }
    // What belongs to a table and changed: its indexes.
    let mut changed_parts: Vec<&QName> = Vec::new();
    for (key, (old, new)) in touched {
        let (ObjectKey::Relation(name), true) = (key, old != new) else { continue };
        match (old.as_deref(), new.as_deref()) {
            (None, Some(Object::Table(_))) => {
                if let Some(both) = tables.get_mut(name) {
                    (both.before, both.change) = (None, Some(Change::Added));
                }
            }
            (Some(Object::Table(was)), Some(Object::Table(_))) => {
                if let Some(both) = tables.get_mut(name) {
                    (both.before, both.change) = (Some(was), Some(Change::Changed));
                }
            }
            (Some(Object::Table(was)), None) if shown(was) => {
                let both = Both { now: None, before: Some(was), change: Some(Change::Dropped) };
                tables.insert(&was.name, both);
            }
            (a, b) => {
                changed_parts.extend([a, b].into_iter().flatten().filter_map(|object| match object {
                    Object::Index(index) => Some(&index.table),
                    _ => None,
                }));
            }
        }
    }
    for name in changed_parts {
        if let Some(both) = tables.get_mut(name) {
            both.change = both.change.or(Some(Change::Changed));
        }
    }
    let reach = Reach::new(schema);
    let place: HashMap<&QName, usize> = tables.keys().enumerate().map(|(i, name)| (*name, i)).collect();
    let mut picture = Picture::default();
    for both in tables.values() {
        if let Some(table) = table(schema, both, &reach) {
            picture.tables.push(table);
        }
    }
    for both in tables.values() {
        references(schema, both, &place, &mut picture);
    }
    picture
}

fn is_temporary(name: &QName) -> bool {
    name.schema.as_ref().is_some_and(|s| s.starts_with("pg_temp"))
}

fn table(schema: &Schema, both: &Both<'_>, reach: &Reach<'_>) -> Option<Table> {
    let shown = both.shown()?;
    let name = &shown.name;
    let indexes = schema.indexes_of(name);
    let partitions: Vec<&model::Table> =
        schema.descendants_of(name).into_iter().filter(|t| t.partition_of.is_some()).collect();
    let sequences = shown.columns.iter().flat_map(|c| schema.sequences_of(name, &c.name));
    let mut members: Vec<String> = indexes.iter().map(|i| i.name.to_string()).collect();
    members.extend(sequences.map(|s| s.name.to_string()));
    members.extend(partitions.iter().map(|p| p.name.to_string()));
    let mut own: Vec<&&model::Index> = indexes.iter().filter(|i| i.constraint.is_none()).collect();
    own.sort_by(|a, b| a.name.cmp(&b.name));
    let script = |key: &ObjectKey, object: &Object| {
        emit::script(&diff::definition(key, &normal(object)), schema.dialect())
    };
    let of = |name: &QName| ObjectKey::Relation(name.clone());
    Some(Table {
        schema: name.schema.as_deref().unwrap_or_default().to_owned(),
        name: name.name.to_string(),
        kind: match shown.kind {
            TableKind::Ordinary => "table",
            TableKind::Partitioned(_) => "partitioned table",
            TableKind::Foreign(_) => "foreign table",
        },
        columns: columns(schema, both),
        partitions: partitions.len(),
        definition: script(&of(name), &Object::Table(shown.clone())),
        indexes: own.into_iter().map(|i| script(&of(&i.name), &Object::Index((*i).clone()))).collect(),
        members,
        comment: shown.comment.clone(),
        dependents: reach.of(name),
        size: schema.size_of(name).map(|s| Size { rows: s.rows, bytes: s.bytes, index_bytes: s.index_bytes }),
        change: both.change,
    })
}

/// The columns now; those that are gone stand after the one that they stood behind.
fn columns(schema: &Schema, both: &Both<'_>) -> Vec<Column> {
    let Some(shown) = both.shown() else { return Vec::new() };
    let column = |table: &model::Table, c: &model::Column, change: Option<Change>| {
        let primary = table.primary_key().is_some_and(|key| covers(&key.kind, &c.name));
        let foreign = table
            .constraints
            .iter()
            .any(|k| matches!(&k.kind, ConstraintKind::ForeignKey(fk) if fk.columns.contains(&c.name)));
        Column {
            name: c.name.to_string(),
            data_type: short(&c.data_type, table.name.schema.as_ref()),
            not_null: c.not_null.is_some() || primary,
            primary,
            unique: is_unique(schema, table, std::slice::from_ref(&c.name)),
            foreign,
            change,
        }
    };
    let (Some(now), Some(before), Some(Change::Changed)) = (both.now, both.before, both.change) else {
        return shown.columns.iter().map(|c| column(shown, c, None)).collect();
    };
    let mut columns: Vec<Column> = now
        .columns
        .iter()
        .map(|c| {
            let change = match before.column(&c.name) {
                None => Some(Change::Added),
                Some(was) if was != c => Some(Change::Changed),
                Some(_) => None,
            };
            column(now, c, change)
        })
        .collect();
    for (i, gone) in before.columns.iter().enumerate().filter(|(_, c)| now.column(&c.name).is_none()) {
        let behind = i.checked_sub(1).map(|i| before.columns[i].name.to_string());
        let place = behind.and_then(|name| columns.iter().position(|c| c.name == name)).map_or(0, |i| i + 1);
        columns.insert(place, column(before, gone, Some(Change::Dropped)));
    }
    columns
}

fn covers(kind: &ConstraintKind, column: &Ident) -> bool {
    matches!(kind, ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) if key.columns.contains(column))
}

/// Whether no two rows have the same values in these columns.
fn is_unique(schema: &Schema, table: &model::Table, columns: &[Ident]) -> bool {
    let within = |key: &[Ident]| !key.is_empty() && key.iter().all(|c| columns.contains(c));
    table.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => within(&key.columns),
        _ => false,
    }) || schema.indexes_of(&table.name).iter().any(|index| {
        let keys: Option<Vec<Ident>> = index.key_columns().map(|k| k.into_iter().cloned().collect());
        index.unique && index.predicate.is_none() && keys.is_some_and(|keys| within(&keys))
    })
}

/// The foreign keys of a table; those that are gone are shown when both tables are.
fn references(schema: &Schema, both: &Both<'_>, place: &HashMap<&QName, usize>, picture: &mut Picture) {
    let Some(shown) = both.shown() else { return };
    let Some(from) = place.get(&shown.name).copied() else { return };
    let mut found: Vec<(&model::Table, &model::Constraint, Option<Change>)> = Vec::new();
    for constraint in &shown.constraints {
        let new =
            both.before.is_some_and(|t| t.constraint(&constraint.name).is_none()) && both.change.is_some();
        found.push((shown, constraint, new.then_some(Change::Added)));
    }
    if let (Some(now), Some(before), Some(_)) = (both.now, both.before, both.change) {
        let gone = before.constraints.iter().filter(|c| now.constraint(&c.name).is_none());
        found.extend(gone.map(|c| (before, c, Some(Change::Dropped))));
    }
    found.sort_by(|a, b| a.1.name.cmp(&b.1.name));
    for (table, constraint, change) in found {
        let ConstraintKind::ForeignKey(fk) = &constraint.kind else { continue };
        let Some(to) = place.get(&whole(schema, &fk.table)).copied() else { continue };
        let places = |of: usize, names: &[Ident]| -> Vec<usize> {
            let columns = &picture.tables[of].columns;
            names.iter().filter_map(|n| columns.iter().position(|c| *c.name == **n)).collect()
        };
        let columns = places(from, &fk.columns);
        let optional = columns.iter().any(|i| !picture.tables[from].columns[*i].not_null);
        picture.references.push(Reference {
            name: constraint.name.to_string(),
            from,
            to,
            to_columns: places(to, &fk.ref_columns),
            optional,
            single: is_unique(schema, table, &fk.columns),
            columns,
            change,
        });
    }
}

/// The table that a partition belongs to; every other table itself.
fn whole<'a>(schema: &'a Schema, name: &'a QName) -> &'a QName {
    let mut name = name;
    while let Some(model::Table { partition_of: Some((parent, _)), .. }) = schema.table(name) {
        name = parent;
    }
    name
}

/// A type with the server's own short names in place of the standard's long ones, and without the schema that goes
/// without saying: the usual one, and that of the table.
fn short(data_type: &TypeName, own: Option<&Ident>) -> String {
    let mut data_type = data_type.clone();
    if data_type.name.schema.as_ref().is_some_and(|s| *s == "public" || Some(s) == own) {
        data_type.name.schema = None;
        return data_type.to_string();
    }
    let mut text = data_type.to_string();
    for (long, short) in [
        ("timestamp with time zone", "timestamptz"),
        ("timestamp without time zone", "timestamp"),
        ("time with time zone", "timetz"),
        ("time without time zone", "time"),
        ("character varying", "varchar"),
        ("double precision", "float8"),
    ] {
        if text.starts_with(long) {
            text.replace_range(..long.len(), short);
        }
    }
    // `timestamp(3) with time zone`
    for (start, end, name) in [
        ("timestamp(", " with time zone", "timestamptz("),
        ("timestamp(", " without time zone", "timestamp("),
    ] {
        if let (Some(rest), Some(at)) = (text.strip_prefix(start), text.find(end)) {
            let digits = rest.split(')').next().unwrap_or_default();
            text = format!("{name}{digits}){}", &text[at + end.len()..]);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_short() {
        let of = |name: &str, modifiers: &[&str], array| {
            let modifiers = modifiers.iter().map(|m| (*m).to_owned()).collect();
            short(&TypeName { modifiers, array, ..TypeName::builtin(name) }, None)
        };
        assert_eq!(of("timestamptz", &[], 0), "timestamptz");
        assert_eq!(of("timestamptz", &["3"], 1), "timestamptz(3)[]");
        assert_eq!(of("timestamp", &["3"], 0), "timestamp(3)");
        assert_eq!(of("varchar", &["20"], 0), "varchar(20)");
        assert_eq!(of("int4", &[], 1), "integer[]");
        let own = TypeName { name: QName::qualified("app", "mail"), ..TypeName::builtin("x") };
        assert_eq!(short(&own, Some(&"app".into())), "mail");
        assert_eq!(short(&own, None), "app.mail");
    }
}
