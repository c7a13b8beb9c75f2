//! Tables, columns, constraints, views, and the actions of `ALTER TABLE`.

use super::expr::{Expr, Query};
use super::index::IndexKey;
use super::types::{SequenceOptions, TypeName};
use crate::name::{Ident, QName};
use crate::text::Span;

/// How long a table's rows live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Persistence {
    /// An ordinary, logged relation.
    #[default]
    Permanent,
    /// `UNLOGGED`.
    Unlogged,
    /// `TEMPORARY`.
    Temporary,
}

/// Storage parameters `WITH (name = value)`, in order, values as text.
pub type Options = Vec<(String, String)>;

/// `CREATE TABLE` in all its forms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateTable {
    /// Its name.
    pub name: Option<QName>,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Persistence.
    pub persistence: Persistence,
    /// Columns in order.
    pub columns: Vec<ColumnDef>,
    /// Table constraints in order.
    pub constraints: Vec<ConstraintDef>,
    /// `LIKE` clauses.
    pub like: Vec<LikeClause>,
    /// `INHERITS` parents.
    pub inherits: Vec<QName>,
    /// `PARTITION BY`.
    pub partition_by: Option<PartitionBy>,
    /// `PARTITION OF parent bound`.
    pub partition_of: Option<(QName, PartitionBound)>,
    /// `OF type`.
    pub of_type: Option<TypeName>,
    /// `AS query`, also of `SELECT … INTO`.
    pub as_query: Option<Query>,
    /// Whether `AS query` fills the table.
    pub with_data: bool,
    /// The server of a foreign table.
    pub foreign_server: Option<Ident>,
    /// Storage parameters, or the options of a foreign table.
    pub options: Options,
    /// `TABLESPACE`.
    pub tablespace: Option<Ident>,
    /// `USING method`.
    pub access_method: Option<Ident>,
    /// `ON COMMIT` text for temporary tables (`DROP`, `DELETE ROWS`).
    pub on_commit: Option<String>,
    /// MySQL table options and the like, as text.
    pub extra: Option<String>,
}

/// `LIKE source INCLUDING …`.
#[derive(Clone, Debug, PartialEq)]
pub struct LikeClause {
    /// The table copied.
    pub source: QName,
    /// How many of the new table's own columns stand before it.
    pub position: usize,
    /// What is included, lower case: `comments`, `compression`, `constraints`, `defaults`, `generated`,
    /// `identity`, `indexes`, `statistics`, `storage`.
    pub including: Vec<&'static str>,
}

/// `PARTITION BY`.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionBy {
    /// Strategy.
    pub strategy: PartitionStrategy,
    /// Key columns or expressions.
    pub keys: Vec<IndexKey>,
}

/// How rows are spread over partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartitionStrategy {
    /// `RANGE`.
    Range,
    /// `LIST`.
    List,
    /// `HASH`.
    Hash,
}

/// The bound of a partition; values as SQL text, `MINVALUE` and `MAXVALUE` as such.
#[derive(Clone, Debug, PartialEq)]
pub enum PartitionBound {
    /// `DEFAULT`.
    Default,
    /// `FROM (…) TO (…)`.
    Range {
        /// Lower bound, inclusive; SQL text of each value.
        from: Vec<String>,
        /// Upper bound, exclusive; SQL text of each value.
        to: Vec<String>,
    },
    /// `IN (…)`, SQL text of each value.
    List(Vec<String>),
    /// `WITH (MODULUS m, REMAINDER r)`.
    Hash {
        /// Modulus.
        modulus: u32,
        /// Remainder.
        remainder: u32,
    },
}

/// A column definition.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDef {
    /// Its name.
    pub name: Ident,
    /// Its type as written; `None` only for `PARTITION OF`/`OF` column options.
    pub data_type: Option<TypeName>,
    /// `COLLATE`.
    pub collation: Option<QName>,
    /// `DEFAULT`.
    pub default: Option<Expr>,
    /// `GENERATED ALWAYS AS (…)`.
    pub generated: Option<Generated>,
    /// `GENERATED … AS IDENTITY`; MySQL `AUTO_INCREMENT` and SQLite `AUTOINCREMENT` too.
    pub identity: Option<Identity>,
    /// `NOT NULL` was written (also by `PRIMARY KEY` in dialects where the front end expands it).
    pub not_null: bool,
    /// The constraints written on the column: `CHECK`, `UNIQUE`, `PRIMARY KEY`, `REFERENCES`, and a `NOT NULL`
    /// that has a name; their column lists are filled in.
    pub constraints: Vec<ConstraintDef>,
    /// `STORAGE`.
    pub storage: Option<Ident>,
    /// `COMPRESSION`.
    pub compression: Option<Ident>,
    /// `OPTIONS (…)` of a foreign table's column.
    pub foreign_options: Options,
    /// MySQL `COMMENT`.
    pub comment: Option<String>,
    /// Where it stands in the file.
    pub span: Span,
}

