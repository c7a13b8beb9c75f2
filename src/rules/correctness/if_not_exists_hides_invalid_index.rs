//! See [`RULE`].

use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// `IF NOT EXISTS` makes a failed concurrent index build look like a success.
    ///
    /// ## What it flags
    /// `CREATE INDEX CONCURRENTLY IF NOT EXISTS`, unless an earlier statement of the change set drops the index
    /// with `DROP INDEX IF EXISTS`.
    ///
    /// ## Why it hurts
    /// A concurrent build that fails leaves an index behind that is marked invalid: it costs at every write and
    /// serves no query, and a unique one enforces nothing reliably. With `IF NOT EXISTS` the next run finds the name
    /// taken, does nothing and reports success.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
    /// ```
    /// ```sql flagged
    /// CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_idx ON orders (customer_id);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// DROP INDEX CONCURRENTLY IF EXISTS orders_customer_idx;
    /// CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);
    /// ```
    ///
    /// ## Safe rewrite
    /// Drop a leftover of the same name with `DROP INDEX CONCURRENTLY IF EXISTS`, then build without
    /// `IF NOT EXISTS`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>
    name: "if-not-exists-hides-invalid-index",
    category: Correctness,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("strong_migrations", "remove_invalid_indexes"), ("migrationpilot", "MP070")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let DdlOp::CreateIndex(index) = &cx.step.stmt.op else { return };
    let (true, true, Some(name)) = (index.concurrently, index.if_not_exists, &index.name) else { return };
    let table = cx.schema.relation_name(&index.table);
    if !cx.is_existing(&table) {
        return;
    }
    let dropped_before = cx.earlier.iter().any(|s| match &s.stmt.op {
        DdlOp::Drop(d) => d.kind == ObjectKind::Index && d.objects.iter().any(|o| o.name.name == *name),
        _ => false,
    });
    if dropped_before {
        return;
    }
    sink.step(cx.step)
        .object(table.sibling(name.clone()))
        .message(format!(
            "IF NOT EXISTS takes an invalid {name} left by a failed build for the finished index"
        ))
        .why("an invalid index slows every write and serves no query, and the migration reports success")
        .help("drop a leftover first with DROP INDEX CONCURRENTLY IF EXISTS, and build without IF NOT EXISTS")
        .remedy(RemedyHint::ConcurrentIndex)
        .habit()
        .report();
}
