//! Types, domains, enums and sequences.

use super::{Sample, con, e, id, q, ty};
use crate::ir::DdlOp;
use crate::ir::table::{ConstraintDef, ConstraintKind};
use crate::ir::types::{
    AlterDomain, AlterEnum, AlterSequence, CreateDomain, CreateSequence, CreateType, DomainAction,
    EnumAction, SequenceOptions, TypeKind,
};

pub(super) fn samples() -> Vec<Sample> {
    [sequences(), kinds(), enums(), domains()].concat()
}

fn sequences() -> Vec<Sample> {
    vec![
        (
            DdlOp::CreateSequence(CreateSequence {
                name: q("app.s"),
                if_not_exists: true,
                temporary: true,
                unlogged: false,
                options: Box::new(SequenceOptions {
                    data_type: Some(ty("int2")),
                    increment: Some(-1),
                    min_value: Some(Some(-9)),
                    max_value: Some(None),
                    start: Some(0),
                    restart: None,
                    cache: Some(2),
                    cycle: Some(false),
                    owned_by: Some(Some((q("app.t"), id("Id")))),
                    sequence_name: None,
                }),
            }),
            "CREATE TEMPORARY SEQUENCE IF NOT EXISTS app.s AS smallint START WITH 0 INCREMENT BY -1 \
             MINVALUE -9 NO MAXVALUE CACHE 2 NO CYCLE OWNED BY app.t.\"Id\"",
        ),
        (
            DdlOp::CreateSequence(CreateSequence {
                name: q("s"),
                if_not_exists: false,
                temporary: false,
                unlogged: true,
                options: Box::new(SequenceOptions::default()),
            }),
            "CREATE UNLOGGED SEQUENCE s",
        ),
        (
            DdlOp::AlterSequence(AlterSequence {
                name: q("s"),
                if_exists: true,
                options: Box::new(SequenceOptions {
                    min_value: Some(None),
                    owned_by: Some(None),
                    restart: Some(None),
                    ..SequenceOptions::default()
                }),
            }),
            "ALTER SEQUENCE IF EXISTS s NO MINVALUE OWNED BY NONE RESTART",
        ),
    ]
}

fn kinds() -> Vec<Sample> {
    let create = |kind| DdlOp::CreateType(CreateType { name: q("app.k"), kind });
    vec![
        (create(TypeKind::Enum(vec!["a".into(), "it's".into()])), "CREATE TYPE app.k AS ENUM ('a', 'it''s')"),
        (create(TypeKind::Enum(Vec::new())), "CREATE TYPE app.k AS ENUM ()"),
        (
            create(TypeKind::Composite(vec![
                (id("a"), ty("int4"), None),
                (id("b"), ty("text"), Some(q("C"))),
            ])),
            "CREATE TYPE app.k AS (\n    a integer,\n    b text COLLATE \"C\"\n)",
        ),
        (
            create(TypeKind::Range(vec![(id("subtype"), "float8".into())])),
            "CREATE TYPE app.k AS RANGE (subtype = float8)",
        ),
        (
            create(TypeKind::Base(vec![
                (id("input"), "k_in".into()),
                (id("output"), "k_out".into()),
                (id("passedbyvalue"), String::new()),
            ])),
            "CREATE TYPE app.k (input = k_in, output = k_out, passedbyvalue)",
        ),
        (create(TypeKind::Shell), "CREATE TYPE app.k"),
    ]
}

fn enums() -> Vec<Sample> {
    let alter = |action| DdlOp::AlterEnum(AlterEnum { name: q("k"), action });
    let add = |if_not_exists, neighbour: Option<(bool, &str)>| {
        let neighbour = neighbour.map(|(before, label)| (before, label.to_owned()));
        alter(EnumAction::AddValue { value: "new".into(), if_not_exists, neighbour })
    };
    vec![
        (add(true, None), "ALTER TYPE k ADD VALUE IF NOT EXISTS 'new'"),
        (add(false, Some((true, "x"))), "ALTER TYPE k ADD VALUE 'new' BEFORE 'x'"),
        (add(false, Some((false, "x"))), "ALTER TYPE k ADD VALUE 'new' AFTER 'x'"),
        (
            alter(EnumAction::RenameValue { from: "a".into(), to: "b".into() }),
            "ALTER TYPE k RENAME VALUE 'a' TO 'b'",
        ),
    ]
}

fn domains() -> Vec<Sample> {
    let alter = |action| DdlOp::AlterDomain(AlterDomain { name: q("d"), action });
    vec![
        (
            DdlOp::CreateDomain(Box::new(CreateDomain {
                name: q("app.d"),
                base: ty("text"),
                collation: Some(q("C")),
                default: Some(e("'x'")),
                not_null: true,
                checks: vec![
                    con(Some("short"), ConstraintKind::Check(e("length(value) < 9"))),
                    con(None, ConstraintKind::Check(e("value <> ''"))),
                ],
            })),
            "CREATE DOMAIN app.d AS text COLLATE \"C\" DEFAULT 'x' NOT NULL\n    \
             CONSTRAINT short CHECK (length(value) < 9)\n    CHECK (value <> '')",
        ),
        (alter(DomainAction::Default(Some(e("1")))), "ALTER DOMAIN d SET DEFAULT 1"),
        (alter(DomainAction::Default(None)), "ALTER DOMAIN d DROP DEFAULT"),
        (alter(DomainAction::NotNull(true)), "ALTER DOMAIN d SET NOT NULL"),
        (alter(DomainAction::NotNull(false)), "ALTER DOMAIN d DROP NOT NULL"),
        (
            alter(DomainAction::AddConstraint(Box::new(ConstraintDef {
                not_valid: true,
                ..con(Some("k"), ConstraintKind::Check(e("value > 0")))
            }))),
            "ALTER DOMAIN d ADD CONSTRAINT k CHECK (value > 0) NOT VALID",
        ),
        (
            alter(DomainAction::DropConstraint { name: id("k"), if_exists: true, cascade: true }),
            "ALTER DOMAIN d DROP CONSTRAINT IF EXISTS k CASCADE",
        ),
        (alter(DomainAction::ValidateConstraint(id("k"))), "ALTER DOMAIN d VALIDATE CONSTRAINT k"),
    ]
}
