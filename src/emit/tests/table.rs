//! `CREATE TABLE`, constraints, partitions, views.

use super::{Sample, col, con, e, id, ids, pairs, q, query, ty};
use crate::ir::DdlOp;
use crate::ir::expr::{Expr, ExprFacts, ExprShape};
use crate::ir::index::{IndexKey, KeyTarget};
use crate::ir::table::{
    ColumnDef, ConstraintDef, ConstraintKind, CreateMatview, CreateTable, CreateView, Exclude, FkAction,
    ForeignKey, Generated, Identity, KeyConstraint, LikeClause, PartitionBound, PartitionBy,
    PartitionStrategy, Persistence,
};
use crate::ir::types::SequenceOptions;

pub(super) fn key(columns: &[&str]) -> KeyConstraint {
    KeyConstraint { columns: ids(columns), ..KeyConstraint::default() }
}

pub(super) fn foreign_key(columns: &[&str], table: &str, ref_columns: &[&str]) -> ForeignKey {
    ForeignKey {
        columns: ids(columns),
        table: q(table),
        ref_columns: ids(ref_columns),
        on_delete: FkAction::NoAction,
        on_delete_columns: Vec::new(),
        on_update: FkAction::NoAction,
        match_full: false,
        period: false,
    }
}

fn table(name: &str) -> CreateTable {
    CreateTable { name: Some(q(name)), ..CreateTable::default() }
}

fn create(create: CreateTable) -> DdlOp {
    DdlOp::CreateTable(Box::new(create))
}

pub(super) fn samples() -> Vec<Sample> {
    [tables(), constraints(), partitions(), views()].concat()
}

fn tables() -> Vec<Sample> {
    let id_column = ColumnDef {
        identity: Some(Identity {
            always: true,
            options: Box::new(SequenceOptions {
                start: Some(100),
                cache: Some(5),
                ..SequenceOptions::default()
            }),
        }),
        constraints: vec![con(None, ConstraintKind::PrimaryKey(key(&["id"])))],
        ..col("id", "int8")
    };
    let columns = vec![
        id_column,
        ColumnDef { not_null: true, collation: Some(q("pg_catalog.C")), ..col("Email", "varchar(255)") },
        ColumnDef { default: Some(e("now()")), not_null: true, ..col("at", "timestamptz") },
        ColumnDef { default: Some(e("now() AT TIME ZONE 'UTC'")), ..col("utc", "timestamp(3)") },
        ColumnDef {
            generated: Some(Generated { expr: e("price * 2"), stored: true }),
            ..col("double", "numeric(10,2)")
        },
        ColumnDef { storage: Some(id("external")), compression: Some(id("lz4")), ..col("doc", "jsonb") },
    ];
    vec![
        (
            create(CreateTable { if_not_exists: true, columns, ..table("app.users") }),
            "CREATE TABLE IF NOT EXISTS app.users (\n    \
             id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 CACHE 5) PRIMARY KEY,\n    \
             \"Email\" character varying(255) COLLATE pg_catalog.\"C\" NOT NULL,\n    \
             at timestamp with time zone DEFAULT now() NOT NULL,\n    \
             utc timestamp(3) without time zone DEFAULT (now() AT TIME ZONE 'UTC'),\n    \
             double numeric(10,2) GENERATED ALWAYS AS (price * 2) STORED,\n    \
             doc jsonb STORAGE EXTERNAL COMPRESSION lz4\n)",
        ),
        (
            create(CreateTable {
                persistence: Persistence::Unlogged,
                columns: vec![col("c", "int4")],
                like: vec![
                    LikeClause { source: q("a"), position: 0, including: vec!["defaults", "indexes"] },
                    LikeClause { source: q("b"), position: 1, including: Vec::new() },
                ],
                inherits: vec![q("p1"), q("s.p2")],
                options: pairs(&[("fillfactor", "70"), ("toast.autovacuum_enabled", "false")]),
                access_method: Some(id("heap")),
                tablespace: Some(id("fast")),
                ..table("t")
            }),
            "CREATE UNLOGGED TABLE t (\n    LIKE a INCLUDING DEFAULTS INCLUDING INDEXES,\n    c integer,\n    LIKE b\n) \
             INHERITS (p1, s.p2) USING heap WITH (fillfactor = 70, toast.autovacuum_enabled = false) \
             TABLESPACE fast",
        ),
        (
            create(CreateTable {
                persistence: Persistence::Temporary,
                on_commit: Some("DELETE ROWS".into()),
                as_query: Some(query("SELECT 1 AS one;")),
                columns: vec![ColumnDef { data_type: None, ..col("n", "text") }],
                ..table("t")
            }),
            "CREATE TEMPORARY TABLE t (n) ON COMMIT DELETE ROWS AS\nSELECT 1 AS one\nWITH NO DATA",
        ),
        (
            create(CreateTable { as_query: Some(query("SELECT 1")), with_data: true, ..table("t") }),
            "CREATE TABLE t AS\nSELECT 1",
        ),
        (create(CreateTable { of_type: Some(ty("row_type")), ..table("t") }), "CREATE TABLE t OF row_type"),
        (
            create(CreateTable {
                foreign_server: Some(id("remote")),
                options: pairs(&[("table_name", "it's")]),
                columns: vec![col("a", "int4")],
                ..table("t")
            }),
            "CREATE FOREIGN TABLE t (\n    a integer\n) SERVER remote OPTIONS (table_name 'it''s')",
        ),
        (create(table("empty")), "CREATE TABLE empty ()"),
        (create(CreateTable::default()), "-- text not kept: CREATE TABLE without a name"),
    ]
}

