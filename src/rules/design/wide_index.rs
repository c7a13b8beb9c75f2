//! See [`RULE`].

use crate::ir::DdlOp;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// An index has more columns than queries use.
    ///
    /// ## What it flags
    /// New indexes with more than `max` key columns. Columns of `INCLUDE` do not count.
    ///
    /// ## Why it hurts
    /// A B-tree serves conditions on its first columns. What follows makes every write and every page dearer, and
    /// is seldom used.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int, c int, d int);
    /// ```
    /// ```sql flagged
    /// CREATE INDEX CONCURRENTLY orders_all_idx ON orders (a, b, c, d);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE INDEX CONCURRENTLY orders_ab_idx ON orders (a, b) INCLUDE (c);
    /// ```
    ///
    /// ## Safe rewrite
    /// Keep the columns that queries compare, most selective ones of equality first, and put what they only return
    /// into `INCLUDE`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/indexes-multicolumn.html>
    name: "wide-index",
    category: Design,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("strong_migrations", "add_index_columns"), ("diesel-guard", "WideIndexCheck")],
    options: [("max", Int(3), "how many key columns an index may have")],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let max = usize::try_from(cx.options.int("max")).unwrap_or(3);
    for (op, span) in cx.ops() {
        let DdlOp::CreateIndex(index) = op else { continue };
        if index.keys.len() <= max || index.unique || index.method != "btree" {
            continue;
        }
        let table = cx.schema.relation_name(&index.table);
        sink.step(cx.step)
            .span(span)
            .object(&table)
            .message(format!("the index on {table} has {} key columns", index.keys.len()))
            .why("a B-tree serves conditions on its first columns; the others make every write dearer")
            .help("keep the columns that queries compare, and put what they only return into INCLUDE")
            .report();
    }
}
