//! Filling a column of existing rows in small transactions.

use crate::ir::table::ConstraintKind;
use crate::name::Ident;
use crate::schema::model::Table;

use super::build::{ident, idents, relation};

/// Rows per transaction.
const BATCH: u32 = 5000;

/// A `DO` block that runs `UPDATE table SET assignment WHERE pending` in batches, each committed by itself. It
/// needs to run outside a transaction, can be stopped at any time and run again. `pending` must be false for a
/// row that was updated, or the table must have a primary key of one column: then the block walks along it.
pub(super) fn note(table: &Table, assignment: &str, pending: &str) -> String {
    let name = relation(&table.name);
    let body = match key(table) {
        [key] => {
            let key = ident(key);
            format!(
                "DECLARE
  batch_start {name}.{key}%TYPE;
  batch_end {name}.{key}%TYPE;
BEGIN
  SELECT {key} INTO batch_start FROM {name} ORDER BY {key} LIMIT 1;
  WHILE batch_start IS NOT NULL LOOP
    SELECT batch.{key} INTO batch_end
      FROM (SELECT {key} FROM {name} WHERE {key} >= batch_start ORDER BY {key} LIMIT {BATCH}) AS batch
      ORDER BY batch.{key} DESC LIMIT 1;
    UPDATE {name} SET {assignment}
      WHERE {key} BETWEEN batch_start AND batch_end AND {pending};
    COMMIT;
    SELECT {key} INTO batch_start FROM {name} WHERE {key} > batch_end ORDER BY {key} LIMIT 1;
    PERFORM pg_sleep(0.05);
  END LOOP;
END"
            )
        }
        key => {
            // Partitions number their rows each by themselves, so there `ctid` alone says nothing.
            let row = match (key, table.is_partitioned()) {
                ([], false) => "ctid".to_owned(),
                ([], true) => "tableoid, ctid".to_owned(),
                (key, _) => idents(key),
            };
            format!(
                "BEGIN
  LOOP
    UPDATE {name} SET {assignment}
      WHERE ({row}) IN (SELECT {row} FROM {name} WHERE {pending} LIMIT {BATCH});
    EXIT WHEN NOT FOUND;
    COMMIT;
    PERFORM pg_sleep(0.05);
  END LOOP;
END"
            )
        }
    };
    format!("-- {BATCH} rows per transaction; safe to stop and to run again.\nDO $$\n{body}\n$$;")
}

/// The columns of the primary key; none without one.
pub(super) fn key(table: &Table) -> &[Ident] {
    match table.primary_key().map(|constraint| &constraint.kind) {
        Some(ConstraintKind::PrimaryKey(key)) => &key.columns,
        _ => &[],
    }
}