fn constraints() -> Vec<Sample> {
    let inline = vec![
        con(Some("positive"), ConstraintKind::Check(e("n > 0"))),
        ConstraintDef {
            deferrable: true,
            initially_deferred: true,
            ..con(
                None,
                ConstraintKind::ForeignKey(ForeignKey {
                    on_delete: FkAction::Cascade,
                    on_update: FkAction::SetDefault,
                    ..foreign_key(&["n"], "app.other", &["id"])
                }),
            )
        },
        con(None, ConstraintKind::Unique(KeyConstraint { nulls_not_distinct: true, ..key(&["n"]) })),
        // No form on a column: becomes a table constraint.
        con(None, ConstraintKind::Unique(KeyConstraint { include: ids(&["m"]), ..key(&["n"]) })),
    ];
    let named_not_null = ColumnDef {
        not_null: true,
        constraints: vec![con(Some("nn"), ConstraintKind::NotNull(id("m")))],
        ..col("m", "text")
    };
    let exclude = Exclude {
        method: id("gist"),
        elements: vec![
            (IndexKey::column(id("room")), "=".into()),
            (
                IndexKey {
                    target: KeyTarget::Expr(super::call("tsrange(a, b)")),
                    ..IndexKey::column(id(""))
                },
                "&&".into(),
            ),
        ],
        include: Vec::new(),
        predicate: Some(e("active")),
        options: pairs(&[("fillfactor", "90")]),
        tablespace: Some(id("fast")),
    };
    let columns = vec![ColumnDef { constraints: inline, ..col("n", "int4") }, named_not_null];
    let list = vec![
        con(
            Some("pk"),
            ConstraintKind::PrimaryKey(KeyConstraint {
                include: ids(&["c"]),
                options: pairs(&[("fillfactor", "80")]),
                tablespace: Some(id("fast")),
                ..key(&["a", "b"])
            }),
        ),
        con(None, ConstraintKind::Unique(KeyConstraint { without_overlaps: true, ..key(&["a", "during"]) })),
        con(
            None,
            ConstraintKind::ForeignKey(ForeignKey {
                match_full: true,
                on_delete: FkAction::SetNull,
                on_delete_columns: ids(&["b"]),
                on_update: FkAction::Restrict,
                ..foreign_key(&["a", "b"], "o", &[])
            }),
        ),
        con(
            None,
            ConstraintKind::ForeignKey(ForeignKey {
                period: true,
                ..foreign_key(&["a", "during"], "o", &["x", "y"])
            }),
        ),
        con(Some("ex"), ConstraintKind::Exclude(exclude)),
        ConstraintDef { no_inherit: true, ..con(Some("set"), ConstraintKind::NotNull(id("a"))) },
        ConstraintDef { enforced: false, not_valid: true, ..con(None, ConstraintKind::Check(e("a > 0"))) },
    ];
    vec![(
        create(CreateTable { columns, constraints: list, ..table("t") }),
        "CREATE TABLE t (\n    \
         n integer CONSTRAINT positive CHECK (n > 0) \
         REFERENCES app.other (id) ON UPDATE SET DEFAULT ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED \
         UNIQUE NULLS NOT DISTINCT,\n    \
         m text CONSTRAINT nn NOT NULL,\n    \
         UNIQUE (n) INCLUDE (m),\n    \
         CONSTRAINT pk PRIMARY KEY (a, b) INCLUDE (c) WITH (fillfactor = 80) USING INDEX TABLESPACE fast,\n    \
         UNIQUE (a, during WITHOUT OVERLAPS),\n    \
         FOREIGN KEY (a, b) REFERENCES o MATCH FULL ON UPDATE RESTRICT ON DELETE SET NULL (b),\n    \
         FOREIGN KEY (a, PERIOD during) REFERENCES o (x, PERIOD y),\n    \
         CONSTRAINT ex EXCLUDE USING gist (room WITH =, tsrange(a, b) WITH &&) WITH (fillfactor = 90) \
         USING INDEX TABLESPACE fast WHERE (active),\n    \
         CONSTRAINT set NOT NULL a NO INHERIT,\n    \
         CHECK (a > 0) NOT ENFORCED\n)",
    )]
}

