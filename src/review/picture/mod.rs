//! A schema as tables, references between them and what hangs on each: what diagrams are drawn from.
//!
//! In: a schema, and which of its objects a review changed. Out: [`Picture`], plain data in an order of names. Here
//! is nothing of layout or of any format.

mod build;
mod reach;

use std::collections::{BTreeSet, VecDeque};

use serde::Serialize;

use super::compare::Change;
use super::model::Size;

pub(super) use build::Touched;

/// The tables of a schema.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Picture {
    /// Tables by name. Partitions are part of the table that they belong to.
    pub tables: Vec<Table>,
    /// Foreign keys between them.
    pub references: Vec<Reference>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Its schema; empty in dialects without schemas.
    pub schema: String,
    /// Its name without the schema.
    pub name: String,
    /// `table`, `partitioned table` or `foreign table`.
    pub kind: &'static str,
    /// Its columns in order; with a change, dropped ones stay where they were.
    pub columns: Vec<Column>,
    /// How many partitions it has, those of partitions included.
    pub partitions: usize,
    /// The statements that make it.
    pub definition: String,
    /// The statements that make its indexes, other than those of constraints.
    pub indexes: Vec<String>,
    /// Qualified names of relations that are part of it: indexes, sequences of its columns, partitions.
    pub members: Vec<String>,
    /// Comment.
    pub comment: Option<String>,
    /// What depends on it besides foreign keys, nearest first.
    pub dependents: Vec<Dependent>,
    /// How big it is, where a server was asked.
    pub size: Option<Size>,
    /// How the review changes it; `None` when it does not.
    pub change: Option<Change>,
}

impl Table {
    /// The name with its schema, as reports write it.
    #[must_use]
    pub fn qualified(&self) -> String {
        if self.schema.is_empty() { self.name.clone() } else { format!("{}.{}", self.schema, self.name) }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, with short names for the long ones of the standard.
    pub data_type: String,
    /// Whether it refuses null.
    pub not_null: bool,
    /// Whether it is part of the primary key.
    pub primary: bool,
    /// Whether it is unique by itself.
    pub unique: bool,
    /// Whether it is part of a foreign key.
    pub foreign: bool,
    /// How the review changes it.
    pub change: Option<Change>,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reference {
    /// Its name.
    pub name: String,
    /// The referencing table, by its place.
    pub from: usize,
    /// The referencing columns, by their places.
    pub columns: Vec<usize>,
    /// The referenced table.
    pub to: usize,
    /// The referenced columns.
    pub to_columns: Vec<usize>,
    /// Whether a row may refer to none: one of the columns takes null.
    pub optional: bool,
    /// Whether at most one row refers to each: the columns are unique.
    pub single: bool,
    /// How the review changes it.
    pub change: Option<Change>,
}

/// Something that stops working, or goes, with a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dependent {
    /// What it is: `view`, `function`, `policy`, …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// How many steps away it is: 1 uses the table itself, 2 uses such a user, …
    pub distance: usize,
}

impl Picture {
    /// The part around a table: what is at most `depth` foreign keys away, in either direction.
    ///
    /// # Errors
    /// When there is no such table, or several schemas have one and none is said; the text is for the user.
    pub fn around(&self, name: &str, depth: usize) -> Result<Self, String> {
        let start = self.find(name)?;
        let mut distance = vec![usize::MAX; self.tables.len()];
        distance[start] = 0;
        let mut queue = VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            if distance[at] == depth {
                continue;
            }
            for reference in &self.references {
                let other = match (reference.from == at, reference.to == at) {
                    (true, _) => reference.to,
                    (_, true) => reference.from,
                    _ => continue,
                };
                if distance[other] == usize::MAX {
                    distance[other] = distance[at] + 1;
                    queue.push_back(other);
                }
            }
        }
        let kept: Vec<usize> = (0..self.tables.len()).filter(|i| distance[*i] <= depth).collect();
        Ok(self.only(&kept))
    }

    /// The place of a table, by its name with or without its schema.
    fn find(&self, name: &str) -> Result<usize, String> {
        let places = |matches: &dyn Fn(&Table) -> bool| -> Vec<usize> {
            (0..self.tables.len()).filter(|i| matches(&self.tables[*i])).collect()
        };
        let exact = places(&|t| t.qualified() == name);
        let found = if exact.is_empty() { places(&|t| t.name == name) } else { exact };
        match found.as_slice() {
            [one] => Ok(*one),
            [] => {
                let score = |t: &Table| {
                    let near = strsim::jaro_winkler(name, &t.name);
                    near.max(strsim::jaro_winkler(name, &t.qualified()))
                };
                let best = self.tables.iter().max_by(|a, b| score(a).total_cmp(&score(b)));
                Err(match best.filter(|t| score(t) > 0.7) {
                    Some(table) => format!("there is no table {name}: is it {}?", table.qualified()),
                    None => format!("there is no table {name}"),
                })
            }
            several => {
                let names: Vec<String> = several.iter().map(|i| self.tables[*i].qualified()).collect();
                Err(format!("several tables are called {name}: say which of {}", names.join(", ")))
            }
        }
    }

    /// Some of the tables, by their places in order, with the references between them.
    #[must_use]
    pub fn only(&self, kept: &[usize]) -> Self {
        let mut place = vec![usize::MAX; self.tables.len()];
        for (new, old) in kept.iter().enumerate() {
            place[*old] = new;
        }
        let there = |r: &&Reference| place[r.from] != usize::MAX && place[r.to] != usize::MAX;
        Self {
            tables: kept.iter().map(|i| self.tables[*i].clone()).collect(),
            references: self
                .references
                .iter()
                .filter(there)
                .map(|r| Reference { from: place[r.from], to: place[r.to], ..r.clone() })
                .collect(),
        }
    }

    /// The schemas that have tables here.
    #[must_use]
    pub fn schemas(&self) -> BTreeSet<&str> {
        self.tables.iter().map(|t| t.schema.as_str()).collect()
    }
}
