//! How big relations are and how much they are used, as a server measured it.
//!
//! In: what introspection read from the statistics views, or a snapshot file. Out: answers by qualified name. The
//! numbers are the server's estimates; a relation that is not here has a size that nobody knows.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name::{Ident, QName};

use super::Schema;

/// The statistics of a database at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sizes {
    /// When they were read, by the server's clock: UTC in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<String>,
    /// Since when the counters count (`pg_stat_database.stats_reset`); without it, since the database was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counters_since: Option<String>,
    /// Tables, partitions, materialized views and indexes, by qualified name.
    #[serde(default, serialize_with = "write_relations", deserialize_with = "read_relations")]
    #[schemars(with = "Vec<Entry>")]
    pub relations: BTreeMap<QName, RelationSize>,
}

/// One relation. Counters are those of `pg_stat_all_tables`, or of `pg_stat_all_indexes` for an index, which has
/// index scans only. What is zero or not known is left out of files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RelationSize {
    /// `pg_class.reltuples`; absent when the relation was never analysed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Bytes on disk without indexes, TOAST included (`pg_table_size`). A partitioned table has none of its own.
    #[serde(skip_serializing_if = "is_zero")]
    pub bytes: u64,
    /// Bytes of its indexes (`pg_indexes_size`).
    #[serde(skip_serializing_if = "is_zero")]
    pub index_bytes: u64,
    /// Reads of the whole relation.
    #[serde(skip_serializing_if = "is_zero")]
    pub sequential_scans: u64,
    /// Reads through an index; for an index, those through it.
    #[serde(skip_serializing_if = "is_zero")]
    pub index_scans: u64,
    /// Rows inserted.
    #[serde(skip_serializing_if = "is_zero")]
    pub inserted: u64,
    /// Rows updated.
    #[serde(skip_serializing_if = "is_zero")]
    pub updated: u64,
    /// Rows deleted.
    #[serde(skip_serializing_if = "is_zero")]
    pub deleted: u64,
    /// When its statistics were last made, by hand or by autovacuum: UTC in RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_analyze: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// A relation as files hold it: name parts apart, so that no name needs quoting.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Entry {
    /// Its schema.
    schema: String,
    /// Its name.
    name: String,
    /// Its size and use.
    #[serde(flatten)]
    size: RelationSize,
}

fn write_relations<S: Serializer>(
    relations: &BTreeMap<QName, RelationSize>,
    out: S,
) -> Result<S::Ok, S::Error> {
    out.collect_seq(relations.iter().map(|(name, size)| Entry {
        schema: name.schema.as_deref().unwrap_or_default().to_owned(),
        name: name.name.to_string(),
        size: size.clone(),
    }))
}

fn read_relations<'de, D: Deserializer<'de>>(input: D) -> Result<BTreeMap<QName, RelationSize>, D::Error> {
    let entries = Vec::<Entry>::deserialize(input)?;
    Ok(entries
        .into_iter()
        .map(|e| {
            let schema = Some(e.schema).filter(|s| !s.is_empty()).map(Ident::from);
            (QName { schema, name: e.name.into() }, e.size)
        })
        .collect())
}

impl Sizes {
    /// Whether nothing is known about any relation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.relations.is_empty()
    }

    /// Notes that a relation goes by another name.
    pub fn rename(&mut self, from: &QName, to: &QName) {
        if let Some(size) = self.relations.remove(from) {
            self.relations.insert(to.clone(), size);
        }
    }

    /// What is known of a relation by itself.
    #[must_use]
    pub fn get(&self, relation: &QName) -> Option<&RelationSize> {
        self.relations.get(relation)
    }

    /// A relation with all its partitions and inheritance children, which is what a statement on it touches.
    /// `None` when the size of the relation is not known; the rows are `None` when those of any part are not.
    #[must_use]
    pub fn whole(&self, schema: &Schema, relation: &QName) -> Option<RelationSize> {
        let own = self.get(relation)?;
        let children = schema.descendants_of(relation);
        if children.is_empty() {
            return Some(own.clone());
        }
        // ANALYZE of a partitioned table counts the rows of all partitions; its parts are counted one by one.
        let partitioned = schema.table(relation).is_some_and(super::model::Table::is_partitioned);
        let mut sum = if partitioned { RelationSize { rows: Some(0), ..own.clone() } } else { own.clone() };
        for child in children {
            let part_is_partitioned = child.is_partitioned();
            match self.get(&child.name) {
                Some(size) => sum.add(size, !part_is_partitioned),
                None => sum.rows = None,
            }
        }
        Some(sum)
    }
}