impl ColumnDef {
    /// A column of which only the name is given.
    #[must_use]
    pub fn named(name: Ident, span: Span) -> Self {
        Self {
            name,
            data_type: None,
            collation: None,
            default: None,
            generated: None,
            identity: None,
            not_null: false,
            constraints: Vec::new(),
            storage: None,
            compression: None,
            foreign_options: Vec::new(),
            comment: None,
            span,
        }
    }
}

/// A generated column's expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// The expression.
    pub expr: Expr,
    /// `STORED`; otherwise `VIRTUAL` (PostgreSQL 18).
    pub stored: bool,
}

/// An identity column.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// `ALWAYS`; otherwise `BY DEFAULT`.
    pub always: bool,
    /// Options of its sequence.
    pub options: Box<SequenceOptions>,
}

/// A constraint definition, on a table, a column or a domain.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstraintDef {
    /// Its name, when given.
    pub name: Option<Ident>,
    /// What it demands.
    pub kind: ConstraintKind,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// `NOT VALID`.
    pub not_valid: bool,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// `NOT ENFORCED` (PostgreSQL 18) makes this false.
    pub enforced: bool,
    /// Where it stands in the file.
    pub span: Span,
}

impl ConstraintDef {
    /// Whether an index made for one serves the other: of two such in one statement the server keeps the first
    /// (`transformIndexConstraints` in `parse_utilcmd.c`).
    #[must_use]
    pub fn repeats(&self, other: &Self) -> bool {
        let timing = |c: &Self| (c.deferrable, c.initially_deferred);
        match (&self.kind, &other.kind) {
            (
                ConstraintKind::PrimaryKey(a) | ConstraintKind::Unique(a),
                ConstraintKind::PrimaryKey(b) | ConstraintKind::Unique(b),
            ) => {
                timing(self) == timing(other)
                    && a.using_index.is_none()
                    && b.using_index.is_none()
                    && a.columns == b.columns
                    && a.include == b.include
                    && a.nulls_not_distinct == b.nulls_not_distinct
                    && a.without_overlaps == b.without_overlaps
            }
            _ => false,
        }
    }
}

/// The kinds of constraints.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstraintKind {
    /// `CHECK (…)`.
    Check(Expr),
    /// `NOT NULL column`.
    NotNull(Ident),
    /// `PRIMARY KEY`.
    PrimaryKey(KeyConstraint),
    /// `UNIQUE`.
    Unique(KeyConstraint),
    /// `FOREIGN KEY`.
    ForeignKey(ForeignKey),
    /// `EXCLUDE`.
    Exclude(Exclude),
}

/// The data of `PRIMARY KEY` and `UNIQUE`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyConstraint {
    /// Key columns; empty with `USING INDEX` until the schema resolves it.
    pub columns: Vec<Ident>,
    /// `INCLUDE`.
    pub include: Vec<Ident>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `USING INDEX name`.
    pub using_index: Option<Ident>,
    /// `WITHOUT OVERLAPS` on the last column (PostgreSQL 18).
    pub without_overlaps: bool,
    /// Storage parameters of the index.
    pub options: Options,
    /// Tablespace of the index.
    pub tablespace: Option<Ident>,
}

/// The data of `FOREIGN KEY`.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignKey {
    /// Referencing columns.
    pub columns: Vec<Ident>,
    /// Referenced table.
    pub table: QName,
    /// Referenced columns; empty means the primary key.
    pub ref_columns: Vec<Ident>,
    /// `ON DELETE`.
    pub on_delete: FkAction,
    /// Columns of `ON DELETE SET NULL (…)`.
    pub on_delete_columns: Vec<Ident>,
    /// `ON UPDATE`.
    pub on_update: FkAction,
    /// `MATCH FULL`.
    pub match_full: bool,
    /// `PERIOD` on the last column (PostgreSQL 18).
    pub period: bool,
}

