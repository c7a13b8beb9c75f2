//! Renames: those that the user names, and what looks like one.

use crate::diff::Difference;
use crate::ir::DdlOp;
use crate::ir::object::{ObjectKind, ObjectName, Rename};
use crate::name::{Ident, QName};
use crate::quote::{quote_ident, quote_qname};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Column, Object, Table};

/// The statement for `old=new`.
pub(super) fn operation(from: &Schema, to: &Schema, old: &str, new: &str) -> Result<DdlOp, String> {
    let wrong = |what: &str| format!("{old}={new}: {what}");
    let old_parts =
        parts(old).ok_or_else(|| wrong("not a name: write schema.table or schema.table.column"))?;
    let new_parts =
        parts(new).ok_or_else(|| wrong("not a name: write schema.table or schema.table.column"))?;
    let (Some(last), Some(name)) = (old_parts.last(), new_parts.last()) else {
        return Err(wrong("a name is empty"));
    };
    // A new name may be given short; what stands before it must not change.
    let before = &new_parts[..new_parts.len() - 1];
    if !old_parts[..old_parts.len() - 1].ends_with(before) {
        return Err(wrong("only the last part of a name can change"));
    }
    let rename = |kind, object, relation_kind| {
        DdlOp::Rename(Rename { kind, object, relation_kind, to: name.clone(), if_exists: false, only: false })
    };
    let relation = qualified(&old_parts).and_then(|q| from.resolve_relation(&q));
    if let Some(relation) = relation
        && let Some(object) = from.relation(&relation)
    {
        if to.relation(&relation.sibling(name.clone())).is_none() {
            return Err(wrong("the second schema has no such relation"));
        }
        return Ok(rename(object.kind(), ObjectName::of(relation), None));
    }
    let table = qualified(&old_parts[..old_parts.len() - 1]).and_then(|q| from.resolve_relation(&q));
    if let Some(table) = table
        && let Some(object) = from.relation(&table)
        && let Object::Table(found) = object
        && found.column(last).is_some()
    {
        return Ok(rename(ObjectKind::Column, ObjectName::part(table, last.clone()), Some(object.kind())));
    }
    if let Some(key) = qualified(&old_parts).and_then(|q| from.resolve_type(&q))
        && let (Some(object), ObjectKey::Type(ty)) = (from.get(&key), &key)
    {
        return Ok(rename(object.kind(), ObjectName::of(ty.clone()), None));
    }
    if let [schema] = old_parts.as_slice()
        && from.get(&ObjectKey::Schema(schema.clone())).is_some()
    {
        return Ok(rename(ObjectKind::Schema, ObjectName::of(QName::bare(schema.clone())), None));
    }
    Err(wrong("the first schema has no such table, view, column, type or schema"))
}

fn qualified(parts: &[Ident]) -> Option<QName> {
    match parts {
        [name] => Some(QName::bare(name.clone())),
        [schema, name] => Some(QName::qualified(schema.clone(), name.clone())),
        _ => None,
    }
}

/// The parts of a dotted name, folded as the server does.
fn parts(text: &str) -> Option<Vec<Ident>> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let part;
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut name = String::new();
            let mut chars = quoted.char_indices().peekable();
            let end = loop {
                match chars.next()? {
                    (at, '"') if chars.peek().is_none_or(|(_, c)| *c != '"') => break at + 1,
                    (_, '"') => {
                        chars.next();
                        name.push('"');
                    }
                    (_, c) => name.push(c),
                }
            };
            part = name;
            rest = &quoted[end..];
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            part = rest[..end].to_lowercase();
            rest = &rest[end..];
        }
        if part.is_empty() {
            return None;
        }
        parts.push(Ident::from(part));
        match rest.strip_prefix('.') {
            Some(more) => rest = more,
            None if rest.is_empty() => return Some(parts),
            None => return None,
        }
    }
}

/// What may have been renamed: a table that goes and one that comes with the same columns, a column that goes and
/// one of the same type that comes.
pub(super) fn candidates(differences: &[Difference]) -> Vec<String> {
    let table = |object: Option<&Object>| match object {
        Some(Object::Table(table)) => Some(table.clone()),
        _ => None,
    };
    let mut notes = Vec::new();
    let offer = |what: &str, old: &str, new: &str, option: String| {
        format!(
            "{what} {old} goes and {new} comes with the same shape: if it is a rename, say --rename {option}"
        )
    };
    let gone: Vec<Table> =
        differences.iter().filter(|d| d.to.is_none()).filter_map(|d| table(d.from.as_deref())).collect();
    let come: Vec<Table> =
        differences.iter().filter(|d| d.from.is_none()).filter_map(|d| table(d.to.as_deref())).collect();
    for old in &gone {
        for new in come.iter().filter(|new| same_shape(old, new)) {
            let option = format!("{}={}", quote_qname(&old.name), quote_qname(&new.name));
            notes.push(offer("table", &old.name.to_string(), &new.name.to_string(), option));
        }
    }
    for difference in differences {
        let (Some(Object::Table(from)), Some(Object::Table(to))) =
            (difference.from.as_deref(), difference.to.as_deref())
        else {
            continue;
        };
        let lost = from.columns.iter().filter(|c| to.column(&c.name).is_none());
        for old in lost {
            let found = to.columns.iter().filter(|c| from.column(&c.name).is_none() && same_column(old, c));
            for new in found {
                let place = quote_qname(&to.name);
                let option = format!("{place}.{}={}", quote_ident(&old.name), quote_ident(&new.name));
                let (was, is) = (format!("{}.{}", to.name, old.name), format!("{}.{}", to.name, new.name));
                notes.push(offer("column", &was, &is, option));
            }
        }
    }
    notes
}

/// Whether two tables have the same columns, of which there must be some. Into another schema is no rename.
fn same_shape(a: &Table, b: &Table) -> bool {
    let columns = |t: &Table| -> Vec<_> {
        t.columns.iter().map(|c| (c.name.clone(), c.data_type.clone(), c.not_null.is_some())).collect()
    };
    !a.columns.is_empty() && a.name.schema == b.name.schema && columns(a) == columns(b)
}

fn same_column(a: &Column, b: &Column) -> bool {
    let of = |c: &Column| (c.data_type.clone(), c.not_null.is_some(), c.identity, c.generated.is_some());
    of(a) == of(b)
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn names_are_read_as_sql_reads_them() {
        let read = |text: &str| -> Option<Vec<String>> {
            parts(text).map(|p| p.iter().map(ToString::to_string).collect())
        };
        assert_eq!(read("Public.Users").expect("a name"), ["public", "users"]);
        assert_eq!(read(r#""A.b"."c""d".e"#).expect("a name"), ["A.b", "c\"d", "e"]);
        for wrong in ["", "a.", ".a", "\"a", "\"a\"b"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
