//! See [`RULE`].

use super::confidence;
use crate::effects::fact::RewriteReason;
use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::schema::model::Index;

rule! {
    /// A materialized view cannot be read while it is refreshed.
    ///
    /// ## What it flags
    /// `REFRESH MATERIALIZED VIEW` without `CONCURRENTLY` for one that existed before the change set. One
    /// that holds no data yet cannot be read in any case and is left out, as is `WITH NO DATA`.
    ///
    /// ## Why it hurts
    /// `ACCESS EXCLUSIVE` is held on the view while its query runs and its indexes are built. Everybody who
    /// reads it waits for that long.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE order_items (order_id bigint, product_id bigint, PRIMARY KEY (order_id, product_id));
    /// CREATE MATERIALIZED VIEW product_sales AS SELECT product_id, count(*) AS orders FROM order_items GROUP BY product_id;
    /// CREATE UNIQUE INDEX product_sales_product_id_idx ON product_sales (product_id);
    /// CREATE MATERIALIZED VIEW order_sizes AS SELECT order_id, count(*) AS items FROM order_items GROUP BY order_id
    ///   WITH NO DATA;
    /// ```
    /// ```sql flagged
    /// REFRESH MATERIALIZED VIEW product_sales;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// REFRESH MATERIALIZED VIEW CONCURRENTLY product_sales;
    /// ```
    /// ```sql accepted
    /// REFRESH MATERIALIZED VIEW order_sizes;
    /// ```
    ///
    /// ## Safe rewrite
    /// `REFRESH MATERIALIZED VIEW CONCURRENTLY`, for which the view needs a unique index over plain columns
    /// and all rows. Readers see the old rows until the new ones are there.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html>
    name: "blocking-refresh",
    category: Locking,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("pgsafe", "refresh-matview-non-concurrent"),
        ("migrationpilot", "MP033"),
        ("diesel-guard", "RefreshMatViewCheck"),
        ("postgres-language-server", "requireConcurrentRefreshMatview"),
        ("postgres-language-server", "concurrentRefreshMatviewLock"),
        ("pgfence", "refresh-matview-blocking"),
        ("pgfence", "refresh-matview-concurrent"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::RefreshMatview(refresh) = op else { continue };
        let view = cx.schema.relation_name(&refresh.name);
        let empty = cx.schema.view(&view).is_some_and(|v| !v.populated);
        let refreshes = cx
            .step
            .effects
            .rewrites
            .iter()
            .any(|r| r.relation == view && r.reason == RewriteReason::Refresh && cx.is_existing(&view));
        if refresh.concurrently || !refresh.with_data || empty || !refreshes {
            continue;
        }
        let help = if cx.schema.indexes_of(&view).into_iter().any(is_row_identity) {
            "use REFRESH MATERIALIZED VIEW CONCURRENTLY"
        } else {
            "build a unique index on it CONCURRENTLY, then use REFRESH MATERIALIZED VIEW CONCURRENTLY"
        };
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(&view)
            .confidence(confidence(cx))
            .message(format!("refreshing takes {} on {view} while its query runs", LockMode::AccessExclusive))
            .why("everybody who reads the materialized view waits until it is complete")
            .help(help)
            .remedy(RemedyHint::ConcurrentRefresh)
            .report();
    }
}

/// Whether the index tells all rows apart, as `CONCURRENTLY` demands.
fn is_row_identity(index: &Index) -> bool {
    index.unique
        && index.valid
        && index.predicate.is_none()
        && index.keys.iter().all(|k| k.as_column().is_some())
}
