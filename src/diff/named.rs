//! Schemas, extensions, publications, statistics, and objects without a model of their own.

use crate::ir::DdlOp;
use crate::ir::object::{
    AlterExtension, AlterPublication, CreateExtension, CreatePublication, CreateSchema, CreateStatistics,
    Drop, MembershipChange, Misc, MiscAction, ObjectKind, ObjectName, SetSchema,
};
use crate::ir::table::FiringState;
use crate::name::{Ident, QName};
use crate::schema::acl::Acl;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Extension, Namespace, OtherObject, Publication, Statistics};

use super::acl::Owners;
use super::context::Context;
use super::piece::{Phase, Piece, Target, Verb};
use super::subject::Subject;

fn remove(key: &ObjectKey, kind: ObjectKind, name: ObjectName) -> Vec<Piece> {
    let op = DdlOp::Drop(Drop {
        kind,
        objects: vec![name],
        if_exists: false,
        cascade: false,
        concurrently: false,
    });
    vec![Piece::remove(Phase::Drop, Target::whole(key.clone()), op)]
}

fn make(key: &ObjectKey, op: DdlOp) -> Piece {
    Piece::make(Phase::Create, Target::whole(key.clone()), op)
}

fn bare(name: &Ident) -> ObjectName {
    ObjectName::of(QName::bare(name.clone()))
}

/// A schema.
pub(super) fn namespace(key: &ObjectKey, from: Option<&Namespace>, to: Option<&Namespace>) -> Vec<Piece> {
    let Some(to) = to else {
        return from.map_or_else(Vec::new, |from| remove(key, ObjectKind::Schema, bare(&from.name)));
    };
    let mut pieces = Vec::new();
    let fresh = Namespace { acl: Acl::default(), comment: None, ..to.clone() };
    if from.is_none() {
        pieces.push(make(
            key,
            DdlOp::CreateSchema(CreateSchema {
                name: to.name.clone(),
                if_not_exists: false,
                owner: to.owner.clone(),
                elements: Vec::new(),
            }),
        ));
    }
    let phase = if from.is_some() { Phase::Alter } else { Phase::Create };
    let start = from.unwrap_or(&fresh);
    let name = bare(&to.name);
    let subject = Subject { key, kind: ObjectKind::Schema, name: &name, phase };
    pieces.extend(subject.owner(start.owner.as_ref(), to.owner.as_ref()));
    pieces.extend(subject.privileges(
        &start.acl,
        &to.acl,
        Owners::new(start.owner.as_ref(), to.owner.as_ref()),
    ));
    pieces.extend(subject.comment(start.comment.as_ref(), to.comment.as_ref()));
    pieces
}

/// An extension.
pub(super) fn extension(key: &ObjectKey, from: Option<&Extension>, to: Option<&Extension>) -> Vec<Piece> {
    let Some(to) = to else {
        return from.map_or_else(Vec::new, |from| remove(key, ObjectKind::Extension, bare(&from.name)));
    };
    let mut pieces = Vec::new();
    let name = bare(&to.name);
    if let Some(from) = from {
        let mut push = |op| pieces.push(Piece::change(Phase::Alter, Target::whole(key.clone()), op));
        if from.version != to.version {
            push(DdlOp::AlterExtension(AlterExtension {
                name: to.name.clone(),
                update: true,
                version: to.version.clone(),
            }));
        }
        if from.schema != to.schema {
            push(DdlOp::SetSchema(SetSchema {
                kind: ObjectKind::Extension,
                object: name.clone(),
                schema: to.schema.clone().unwrap_or_else(|| Ident::new("public")),
                if_exists: false,
            }));
        }
    } else {
        pieces.push(make(
            key,
            DdlOp::CreateExtension(CreateExtension {
                name: to.name.clone(),
                if_not_exists: false,
                schema: to.schema.clone(),
                version: to.version.clone(),
                cascade: false,
            }),
        ));
    }
    let phase = if from.is_some() { Phase::Alter } else { Phase::Create };
    let subject = Subject { key, kind: ObjectKind::Extension, name: &name, phase };
    pieces.extend(subject.comment(from.and_then(|f| f.comment.as_ref()), to.comment.as_ref()));
    pieces
}