impl RelationSize {
    fn add(&mut self, part: &Self, with_rows: bool) {
        if with_rows {
            self.rows = self.rows.zip(part.rows).map(|(a, b)| a.saturating_add(b));
        }
        for (sum, more) in [
            (&mut self.bytes, part.bytes),
            (&mut self.index_bytes, part.index_bytes),
            (&mut self.sequential_scans, part.sequential_scans),
            (&mut self.index_scans, part.index_scans),
            (&mut self.inserted, part.inserted),
            (&mut self.updated, part.updated),
            (&mut self.deleted, part.deleted),
        ] {
            *sum = sum.saturating_add(more);
        }
    }

    /// Rows written: inserted, updated and deleted.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.inserted.saturating_add(self.updated).saturating_add(self.deleted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::{Dialect, ServerVersion};
    use crate::parse;
    use crate::text::{FileId, Span, offset};

    fn size(rows: Option<u64>, bytes: u64) -> RelationSize {
        RelationSize { rows, bytes, ..RelationSize::default() }
    }

    fn name(text: &str) -> QName {
        QName::qualified("public", text)
    }

    #[test]
    fn files_hold_what_is_known() {
        let mut sizes = Sizes { taken_at: Some("2026-01-02T03:04:05Z".into()), ..Sizes::default() };
        sizes.relations.insert(name("a.b"), size(Some(7), 8192));
        sizes.relations.insert(QName::qualified("Odd \"one\"", "t"), size(None, 0));
        let text = serde_json::to_string(&sizes).expect("JSON");
        assert_eq!(
            text,
            r#"{"taken_at":"2026-01-02T03:04:05Z","relations":[{"schema":"Odd \"one\"","name":"t"},{"schema":"public","name":"a.b","rows":7,"bytes":8192}]}"#
        );
        assert_eq!(serde_json::from_str::<Sizes>(&text).expect("read"), sizes);
    }

    #[test]
    fn a_partitioned_table_is_as_big_as_its_partitions() {
        let sql = "CREATE TABLE p (a int) PARTITION BY LIST (a);
            CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
            CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (a);
            CREATE TABLE p21 PARTITION OF p2 FOR VALUES IN (2);";
        let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::default());
        let parsed = parse::with_large_stack(|| {
            parse::script(sql, Span::new(0, offset(sql.len())), FileId(0), Dialect::PostgreSql)
        })
        .expect("a thread");
        for stmt in &parsed.statements {
            assert!(schema.apply(&stmt.op).is_empty());
        }
        let mut sizes = Sizes::default();
        for (relation, of) in [
            ("p", size(Some(30), 0)),
            ("p1", size(Some(10), 100)),
            ("p2", size(Some(20), 0)),
            ("p21", size(Some(20), 50)),
        ] {
            sizes.relations.insert(name(relation), of);
        }
        assert_eq!(sizes.whole(&schema, &name("p")), Some(size(Some(30), 150)));
        assert_eq!(sizes.whole(&schema, &name("p21")), Some(size(Some(20), 50)));
        assert_eq!(sizes.whole(&schema, &name("q")), None);
        sizes.relations.remove(&name("p21"));
        assert_eq!(sizes.whole(&schema, &name("p")), Some(size(None, 100)));
    }
}
