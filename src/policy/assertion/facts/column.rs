//! Facts about columns.

use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::policy::assertion::fact::FactType::{Bool, Choice, List, Number, One, Text, Type};
use crate::policy::assertion::fact::{Kind, Subject, Value};
use crate::schema::Schema;
use crate::schema::model::{Column, Table, UserTypeKind};

use super::facts;

facts! { Column;
    "name" Text, "its name" => |_, _, c| (&c.name).into();
    "table" Text, "its table, qualified" => |_, t, _| (&t.name).into();
    "schema" Text, "the schema of its table" => |_, t, _| t.name.schema.as_ref().into();
    "in_table" One(Kind::Table), "its table" => |_, t, _| Value::Subjects(vec![Subject::Table(t)]);
    "position" Number, "its place among the columns, from 1" => |_, t, c| position(t, c).into();
    "type" Type, "its type; without modifiers any of them: `varchar` means every `varchar(n)` too" =>
        |_, _, c| Value::Type(&c.data_type);
    "length" Number, "the length of a `varchar(n)`, `char(n)` or `bit(n)`" => |_, _, c| length(&c.data_type).into();
    "precision" Number, "the precision of a `numeric(p, s)`" => |_, _, c| numeric(&c.data_type, 0).into();
    "scale" Number, "the scale of a `numeric(p, s)`" => |_, _, c| numeric(&c.data_type, 1).into();
    "array" Bool, "whether it is an array" => |_, _, c| (c.data_type.array > 0).into();
    "type_kind" Choice(&["built-in", "enum", "domain", "composite", "range", "other"]), "what sort of type it has" =>
        |s, _, c| type_kind(s, &c.data_type);
    "nullable" Bool, "whether it takes `NULL`" => |_, _, c| c.not_null.is_none().into();
    "default" Text, "its default as SQL" => |_, _, c| c.default.as_ref().map(|e| e.sql.as_str()).into();
    "default_functions" List, "the functions that its default calls" =>
        |_, _, c| Value::list(c.default.iter().flat_map(|e| &e.functions));
    "identity" Choice(&["always", "by-default"]), "how it is an identity column" =>
        |_, _, c| c.identity.map(|always| if always { "always" } else { "by-default" }).into();
    "serial" Bool, "whether it is `serial`: a sequence of its own gives its default", related => |s, t, c| serial(s, t, c).into();
    "generated" Choice(&["stored", "virtual"]), "how it is a generated column" =>
        |_, _, c| c.generated.as_ref().map(|g| if g.stored { "stored" } else { "virtual" }).into();
    "in_primary_key" Bool, "whether it is part of the primary key" => |_, t, c| in_primary_key(t, &c.name).into();
    "unique" Bool, "whether it is unique by itself: by a key, or a whole unique index", related => unique;
    "indexed" Bool, "whether a valid index begins with it", related => |s, t, c| indexed(s, &t.name, &c.name).into();
    "references" Text, "the table that a foreign key on it references" => |_, t, c| references(t, &c.name).into();
    "collation" Text, "its collation, when not the default" => |_, _, c| c.collation.as_ref().into();
    "comment" Text, "its comment" => |_, _, c| c.comment.as_ref().into();
    "storage" Text, "its storage, where set" => |_, _, c| c.storage.as_ref().into();
    "compression" Text, "its compression, where set" => |_, _, c| c.compression.as_ref().into();
}

fn position(table: &Table, column: &Column) -> Option<usize> {
    table.columns.iter().position(|c| c.name == column.name).map(|at| at + 1)
}

fn length(ty: &TypeName) -> Option<i64> {
    let sized = ["varchar", "bpchar", "bit", "varbit"].contains(&ty.name.name.as_str());
    if sized { ty.modifiers.first()?.parse().ok() } else { None }
}

fn numeric(ty: &TypeName, at: usize) -> Option<i64> {
    if ty.name.name == "numeric" { ty.modifiers.get(at)?.parse().ok() } else { None }
}

fn type_kind<'a>(schema: &Schema, ty: &TypeName) -> Value<'a> {
    if ty.name.schema.is_none() {
        return "built-in".into();
    }
    match schema.user_type(&ty.name).map(|t| &t.kind) {
        Some(UserTypeKind::Enum(_)) => "enum",
        Some(UserTypeKind::Domain(_)) => "domain",
        Some(UserTypeKind::Composite(_)) => "composite",
        Some(UserTypeKind::Range(_)) => "range",
        Some(UserTypeKind::Base(_) | UserTypeKind::Shell) => "other",
        None => return Value::Unknown,
    }
    .into()
}

fn serial(schema: &Schema, table: &Table, column: &Column) -> bool {
    column.default.as_ref().is_some_and(|default| default.functions.iter().any(|f| f.name == "nextval"))
        && schema.sequences_of(&table.name, &column.name).iter().any(|sequence| !sequence.identity)
}

fn in_primary_key(table: &Table, column: &Ident) -> bool {
    table
        .primary_key()
        .is_some_and(|c| matches!(&c.kind, ConstraintKind::PrimaryKey(key) if key.columns.contains(column)))
}

fn unique<'a>(schema: &'a Schema, table: &'a Table, column: &'a Column) -> Value<'a> {
    let alone = |columns: &[Ident]| matches!(columns, [only] if *only == column.name);
    let by_key = table.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => alone(&key.columns),
        _ => false,
    });
    let by_index = || {
        schema.indexes_of(&table.name).into_iter().any(|index| {
            let keys = index.key_columns();
            index.unique
                && index.predicate.is_none()
                && keys.is_some_and(|k| matches!(k[..], [k] if *k == column.name))
        })
    };
    (by_key || by_index()).into()
}

fn indexed(schema: &Schema, table: &QName, column: &Ident) -> bool {
    let leads = |index: &crate::schema::model::Index| {
        index.keys.first().and_then(|key| key.as_column()) == Some(column)
    };
    schema.indexes_of(table).into_iter().any(|index| index.valid && index.predicate.is_none() && leads(index))
}

fn references<'a>(table: &'a Table, column: &Ident) -> Option<&'a QName> {
    table.constraints.iter().find_map(|c| match &c.kind {
        ConstraintKind::ForeignKey(key) if key.columns.contains(column) => Some(&key.table),
        _ => None,
    })
}