/// A publication.
pub(super) fn publication(
    key: &ObjectKey,
    from: Option<&Publication>,
    to: Option<&Publication>,
    cx: &Context<'_>,
) -> Vec<Piece> {
    let Some(to) = to else {
        return from.map_or_else(Vec::new, |from| remove(key, ObjectKind::Publication, bare(&from.name)));
    };
    let mut pieces = Vec::new();
    match from {
        None => pieces.push(Piece {
            phase: Phase::Late,
            ..make(
                key,
                DdlOp::CreatePublication(Box::new(CreatePublication {
                    name: to.name.clone(),
                    all_tables: to.all_tables,
                    tables: to.tables.clone(),
                    only: Vec::new(),
                    parts: to.parts.clone(),
                    schemas: to.schemas.clone(),
                    options: to.options.clone(),
                })),
            )
        }),
        Some(from) => pieces.extend(members(key, from, to, cx)),
    }
    let name = bare(&to.name);
    let subject = Subject { key, kind: ObjectKind::Publication, name: &name, phase: Phase::Late };
    pieces.extend(subject.owner(from.and_then(|f| f.owner.as_ref()), to.owner.as_ref()));
    pieces.extend(subject.comment(from.and_then(|f| f.comment.as_ref()), to.comment.as_ref()));
    pieces
}

/// Tables and schemas that a publication loses or gets; those that are dropped leave by themselves.
fn members(key: &ObjectKey, from: &Publication, to: &Publication, cx: &Context<'_>) -> Vec<Piece> {
    let alter = |action, tables: &[QName], schemas: &[Ident], options: &[(String, String)]| {
        DdlOp::AlterPublication(Box::new(AlterPublication {
            name: to.name.clone(),
            action,
            tables: tables.to_vec(),
            only: Vec::new(),
            parts: to
                .parts
                .iter()
                .filter(|_| action == MembershipChange::Add)
                .filter(|part| tables.contains(&part.table))
                .cloned()
                .collect(),
            schemas: schemas.to_vec(),
            options: options.to_vec(),
        }))
    };
    let mut pieces = Vec::new();
    let mut push = |phase, verb, member: &QName, object, op| {
        let on = Target { key: key.clone(), part: Part::Member(member.clone()) };
        let mut piece = Piece { verb, ..Piece::make(phase, on, op) };
        piece.needs.push(object);
        pieces.push(piece);
    };
    let there = |object: &ObjectKey| !cx.is_gone(object);
    let part = |of: &Publication, table: &QName| of.parts.iter().find(|part| part.table == *table).cloned();
    // Another part of the same table: out with the old, in with the new.
    let same = |table: &QName| {
        from.tables.contains(table) && to.tables.contains(table) && part(from, table) == part(to, table)
    };
    for table in from.tables.iter().filter(|t| !same(t)) {
        let object = ObjectKey::Relation(table.clone());
        if there(&object) {
            let op = alter(MembershipChange::Drop, std::slice::from_ref(table), &[], &[]);
            push(Phase::Early, Verb::Remove, table, object, op);
        }
    }
    for schema in from.schemas.iter().filter(|s| !to.schemas.contains(s)) {
        let object = ObjectKey::Schema(schema.clone());
        if there(&object) {
            let op = alter(MembershipChange::Drop, &[], std::slice::from_ref(schema), &[]);
            push(Phase::Early, Verb::Remove, &QName::bare(schema.clone()), object, op);
        }
    }
    for table in to.tables.iter().filter(|t| !same(t)) {
        let op = alter(MembershipChange::Add, std::slice::from_ref(table), &[], &[]);
        push(Phase::Late, Verb::Make, table, ObjectKey::Relation(table.clone()), op);
    }
    for schema in to.schemas.iter().filter(|s| !from.schemas.contains(s)) {
        let op = alter(MembershipChange::Add, &[], std::slice::from_ref(schema), &[]);
        push(Phase::Late, Verb::Make, &QName::bare(schema.clone()), ObjectKey::Schema(schema.clone()), op);
    }
    if from.options != to.options {
        // An option that is not stated has the default of `CREATE PUBLICATION`.
        let mut options = to.options.clone();
        for (name, _) in from.options.iter().filter(|(n, _)| to.options.iter().all(|(m, _)| m != n)) {
            let default = match name.as_str() {
                "publish" => "insert, update, delete, truncate",
                "publish_via_partition_root" => "false",
                "publish_generated_columns" => "none",
                _ => continue,
            };
            options.push((name.clone(), default.to_owned()));
        }
        let op = alter(MembershipChange::Set, &[], &[], &options);
        pieces.push(Piece::change(Phase::Late, Target::whole(key.clone()), op));
    }
    pieces
}

