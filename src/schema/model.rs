//! The objects of a schema, as the catalogs hold them: names qualified, implicit things explicit.

use std::collections::BTreeMap;

use crate::ir::access::{Grantee, PolicyCommand, RoleOptions};
use crate::ir::expr::{Expr, Query};
use crate::ir::index::IndexKey;
use crate::ir::object::{ObjectKind, PublishedPart};
use crate::ir::routine::{CreateFunction, CreateTrigger};
use crate::ir::shared::Shared;
use crate::ir::table::{
    ConstraintKind, FiringState, Generated, Options, PartitionBound, PartitionBy, Persistence,
    ReplicaIdentity,
};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};

use super::acl::Acl;
use super::key::ObjectKey;

/// One object. Held behind `Arc`, so that a change set can keep the old and the new state without copies.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each variant holds the type of the same name")]
pub enum Object {
    Schema(Namespace),
    Table(Table),
    View(View),
    Index(Index),
    Sequence(Sequence),
    Type(UserType),
    Function(Function),
    Role(Role),
    Extension(Extension),
    Publication(Publication),
    Statistics(Statistics),
    DefaultAcl(DefaultAcl),
    Other(OtherObject),
}

impl Object {
    /// The kind, for messages and statements.
    #[must_use]
    pub fn kind(&self) -> ObjectKind {
        match self {
            Self::Schema(_) => ObjectKind::Schema,
            Self::Table(table) if matches!(table.kind, TableKind::Foreign(_)) => ObjectKind::ForeignTable,
            Self::Table(_) => ObjectKind::Table,
            Self::View(view) if view.materialized => ObjectKind::MaterializedView,
            Self::View(_) => ObjectKind::View,
            Self::Index(_) => ObjectKind::Index,
            Self::Sequence(_) => ObjectKind::Sequence,
            Self::Type(t) if matches!(t.kind, UserTypeKind::Domain(_)) => ObjectKind::Domain,
            Self::Type(_) => ObjectKind::Type,
            Self::Function(f) if f.def.procedure => ObjectKind::Procedure,
            Self::Function(_) => ObjectKind::Function,
            Self::Role(_) => ObjectKind::Role,
            Self::Extension(_) => ObjectKind::Extension,
            Self::Publication(_) => ObjectKind::Publication,
            Self::Statistics(_) => ObjectKind::Statistics,
            Self::DefaultAcl(acl) => acl.kind,
            Self::Other(other) => other.kind,
        }
    }

    /// Its owner, where known: `None` is whoever runs the migrations.
    #[must_use]
    pub fn owner(&self) -> Option<&Ident> {
        match self {
            Self::Schema(o) => o.owner.as_ref(),
            Self::Table(o) => o.owner.as_ref(),
            Self::View(o) => o.owner.as_ref(),
            Self::Sequence(o) => o.owner.as_ref(),
            Self::Type(o) => o.owner.as_ref(),
            Self::Function(o) => o.owner.as_ref(),
            Self::Publication(o) => o.owner.as_ref(),
            Self::Statistics(o) => o.owner.as_ref(),
            Self::Other(o) => o.owner.as_ref(),
            Self::Index(_) | Self::Role(_) | Self::Extension(_) | Self::DefaultAcl(_) => None,
        }
    }
}

/// A schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Namespace {
    /// Its name.
    pub name: Ident,
    /// Owner, where stated.
    pub owner: Option<Ident>,
    /// Explicit privileges.
    pub acl: Acl,
    /// Comment.
    pub comment: Option<String>,
}

/// What sort of table.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum TableKind {
    /// An ordinary table.
    #[default]
    Ordinary,
    /// A partitioned table: it has no rows of its own.
    Partitioned(PartitionBy),
    /// A foreign table on the named server.
    Foreign(Ident),
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Qualified name.
    pub name: QName,
    /// What sort.
    pub kind: TableKind,
    /// Persistence.
    pub persistence: Persistence,
    /// Columns in order.
    pub columns: Shared<Vec<Column>>,
    /// Constraints, `NOT NULL` excepted (see [`Column::not_null`]).
    pub constraints: Shared<Vec<Constraint>>,
    /// Triggers made by users.
    pub triggers: Shared<Vec<Trigger>>,
    /// Policies.
    pub policies: Shared<Vec<Policy>>,
    /// Rewrite rules.
    pub rules: Shared<Vec<Rule>>,
    /// `ENABLE ROW LEVEL SECURITY`.
    pub row_security: bool,
    /// `FORCE ROW LEVEL SECURITY`.
    pub force_row_security: bool,
    /// The partitioned table this is a partition of, and its bound.
    pub partition_of: Option<(QName, PartitionBound)>,
    /// Inheritance parents.
    pub inherits: Vec<QName>,
    /// The composite type of a typed table.
    pub of_type: Option<TypeName>,
    /// Replica identity.
    pub replica_identity: ReplicaIdentity,
    /// The index of `CLUSTER ON`.
    pub clustered_on: Option<Ident>,
    /// Storage parameters.
    pub options: Options,
    /// Tablespace.
    pub tablespace: Option<Ident>,
    /// Table access method, when not the default.
    pub access_method: Option<Ident>,
    /// Owner, where stated.
    pub owner: Option<Ident>,
    /// Explicit privileges.
    pub acl: Acl,
    /// Comment.
    pub comment: Option<String>,
    /// False when some of its columns may be missing here: it was made from a query whose columns are not
    /// known, or a statement on it could not be read.
    pub columns_known: bool,
}

