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

use crate::ir::table::ConstraintKind;
use crate::name::{Ident, QName};
use crate::quote::quote_qname;
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Table, TableKind, UserTypeKind};

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
    /// Another table has no rows, so far; a sentence fragment.
    Lacking(String),
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
    let mut filled = Filled::default();
    if tables.is_empty() {
        return Ok(filled);
    }
    let mut waiting: Vec<(&Table, String)> = Vec::new();
    for table in &tables {
        let banned = without.iter().find(|(name, _)| *name == table.name).map(|(_, reason)| reason.clone());
        match (banned, &table.kind) {
            (Some(reason), _) => filled.empty.push((table.name.clone(), reason)),
            (None, TableKind::Foreign(_)) => {
                filled.empty.push((table.name.clone(), "its rows are elsewhere".to_owned()));
            }
            (None, _) => waiting.push((table, String::new())),
        }
    }
    let mut filler = Filler {
        link,
        schema,
        style,
        memory,
        domains: HashMap::new(),
        rows: HashMap::new(),
        replica: false,
        trusting: false,
        trusted: Vec::new(),
        hopeless: filled.empty.iter().map(|(name, _)| name.clone()).collect(),
    };
    filler.replica = filler.attempt("SET LOCAL session_replication_role = replica").await?.is_ok();
    // What refers to rows of a table that is filled only now has its turn again; at last, tables that refer to each
    // other trust that the other will have the rows that it usually has.
    loop {
        let before = waiting.len();
        for (table, _) in std::mem::take(&mut waiting) {
            match filler.table(table).await {
                Ok(()) => filled.tables.push(table.name.clone()),
                Err(Stop::Lacking(reason)) => waiting.push((table, reason)),
                Err(Stop::Reason(reason)) => {
                    filler.hopeless.push(table.name.clone());
                    filled.empty.push((table.name.clone(), reason));
                }
                Err(Stop::Failure(failure)) => return Err(failure),
            }
        }
        if waiting.is_empty() || (waiting.len() == before && (filler.trusting || !filler.replica)) {
            break;
        }
        filler.trusting = waiting.len() == before;
    }
    filler.withdraw(&mut filled).await?;
    filled.empty.extend(waiting.into_iter().map(|(table, reason)| (table.name.clone(), reason)));
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
    /// Whether rows may refer to rows that are not there yet.
    trusting: bool,
    /// Tables with such rows.
    trusted: Vec<QName>,
    /// Tables that will have none.
    hopeless: Vec<QName>,
}

impl Filler<'_, '_> {
    fn values(&self) -> Values<'_> {
        Values { schema: self.schema, domains: &self.domains }
    }

    /// Takes back rows whose trust was in vain.
    async fn withdraw(&mut self, filled: &mut Filled) -> Result<(), Failure> {
        for name in std::mem::take(&mut self.trusted) {
            let Some(table) = self.schema.table(&name) else { continue };
            let mut dangling = false;
            for fk in order::foreign_keys(table) {
                let rows = self.attempt(&table::dangling(table, fk)).await?;
                dangling |= rows.map_or(true, |rows| !rows.is_empty());
            }
            if dangling && filled.tables.contains(&name) {
                self.link.run(&format!("DELETE FROM {}", quote_qname(&name))).await?;
                filled.tables.retain(|table| *table != name);
                filled.empty.push((name, "it refers to a table that refers to it".to_owned()));
            }
        }
        Ok(())
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

    /// Finds values of a domain that satisfy its checks and those of the domains below it.
    async fn domain(&mut self, name: &QName) -> Result<(), Failure> {
        if self.domains.contains_key(name) {
            return Ok(());
        }
        let mut hints = Hints::default();
        let mut checks: Vec<String> = Vec::new();
        let mut below = name;
        let mut base = None;
        let mut depth = 0;
        while let Some((_, domain)) = domain_of(self.schema, below).filter(|_| depth < 16) {
            for constraint in &domain.constraints {
                if let ConstraintKind::Check(expr) = &constraint.kind {
                    hints.read(&expr.sql);
                    checks.push(expr.sql.clone());
                }
            }
            base = Some(&domain.base);
            below = &domain.base.name;
            depth += 1;
        }
        let Some(base) = base.filter(|_| !checks.is_empty()) else { return Ok(()) };
        let mut candidates: Vec<Option<String>> = (0..9).map(|n| self.values().nth(base, n)).collect();
        candidates.extend(hints.values(base).into_iter().map(Some));
        candidates.retain(Option::is_some);
        let unknown = Unknown { name: Ident::new("value"), ty: base.clone(), candidates };
        let mut found: Vec<String> = Vec::new();
        for value in self.solve(&[unknown], &checks).await?.into_iter().flatten().flatten() {
            if !found.contains(&value) {
                found.push(value);
            }
        }
        self.domains.insert(name.clone(), found);
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
