//! The file as data: what a snapshot holds, in the form that its JSON Schema documents.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::{Dialect, Ident};
use crate::schema::sizes::Sizes;

/// The format's version. A file of another version is refused.
pub const VERSION: u32 = 1;

/// A database schema at one moment, with the sizes of its relations where a server told them.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Version of this format; always 1.
    pub version: u32,
    /// The dialect: `postgresql`, `mysql` or `sqlite`.
    #[schemars(with = "String")]
    pub dialect: Dialect,
    /// The major version of the server.
    pub server_version: u16,
    /// Whether these are all objects: then what is not here does not exist.
    pub complete: bool,
    /// The role that runs the migrations, where a server told: what it owns has no `OWNER TO`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub migrator: Option<Ident>,
    /// Objects in an order in which `create` of each can run; when all are made, `after` of each in the same
    /// order. Within what the objects need of each other the order is by kind and name. What comes with another
    /// object, such as the index of a constraint, is not listed. The schema `public` is there by itself, and gone
    /// where it is not listed.
    pub objects: Vec<Entry>,
    /// What may be there although it is not listed.
    #[serde(default, skip_serializing_if = "Unknown::is_none")]
    pub unknown: Unknown,
    /// What the reader of the database was not allowed to see, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<String>,
    /// How big the relations are; absent when no server was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Sizes>,
}

/// One object.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it is, as SQL has it in lower case: `table`, `materialized view`, `function`, …
    pub kind: String,
    /// Its qualified name, for people; the statements have it quoted where it must be.
    pub name: String,
    /// The search path that names in expressions, queries and bodies are read with; `public` without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub search_path: Option<Vec<Ident>>,
    /// Statements that make it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub create: Vec<Statement>,
    /// Statements that run when all objects are made, because they may refer to any of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Statement>,
    /// What no statement can say.
    #[serde(default, skip_serializing_if = "Facts::is_none")]
    pub facts: Facts,
}

impl Entry {
    /// Whether nothing is said about the object: it comes with another.
    pub(super) fn is_implied(&self) -> bool {
        self.create.is_empty() && self.after.is_empty() && self.facts.is_none()
    }
}

/// A statement without its semicolon: its text, or its lines when it has several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Statement {
    /// All of it.
    Line(String),
    /// Its lines.
    Lines(Vec<String>),
}

impl Statement {
    /// From its text.
    #[must_use]
    pub fn new(sql: &str) -> Self {
        if sql.contains('\n') {
            Self::Lines(sql.split('\n').map(str::to_owned).collect())
        } else {
            Self::Line(sql.to_owned())
        }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Line(line) => line.clone(),
            Self::Lines(lines) => lines.join("\n"),
        }
    }
}

/// What is true of an object and has no SQL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// An index that a failed concurrent build left behind, or a partitioned one that lacks parts.
    #[serde(skip_serializing_if = "is_false")]
    pub invalid: bool,
    /// The names of an index's own columns, when they are not what its table's columns are called now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub labels: Vec<Ident>,
    /// Whether a role has a password; the password itself is nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<bool>,
    /// Some of its columns may be missing here.
    #[serde(skip_serializing_if = "is_false")]
    pub columns_unknown: bool,
}

impl Facts {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(b: &bool) -> bool {
    !*b
}

/// What statements that could not be read may have made or changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Unknown {
    /// Anything may exist.
    #[serde(skip_serializing_if = "is_false")]
    pub anything: bool,
    /// Relations that differ from what is listed, by schema and name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<(String, String)>,
}

impl Unknown {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}
