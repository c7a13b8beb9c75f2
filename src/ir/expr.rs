//! Expressions and queries: their SQL text plus the facts that reviews need from them.

use crate::name::{Ident, QName};

use super::shared::Shared;
use super::types::TypeName;

/// A scalar expression. Tables are copied whenever they change, with all their expressions.
pub type Expr = Shared<ExprFacts>;

/// Normalised SQL and what can be known about an expression without evaluating it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ExprFacts {
    /// SQL text in a normal form (folded identifiers, upper-case keywords, single spaces), so that two
    /// expressions that differ only in spelling are equal.
    pub sql: String,
    /// Columns named in it, with the qualifier when written (`NEW`, an alias, a table): all outside
    /// sub-queries, and of those inside the ones whose qualifier no sub-query defines.
    pub columns: Vec<(Option<Ident>, Ident)>,
    /// Functions called, operators not included. SQL keywords that act as functions (`CURRENT_TIMESTAMP`) are
    /// listed by their lower-case keyword.
    pub functions: Vec<QName>,
    /// Relations read by sub-queries.
    pub relations: Vec<QName>,
    /// The `SELECT` levels of its sub-queries. One without a parent sees the columns that the expression
    /// itself sees.
    pub scopes: Vec<Scope>,
    /// Sequences named as literals in `nextval('…')` and its relatives.
    pub sequences: Vec<QName>,
    /// Types named in casts.
    pub types: Vec<TypeName>,
    /// What the server would call it as an output column, when it would call it anything but `?column?`. It
    /// is part of the names of indexes on expressions.
    pub label: Option<Ident>,
    /// The outermost shape.
    pub shape: ExprShape,
    /// The top-level `AND` terms, as far as they are understood; one `Other` stands for each that is not.
    pub conjuncts: Vec<Conjunct>,
}

/// The outermost form of an expression.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum ExprShape {
    /// `NULL`, also under a cast.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number or string literal, also under a cast; the text without quotes.
    Literal(String),
    /// A bare column.
    Column(Ident),
    /// A cast of a bare column.
    ColumnCast(Ident, TypeName),
    /// One function call.
    Call(QName),
    /// Anything else.
    #[default]
    Other,
}

/// One term of a conjunction.
#[derive(Clone, Debug, PartialEq)]
pub enum Conjunct {
    /// `column IS NOT NULL`.
    NotNull(Ident),
    /// `column op literal`, or the same turned round.
    Compare {
        /// The column.
        column: Ident,
        /// `=`, `<`, `<=`, `>`, `>=` or `<>`.
        op: String,
        /// The literal without quotes.
        value: String,
    },
    /// `column IN (literals)` or `column = ANY (ARRAY[literals])`.
    In {
        /// The column.
        column: Ident,
        /// The literals without quotes.
        values: Vec<String>,
    },
    /// `column IS NULL`.
    Null(Ident),
    /// `… OR …`: the terms of each side, every one of which has some that are understood.
    Or(Vec<Vec<Conjunct>>),
    /// All others.
    Other,
}

/// A query.
pub type Query = Shared<QueryFacts>;

/// A query's text and the names in it, by scope.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct QueryFacts {
    /// SQL text as written.
    pub sql: String,
    /// The `SELECT` scopes; the first is the outermost.
    pub scopes: Vec<Scope>,
    /// Functions called anywhere in it.
    pub functions: Vec<QName>,
    /// Types named in casts.
    pub types: Vec<TypeName>,
    /// Names of the output columns as far as they can be told from the text; `None` for `*`.
    pub output: Vec<Option<Ident>>,
    /// For each of `output`: what it is. Empty where the front end does not say.
    pub sources: Vec<OutputSource>,
    /// Whether the outermost query has a `WHERE` (or a join condition) that bounds the rows.
    pub filtered: bool,
    /// Whether it has `FOR UPDATE`, `FOR SHARE` or a relative.
    pub locks_rows: bool,
    /// Relations written by `INSERT`, `UPDATE`, `DELETE` or `MERGE` inside `WITH`.
    pub writes: Vec<QName>,
}

impl QueryFacts {
    /// Every relation read anywhere in the query, without repeats, in order of appearance.
    #[must_use]
    pub fn relations(&self) -> Vec<&QName> {
        let mut seen = Vec::new();
        for relation in self.scopes.iter().flat_map(|s| &s.relations) {
            if !seen.contains(&&relation.name) {
                seen.push(&relation.name);
            }
        }
        seen
    }
}

/// What an output column of a query is, as far as that decides its type.
#[derive(Clone, Debug, PartialEq)]
pub enum OutputSource {
    /// `*` (`None`) or `alias.*`: several columns.
    Star(Option<Ident>),
    /// A bare column, with the qualifier when written.
    Column(Option<Ident>, Ident),
    /// The column of a set operation: what it is in each of the parts, in order.
    Common(Vec<OutputSource>),
    /// A cast to a type, or a literal of one.
    Typed(TypeName),
    /// Anything else.
    Other,
}

/// One `SELECT` level: names in it resolve to its own relations first, then to the parent's.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Scope {
    /// Index of the enclosing scope.
    pub parent: Option<usize>,
    /// Relations in `FROM`; common table expressions and sub-queries are not relations.
    pub relations: Vec<RelationRef>,
    /// What else stands in `FROM`, sub-queries, common table expressions, functions: by its alias or, without
    /// one, the name it goes by; an empty name where there is neither.
    pub derived: Vec<Ident>,
    /// Columns used.
    pub columns: Vec<(Option<Ident>, Ident)>,
    /// `*` (`None`) and `alias.*`.
    pub stars: Vec<Option<Ident>>,
}

/// A relation named in `FROM`, or the one that a statement writes, whose columns are seen at the same level.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationRef {
    /// As written.
    pub name: QName,
    /// The alias, when given.
    pub alias: Option<Ident>,
    /// `ONLY`: without partitions and inheritance children.
    pub only: bool,
    /// Whether it is written, and not read.
    pub target: bool,
    /// Whether its rows are locked by `FOR UPDATE`, `FOR SHARE` or a relative.
    pub row_lock: bool,
}

impl RelationRef {
    /// A relation that is read.
    #[must_use]
    pub fn of(name: QName, alias: Option<Ident>) -> Self {
        Self { name, alias, only: false, target: false, row_lock: false }
    }
}