impl Table {
    /// An empty ordinary table.
    #[must_use]
    pub fn new(name: QName) -> Self {
        Self {
            name,
            kind: TableKind::Ordinary,
            persistence: Persistence::Permanent,
            columns: Shared::default(),
            constraints: Shared::default(),
            triggers: Shared::default(),
            policies: Shared::default(),
            rules: Shared::default(),
            row_security: false,
            force_row_security: false,
            partition_of: None,
            inherits: Vec::new(),
            of_type: None,
            replica_identity: ReplicaIdentity::Default,
            clustered_on: None,
            options: Vec::new(),
            tablespace: None,
            access_method: None,
            owner: None,
            acl: Acl::default(),
            comment: None,
            columns_known: true,
        }
    }

    /// A column by name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == *name)
    }

    /// A constraint by name.
    #[must_use]
    pub fn constraint(&self, name: &str) -> Option<&Constraint> {
        self.constraints.iter().find(|c| c.name == *name)
    }

    /// The primary key.
    #[must_use]
    pub fn primary_key(&self) -> Option<&Constraint> {
        self.constraints.iter().find(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_)))
    }

    /// Whether this is a partitioned table.
    #[must_use]
    pub const fn is_partitioned(&self) -> bool {
        matches!(self.kind, TableKind::Partitioned(_))
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: Ident,
    /// Its type: `serial` resolved to its integer, user types qualified.
    pub data_type: TypeName,
    /// Collation, when not the type's default.
    pub collation: Option<QName>,
    /// Default expression.
    pub default: Option<Expr>,
    /// Generated column.
    pub generated: Option<Generated>,
    /// Identity: `ALWAYS` (true) or `BY DEFAULT`. Its sequence is the one owned by the column internally.
    pub identity: Option<bool>,
    /// The `NOT NULL` constraint.
    pub not_null: Option<NotNull>,
    /// `STORAGE`, when set.
    pub storage: Option<Ident>,
    /// `COMPRESSION`, when set.
    pub compression: Option<Ident>,
    /// Statistics target, when set.
    pub statistics: Option<i32>,
    /// Attribute options (`n_distinct`).
    pub options: Options,
    /// `OPTIONS (…)` of a foreign table's column.
    pub foreign_options: Options,
    /// Comment.
    pub comment: Option<String>,
    /// Explicit column privileges.
    pub acl: Acl,
    /// Whether it comes from a parent table only (`attislocal` is false).
    pub inherited: bool,
}

/// The `NOT NULL` of a column. Before PostgreSQL 18 it has no name and is always valid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotNull {
    /// Name, from 18 on.
    pub name: Option<Ident>,
    /// `NOT VALID` (18+).
    pub not_valid: bool,
    /// `NO INHERIT` (18+).
    pub no_inherit: bool,
    /// Comment (18+).
    pub comment: Option<String>,
}

/// A table constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// Its name, generated where none was given.
    pub name: Ident,
    /// What it demands; referenced tables are qualified and columns filled in.
    pub kind: ConstraintKind,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// Whether existing rows are known to satisfy it.
    pub validated: bool,
    /// `NOT ENFORCED` makes this false (18+).
    pub enforced: bool,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// Whether it comes from a parent table only (`conislocal` is false).
    pub inherited: bool,
    /// Comment.
    pub comment: Option<String>,
}

impl Constraint {
    /// Whether an index of the same name enforces it.
    #[must_use]
    pub const fn has_index(&self) -> bool {
        matches!(
            self.kind,
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude(_)
        )
    }
}

/// A trigger.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// Its definition; the table and the function are qualified where they resolve.
    pub def: Shared<CreateTrigger>,
    /// When it fires.
    pub state: FiringState,
    /// Whether it comes from a partitioned parent.
    pub inherited: bool,
    /// Comment.
    pub comment: Option<String>,
}

/// A row-level security policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its name.
    pub name: Ident,
    /// `PERMISSIVE`; otherwise `RESTRICTIVE`.
    pub permissive: bool,
    /// The commands it applies to.
    pub command: PolicyCommand,
    /// The roles it applies to.
    pub roles: Vec<Grantee>,
    /// `USING`.
    pub using: Option<Expr>,
    /// `WITH CHECK`.
    pub check: Option<Expr>,
    /// What its sub-queries read, resolved when the policy was made and followed through renames.
    pub uses: Vec<Use>,
    /// Comment.
    pub comment: Option<String>,
}

