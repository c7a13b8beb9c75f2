//! How big relations are, and how much they are used.

use std::collections::HashMap;

use sqlx::postgres::PgConnection;
use sqlx::postgres::types::Oid;

use crate::introspect::Error;
use crate::schema::sizes::{RelationSize, Sizes};

use super::builder::Builder;
use super::row::Row;
use super::server::{Server, rfc3339};

/// Fetches them. Where a table is locked, so that its files cannot be measured, the pages that the last VACUUM
/// or ANALYZE counted take the place of their size.
pub(super) async fn read(connection: &mut PgConnection, hidden: &mut Vec<String>) -> Result<Vec<Row>, Error> {
    const WHAT: &str = "the sizes of tables";
    match super::guarded(connection, WHAT, sql("pg_table_size(c.oid)")).await {
        Err(Error::LockTimeout { .. } | Error::StatementTimeout { .. }) => {
            let pages = "(c.relpages + coalesce(t.relpages, 0)) * current_setting('block_size')::int8";
            super::guarded(connection, WHAT, sql(pages)).await
        }
        Err(error) if error.is_partial() => {
            hidden.push(error.to_string());
            Ok(Vec::new())
        }
        other => other,
    }
}

fn sql(bytes: &str) -> String {
    format!(
        "SELECT c.oid, c.reltuples::float8 AS rows, c.relpages AS pages, i.indrelid AS of_table,
                CASE WHEN c.relkind IN ('r', 'm', 'i') THEN {bytes} END::int8 AS bytes,
                pg_stat_get_numscans(c.oid) AS scans,
                pg_stat_get_tuples_inserted(c.oid) AS inserted, pg_stat_get_tuples_updated(c.oid) AS updated,
                pg_stat_get_tuples_deleted(c.oid) AS deleted,
                {} AS analyzed
         FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_index i ON i.indexrelid = c.oid
         LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
         WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I') AND n.nspname !~ '^pg_'
           AND n.nspname <> 'information_schema'",
        rfc3339("greatest(pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid))")
    )
}

/// By name.
pub(super) fn build(builder: &Builder, server: &Server, rows: &[Row]) -> Result<Sizes, Error> {
    let mut sizes = Sizes {
        taken_at: Some(server.now.clone()),
        counters_since: server.counters_since.clone(),
        ..Sizes::default()
    };
    let count = |row: &Row, column| -> Result<u64, Error> {
        let value: Option<i64> = row.get(column)?;
        Ok(value.and_then(|n| u64::try_from(n).ok()).unwrap_or_default())
    };
    let mut of_indexes: HashMap<u32, (u64, u64)> = HashMap::new();
    for row in rows {
        if let Some(table) = row.get::<Option<Oid>>("of_table")? {
            let (bytes, scans) = of_indexes.entry(table.0).or_default();
            *bytes = bytes.saturating_add(count(row, "bytes")?);
            *scans = scans.saturating_add(count(row, "scans")?);
        }
    }
    for row in rows {
        let oid = row.oid("oid")?;
        let Some(name) = builder.relation_name(oid) else { continue };
        let tuples: f64 = row.get("rows")?;
        // Before 14, a table that was never looked at has none on no pages, as an empty one.
        let never =
            tuples < 0.0 || (tuples == 0.0 && !builder.version.at_least(14) && row.get::<i32>("pages")? == 0);
        let index = row.get::<Option<Oid>>("of_table")?.is_some();
        let scans = count(row, "scans")?;
        let (index_bytes, index_scans) = of_indexes.get(&oid).copied().unwrap_or_default();
        let size = RelationSize {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "an estimate, not negative"
            )]
            rows: (!never).then_some(tuples as u64),
            bytes: count(row, "bytes")?,
            index_bytes,
            sequential_scans: if index { 0 } else { scans },
            index_scans: if index { scans } else { index_scans },
            inserted: count(row, "inserted")?,
            updated: count(row, "updated")?,
            deleted: count(row, "deleted")?,
            last_analyze: row.owned("analyzed")?,
        };
        sizes.relations.insert(name.clone(), size);
    }
    Ok(sizes)
}
