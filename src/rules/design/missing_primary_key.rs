//! See [`RULE`].

use crate::ir::index::IndexKey;
use crate::ir::table::Persistence;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Table, TableKind};

rule! {
    /// A new table has no primary key.
    ///
    /// ## What it flags
    /// Tables made by the change set that have no primary key at its end. Temporary and foreign tables,
    /// partitions, and inheritance children are left out. With `accept_unique: true`, the default, so are tables with
    /// a unique key over required columns, by which rows can be told apart; for logical replication they need
    /// `REPLICA IDENTITY USING INDEX`. The packs `constraints`, `normalization` and `strict` have it `false`.
    ///
    /// ## Why it hurts
    /// Rows cannot be told apart: duplicates cannot be removed, batches cannot go by key, and logical
    /// replication cannot replay `UPDATE` and `DELETE` without the costly `REPLICA IDENTITY FULL`.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE ratings (product_id bigint NOT NULL, stars int NOT NULL);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE ratings (product_id bigint NOT NULL, user_id bigint NOT NULL, stars int NOT NULL);
    /// ALTER TABLE ratings ADD PRIMARY KEY (product_id, user_id);
    /// CREATE TEMPORARY TABLE buffer (line text);
    /// ```
    /// ```sql accepted
    /// CREATE TABLE ratings (product_id bigint NOT NULL, user_id bigint NOT NULL, stars int NOT NULL);
    /// CREATE UNIQUE INDEX ratings_key ON ratings (product_id, user_id);
    /// ```
    ///
    /// ## Safe rewrite
    /// Declare the natural key, or add `id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`, while the table is
    /// still empty.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS>
    name: "missing-primary-key",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [
        ("pgsafe", "require-primary-key"),
        ("pg-migration-lint", "PGM502"),
        ("pg-migration-lint", "PGM503"),
        ("migrationpilot", "MP045"),
        ("diesel-guard", "CreateTableWithoutPkCheck"),
        ("splinter", "no_primary_key"),
        ("bytebase", "table.require-pk"),
        ("pglinter", "B001"),
    ],
    options: [("accept_unique", Bool(true), "whether a unique key over required columns serves as well")],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        for change in &step.changes {
            let ObjectKey::Relation(name) = &change.key else { continue };
            if change.before.is_some() || change.after.is_none() {
                continue;
            }
            let Some(table) = cx.schema.table(name) else { continue };
            let own_rows = table.persistence != Persistence::Temporary
                && !matches!(table.kind, TableKind::Foreign(_))
                && table.partition_of.is_none()
                && table.inherits.is_empty();
            // A renamed table appears under a new name, but it is not new.
            let new = (cx.lifetime)(name) == crate::plan::Lifetime::Created;
            if !own_rows || !new || !table.columns_known || table.primary_key().is_some() {
                continue;
            }
            if cx.options.flag("accept_unique") && has_unique_key(cx.schema, table) {
                continue;
            }
            sink.step(step)
                .object(name)
                .message(format!("{name} has no primary key"))
                .why("rows cannot be told apart, and logical replication cannot replay updates and deletes")
                .help("declare the natural key, or add an identity column as primary key")
                .report();
        }
    }
}

/// Whether a unique index over required columns tells rows apart.
fn has_unique_key(schema: &Schema, table: &Table) -> bool {
    let required = |key: &IndexKey| {
        key.as_column().and_then(|c| table.column(c)).is_some_and(|column| column.not_null.is_some())
    };
    schema
        .indexes_of(&table.name)
        .into_iter()
        .any(|index| index.unique && index.predicate.is_none() && index.keys.iter().all(required))
}