/// A rewrite rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name.
    pub name: Ident,
    /// The whole `CREATE RULE` statement.
    pub sql: String,
    /// When it fires.
    pub state: FiringState,
    /// Comment.
    pub comment: Option<String>,
}

/// A view or a materialized view.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Qualified name.
    pub name: QName,
    /// Whether it stores its rows.
    pub materialized: bool,
    /// Output columns as far as they are known.
    pub columns: Vec<ViewColumn>,
    /// Whether `columns` is complete.
    pub columns_known: bool,
    /// The query. Its text is as written, with `*` written out as the server does where the columns are known,
    /// and follows renames.
    pub query: Query,
    /// What the query reads, resolved when the view was made and followed through renames.
    pub uses: Vec<Use>,
    /// Options, `security_invoker` and `security_barrier` among them.
    pub options: Options,
    /// `WITH CHECK OPTION`.
    pub check_option: Option<&'static str>,
    /// `WITH NO DATA` makes this false, for materialized views.
    pub populated: bool,
    /// Triggers (`INSTEAD OF`).
    pub triggers: Vec<Trigger>,
    /// Rewrite rules other than the view's own.
    pub rules: Vec<Rule>,
    /// Tablespace.
    pub tablespace: Option<Ident>,
    /// Owner, where stated.
    pub owner: Option<Ident>,
    /// Explicit privileges.
    pub acl: Acl,
    /// Comment.
    pub comment: Option<String>,
    /// `TEMPORARY`.
    pub temporary: bool,
}

/// A column of a view.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewColumn {
    /// Its name.
    pub name: Ident,
    /// Its type, when known.
    pub data_type: Option<TypeName>,
    /// Comment.
    pub comment: Option<String>,
    /// Explicit column privileges.
    pub acl: Acl,
}

impl ViewColumn {
    /// A column of which only name and perhaps type are known.
    #[must_use]
    pub fn new(name: Ident, data_type: Option<TypeName>) -> Self {
        Self { name, data_type, comment: None, acl: Acl::default() }
    }
}

/// A relation that a query depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Qualified name.
    pub relation: QName,
    /// The columns it names; sorted.
    pub columns: Vec<Ident>,
    /// Whether names could not all be resolved, so that other columns may be used too.
    pub uncertain: bool,
}

/// An index.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// Qualified name.
    pub name: QName,
    /// The table or materialized view.
    pub table: QName,
    /// `UNIQUE`.
    pub unique: bool,
    /// Method.
    pub method: Ident,
    /// Keys.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE`.
    pub include: Vec<Ident>,
    /// The names of its own columns, as `pg_attribute` has them for the index: they do not follow when a column
    /// of the table is renamed, and the names of indexes copied from this one are made of them.
    pub labels: Vec<Ident>,
    /// `WHERE`.
    pub predicate: Option<Expr>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `indisvalid`: false for the parent index of `ON ONLY` until all partitions are attached.
    pub valid: bool,
    /// The constraint it belongs to.
    pub constraint: Option<Ident>,
    /// The partitioned index it is attached to.
    pub parent: Option<QName>,
    /// Statistics targets of expression columns, by number.
    pub statistics: Vec<(Ident, i32)>,
    /// Storage parameters.
    pub options: Options,
    /// Tablespace.
    pub tablespace: Option<Ident>,
    /// Comment.
    pub comment: Option<String>,
}

impl Index {
    /// The key columns, when all keys are plain columns.
    #[must_use]
    pub fn key_columns(&self) -> Option<Vec<&Ident>> {
        self.keys.iter().map(IndexKey::as_column).collect()
    }
}

/// A sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// Qualified name.
    pub name: QName,
    /// Data type.
    pub data_type: TypeName,
    /// Increment.
    pub increment: i64,
    /// Minimum, when not the default for type and direction.
    pub min_value: Option<i64>,
    /// Maximum, when not the default for type and direction.
    pub max_value: Option<i64>,
    /// Start value, when not the default.
    pub start: Option<i64>,
    /// Cache size.
    pub cache: i64,
    /// `CYCLE`.
    pub cycle: bool,
    /// The column that owns it; dropped with it.
    pub owned_by: Option<(QName, Ident)>,
    /// Whether it belongs to an identity column.
    pub identity: bool,
    /// Persistence.
    pub persistence: Persistence,
    /// Owner, where stated.
    pub owner: Option<Ident>,
    /// Explicit privileges.
    pub acl: Acl,
    /// Comment.
    pub comment: Option<String>,
}

