//! Indexes and maintenance.

use super::{Sample, call, e, id, ids, pairs, q};
use crate::ir::DdlOp;
use crate::ir::index::{
    Cluster, CreateIndex, IndexKey, KeyTarget, RefreshMatview, Reindex, ReindexTarget, Vacuum,
};

pub(super) fn index(name: Option<&str>, table: &str, keys: Vec<IndexKey>) -> CreateIndex {
    CreateIndex {
        name: name.map(id),
        table: q(table),
        only: false,
        unique: false,
        concurrently: false,
        if_not_exists: false,
        method: id("btree"),
        keys,
        include: Vec::new(),
        predicate: None,
        nulls_not_distinct: false,
        options: Vec::new(),
        tablespace: None,
    }
}

pub(super) fn create(create: CreateIndex) -> DdlOp {
    DdlOp::CreateIndex(Box::new(create))
}

pub(super) fn column(name: &str) -> IndexKey {
    IndexKey::column(id(name))
}

pub(super) fn samples() -> Vec<Sample> {
    [indexes(), maintenance()].concat()
}

fn indexes() -> Vec<Sample> {
    let by = |target| IndexKey { target: KeyTarget::Expr(target), ..column("") };
    vec![
        (create(index(None, "t", vec![column("a"), column("B")])), "CREATE INDEX ON t (a, \"B\")"),
        (
            create(CreateIndex {
                unique: true,
                concurrently: true,
                if_not_exists: true,
                include: ids(&["c"]),
                predicate: Some(e("a IS NOT NULL")),
                nulls_not_distinct: true,
                options: pairs(&[("fillfactor", "80")]),
                tablespace: Some(id("fast")),
                ..index(
                    Some("i"),
                    "app.t",
                    vec![
                        IndexKey { descending: true, nulls_first: Some(false), ..column("a") },
                        by(call("lower(b)")),
                        by(e("a + 1")),
                    ],
                )
            }),
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON app.t (a DESC NULLS LAST, lower(b), (a + 1)) \
             INCLUDE (c) NULLS NOT DISTINCT WITH (fillfactor = 80) TABLESPACE fast WHERE a IS NOT NULL",
        ),
        (
            create(CreateIndex {
                only: true,
                method: id("gin"),
                ..index(
                    Some("i"),
                    "t",
                    vec![IndexKey {
                        collation: Some(q("C")),
                        opclass: Some(q("public.gin_trgm_ops")),
                        opclass_options: pairs(&[("siglen", "32")]),
                        nulls_first: Some(true),
                        ..column("a")
                    }],
                )
            }),
            "CREATE INDEX i ON ONLY t USING gin (a COLLATE \"C\" public.gin_trgm_ops (siglen = 32) NULLS FIRST)",
        ),
        // A function call in the tree, but not in the text: needs parentheses.
        (
            create(index(
                Some("i"),
                "t",
                vec![by(crate::ir::expr::Expr::from(crate::ir::expr::ExprFacts {
                    sql: "at AT TIME ZONE 'UTC'".into(),
                    ..call("timezone(at)").into_inner()
                }))],
            )),
            "CREATE INDEX i ON t ((at AT TIME ZONE 'UTC'))",
        ),
    ]
}

fn maintenance() -> Vec<Sample> {
    let reindex = |target, concurrently| DdlOp::Reindex(Reindex { target, concurrently });
    let vacuum = |vacuum, full, analyze, tables| {
        DdlOp::Vacuum(Vacuum { vacuum, full, analyze, tables, only: Vec::new() })
    };
    vec![
        (reindex(ReindexTarget::Index(q("s.i")), true), "REINDEX INDEX CONCURRENTLY s.i"),
        (reindex(ReindexTarget::Table(q("t")), false), "REINDEX TABLE t"),
        (reindex(ReindexTarget::Schema(id("App")), true), "REINDEX SCHEMA CONCURRENTLY \"App\""),
        (reindex(ReindexTarget::Database, false), "REINDEX DATABASE"),
        (reindex(ReindexTarget::System, false), "REINDEX SYSTEM"),
        (DdlOp::Cluster(Cluster { table: None, index: None }), "CLUSTER"),
        (DdlOp::Cluster(Cluster { table: Some(q("t")), index: Some(id("i")) }), "CLUSTER t USING i"),
        (vacuum(true, false, false, Vec::new()), "VACUUM"),
        (vacuum(true, true, true, vec![q("a"), q("s.b")]), "VACUUM (FULL, ANALYZE) a, s.b"),
        (vacuum(false, false, true, vec![q("a")]), "ANALYZE a"),
        (
            DdlOp::RefreshMatview(RefreshMatview { name: q("m"), concurrently: true, with_data: true }),
            "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
        ),
        (
            DdlOp::RefreshMatview(RefreshMatview { name: q("m"), concurrently: false, with_data: false }),
            "REFRESH MATERIALIZED VIEW m WITH NO DATA",
        ),
    ]
}
