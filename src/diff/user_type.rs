//! Enums, composite types, domains and the other types.

use crate::ir::DdlOp;
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::ir::table::{ColumnDef, TableAction};
use crate::ir::types::{
    AlterDomain, AlterEnum, CreateDomain, CreateType, DomainAction, EnumAction, TypeKind, TypeName,
};
use crate::name::{Ident, QName};
use crate::schema::acl::Acl;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Constraint, Domain, UserType, UserTypeKind};
use crate::text::Span;

use super::acl::Owners;
use super::piece::{Phase, Piece, Target, Verb, alter_table as alter};
use super::subject::{Subject, part_comment};
use super::table::constraint_definition;

fn kind(user_type: &UserType) -> ObjectKind {
    match user_type.kind {
        UserTypeKind::Domain(_) => ObjectKind::Domain,
        UserTypeKind::Enum(_)
        | UserTypeKind::Composite(_)
        | UserTypeKind::Range(_)
        | UserTypeKind::Base(_)
        | UserTypeKind::Shell => ObjectKind::Type,
    }
}

/// The statements that make a type.
pub(super) fn create(key: &ObjectKey, user_type: &UserType) -> Vec<Piece> {
    let name = user_type.name.clone();
    let mut bare = UserType { owner: None, acl: Acl::default(), comment: None, ..user_type.clone() };
    let structure = |kind| DdlOp::CreateType(CreateType { name: name.clone(), kind });
    let op = match &user_type.kind {
        UserTypeKind::Enum(labels) => structure(TypeKind::Enum(labels.clone())),
        UserTypeKind::Composite(attributes) => structure(TypeKind::Composite(attributes.clone())),
        UserTypeKind::Range(options) => structure(TypeKind::Range(options.clone())),
        UserTypeKind::Base(options) => structure(TypeKind::Base(options.clone())),
        UserTypeKind::Shell => structure(TypeKind::Shell),
        UserTypeKind::Domain(domain) => {
            let inline: Vec<Constraint> = domain
                .constraints
                .iter()
                .filter(|c| c.validated)
                .map(|c| Constraint { comment: None, ..c.clone() })
                .collect();
            let op = DdlOp::CreateDomain(Box::new(CreateDomain {
                name: name.clone(),
                base: domain.base.clone(),
                collation: domain.collation.clone(),
                default: domain.default.clone(),
                not_null: domain.not_null,
                checks: inline.iter().map(constraint_definition).collect(),
            }));
            bare.kind = UserTypeKind::Domain(Domain { constraints: inline, ..domain.clone() });
            op
        }
    };
    let mut pieces = vec![Piece::make(Phase::Create, Target::whole(key.clone()), op)];
    pieces.extend(rest(key, &bare, user_type, Phase::Create));
    pieces
}

/// The statement that drops a type.
pub(super) fn drop(key: &ObjectKey, user_type: &UserType) -> Vec<Piece> {
    let op = DdlOp::Drop(Drop {
        kind: kind(user_type),
        objects: vec![ObjectName::of(user_type.name.clone())],
        if_exists: false,
        cascade: false,
        concurrently: false,
    });
    vec![Piece::remove(Phase::Drop, Target::whole(key.clone()), op)]
}

/// Whether no statement alters the one into the other.
pub(super) fn must_rebuild(from: &UserType, to: &UserType) -> bool {
    match (&from.kind, &to.kind) {
        (UserTypeKind::Enum(old), UserTypeKind::Enum(new)) => {
            renamed_label(old, new).is_none() && !is_subsequence(old, new)
        }
        (UserTypeKind::Composite(_), UserTypeKind::Composite(_))
        | (UserTypeKind::Shell, UserTypeKind::Shell) => false,
        (UserTypeKind::Domain(old), UserTypeKind::Domain(new)) => {
            (&old.base, &old.collation) != (&new.base, &new.collation)
        }
        (UserTypeKind::Range(old), UserTypeKind::Range(new))
        | (UserTypeKind::Base(old), UserTypeKind::Base(new)) => old != new,
        (
            UserTypeKind::Enum(_)
            | UserTypeKind::Composite(_)
            | UserTypeKind::Domain(_)
            | UserTypeKind::Range(_)
            | UserTypeKind::Base(_)
            | UserTypeKind::Shell,
            _,
        ) => true,
    }
}

fn is_subsequence(short: &[String], long: &[String]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|label| rest.any(|other| other == label))
}

/// The one label that has another name.
fn renamed_label<'a>(old: &'a [String], new: &'a [String]) -> Option<(&'a String, &'a String)> {
    let mut different = old.iter().zip(new).filter(|(a, b)| a != b);
    let first = different.next()?;
    (old.len() == new.len() && different.next().is_none() && !old.contains(first.1)).then_some(first)
}

/// The statements that lead from one state of a type to another, when it need not be rebuilt.
pub(super) fn change(key: &ObjectKey, from: &UserType, to: &UserType) -> Vec<Piece> {
    let mut pieces = Vec::new();
    match (&from.kind, &to.kind) {
        (UserTypeKind::Enum(old), UserTypeKind::Enum(new)) => {
            pieces.extend(labels(old, new).into_iter().map(|action| {
                let op = DdlOp::AlterEnum(AlterEnum { name: to.name.clone(), action });
                Piece::change(Phase::Alter, Target::whole(key.clone()), op)
            }));
        }
        (UserTypeKind::Composite(old), UserTypeKind::Composite(new)) => {
            pieces.extend(attributes(key, &to.name, old, new));
        }
        (
            UserTypeKind::Enum(_)
            | UserTypeKind::Composite(_)
            | UserTypeKind::Domain(_)
            | UserTypeKind::Range(_)
            | UserTypeKind::Base(_)
            | UserTypeKind::Shell,
            _,
        ) => {}
    }
    pieces.extend(rest(key, from, to, Phase::Alter));
    pieces
}