/// A user-defined type.
#[derive(Clone, Debug, PartialEq)]
pub struct UserType {
    /// Qualified name.
    pub name: QName,
    /// What it is.
    pub kind: UserTypeKind,
    /// Owner, where stated.
    pub owner: Option<Ident>,
    /// Explicit privileges.
    pub acl: Acl,
    /// Comment.
    pub comment: Option<String>,
}

/// The kinds of user-defined types.
#[derive(Clone, Debug, PartialEq)]
pub enum UserTypeKind {
    /// Labels in order.
    Enum(Vec<String>),
    /// Attributes in order.
    Composite(Vec<(Ident, TypeName, Option<QName>)>),
    /// A domain.
    Domain(Domain),
    /// A range; options as written.
    Range(Vec<(Ident, String)>),
    /// A base type; options as written.
    Base(Vec<(Ident, String)>),
    /// Announced only.
    Shell,
}

/// A domain.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// The underlying type.
    pub base: TypeName,
    /// Collation.
    pub collation: Option<QName>,
    /// Default.
    pub default: Option<Expr>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// Its checks.
    pub constraints: Vec<Constraint>,
}

impl Domain {
    /// Whether values of the base type may be refused: such a domain forces a rewrite when a column of it is
    /// added (`add_col_constrained_domain` in `tests/conformance/`).
    #[must_use]
    pub fn is_constrained(&self) -> bool {
        self.not_null || !self.constraints.is_empty()
    }
}

/// A function or procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its definition with a qualified name and argument types without modifiers, which the server forgets.
    pub def: CreateFunction,
    /// What an SQL-standard body reads, resolved when the function was made and followed through renames.
    pub uses: Vec<Use>,
    /// Owner, where stated.
    pub owner: Option<Ident>,
    /// Explicit privileges.
    pub acl: Acl,
    /// Comment.
    pub comment: Option<String>,
}

/// A role.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its name.
    pub name: Ident,
    /// Attributes.
    pub options: RoleOptions,
    /// `ALTER ROLE … SET`, by name.
    pub config: BTreeMap<String, String>,
    /// Roles it is a member of.
    pub memberships: Vec<Membership>,
    /// Comment.
    pub comment: Option<String>,
}

/// Membership of a role in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The role granted.
    pub role: Ident,
    /// `WITH ADMIN`.
    pub admin: bool,
    /// `WITH INHERIT`; `None` follows the member's own attribute (before 16).
    pub inherit: Option<bool>,
    /// `WITH SET` (16+).
    pub set: bool,
    /// Who granted it (16+), who has the admin option on the role; `None` is a superuser, of whom the server keeps
    /// no name.
    pub grantor: Option<Ident>,
}

/// An extension.
#[derive(Clone, Debug, PartialEq)]
pub struct Extension {
    /// Its name.
    pub name: Ident,
    /// Its schema, where stated.
    pub schema: Option<Ident>,
    /// Its version, where stated.
    pub version: Option<String>,
    /// Comment.
    pub comment: Option<String>,
}

/// A publication.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    /// Its name.
    pub name: Ident,
    /// `FOR ALL TABLES`.
    pub all_tables: bool,
    /// Tables.
    pub tables: Vec<QName>,
    /// What is published of tables, where that is not all; columns in the table's order.
    pub parts: Vec<PublishedPart>,
    /// Schemas.
    pub schemas: Vec<Ident>,
    /// Options.
    pub options: Options,
    /// Owner, where stated.
    pub owner: Option<Ident>,
    /// Comment.
    pub comment: Option<String>,
}

/// Extended statistics.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// Qualified name.
    pub name: QName,
    /// The table.
    pub table: QName,
    /// Kinds, empty for all.
    pub kinds: Vec<Ident>,
    /// Columns and expressions.
    pub exprs: Vec<Expr>,
    /// Owner, where stated.
    pub owner: Option<Ident>,
    /// Comment.
    pub comment: Option<String>,
}

/// Default privileges.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultAcl {
    /// Kind of object they apply to.
    pub kind: ObjectKind,
    /// The privileges.
    pub acl: Acl,
}

/// An object of a kind that has no model of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherObject {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its name as text.
    pub name: String,
    /// The statement that made it; empty for one that was there before, such as the database itself.
    pub sql: String,
    /// Owner, where stated.
    pub owner: Option<Ident>,
    /// Explicit privileges.
    pub acl: Acl,
    /// When an event trigger fires; [`FiringState::Enabled`] for every other kind.
    pub state: FiringState,
    /// Comment.
    pub comment: Option<String>,
}

/// One object's state before and after a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which object.
    pub key: ObjectKey,
    /// Before; `None` when the statement made it.
    pub before: Option<std::sync::Arc<Object>>,
    /// After; `None` when the statement dropped it (a rename drops the old key and makes the new one).
    pub after: Option<std::sync::Arc<Object>>,
}