fn partitions() -> Vec<Sample> {
    let part = |bound: PartitionBound| {
        create(CreateTable { partition_of: Some((q("app.log"), bound)), ..table("app.log_1") })
    };
    let by = PartitionBy {
        strategy: PartitionStrategy::Range,
        keys: vec![
            IndexKey::column(id("day")),
            IndexKey {
                target: KeyTarget::Expr(Expr::from(ExprFacts {
                    shape: ExprShape::Other,
                    ..e("a + b").into_inner()
                })),
                collation: Some(q("C")),
                opclass: Some(q("text_ops")),
                ..IndexKey::column(id(""))
            },
        ],
    };
    let range = |from: &[&str], to: &[&str]| PartitionBound::Range {
        from: from.iter().map(ToString::to_string).collect(),
        to: to.iter().map(ToString::to_string).collect(),
    };
    vec![
        (
            create(CreateTable {
                partition_by: Some(by),
                columns: vec![col("day", "date")],
                ..table("app.log")
            }),
            "CREATE TABLE app.log (\n    day date\n) PARTITION BY RANGE (day, (a + b) COLLATE \"C\" text_ops)",
        ),
        (
            part(range(&["'2024-01-01'", "MINVALUE"], &["'2025-01-01'", "MAXVALUE"])),
            "CREATE TABLE app.log_1 PARTITION OF app.log\n    \
             FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2025-01-01', MAXVALUE)",
        ),
        (
            part(PartitionBound::List(vec!["'a'".into(), "NULL".into()])),
            "CREATE TABLE app.log_1 PARTITION OF app.log\n    FOR VALUES IN ('a', NULL)",
        ),
        (
            part(PartitionBound::Hash { modulus: 4, remainder: 3 }),
            "CREATE TABLE app.log_1 PARTITION OF app.log\n    FOR VALUES WITH (MODULUS 4, REMAINDER 3)",
        ),
        (
            create(CreateTable {
                partition_of: Some((q("p"), PartitionBound::Default)),
                partition_by: Some(PartitionBy {
                    strategy: PartitionStrategy::Hash,
                    keys: vec![IndexKey::column(id("a"))],
                }),
                columns: vec![ColumnDef { data_type: None, default: Some(e("0")), ..col("a", "int4") }],
                ..table("t")
            }),
            "CREATE TABLE t PARTITION OF p (\n    a DEFAULT 0\n)\n    DEFAULT PARTITION BY HASH (a)",
        ),
    ]
}

fn views() -> Vec<Sample> {
    let view = CreateView {
        name: q("app.v"),
        or_replace: true,
        temporary: true,
        recursive: false,
        columns: ids(&["a", "B"]),
        query: query("SELECT 1, 2;"),
        options: pairs(&[("security_invoker", "true")]),
        check_option: Some("cascaded"),
    };
    let recursive = CreateView {
        or_replace: false,
        temporary: false,
        recursive: true,
        columns: ids(&["n"]),
        query: query("VALUES (1)"),
        options: Vec::new(),
        check_option: None,
        ..view.clone()
    };
    let matview = CreateMatview {
        name: q("m"),
        if_not_exists: true,
        columns: ids(&["a"]),
        query: query("SELECT 1"),
        with_data: false,
        options: pairs(&[("fillfactor", "70")]),
        tablespace: Some(id("fast")),
        access_method: Some(id("heap")),
    };
    vec![
        (
            DdlOp::CreateView(Box::new(view)),
            "CREATE OR REPLACE TEMPORARY VIEW app.v (a, \"B\") WITH (security_invoker = true) AS\n\
             SELECT 1, 2\nWITH CASCADED CHECK OPTION",
        ),
        (DdlOp::CreateView(Box::new(recursive)), "CREATE RECURSIVE VIEW app.v (n) AS\nVALUES (1)"),
        (
            DdlOp::CreateMatview(Box::new(matview)),
            "CREATE MATERIALIZED VIEW IF NOT EXISTS m (a) USING heap WITH (fillfactor = 70) TABLESPACE fast AS\n\
             SELECT 1\nWITH NO DATA",
        ),
    ]
}
