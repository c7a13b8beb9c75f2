//! Names that the server makes up for what has none: `makeObjectName`, `ChooseRelationName`,
//! `ChooseConstraintName` and `ChooseIndexName` of the server's source (`src/backend/commands/indexcmds.c`).

use crate::ir::expr::{Expr, ExprShape};
use crate::ir::index::{IndexKey, KeyTarget};
use crate::ir::object::ObjectKind;
use crate::name::{Dialect, Ident, QName};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::Table;

/// `NAMEDATALEN - 1`: identifiers are cut after this many bytes.
const MAX_NAME: usize = 63;

/// What an index is for, as far as it decides the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexUse {
    PrimaryKey,
    Unique,
    Exclude,
    Plain,
}

/// `name1_name2_label`, the names shortened so that the whole fits, the longer one first.
fn object_name(name1: &str, name2: Option<&str>, label: &str) -> Ident {
    let overhead = label.len() + 1 + usize::from(name2.is_some());
    let available = MAX_NAME.saturating_sub(overhead);
    let (mut len1, mut len2) = (name1.len(), name2.map_or(0, str::len));
    while len1 + len2 > available && len1 + len2 > 0 {
        if len1 > len2 {
            len1 -= 1;
        } else {
            len2 -= 1;
        }
    }
    let mut name = String::from(clip(name1, len1));
    if let Some(name2) = name2 {
        name.push('_');
        name.push_str(clip(name2, len2));
    }
    name.push('_');
    name.push_str(label);
    name.into()
}

/// The longest start of `text` of at most `len` bytes that does not split a character.
fn clip(text: &str, len: usize) -> &str {
    &text[..text.floor_char_boundary(len)]
}

/// The first of `name`, `name1`, `name2`, … (numbers after the label) that is free.
fn choose(name1: &str, name2: Option<&str>, label: &str, taken: impl Fn(&Ident) -> bool) -> Ident {
    let mut name = object_name(name1, name2, label);
    for pass in 1u32.. {
        if !taken(&name) {
            break;
        }
        name = object_name(name1, name2, &format!("{label}{pass}"));
    }
    name
}

/// Column names joined by `_`, as far as they can matter.
pub(super) fn joined<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for column in columns {
        if !out.is_empty() {
            out.push('_');
        }
        out.push_str(column);
        if out.len() > MAX_NAME {
            break;
        }
    }
    out
}

impl Schema {
    /// Whether a relation of this name exists in a schema.
    pub(super) fn relation_taken(&self, name: &QName) -> bool {
        self.get(&ObjectKey::Relation(name.clone())).is_some()
    }

    /// Whether a constraint of this name exists in a schema, on whatever table or domain.
    pub(super) fn constraint_taken(&self, name: &QName) -> bool {
        self.constraint_names.contains_key(name)
    }

    /// A free relation name beside `table`. Indexes of constraints avoid the names of constraints too.
    pub(super) fn choose_relation_name(
        &self,
        table: &QName,
        name2: Option<&str>,
        label: &str,
        constraint: bool,
    ) -> QName {
        let name = choose(&table.name, name2, label, |name| {
            let name = table.sibling(name.clone());
            self.relation_taken(&name) || (constraint && self.constraint_taken(&name))
        });
        table.sibling(name)
    }

    /// A free constraint name for a table that is being made or changed; `table` may be newer than the stored
    /// one.
    pub(super) fn choose_constraint_name(&self, table: &Table, name2: Option<&str>, label: &str) -> Ident {
        choose(&table.name.name, name2, label, |name| {
            self.constraint_taken(&table.name.sibling(name.clone()))
                || table.constraints.iter().any(|c| c.name == *name)
                || table
                    .columns
                    .iter()
                    .any(|c| c.not_null.as_ref().is_some_and(|n| n.name.as_ref() == Some(name)))
        })
    }

    /// A free name for a constraint of a domain.
    pub(super) fn choose_domain_constraint_name(
        &self,
        domain: &QName,
        others: &[Ident],
        label: &str,
    ) -> Ident {
        choose(&domain.name, None, label, |name| {
            others.contains(name) || self.constraint_taken(&domain.sibling(name.clone()))
        })
    }

