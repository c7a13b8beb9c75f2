//! What pages show besides the report: a picture of the schema, and what each migration changes in it.
//!
//! It is made only where a format asks for it: other formats need not pay.

use std::collections::{BTreeSet, HashMap};

use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

use super::picture::{Picture, Touched};
use super::schema_diff::SchemaDiff;

/// A picture of the schema after a review, and what each migration changes.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// The schema after all migrations; with what they change where they are deployed together.
    pub picture: Picture,
    /// For each migration under review.
    pub migrations: Vec<Changed>,
}

/// What a migration changes.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// The schema before and after as a unified diff; `None` when nothing changes.
    pub schema_diff: Option<String>,
    /// The tables of the picture that it changes, by their places.
    pub tables: Vec<usize>,
}

impl Detail {
    pub(super) fn new(schema: &Schema, whole: Option<&SchemaDiff>, each: Vec<SchemaDiff>) -> Self {
        let picture = match whole {
            Some(diff) => Picture::of_change(schema, diff.touched()),
            None => Picture::of(schema),
        };
        let places: HashMap<String, usize> = picture
            .tables
            .iter()
            .enumerate()
            .flat_map(|(i, t)| t.members.iter().cloned().chain([t.qualified()]).map(move |name| (name, i)))
            .collect();
        let migrations = each
            .into_iter()
            .map(|diff| Changed { tables: tables(diff.touched(), &places), schema_diff: diff.text() })
            .collect();
        Self { picture, migrations }
    }
}

/// The tables that are among the objects, or that these are part of.
fn tables(touched: &Touched, places: &HashMap<String, usize>) -> Vec<usize> {
    let mut found = BTreeSet::new();
    for (key, (old, new)) in touched.iter().filter(|(_, (old, new))| old != new) {
        let ObjectKey::Relation(name) = key else { continue };
        let of = [old, new].into_iter().flatten().find_map(|object| match &**object {
            Object::Index(index) => Some(index.table.to_string()),
            _ => None,
        });
        found.extend(places.get(&name.to_string()).or_else(|| places.get(&of?)));
    }
    found.into_iter().collect()
}