/// Extended statistics.
pub(super) fn statistics(
    key: &ObjectKey,
    from: Option<&Statistics>,
    to: Option<&Statistics>,
    cx: &Context<'_>,
) -> Vec<Piece> {
    let Some(to) = to else {
        let Some(from) = from else { return Vec::new() };
        if cx.is_gone(&ObjectKey::Relation(from.table.clone())) {
            return Vec::new();
        }
        return remove(key, ObjectKind::Statistics, ObjectName::of(from.name.clone()));
    };
    let essence = |s: &Statistics| (s.table.clone(), s.kinds.clone(), s.exprs.clone());
    let mut pieces = Vec::new();
    let kept = from.filter(|from| essence(from) == essence(to));
    if kept.is_none() {
        if let Some(from) = from {
            pieces.extend(remove(key, ObjectKind::Statistics, ObjectName::of(from.name.clone())));
        }
        pieces.push(make(
            key,
            DdlOp::CreateStatistics(CreateStatistics {
                name: Some(to.name.clone()),
                if_not_exists: false,
                kinds: to.kinds.clone(),
                exprs: to.exprs.clone(),
                table: to.table.clone(),
            }),
        ));
    }
    let phase = if kept.is_some() { Phase::Alter } else { Phase::Create };
    let name = ObjectName::of(to.name.clone());
    let subject = Subject { key, kind: ObjectKind::Statistics, name: &name, phase };
    pieces.extend(subject.owner(kept.and_then(|k| k.owner.as_ref()), to.owner.as_ref()));
    pieces.extend(subject.comment(kept.and_then(|k| k.comment.as_ref()), to.comment.as_ref()));
    pieces
}

/// An object that is known only by the statement that made it.
pub(super) fn other(key: &ObjectKey, from: Option<&OtherObject>, to: Option<&OtherObject>) -> Vec<Piece> {
    // What was there before everything, such as the database itself, has no statement and stays.
    let bare = from.filter(|from| to.is_none() && from.sql.is_empty());
    let bare = bare.map(|from| OtherObject { acl: Acl::default(), comment: None, ..from.clone() });
    let Some(to) = to.or(bare.as_ref()) else {
        return from.map_or_else(Vec::new, |from| remove(key, from.kind, from.address()));
    };
    let mut pieces = Vec::new();
    let kept = from.filter(|from| from.sql == to.sql);
    if kept.is_none() {
        if let Some(from) = from {
            pieces.extend(remove(key, from.kind, from.address()));
        }
        if !to.sql.is_empty() {
            pieces.push(make(
                key,
                DdlOp::Misc(Misc {
                    action: MiscAction::Create,
                    kind: to.kind,
                    object: Some(to.address()),
                    sql: to.sql.clone(),
                }),
            ));
        }
    }
    let phase = if kept.is_some() { Phase::Alter } else { Phase::Create };
    let name = to.address();
    let subject = Subject { key, kind: to.kind, name: &name, phase };
    let default = Acl::default();
    if kept.map_or(FiringState::Enabled, |k| k.state) != to.state {
        let op = DdlOp::Misc(Misc {
            action: MiscAction::State(to.state),
            kind: to.kind,
            object: Some(name.clone()),
            sql: String::new(),
        });
        pieces.push(Piece::change(phase, Target::whole(key.clone()), op));
    }
    let owners = Owners::new(kept.and_then(|k| k.owner.as_ref()), to.owner.as_ref());
    pieces.extend(subject.owner(owners.from, owners.to));
    pieces.extend(subject.privileges(kept.map_or(&default, |k| &k.acl), &to.acl, owners));
    pieces.extend(subject.comment(kept.and_then(|k| k.comment.as_ref()), to.comment.as_ref()));
    pieces
}