fn labels(old: &[String], new: &[String]) -> Vec<EnumAction> {
    if let Some((from, to)) = renamed_label(old, new) {
        return vec![EnumAction::RenameValue { from: from.clone(), to: to.clone() }];
    }
    let mut actions = Vec::new();
    for (i, label) in new.iter().enumerate().filter(|(_, label)| !old.contains(label)) {
        let neighbour = match i.checked_sub(1) {
            Some(before) => Some((false, new[before].clone())),
            None => old.first().map(|first| (true, first.clone())),
        };
        actions.push(EnumAction::AddValue { value: label.clone(), if_not_exists: false, neighbour });
    }
    actions
}

type Attribute = (Ident, TypeName, Option<QName>);

fn attributes(key: &ObjectKey, name: &QName, old: &[Attribute], new: &[Attribute]) -> Vec<Piece> {
    let piece = |phase, verb, attribute: &Ident, action| {
        let on = Target { key: key.clone(), part: Part::Column(attribute.clone()) };
        Piece { verb, ..Piece::make(phase, on, alter(ObjectKind::CompositeType, name, action)) }
    };
    let mut pieces = Vec::new();
    for (attribute, _, _) in old.iter().filter(|(a, _, _)| new.iter().all(|(b, _, _)| a != b)) {
        let action = TableAction::DropColumn { name: attribute.clone(), if_exists: false, cascade: false };
        pieces.push(piece(Phase::Early, Verb::Remove, attribute, action));
    }
    for (attribute, data_type, collation) in new {
        match old.iter().find(|(a, _, _)| a == attribute) {
            None => {
                let column = ColumnDef {
                    data_type: Some(data_type.clone()),
                    collation: collation.clone(),
                    ..ColumnDef::named(attribute.clone(), Span::default())
                };
                let action = TableAction::AddColumn { column: Box::new(column), if_not_exists: false };
                pieces.push(piece(Phase::Alter, Verb::Make, attribute, action));
            }
            Some((_, was, collated)) if (was, collated) != (data_type, collation) => {
                let action = TableAction::AlterType {
                    column: attribute.clone(),
                    data_type: data_type.clone(),
                    collation: collation.clone(),
                    using: None,
                };
                pieces.push(piece(Phase::Alter, Verb::Change, attribute, action));
            }
            Some(_) => {}
        }
    }
    pieces
}

/// A domain's default, `NOT NULL` and checks; owner, privileges, comment.
fn rest(key: &ObjectKey, from: &UserType, to: &UserType, phase: Phase) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let (UserTypeKind::Domain(old), UserTypeKind::Domain(new)) = (&from.kind, &to.kind) {
        pieces.extend(domain(key, &to.name, old, new, phase));
    }
    let name = ObjectName::of(to.name.clone());
    let subject = Subject { key, kind: kind(to), name: &name, phase };
    pieces.extend(subject.owner(from.owner.as_ref(), to.owner.as_ref()));
    pieces.extend(subject.privileges(
        &from.acl,
        &to.acl,
        Owners::new(from.owner.as_ref(), to.owner.as_ref()),
    ));
    pieces.extend(subject.comment(from.comment.as_ref(), to.comment.as_ref()));
    pieces
}

fn domain(key: &ObjectKey, name: &QName, old: &Domain, new: &Domain, phase: Phase) -> Vec<Piece> {
    let piece = |phase, verb, part, action| {
        let op = DdlOp::AlterDomain(AlterDomain { name: name.clone(), action });
        Piece { verb, ..Piece::make(phase, Target { key: key.clone(), part }, op) }
    };
    let mut pieces = Vec::new();
    let same = |a: &Constraint, b: &Constraint| {
        constraint_definition(a) == constraint_definition(b) || (!a.validated && b.validated)
    };
    let find = |list: &'_ [Constraint], name: &Ident| list.iter().position(|c| c.name == *name);
    for c in &old.constraints {
        if find(&new.constraints, &c.name).is_none_or(|i| !same(c, &new.constraints[i])) {
            let action =
                DomainAction::DropConstraint { name: c.name.clone(), if_exists: false, cascade: false };
            pieces.push(piece(Phase::Early, Verb::Remove, Part::Constraint(c.name.clone()), action));
        }
    }
    if old.default != new.default {
        let action = DomainAction::Default(new.default.clone());
        pieces.push(piece(phase, Verb::Change, Part::Whole, action));
    }
    if old.not_null != new.not_null {
        pieces.push(piece(phase, Verb::Change, Part::Whole, DomainAction::NotNull(new.not_null)));
    }
    for c in &new.constraints {
        let part = Part::Constraint(c.name.clone());
        let before = find(&old.constraints, &c.name).map(|i| &old.constraints[i]).filter(|o| same(o, c));
        match before {
            None => {
                let action = DomainAction::AddConstraint(Box::new(constraint_definition(c)));
                pieces.push(piece(phase, Verb::Make, part.clone(), action));
            }
            Some(o) if !o.validated && c.validated => {
                let action = DomainAction::ValidateConstraint(c.name.clone());
                pieces.push(piece(phase, Verb::Change, part.clone(), action));
            }
            Some(_) => {}
        }
        pieces.extend(part_comment(
            key,
            ObjectKind::DomainConstraint,
            &ObjectName::part(name.clone(), c.name.clone()),
            part,
            before.and_then(|o| o.comment.as_ref()),
            c.comment.as_ref(),
        ));
    }
    pieces
}
