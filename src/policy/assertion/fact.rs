//! What assertions can ask about: kinds of subjects, the types of facts, and their values.
//!
//! In: a subject out of a schema or a plan. Out: the value of a fact. The vocabulary itself, name by name, stands in
//! `super::facts`.

use std::borrow::Cow;

use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::plan::{MigrationInfo, Step};
use crate::schema::Schema;
use crate::schema::model::{Column, Constraint, Function, Index, Policy, Role, Table};

use super::facts;

/// The kinds of subjects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is the word of the same name")]
pub enum Kind {
    Table,
    Column,
    Index,
    Constraint,
    Function,
    Policy,
    Role,
    Grant,
    Statement,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: &'static [Self] = &[
        Self::Table,
        Self::Column,
        Self::Index,
        Self::Constraint,
        Self::Function,
        Self::Policy,
        Self::Role,
        Self::Grant,
        Self::Statement,
    ];

    /// The word that `for` takes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Column => "column",
            Self::Index => "index",
            Self::Constraint => "constraint",
            Self::Function => "function",
            Self::Policy => "policy",
            Self::Role => "role",
            Self::Grant => "grant",
            Self::Statement => "statement",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Everything that can be asked about it.
    #[must_use]
    pub const fn facts(self) -> &'static [Fact] {
        match self {
            Self::Table => facts::table::FACTS,
            Self::Column => facts::column::FACTS,
            Self::Index => facts::index::FACTS,
            Self::Constraint => facts::constraint::FACTS,
            Self::Function => facts::function::FACTS,
            Self::Policy => facts::policy::FACTS,
            Self::Role => facts::role::FACTS,
            Self::Grant => facts::grant::FACTS,
            Self::Statement => facts::statement::FACTS,
        }
    }

    /// A fact by its name.
    #[must_use]
    pub fn fact(self, name: &str) -> Option<&'static Fact> {
        self.facts().iter().find(|fact| fact.name == name)
    }
}

/// The type of a fact: it decides which tests there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactType {
    /// Yes or no.
    Bool,
    /// A whole number.
    Number,
    /// A text.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// One of these words, from weak to strong.
    Level(&'static [&'static str]),
    /// The kind of a statement, such as `create-index`.
    Op,
    /// A data type; any spelling that the server takes.
    Type,
    /// A list of texts.
    List,
    /// Another subject, of which more can be asked.
    One(Kind),
    /// Other subjects, of which more can be asked.
    Many(Kind),
}

/// One fact of the vocabulary.
pub struct Fact {
    /// Its name in policies and between braces in messages.
    pub name: &'static str,
    /// Its type.
    pub ty: FactType,
    /// What it says: a fragment for the documentation.
    pub meaning: &'static str,
    /// Whether other objects than the subject itself decide about it.
    pub related: bool,
    /// How it is found.
    pub(super) get: Get,
}

/// How a fact of each kind is found.
pub(super) enum Get {
    Table(for<'a> fn(&'a Schema, &'a Table) -> Value<'a>),
    Column(for<'a> fn(&'a Schema, &'a Table, &'a Column) -> Value<'a>),
    Index(for<'a> fn(&'a Schema, &'a Index) -> Value<'a>),
    Constraint(for<'a> fn(&'a Schema, &'a Table, &'a Constraint) -> Value<'a>),
    Function(for<'a> fn(&'a Schema, &'a Function) -> Value<'a>),
    Policy(for<'a> fn(&'a Schema, &'a Table, &'a Policy) -> Value<'a>),
    Role(for<'a> fn(&'a Schema, &'a Role) -> Value<'a>),
    Grant(for<'a> fn(&GrantItem<'a>) -> Value<'a>),
    Statement(for<'a> fn(&'a Schema, &'a Step, &'a MigrationInfo) -> Value<'a>),
}