/// A referential action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FkAction {
    /// `NO ACTION`.
    #[default]
    NoAction,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
    /// `SET NULL`.
    SetNull,
    /// `SET DEFAULT`.
    SetDefault,
}

/// The data of `EXCLUDE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Exclude {
    /// Index method.
    pub method: Ident,
    /// Elements with the operator of each.
    pub elements: Vec<(IndexKey, String)>,
    /// `INCLUDE`.
    pub include: Vec<Ident>,
    /// `WHERE`.
    pub predicate: Option<Expr>,
    /// Storage parameters of the index.
    pub options: Options,
    /// Tablespace of the index.
    pub tablespace: Option<Ident>,
}

/// `ALTER TABLE` and its relatives on other relations.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterTable {
    /// What the statement calls the relation.
    pub kind: super::object::ObjectKind,
    /// Which.
    pub name: QName,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `ONLY`.
    pub only: bool,
    /// The actions in order, each with its place.
    pub actions: Vec<(TableAction, Span)>,
}

/// One action of `ALTER TABLE`.
#[derive(Clone, Debug, PartialEq)]
pub enum TableAction {
    /// `ADD COLUMN`, or `ADD ATTRIBUTE` of a composite type.
    AddColumn {
        /// The column.
        column: Box<ColumnDef>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP COLUMN`, or `DROP ATTRIBUTE`.
    DropColumn {
        /// Which.
        name: Ident,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `ALTER COLUMN … TYPE`.
    AlterType {
        /// Which.
        column: Ident,
        /// The new type.
        data_type: TypeName,
        /// `COLLATE`.
        collation: Option<QName>,
        /// `USING`.
        using: Option<Expr>,
    },
    /// `SET DEFAULT`, or `DROP DEFAULT` with `None`.
    Default {
        /// Which column.
        column: Ident,
        /// The new default.
        default: Option<Expr>,
    },
    /// `SET NOT NULL` (true) or `DROP NOT NULL`.
    NotNull {
        /// Which column.
        column: Ident,
        /// Whether it is set.
        not_null: bool,
    },
    /// `SET EXPRESSION AS` (17+).
    SetExpression {
        /// Which column.
        column: Ident,
        /// The expression.
        expr: Expr,
    },
    /// `DROP EXPRESSION`.
    DropExpression {
        /// Which column.
        column: Ident,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `ADD GENERATED … AS IDENTITY`.
    AddIdentity {
        /// Which column.
        column: Ident,
        /// The identity.
        identity: Identity,
    },
    /// `SET GENERATED …` and sequence options.
    SetIdentity {
        /// Which column.
        column: Ident,
        /// `ALWAYS` (true) or `BY DEFAULT`, when given.
        always: Option<bool>,
        /// Options of its sequence.
        options: Box<SequenceOptions>,
    },
    /// `DROP IDENTITY`.
    DropIdentity {
        /// Which column.
        column: Ident,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `SET STATISTICS`; `None` is the default target.
    SetStatistics {
        /// Which column (or the number of an index column, as text).
        column: Ident,
        /// The target.
        target: Option<i32>,
    },
    /// `ALTER COLUMN … SET (…)` or `RESET (…)`.
    ColumnOptions {
        /// Which column.
        column: Ident,
        /// Options set.
        set: Options,
        /// Options reset.
        reset: Vec<String>,
    },
    /// `SET STORAGE`.
    SetStorage {
        /// Which column.
        column: Ident,
        /// `plain`, `external`, `extended`, `main` or `default`.
        storage: Ident,
    },
    /// `SET COMPRESSION`.
    SetCompression {
        /// Which column.
        column: Ident,
        /// The method.
        method: Ident,
    },
    /// `ADD [CONSTRAINT]`.
    AddConstraint(Box<ConstraintDef>),
    /// `ALTER CONSTRAINT`.
    AlterConstraint {
        /// Which.
        name: Ident,
        /// `(deferrable, initially deferred)` when given.
        deferrability: Option<(bool, bool)>,
        /// `[NOT] ENFORCED` when given (18).
        enforced: Option<bool>,
        /// `[NO] INHERIT` when given (18); true for `NO INHERIT`.
        no_inherit: Option<bool>,
    },
    /// `VALIDATE CONSTRAINT`.
    ValidateConstraint(Ident),
    /// `DROP CONSTRAINT`.
    DropConstraint {
        /// Which.
        name: Ident,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `ENABLE | DISABLE [REPLICA | ALWAYS] TRIGGER`.
    TriggerState {
        /// Which.
        which: TriggerSelection,
        /// New state.
        state: FiringState,
    },
    /// `ENABLE | DISABLE [REPLICA | ALWAYS] RULE`.
    RuleState {
        /// Which.
        name: Ident,
        /// New state.
        state: FiringState,
    },
    /// `ENABLE` or `DISABLE ROW LEVEL SECURITY`.
    RowSecurity(bool),
    /// `FORCE` or `NO FORCE ROW LEVEL SECURITY`.
    ForceRowSecurity(bool),
    /// `CLUSTER ON index`, or `SET WITHOUT CLUSTER`.
    ClusterOn(Option<Ident>),
    /// `SET LOGGED` (true) or `SET UNLOGGED`.
    SetLogged(bool),
    /// `SET TABLESPACE`.
    SetTablespace(Ident),
    /// `SET ACCESS METHOD`; `None` is the default method.
    SetAccessMethod(Option<Ident>),
    /// `SET (…)`.
    SetOptions(Options),
    /// `RESET (…)`.
    ResetOptions(Vec<String>),
    /// `INHERIT` (true) or `NO INHERIT`.
    Inherit {
        /// The parent.
        parent: QName,
        /// Whether the link is made.
        add: bool,
    },
    /// `OF type`, or `NOT OF` with `None`.
    OfType(Option<TypeName>),
    /// `OWNER TO`.
    OwnerTo(Ident),
    /// `REPLICA IDENTITY`.
    ReplicaIdentity(ReplicaIdentity),
    /// `ATTACH PARTITION` of a table; for an index the bound is `None`.
    AttachPartition {
        /// The table or index attached.
        partition: QName,
        /// Its bound.
        bound: Option<PartitionBound>,
    },
    /// `DETACH PARTITION`.
    DetachPartition {
        /// Which.
        partition: QName,
        /// `CONCURRENTLY`.
        concurrently: bool,
        /// `FINALIZE`.
        finalize: bool,
    },
    /// `OPTIONS (…)` of a foreign table or its column, as text.
    ForeignOptions {
        /// The column, when it is about one.
        column: Option<Ident>,
        /// The text.
        sql: String,
    },
    /// MySQL and other dialects' actions that are understood as "changes the table, see text".
    Other(String),
}

/// Which triggers an `ENABLE/DISABLE TRIGGER` means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TriggerSelection {
    /// By name.
    Named(Ident),
    /// `ALL`.
    All,
    /// `USER`.
    User,
}

/// When a trigger or rule fires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FiringState {
    /// In ordinary sessions.
    #[default]
    Enabled,
    /// Never.
    Disabled,
    /// Only on replicas.
    Replica,
    /// Always.
    Always,
}

/// `REPLICA IDENTITY`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReplicaIdentity {
    /// The primary key.
    #[default]
    Default,
    /// `FULL`.
    Full,
    /// `NOTHING`.
    Nothing,
    /// `USING INDEX`.
    Index(Ident),
}

/// `CREATE VIEW`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateView {
    /// Its name.
    pub name: QName,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `TEMPORARY`.
    pub temporary: bool,
    /// `RECURSIVE`.
    pub recursive: bool,
    /// Column names given.
    pub columns: Vec<Ident>,
    /// The query.
    pub query: Query,
    /// `WITH (…)`: `security_invoker`, `security_barrier`, `check_option`.
    pub options: Options,
    /// `WITH [LOCAL | CASCADED] CHECK OPTION`, lower case.
    pub check_option: Option<&'static str>,
}

/// `CREATE MATERIALIZED VIEW`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateMatview {
    /// Its name.
    pub name: QName,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Column names given.
    pub columns: Vec<Ident>,
    /// The query.
    pub query: Query,
    /// `WITH DATA`, the default.
    pub with_data: bool,
    /// Storage parameters.
    pub options: Options,
    /// `TABLESPACE`.
    pub tablespace: Option<Ident>,
    /// `USING method`.
    pub access_method: Option<Ident>,
}
