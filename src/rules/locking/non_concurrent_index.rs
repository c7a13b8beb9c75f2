//! See [`RULE`].

use super::{builds_index, confidence, described, is_partitioned};
use crate::finding::{RemedyHint, Severity};
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// An index is built while writes to its table wait.
    ///
    /// ## What it flags
    /// `CREATE INDEX` without `CONCURRENTLY` on a table that existed before the change set. On a partitioned
    /// table the index is built on every partition by the same statement; `ON ONLY` builds nothing and is
    /// left out. On a materialized view only refreshes wait, which is mere advice.
    ///
    /// ## Why it hurts
    /// The build reads the whole table and holds `SHARE` on it until the transaction ends. Every `INSERT`,
    /// `UPDATE` and `DELETE` on the table waits for that long.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
    /// CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
    /// CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    /// CREATE MATERIALIZED VIEW order_counts AS SELECT customer_id, count(*) AS orders FROM orders GROUP BY 1;
    /// ```
    /// ```sql flagged
    /// CREATE INDEX orders_customer_id_idx ON orders (customer_id);
    /// ```
    /// ```sql flagged
    /// CREATE INDEX events_at_idx ON events (at);
    /// ```
    /// ```sql flagged
    /// CREATE UNIQUE INDEX order_counts_customer_id_idx ON order_counts (customer_id);
    /// ```
    ///
    /// ## Accepted
    /// A table that the same change set creates has no other users yet.
    /// ```sql accepted
    /// CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
    /// CREATE TABLE returns (id bigint PRIMARY KEY, order_id bigint NOT NULL);
    /// CREATE INDEX returns_order_id_idx ON returns (order_id);
    /// ```
    /// ```sql accepted
    /// CREATE INDEX events_at_idx ON ONLY events (at);
    /// ```
    ///
    /// ## Safe rewrite
    /// Build the index with `CONCURRENTLY` in a migration of its own that runs outside a transaction. If it
    /// fails it leaves an invalid index: drop that with `DROP INDEX CONCURRENTLY` before trying again. On a
    /// partitioned table, where `CONCURRENTLY` is refused: create the index on `ONLY` the parent, build one
    /// concurrently on each partition, and attach them.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>
    /// - <https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE>
    name: "non-concurrent-index",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "require-concurrent-index-creation"),
        ("eugene", "E6"),
        ("atlas", "PG101"),
        ("strong_migrations", "add_index"),
        ("online_migrations", "add_index"),
        ("pgsafe", "add-index-non-concurrent"),
        ("pg-migration-lint", "PGM001"),
        ("migrationpilot", "MP001"),
        ("diesel-guard", "AddIndexCheck"),
        ("postgres-language-server", "requireConcurrentIndexCreation"),
        ("pgfence", "create-index-not-concurrent"),
        ("bytebase", "index.create-concurrently"),
        ("django-migration-linter", "CREATE_INDEX"),
        ("pg-schema-diff", "INDEX_BUILD"),
        ("safe-migrate", "require-concurrent-index"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::CreateIndex(index) = op else { continue };
        let table = cx.schema.relation_name(&index.table);
        // Locks are looked at too: a table that a `DO` block made itself is locked by nobody else.
        let locked = cx.step.existing_locks().any(|l| l.relation == table && l.mode >= LockMode::Share);
        if index.concurrently || !locked || !builds_index(cx, &table) {
            continue;
        }
        let exists = |name| cx.schema.index(&table.sibling(name)).is_some();
        if index.if_not_exists && index.name.clone().is_some_and(exists) {
            continue;
        }
        let what = described(cx, &table);
        let draft = sink.step(cx.step).span(span).object(&table).confidence(confidence(cx));
        if cx.schema.relation_kind(&table) == Some(ObjectKind::MaterializedView) {
            draft
                .severity(Severity::Advice)
                .message(format!("building the index takes {} on {what}", LockMode::Share))
                .why("refreshes of the materialized view wait until it is done; reads do not")
                .help("build it with CREATE INDEX CONCURRENTLY, outside a transaction")
                .remedy(RemedyHint::ConcurrentIndex)
                .report();
            continue;
        }
        let draft = draft
            .blocking_work()
            .message(format!(
                "building the index takes {} on {what}, which blocks writes while every row is read",
                LockMode::Share
            ))
            .why("inserts, updates and deletes wait until the build is done and its transaction ends");
        if is_partitioned(cx, &table) {
            draft
                .help("create it on ONLY the parent, build it CONCURRENTLY on each partition, then attach those")
                .remedy(RemedyHint::PartitionedIndex)
                .report();
        } else {
            draft
                .help(
                    "build it with CREATE INDEX CONCURRENTLY, in a migration that runs outside a transaction",
                )
                .remedy(RemedyHint::ConcurrentIndex)
                .report();
        }
    }
}
