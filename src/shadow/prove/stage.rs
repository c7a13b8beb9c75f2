//! The rows that a migration and its ways back meet, and what is compared of them.

use std::collections::BTreeSet;

use crate::name::QName;
use crate::schema::Schema;
use crate::schema::model::TableKind;

use super::super::link::{Failure, Link};
use super::super::observation::SeenError;
use super::super::rows::{self, Filled, Memory, Style};
use super::data::{self, Data};
use super::{Case, Outcome, Way};

/// Tables that are left out one by one before none is filled.
const MOST_LEFT_OUT: usize = 12;

/// What was tried with rows.
pub(super) struct Staged {
    pub(super) rows: Rows,
    /// What became of the ways back, in order.
    pub(super) outcomes: Vec<Outcome>,
}

/// Which tables had rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    /// Those that are touched.
    pub(super) wanted: Vec<QName>,
    /// Of those, the ones that had some.
    pub(super) filled: Vec<QName>,
    /// The others, with the reason.
    pub(super) empty: Vec<(QName, String)>,
}

/// Decides which tables get rows, and fewer of them when the migration does not take to them.
pub(super) struct Stage {
    wanted: Vec<QName>,
    style: Style,
    without: Vec<(QName, String)>,
    filled: Filled,
}

impl Stage {
    /// Rows for these tables.
    pub(super) fn new(wanted: Vec<QName>) -> Self {
        Self { wanted, style: Style::FULL, without: Vec::new(), filled: Filled::default() }
    }

    /// All tables.
    pub(super) fn all(schema: &Schema) -> Vec<QName> {
        schema
            .tables()
            .filter(|t| !matches!(t.kind, TableKind::Partitioned(_)))
            .map(|t| t.name.clone())
            .collect()
    }

    /// Fills the tables, and says what they hold then.
    pub(super) async fn set(
        &mut self,
        link: &mut Link,
        schema: &Schema,
        memory: &mut Memory,
    ) -> Result<Data, Failure> {
        self.filled = rows::fill(link, schema, &self.wanted, &self.without, self.style, memory).await?;
        let advance = data::advance(schema, &self.filled.tables);
        if !advance.is_empty() {
            link.run(&advance.join("; ")).await?;
        }
        data::read(link, schema, &self.compared(schema)).await
    }

    /// The tables whose rows are compared.
    pub(super) fn compared(&self, schema: &Schema) -> BTreeSet<QName> {
        let all: Vec<QName> = self.wanted.iter().chain(&self.filled.tables).cloned().collect();
        data::holding(schema, &all)
    }

    /// After the migration was refused: whether it is worth trying with other rows or fewer.
    pub(super) fn retreat(&mut self, error: &SeenError) -> bool {
        if self.filled.tables.is_empty() {
            return false;
        }
        if self.style == Style::FULL {
            self.style = Style::VALUES;
            return true;
        }
        let reason = format!("the migration is refused with rows: {}", error.message);
        let named = error.table.as_ref().filter(|table| self.filled.tables.contains(table));
        match named {
            Some(table) if self.without.len() < MOST_LEFT_OUT => self.without.push((table.clone(), reason)),
            _ => {
                let rest = self.filled.tables.iter().map(|table| (table.clone(), reason.clone()));
                self.without.extend(rest);
            }
        }
        true
    }

    /// Which tables had rows in the end.
    pub(super) fn rows(self, case: &Case<'_>, ways: &[Way<'_>], all: bool) -> Rows {
        let Self { wanted, filled, .. } = self;
        // Of all tables, those that the scripts are about.
        let touched = |name: &QName| wanted.contains(name) && (!all || is_named(case, ways, name));
        Rows {
            filled: filled.tables.into_iter().filter(touched).collect(),
            empty: filled.empty.into_iter().filter(|(name, _)| touched(name)).collect(),
            wanted,
        }
    }
}

fn is_named(case: &Case<'_>, ways: &[Way<'_>], name: &QName) -> bool {
    let word = name.name.as_str();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let holds = |text: &str| {
        text.match_indices(word)
            .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
    };
    holds(&case.up.text) || ways.iter().flat_map(Way::scripts).any(|s| holds(&s.text))
}
