//! Rows for the tables of a schema, so that what runs there meets some.
//!
//! In: a session inside a transaction, the schema of its database, and which tables are to have rows. Out: which of
//! them have some, and why the others have none. Rows are the same every time. Types, domains, checks, keys and the
//! bounds of partitions decide about values; foreign keys about the order, and row by row about what refers to what.
//! Checks are solved by the server, which is asked which combinations of candidates pass. What cannot be filled stays
//! as it is.

mod checks;
mod hints;
mod order;
mod table;
mod values;

use std::collections::{BTreeMap, HashMap};

use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, TableKind, UserTypeKind};

use super::link::{Failure, Link};
use checks::Unknown;
use hints::Hints;
use values::Values;

/// Rows in each table.
const ROWS: usize = 3;

/// How rows are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    /// Whether a row is to have nulls wherever it may.
    pub(super) nulls: bool,
    /// How many rows.
    pub(super) rows: usize,
}

impl Style {
    /// Several rows, one of them with nulls.
    pub(super) const FULL: Self = Self { nulls: true, rows: ROWS };
    /// Several rows with values everywhere.
    pub(super) const VALUES: Self = Self { nulls: false, rows: ROWS };
}

/// A row: the value of each column as text.
type Row = BTreeMap<Ident, Option<String>>;

/// What the server has said before: solutions by query.
pub(super) type Memory = HashMap<String, Vec<Vec<Option<String>>>>;

/// What became of the tables.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled {
    /// Tables that have rows.
    pub(super) tables: Vec<QName>,
    /// Those that have none, with the reason.
    pub(super) empty: Vec<(QName, String)>,
}

/// Why a table has no rows.
enum Stop {
    /// A sentence fragment.
    Reason(String),
    /// The connection is gone.
    Failure(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) => Self::Reason(error.message),
            gone @ Failure::Gone(_) => Self::Failure(gone),
        }
    }
}

/// Gives rows to `wanted`, and to what these refer to, but not to `without`.
///
/// # Errors
/// When the connection is gone.
pub(super) async fn fill(
    link: &mut Link,
    schema: &Schema,
    wanted: &[QName],
    without: &[(QName, String)],
    style: Style,
    memory: &mut Memory,
) -> Result<Filled, Failure> {
    let tables = order::tables(schema, wanted);
    let mut filler =
        Filler { link, schema, style, memory, domains: HashMap::new(), rows: HashMap::new(), replica: false };
    let mut filled = Filled::default();
    if tables.is_empty() {
        return Ok(filled);
    }
    filler.replica = filler.attempt("SET LOCAL session_replication_role = replica").await?.is_ok();
    for table in &tables {
        let banned = without.iter().find(|(name, _)| *name == table.name).map(|(_, reason)| reason.clone());
        let result = match banned {
            Some(reason) => Err(Stop::Reason(reason)),
            None if matches!(table.kind, TableKind::Foreign(_)) => {
                Err(Stop::Reason("its rows are elsewhere".to_owned()))
            }
            None => filler.table(table).await,
        };
        match result {
            Ok(()) => filled.tables.push(table.name.clone()),
            Err(Stop::Reason(reason)) => filled.empty.push((table.name.clone(), reason)),
            Err(Stop::Failure(failure)) => return Err(failure),
        }
    }
    filler.link.run("SET CONSTRAINTS ALL IMMEDIATE").await?;
    if filler.replica {
        filler.link.run("SET LOCAL session_replication_role = origin").await?;
    }
    Ok(filled)
}

/// Rows in the making.
struct Filler<'f, 's> {
    link: &'f mut Link,
    schema: &'s Schema,
    style: Style,
    memory: &'f mut Memory,
    /// Values of the domains with checks that were met.
    domains: HashMap<QName, Vec<String>>,
    /// The rows of each table so far, those of partitions also under the partitioned table.
    rows: HashMap<QName, Vec<Row>>,
    /// Whether triggers and foreign keys sleep.
    replica: bool,
}

impl<'s> Filler<'_, 's> {
    fn values(&self) -> Values<'_> {
        Values { schema: self.schema, domains: &self.domains }
    }

    /// Runs something that may be refused, and leaves the transaction as it was then.
    async fn attempt(&mut self, sql: &str) -> Result<Result<Vec<Vec<Option<String>>>, String>, Failure> {
        let guarded = format!("SAVEPOINT checkrail_rows; {sql}; RELEASE SAVEPOINT checkrail_rows");
        match self.link.rows(&guarded).await {
            Ok(rows) => Ok(Ok(rows)),
            Err(Failure::Refused(error)) => {
                self.link.run("ROLLBACK TO SAVEPOINT checkrail_rows").await?;
                Ok(Err(error.message))
            }
            Err(gone) => Err(gone),
        }
    }

    /// The combinations of candidates that satisfy checks; none where the server cannot say.
    async fn solve(
        &mut self,
        unknowns: &[Unknown],
        checks: &[String],
    ) -> Result<Vec<Vec<Option<String>>>, Failure> {
        let sql = checks::query(unknowns, checks);
        if let Some(known) = self.memory.get(&sql) {
            return Ok(known.clone());
        }
        let solved = self.attempt(&sql).await?.unwrap_or_default();
        self.memory.insert(sql, solved.clone());
        Ok(solved)
    }

    /// Finds values of a domain that satisfy its checks, and those of the domains below it.
    async fn domain(&mut self, name: &QName) -> Result<(), Failure> {
        let mut chain: Vec<&'s QName> = Vec::new();
        let mut below = name;
        while let Some((key, domain)) = domain_of(self.schema, below) {
            if self.domains.contains_key(below) || chain.contains(&key) {
                break;
            }
            chain.push(key);
            below = &domain.base.name;
        }
        for name in chain.into_iter().rev() {
            let Some((_, domain)) = domain_of(self.schema, name) else { continue };
            if domain.constraints.is_empty() {
                continue;
            }
            let mut hints = Hints::default();
            let mut checks = Vec::new();
            for constraint in &domain.constraints {
                if let crate::ir::table::ConstraintKind::Check(expr) = &constraint.kind {
                    hints.read(&expr.sql);
                    checks.push(expr.sql.clone());
                }
            }
            let base = self.values().base(&domain.base);
            let mut candidates: Vec<String> =
                (0..9).filter_map(|n| self.values().nth(&domain.base, n)).collect();
            candidates.extend(hints.values(&base));
            let unknown = Unknown {
                name: Ident::new("value"),
                ty: domain.base.clone(),
                candidates: candidates.into_iter().map(Some).collect(),
            };
            let solved = self.solve(&[unknown], &checks).await?;
            let mut found: Vec<String> = Vec::new();
            for value in solved.into_iter().flatten().flatten() {
                if !found.contains(&value) {
                    found.push(value);
                }
            }
            self.domains.insert(name.clone(), found);
        }
        Ok(())
    }
}

fn domain_of<'s>(schema: &'s Schema, name: &QName) -> Option<(&'s QName, &'s crate::schema::model::Domain)> {
    match schema.get(&ObjectKey::Type(name.clone()))? {
        Object::Type(ty) => match &ty.kind {
            UserTypeKind::Domain(domain) => Some((&ty.name, domain)),
            _ => None,
        },
        _ => None,
    }
}
