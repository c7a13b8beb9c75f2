//! Naming objects, and the statements that work on any kind of object.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::DdlOp;
use super::expr::Expr;
use super::table::FiringState;
use super::types::TypeName;
use crate::name::{Ident, QName};

/// The kinds of objects that statements name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each variant is the SQL keyword of the same name")]
pub enum ObjectKind {
    Table,
    ForeignTable,
    View,
    MaterializedView,
    Index,
    Sequence,
    /// A composite type's own relation, as in `ALTER TYPE … ADD ATTRIBUTE`.
    CompositeType,
    Column,
    Constraint,
    Trigger,
    Rule,
    Policy,
    Type,
    Domain,
    DomainConstraint,
    Function,
    Procedure,
    /// `ROUTINE`: a function or a procedure.
    Routine,
    Aggregate,
    Schema,
    Extension,
    Role,
    Database,
    Tablespace,
    Publication,
    Subscription,
    Statistics,
    EventTrigger,
    Language,
    Collation,
    Conversion,
    Cast,
    Operator,
    OperatorClass,
    OperatorFamily,
    TextSearchConfiguration,
    TextSearchDictionary,
    TextSearchParser,
    TextSearchTemplate,
    ForeignDataWrapper,
    Server,
    UserMapping,
    AccessMethod,
    Transform,
    LargeObject,
    Parameter,
    /// MySQL and other dialects' objects without a PostgreSQL relative.
    Other,
}

impl ObjectKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Table,
        Self::ForeignTable,
        Self::View,
        Self::MaterializedView,
        Self::Index,
        Self::Sequence,
        Self::CompositeType,
        Self::Column,
        Self::Constraint,
        Self::Trigger,
        Self::Rule,
        Self::Policy,
        Self::Type,
        Self::Domain,
        Self::DomainConstraint,
        Self::Function,
        Self::Procedure,
        Self::Routine,
        Self::Aggregate,
        Self::Schema,
        Self::Extension,
        Self::Role,
        Self::Database,
        Self::Tablespace,
        Self::Publication,
        Self::Subscription,
        Self::Statistics,
        Self::EventTrigger,
        Self::Language,
        Self::Collation,
        Self::Conversion,
        Self::Cast,
        Self::Operator,
        Self::OperatorClass,
        Self::OperatorFamily,
        Self::TextSearchConfiguration,
        Self::TextSearchDictionary,
        Self::TextSearchParser,
        Self::TextSearchTemplate,
        Self::ForeignDataWrapper,
        Self::Server,
        Self::UserMapping,
        Self::AccessMethod,
        Self::Transform,
        Self::LargeObject,
        Self::Parameter,
        Self::Other,
    ];

    /// The SQL keywords, upper case.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Table => "TABLE",
            Self::ForeignTable => "FOREIGN TABLE",
            Self::View => "VIEW",
            Self::MaterializedView => "MATERIALIZED VIEW",
            Self::Index => "INDEX",
            Self::Sequence => "SEQUENCE",
            Self::CompositeType | Self::Type => "TYPE",
            Self::Column => "COLUMN",
            Self::Constraint | Self::DomainConstraint => "CONSTRAINT",
            Self::Trigger => "TRIGGER",
            Self::Rule => "RULE",
            Self::Policy => "POLICY",
            Self::Domain => "DOMAIN",
            Self::Function => "FUNCTION",
            Self::Procedure => "PROCEDURE",
            Self::Routine => "ROUTINE",
            Self::Aggregate => "AGGREGATE",
            Self::Schema => "SCHEMA",
            Self::Extension => "EXTENSION",
            Self::Role => "ROLE",
            Self::Database => "DATABASE",
            Self::Tablespace => "TABLESPACE",
            Self::Publication => "PUBLICATION",
            Self::Subscription => "SUBSCRIPTION",
            Self::Statistics => "STATISTICS",
            Self::EventTrigger => "EVENT TRIGGER",
            Self::Language => "LANGUAGE",
            Self::Collation => "COLLATION",
            Self::Conversion => "CONVERSION",
            Self::Cast => "CAST",
            Self::Operator => "OPERATOR",
            Self::OperatorClass => "OPERATOR CLASS",
            Self::OperatorFamily => "OPERATOR FAMILY",
            Self::TextSearchConfiguration => "TEXT SEARCH CONFIGURATION",
            Self::TextSearchDictionary => "TEXT SEARCH DICTIONARY",
            Self::TextSearchParser => "TEXT SEARCH PARSER",
            Self::TextSearchTemplate => "TEXT SEARCH TEMPLATE",
            Self::ForeignDataWrapper => "FOREIGN DATA WRAPPER",
            Self::Server => "SERVER",
            Self::UserMapping => "USER MAPPING",
            Self::AccessMethod => "ACCESS METHOD",
            Self::Transform => "TRANSFORM",
            Self::LargeObject => "LARGE OBJECT",
            Self::Parameter => "PARAMETER",
            Self::Other => "OBJECT",
        }
    }

    /// Whether objects of this kind live in `pg_class` and share one namespace.
    #[must_use]
    pub const fn is_relation(self) -> bool {
        matches!(
            self,
            Self::Table
                | Self::ForeignTable
                | Self::View
                | Self::MaterializedView
                | Self::Index
                | Self::Sequence
                | Self::CompositeType
        )
    }

    /// Whether this is a function, a procedure, an aggregate, or `ROUTINE`.
    #[must_use]
    pub const fn is_routine(self) -> bool {
        matches!(self, Self::Function | Self::Procedure | Self::Routine | Self::Aggregate)
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.keyword().to_ascii_lowercase())
    }
}