/// What an assertion judges.
#[derive(Clone, Debug)]
pub enum Subject<'a> {
    /// A table.
    Table(&'a Table),
    /// A column with its table.
    Column(&'a Table, &'a Column),
    /// An index.
    Index(&'a Index),
    /// A constraint with its table.
    Constraint(&'a Table, &'a Constraint),
    /// A function or procedure.
    Function(&'a Function),
    /// A policy with its table.
    Policy(&'a Table, &'a Policy),
    /// A role.
    Role(&'a Role),
    /// What one role was given on one object.
    Grant(GrantItem<'a>),
    /// A statement of a migration.
    Statement(&'a Step, &'a MigrationInfo),
}

/// What one grantee was given on one object by one grantor.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantItem<'a> {
    /// The object's name, qualified; a column's with that of its table.
    pub object: String,
    /// The schema of the object.
    pub schema: Option<&'a Ident>,
    /// What the object is, as in `statement`s: `table`, `column`, `schema`, `function`, `role`, …
    pub object_kind: String,
    /// Whether it holds for objects that are made later: default privileges.
    pub future: bool,
    /// Who has it; `PUBLIC` for everybody.
    pub grantee: String,
    /// Who gave it; nothing for the owner.
    pub grantor: Option<&'a Ident>,
    /// The privileges; `MEMBER` for the membership in a role.
    pub privileges: Vec<&'a str>,
    /// Whether some of them may be given on.
    pub grantable: bool,
}

/// The value of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// The model cannot tell.
    Unknown,
    /// There is none.
    None,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(i64),
    /// A text, a word of a choice, the kind of a statement.
    Text(Cow<'a, str>),
    /// A data type.
    Type(&'a TypeName),
    /// A list of texts.
    List(Vec<Cow<'a, str>>),
    /// Other subjects.
    Subjects(Vec<Subject<'a>>),
}

impl Fact {
    /// Its value for a subject; unknown for a subject of another kind.
    #[must_use]
    pub fn of<'a>(&self, schema: &'a Schema, subject: &Subject<'a>) -> Value<'a> {
        match (&self.get, subject) {
            (Get::Table(get), Subject::Table(table)) => get(schema, table),
            (Get::Column(get), Subject::Column(table, column)) => get(schema, table, column),
            (Get::Index(get), Subject::Index(index)) => get(schema, index),
            (Get::Constraint(get), Subject::Constraint(table, constraint)) => get(schema, table, constraint),
            (Get::Function(get), Subject::Function(function)) => get(schema, function),
            (Get::Policy(get), Subject::Policy(table, policy)) => get(schema, table, policy),
            (Get::Role(get), Subject::Role(role)) => get(schema, role),
            (Get::Grant(get), Subject::Grant(item)) => get(item),
            (Get::Statement(get), Subject::Statement(step, migration)) => get(schema, step, migration),
            _ => Value::Unknown,
        }
    }
}

/// Two states of one thing are the same subject.
impl PartialEq for Subject<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other) && self.object() == other.object()
    }
}

impl Subject<'_> {
    /// Its own name, without schema and table.
    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Table(table) => table.name.name.as_str().into(),
            Self::Column(_, column) => column.name.as_str().into(),
            Self::Index(index) => index.name.name.as_str().into(),
            Self::Constraint(_, constraint) => constraint.name.as_str().into(),
            Self::Function(function) => function.def.name.name.as_str().into(),
            Self::Policy(_, policy) => policy.name.as_str().into(),
            Self::Role(role) => role.name.as_str().into(),
            Self::Grant(item) => item.object.as_str().into(),
            Self::Statement(step, _) => step.stmt.op.kind(),
        }
    }

    /// The object that a finding about it names, as rules name it; nothing for a statement about no object.
    #[must_use]
    pub fn object(&self) -> Option<String> {
        Some(match self {
            Self::Table(table) => table.name.to_string(),
            Self::Column(table, column) => format!("{}.{}", table.name, column.name),
            Self::Index(index) => index.name.to_string(),
            Self::Constraint(table, constraint) => format!("{}.{}", table.name, constraint.name),
            Self::Function(function) => {
                crate::schema::key::ObjectKey::function(function.def.name.clone(), &function.def.signature())
                    .to_string()
            }
            Self::Policy(table, policy) => format!("{}.{}", table.name, policy.name),
            Self::Role(role) => role.name.to_string(),
            Self::Grant(item) => item.object.clone(),
            Self::Statement(step, _) => {
                return facts::statement::main_relation(step).map(ToString::to_string);
            }
        })
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<usize> for Value<'_> {
    fn from(value: usize) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<u64> for Value<'_> {
    fn from(value: u64) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value.as_str().into())
    }
}

impl<'a> From<&'a Ident> for Value<'a> {
    fn from(value: &'a Ident) -> Self {
        Self::Text(value.as_str().into())
    }
}

impl<'a> From<&'a QName> for Value<'a> {
    fn from(value: &'a QName) -> Self {
        Self::Text(value.to_string().into())
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::None, Into::into)
    }
}

impl Value<'_> {
    /// A list of what has a text.
    pub(super) fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(|item| item.to_string().into()).collect())
    }

    /// For people, and in messages.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Unknown => "unknown".to_owned(),
            Self::None => "none".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Text(value) => value.clone().into_owned(),
            Self::Type(value) => value.to_string(),
            Self::List(items) if items.is_empty() => "none".to_owned(),
            Self::List(items) => items.join(", "),
            Self::Subjects(items) if items.is_empty() => "none".to_owned(),
            Self::Subjects(items) => {
                items.iter().map(|s| s.name().into_owned()).collect::<Vec<_>>().join(", ")
            }
        }
    }
}
