//! Indexes and the maintenance commands that work on relations.

use super::expr::Expr;
use super::table::Options;
use crate::name::{Ident, QName};

/// `CREATE INDEX`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateIndex {
    /// Its name, when given; it has no schema of its own.
    pub name: Option<Ident>,
    /// The table.
    pub table: QName,
    /// `ON ONLY`.
    pub only: bool,
    /// `UNIQUE`.
    pub unique: bool,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Index method, `btree` when not given.
    pub method: Ident,
    /// Key columns and expressions.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE`.
    pub include: Vec<Ident>,
    /// `WHERE`.
    pub predicate: Option<Expr>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// Storage parameters.
    pub options: Options,
    /// `TABLESPACE`.
    pub tablespace: Option<Ident>,
}

/// One key of an index or of a partition key.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexKey {
    /// The column or expression.
    pub target: KeyTarget,
    /// `COLLATE`.
    pub collation: Option<QName>,
    /// Operator class.
    pub opclass: Option<QName>,
    /// Operator class parameters.
    pub opclass_options: Options,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST` (true) or `NULLS LAST`, when written.
    pub nulls_first: Option<bool>,
    /// MySQL prefix length.
    pub prefix: Option<u32>,
}

impl IndexKey {
    /// A plain column key.
    #[must_use]
    pub fn column(name: Ident) -> Self {
        Self {
            target: KeyTarget::Column(name),
            collation: None,
            opclass: None,
            opclass_options: Vec::new(),
            descending: false,
            nulls_first: None,
            prefix: None,
        }
    }

    /// The column, when the key is one.
    #[must_use]
    pub fn as_column(&self) -> Option<&Ident> {
        match &self.target {
            KeyTarget::Column(name) => Some(name),
            KeyTarget::Expr(_) => None,
        }
    }
}

/// What an index key computes.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyTarget {
    /// A column.
    Column(Ident),
    /// An expression.
    Expr(Expr),
}

/// `REINDEX`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reindex {
    /// What is rebuilt.
    pub target: ReindexTarget,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
}

/// What `REINDEX` names.
#[derive(Clone, Debug, PartialEq)]
pub enum ReindexTarget {
    /// `INDEX name`.
    Index(QName),
    /// `TABLE name`.
    Table(QName),
    /// `SCHEMA name`.
    Schema(Ident),
    /// `DATABASE`.
    Database,
    /// `SYSTEM`: the server's own catalogs.
    System,
}

/// `CLUSTER`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The table; `None` clusters every table that was clustered before.
    pub table: Option<QName>,
    /// `USING index`.
    pub index: Option<Ident>,
}

/// `VACUUM` and `ANALYZE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Vacuum {
    /// `VACUUM` (true) or `ANALYZE` alone.
    pub vacuum: bool,
    /// `FULL`.
    pub full: bool,
    /// `ANALYZE` as an option of `VACUUM`.
    pub analyze: bool,
    /// Tables named; empty means all.
    pub tables: Vec<QName>,
    /// Those of them that are written with `ONLY` (18).
    pub only: Vec<QName>,
}

/// `REFRESH MATERIALIZED VIEW`.
#[derive(Clone, Debug, PartialEq)]
pub struct RefreshMatview {
    /// Which.
    pub name: QName,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// `WITH NO DATA` makes this false.
    pub with_data: bool,
}