/// An object as a statement names it.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectName {
    /// Its name; for columns, constraints, triggers, rules and policies the relation (or domain) they belong to.
    pub name: QName,
    /// The name within the relation, for those kinds.
    pub part: Option<Ident>,
    /// Argument types of a routine, when given.
    pub args: Option<Vec<TypeName>>,
    /// For kinds whose name is not a plain name (casts, operators, user mappings): the text.
    pub text: Option<String>,
}

impl ObjectName {
    /// An object with a plain name.
    #[must_use]
    pub fn of(name: QName) -> Self {
        Self { name, part: None, args: None, text: None }
    }

    /// A part of a relation.
    #[must_use]
    pub fn part(relation: QName, part: Ident) -> Self {
        Self { part: Some(part), ..Self::of(relation) }
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = &self.text {
            return f.write_str(text);
        }
        write!(f, "{}", self.name)?;
        if let Some(part) = &self.part {
            write!(f, ".{part}")?;
        }
        if let Some(args) = &self.args {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            write!(f, "({})", args.join(", "))?;
        }
        Ok(())
    }
}

/// `DROP`.
#[derive(Clone, Debug, PartialEq)]
pub struct Drop {
    /// What kind.
    pub kind: ObjectKind,
    /// Which.
    pub objects: Vec<ObjectName>,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `CASCADE`; for databases `FORCE`.
    pub cascade: bool,
    /// `CONCURRENTLY`, for indexes.
    pub concurrently: bool,
}

/// `ALTER … RENAME`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rename {
    /// What kind of object gets the new name (`Column`, `Constraint`, `Table`, …).
    pub kind: ObjectKind,
    /// Which.
    pub object: ObjectName,
    /// The kind of relation the statement names, for parts (`ALTER VIEW v RENAME COLUMN`).
    pub relation_kind: Option<ObjectKind>,
    /// The new name.
    pub to: Ident,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `ONLY`, for columns and constraints of a table.
    pub only: bool,
}

/// `ALTER … SET SCHEMA`.
#[derive(Clone, Debug, PartialEq)]
pub struct SetSchema {
    /// What kind.
    pub kind: ObjectKind,
    /// Which.
    pub object: ObjectName,
    /// The new schema.
    pub schema: Ident,
    /// `IF EXISTS`.
    pub if_exists: bool,
}