    /// The names of an index's columns, `INCLUDE` ones too: an expression is named like a query's output column,
    /// or `expr`, with a number when the name is taken.
    pub(super) fn index_labels(&self, keys: &[IndexKey], include: &[Ident]) -> Vec<Ident> {
        let mut names: Vec<Ident> = Vec::new();
        let wanted = keys.iter().map(|key| match &key.target {
            KeyTarget::Column(name) => name.clone(),
            KeyTarget::Expr(expr) => match &expr.label {
                // EXTRACT was a function of another name before 14.
                Some(name) if *name == "extract" && !self.version().at_least(14) => "date_part".into(),
                Some(name) => name.clone(),
                None => "expr".into(),
            },
        });
        for name in wanted.chain(include.iter().cloned()) {
            let mut unique = name.clone();
            for pass in 1u32.. {
                if !names.contains(&unique) {
                    break;
                }
                let number = pass.to_string();
                unique = format!("{}{number}", clip(&name, MAX_NAME - number.len())).into();
            }
            names.push(unique);
        }
        names
    }

    /// A free name for an index whose columns have these names.
    pub(super) fn choose_index_name(&self, table: &QName, usage: IndexUse, labels: &[Ident]) -> QName {
        let columns = joined(labels.iter().map(Ident::as_str));
        match usage {
            IndexUse::PrimaryKey => self.choose_relation_name(table, None, "pkey", true),
            IndexUse::Unique => self.choose_relation_name(table, Some(&columns), "key", true),
            IndexUse::Exclude => self.choose_relation_name(table, Some(&columns), "excl", true),
            IndexUse::Plain => self.choose_relation_name(table, Some(&columns), "idx", false),
        }
    }

    /// A free name for a statistics object (`ChooseExtendedStatisticName`).
    pub(super) fn choose_statistics_name(&self, table: &QName, exprs: &[Expr]) -> QName {
        let columns = joined(exprs.iter().map(|e| match &e.shape {
            ExprShape::Column(name) => name.as_str(),
            _ => "expr",
        }));
        let name = choose(&table.name, Some(&columns), "stat", |name| {
            self.get(&ObjectKey::Statistics(table.sibling(name.clone()))).is_some()
        });
        table.sibling(name)
    }

    /// The name that an index given by the user is stored under. MySQL's index names belong to their table;
    /// where two tables use one name, the later gets its table's name before it.
    pub(super) fn index_name(&self, table: &QName, name: &Ident) -> QName {
        let plain = table.sibling(name.clone());
        if self.dialect() == Dialect::MySql && self.index(&plain).is_some_and(|index| index.table != *table) {
            table.sibling(format!("{}.{name}", table.name))
        } else {
            plain
        }
    }

    /// How messages name an object: with its schema only when the search path does not find it.
    pub(super) fn shown(&self, key: &ObjectKey) -> String {
        let visible = |name: &QName, found: Option<QName>| {
            if found.as_ref() == Some(name) { name.name.to_string() } else { name.to_string() }
        };
        match key {
            ObjectKey::Relation(name) => {
                visible(name, self.resolve_relation(&QName::bare(name.name.clone())))
            }
            ObjectKey::Type(name) => {
                let found = match self.resolve_type(&QName::bare(name.name.clone())) {
                    Some(ObjectKey::Type(found)) => Some(found),
                    _ => None,
                };
                visible(name, found)
            }
            ObjectKey::Function(name, args) => {
                let name = visible(name, self.resolve_function(&QName::bare(name.name.clone())));
                format!("{name}({})", args.replace(", ", ","))
            }
            other => other.to_string(),
        }
    }

    /// Kind and name of an object, as the server's messages have it: `table t`, `function f(integer)`.
    pub(super) fn described(&self, key: &ObjectKey) -> String {
        let kind = match (key, self.get(key)) {
            (ObjectKey::Type(_), _) => ObjectKind::Type,
            (_, Some(object)) => object.kind(),
            (ObjectKey::Schema(_), None) => ObjectKind::Schema,
            _ => return self.shown(key),
        };
        let kind = if kind == ObjectKind::Statistics { "statistics object".into() } else { kind.to_string() };
        format!("{kind} {}", self.shown(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_where_the_server_cuts_them() {
        // Measured on PostgreSQL 13 and 18.
        let table = "thisisaverylongtablenamethatexceedsthelimitalmost";
        let column = "columnwithaverylongnameindeedxxxx";
        assert_eq!(
            object_name(table, Some(column), "check"),
            "thisisaverylongtablenamethat_columnwithaverylongnameindee_check"
        );
        assert_eq!(
            object_name(table, Some(column), "key"),
            "thisisaverylongtablenamethate_columnwithaverylongnameindeed_key"
        );
        assert_eq!(object_name("ü".repeat(40).as_str(), None, "pkey").len(), 5 + 58);
    }

    #[test]
    fn clashes_are_numbered_after_the_label() {
        let taken = ["t_a_key", "t_a_key1"];
        let name = choose("t", Some("a"), "key", |n| taken.contains(&n.as_str()));
        assert_eq!(name, "t_a_key2");
    }
}
