//! Facts about table constraints. `NOT NULL` is a fact of the column.

use crate::ir::table::{ConstraintKind, FkAction, ForeignKey};
use crate::name::Ident;
use crate::policy::assertion::fact::FactType::{Bool, Choice, List, Number, One, Text};
use crate::policy::assertion::fact::{Kind, Subject, Value};
use crate::schema::Schema;
use crate::schema::model::{Constraint, Table};

use super::facts;

const ACTIONS: &[&str] = &["no-action", "restrict", "cascade", "set-null", "set-default"];

facts! { Constraint;
    "name" Text, "its name, generated where none was given" => |_, _, c| (&c.name).into();
    "table" Text, "its table, qualified" => |_, t, _| (&t.name).into();
    "schema" Text, "the schema of its table" => |_, t, _| t.name.schema.as_ref().into();
    "in_table" One(Kind::Table), "its table" => |_, t, _| Value::Subjects(vec![Subject::Table(t)]);
    "kind" Choice(&["primary-key", "unique", "foreign-key", "check", "exclude"]), "what it demands" =>
        |_, _, c| kind(c).into();
    "columns" List, "its columns; of a check those that it names" => |_, _, c| Value::list(columns(c));
    "column_count" Number, "how many columns it has" => |_, _, c| columns(c).len().into();
    "validated" Bool, "whether existing rows are known to satisfy it" => |_, _, c| c.validated.into();
    "enforced" Bool, "whether it is enforced (`NOT ENFORCED` is not)" => |_, _, c| c.enforced.into();
    "deferrable" Bool, "whether it is `DEFERRABLE`" => |_, _, c| c.deferrable.into();
    "initially_deferred" Bool, "whether it is `INITIALLY DEFERRED`" => |_, _, c| c.initially_deferred.into();
    "references" Text, "the table that a foreign key references" => |_, _, c| foreign(c).map(|k| &k.table).into();
    "references_columns" List, "the columns that a foreign key references" =>
        |_, _, c| Value::list(foreign(c).into_iter().flat_map(|k| &k.ref_columns));
    "references_table" One(Kind::Table), "the table that a foreign key references", related =>
        |s, _, c| Value::Subjects(foreign(c).and_then(|k| s.table(&k.table)).map(Subject::Table).into_iter().collect());
    "to_itself" Bool, "whether a foreign key references its own table" =>
        |_, t, c| foreign(c).is_some_and(|k| k.table == t.name).into();
    "on_delete" Choice(ACTIONS), "what a foreign key does on delete" => |_, _, c| foreign(c).map(|k| action(k.on_delete)).into();
    "on_update" Choice(ACTIONS), "what a foreign key does on update" => |_, _, c| foreign(c).map(|k| action(k.on_update)).into();
    "match_full" Bool, "whether a foreign key is `MATCH FULL`" => |_, _, c| foreign(c).is_some_and(|k| k.match_full).into();
    "indexed" Bool, "whether a whole, valid index of the table begins with its columns", related =>
        |s, t, c| indexed(s, t, columns(c)).into();
    "expression" Text, "the condition of a check as SQL" => |_, _, c| expression(c).into();
    "comment" Text, "its comment" => |_, _, c| c.comment.as_ref().into();
}

fn kind(constraint: &Constraint) -> &'static str {
    match constraint.kind {
        ConstraintKind::PrimaryKey(_) => "primary-key",
        ConstraintKind::Unique(_) => "unique",
        ConstraintKind::ForeignKey(_) => "foreign-key",
        ConstraintKind::Check(_) | ConstraintKind::NotNull(_) => "check",
        ConstraintKind::Exclude(_) => "exclude",
    }
}

fn columns(constraint: &Constraint) -> Vec<&Ident> {
    let mut found: Vec<&Ident> = Vec::new();
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => found.extend(&key.columns),
        ConstraintKind::ForeignKey(key) => found.extend(&key.columns),
        ConstraintKind::Check(expr) => {
            for (_, column) in &expr.columns {
                if !found.contains(&column) {
                    found.push(column);
                }
            }
        }
        ConstraintKind::NotNull(column) => found.push(column),
        ConstraintKind::Exclude(exclude) => {
            found.extend(exclude.elements.iter().filter_map(|(key, _)| key.as_column()));
        }
    }
    found
}

fn foreign(constraint: &Constraint) -> Option<&ForeignKey> {
    match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some(key),
        _ => None,
    }
}

fn expression(constraint: &Constraint) -> Option<&str> {
    match &constraint.kind {
        ConstraintKind::Check(expr) => Some(&expr.sql),
        _ => None,
    }
}

const fn action(action: FkAction) -> &'static str {
    match action {
        FkAction::NoAction => "no-action",
        FkAction::Restrict => "restrict",
        FkAction::Cascade => "cascade",
        FkAction::SetNull => "set-null",
        FkAction::SetDefault => "set-default",
    }
}

/// The order of the columns does not matter for looking up a key.
fn indexed(schema: &Schema, table: &Table, columns: Vec<&Ident>) -> bool {
    !columns.is_empty()
        && schema.indexes_of(&table.name).into_iter().any(|index| {
            let leading: Vec<_> = index.keys.iter().take(columns.len()).map(|key| key.as_column()).collect();
            let covers = columns.iter().all(|column| leading.contains(&Some(column)));
            index.valid && index.predicate.is_none() && covers
        })
}