/// `ALTER … OWNER TO` on objects other than relations (those use a table action).
#[derive(Clone, Debug, PartialEq)]
pub struct OwnerTo {
    /// What kind.
    pub kind: ObjectKind,
    /// Which.
    pub object: ObjectName,
    /// The new owner.
    pub owner: Ident,
}

/// `COMMENT ON`.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    /// What kind.
    pub kind: ObjectKind,
    /// Which.
    pub object: ObjectName,
    /// The text; `None` removes it.
    pub text: Option<String>,
}

/// `CREATE SCHEMA`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateSchema {
    /// Its name (the role's when only `AUTHORIZATION` is given).
    pub name: Ident,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `AUTHORIZATION`.
    pub owner: Option<Ident>,
    /// Statements written inside.
    pub elements: Vec<DdlOp>,
}

/// `CREATE EXTENSION`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateExtension {
    /// Its name.
    pub name: Ident,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `SCHEMA`.
    pub schema: Option<Ident>,
    /// `VERSION`.
    pub version: Option<String>,
    /// `CASCADE`.
    pub cascade: bool,
}

/// `ALTER EXTENSION`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterExtension {
    /// Which.
    pub name: Ident,
    /// `UPDATE [TO version]`; otherwise it adds or drops a member.
    pub update: bool,
    /// The version of `UPDATE TO`.
    pub version: Option<String>,
}

/// `CREATE STATISTICS`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateStatistics {
    /// Its name, when given.
    pub name: Option<QName>,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Kinds, empty for all.
    pub kinds: Vec<Ident>,
    /// Columns and expressions.
    pub exprs: Vec<Expr>,
    /// The table.
    pub table: QName,
}

/// `CREATE PUBLICATION`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatePublication {
    /// Its name.
    pub name: Ident,
    /// `FOR ALL TABLES`.
    pub all_tables: bool,
    /// Tables.
    pub tables: Vec<QName>,
    /// Those of them that are written with `ONLY`.
    pub only: Vec<QName>,
    /// What is published of them, where that is not all.
    pub parts: Vec<PublishedPart>,
    /// `TABLES IN SCHEMA`.
    pub schemas: Vec<Ident>,
    /// `WITH` options as text pairs.
    pub options: Vec<(String, String)>,
}

/// The part of a table that a publication publishes (15+).
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedPart {
    /// The table.
    pub table: QName,
    /// The columns; empty means all.
    pub columns: Vec<Ident>,
    /// `WHERE`.
    pub filter: Option<Expr>,
}

/// `ALTER PUBLICATION`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterPublication {
    /// Which.
    pub name: Ident,
    /// `ADD`, `DROP`, `SET` of tables and schemas, or options when both lists are empty.
    pub action: MembershipChange,
    /// Tables.
    pub tables: Vec<QName>,
    /// Those of them that are written with `ONLY`.
    pub only: Vec<QName>,
    /// What is published of them, where that is not all.
    pub parts: Vec<PublishedPart>,
    /// Schemas.
    pub schemas: Vec<Ident>,
    /// `SET (…)` options as text pairs.
    pub options: Vec<(String, String)>,
}

/// How a list changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MembershipChange {
    /// `ADD`.
    Add,
    /// `DROP`.
    Drop,
    /// `SET`.
    Set,
}

/// A statement about objects that hold no rows and lock no relation.
#[derive(Clone, Debug, PartialEq)]
pub struct Misc {
    /// What happens.
    pub action: MiscAction,
    /// To what kind of object.
    pub kind: ObjectKind,
    /// Which, when it has a name.
    pub object: Option<ObjectName>,
    /// The statement's text.
    pub sql: String,
}

/// What a [`Misc`] statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MiscAction {
    /// `CREATE`.
    Create,
    /// `ALTER`.
    Alter,
    /// `ALTER EVENT TRIGGER … ENABLE | DISABLE`.
    State(FiringState),
    /// Anything else: `SECURITY LABEL`, `IMPORT FOREIGN SCHEMA`, `ALTER SYSTEM`, …
    Other,
}
