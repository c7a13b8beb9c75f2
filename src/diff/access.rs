//! Roles, memberships and default privileges.

use crate::ir::DdlOp;
use crate::ir::access::{AlterDefaultPrivileges, AlterRole, CreateRole, GrantRole, Grantee, RoleOptions};
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::name::{Ident, QName};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Acl, DefaultAcl, Membership, Role};

use super::acl;
use super::context::Context;
use super::piece::{Phase, Piece, Target};
use super::subject::Subject;

/// The statements that make a role. A password is never known.
pub(super) fn create_role(key: &ObjectKey, role: &Role) -> Vec<Piece> {
    let op = DdlOp::CreateRole(CreateRole {
        name: role.name.clone(),
        options: RoleOptions { password: None, ..role.options.clone() },
        member_of: Vec::new(),
        members: Vec::new(),
        admins: Vec::new(),
    });
    let mut pieces = vec![Piece::make(Phase::Create, Target::whole(key.clone()), op)];
    let bare = Role {
        config: std::collections::BTreeMap::new(),
        memberships: Vec::new(),
        comment: None,
        ..role.clone()
    };
    pieces.extend(rest(key, &bare, role, Phase::Create, None));
    pieces
}

/// The statement that drops a role.
pub(super) fn drop_role(key: &ObjectKey, role: &Role) -> Vec<Piece> {
    let op = DdlOp::Drop(Drop {
        kind: ObjectKind::Role,
        objects: vec![ObjectName::of(QName::bare(role.name.clone()))],
        if_exists: false,
        cascade: false,
        concurrently: false,
    });
    vec![Piece::remove(Phase::Drop, Target::whole(key.clone()), op)]
}

/// The statements that lead from one state of a role to another.
pub(super) fn change_role(key: &ObjectKey, from: &Role, to: &Role, cx: &Context<'_>) -> Vec<Piece> {
    let options = attributes(&from.options, &to.options);
    let mut pieces = Vec::new();
    if options != RoleOptions::default() {
        let op = alter_role(to, options, None);
        pieces.push(Piece::change(Phase::Alter, Target::whole(key.clone()), op));
    }
    pieces.extend(rest(key, from, to, Phase::Alter, Some(cx)));
    pieces
}

fn alter_role(role: &Role, options: RoleOptions, config: Option<(String, Option<String>)>) -> DdlOp {
    DdlOp::AlterRole(AlterRole { name: Some(role.name.clone()), options, config, database: None })
}

/// The attributes to set; one that is not stated has the default of `CREATE ROLE`.
fn attributes(from: &RoleOptions, to: &RoleOptions) -> RoleOptions {
    let flag = |from: Option<bool>, to: Option<bool>, default: bool| {
        (from.unwrap_or(default) != to.unwrap_or(default)).then_some(to.unwrap_or(default))
    };
    RoleOptions {
        superuser: flag(from.superuser, to.superuser, false),
        create_db: flag(from.create_db, to.create_db, false),
        create_role: flag(from.create_role, to.create_role, false),
        inherit: flag(from.inherit, to.inherit, true),
        login: flag(from.login, to.login, false),
        replication: flag(from.replication, to.replication, false),
        bypass_rls: flag(from.bypass_rls, to.bypass_rls, false),
        connection_limit: (from.connection_limit != to.connection_limit)
            .then_some(to.connection_limit.unwrap_or(-1)),
        password: (from.password == Some(true) && to.password == Some(false)).then_some(false),
        valid_until: (from.valid_until != to.valid_until)
            .then(|| to.valid_until.clone().unwrap_or_else(|| "infinity".into())),
    }
}

fn rest(key: &ObjectKey, from: &Role, to: &Role, phase: Phase, cx: Option<&Context<'_>>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut push = |op| pieces.push(Piece::change(phase, Target::whole(key.clone()), op));
    for name in from.config.keys().filter(|name| !to.config.contains_key(*name)) {
        push(alter_role(to, RoleOptions::default(), Some((name.clone(), None))));
    }
    for (name, value) in to.config.iter().filter(|(name, value)| from.config.get(*name) != Some(value)) {
        push(alter_role(to, RoleOptions::default(), Some((name.clone(), Some(value.clone())))));
    }
    let find = |role: &Role, of: &Ident| role.memberships.iter().find(|m| m.role == *of).cloned();
    for old in from.memberships.iter().filter(|m| find(to, &m.role).is_none()) {
        // A role that is dropped takes its members along.
        if cx.is_none_or(|cx| !cx.is_gone(&ObjectKey::Role(old.role.clone()))) {
            pieces.push(membership(key, to, old, false));
        }
    }
    for new in &to.memberships {
        let old = find(from, &new.role);
        if old.as_ref() != Some(new) {
            // What a membership has more than another can only be taken away with the membership itself.
            if old.is_some() {
                pieces.push(membership(key, to, new, false));
            }
            pieces.push(membership(key, to, new, true));
        }
    }
    let name = ObjectName::of(QName::bare(to.name.clone()));
    let subject = Subject { key, kind: ObjectKind::Role, name: &name, phase };
    pieces.extend(subject.comment(from.comment.as_ref(), to.comment.as_ref()));
    pieces
}

fn membership(key: &ObjectKey, member: &Role, of: &Membership, grant: bool) -> Piece {
    let op = DdlOp::GrantRole(GrantRole {
        grant,
        roles: vec![of.role.clone()],
        grantees: vec![Grantee::Role(member.name.clone())],
        admin: (grant && of.admin).then_some(true),
        inherit: of.inherit.filter(|_| grant),
        set: (grant && !of.set).then_some(false),
        grantor: None,
        cascade: false,
    });
    let on = Target { key: key.clone(), part: Part::Member(QName::bare(of.role.clone())) };
    let phase = if grant { Phase::Late } else { Phase::Early };
    let mut piece = if grant { Piece::make(phase, on, op) } else { Piece::remove(phase, on, op) };
    piece.needs.push(ObjectKey::Role(of.role.clone()));
    piece
}

/// The statements that lead from one state of default privileges to another; none is the built-in one.
pub(super) fn default_privileges(
    key: &ObjectKey,
    from: Option<&DefaultAcl>,
    to: Option<&DefaultAcl>,
) -> Vec<Piece> {
    let (ObjectKey::DefaultAcl(role, schema, kind), empty) = (key, Acl::default()) else {
        return Vec::new();
    };
    // What everybody and the owner may do by itself can only be changed for all schemas at once.
    let (built_in, owner) = if schema.is_some() { (ObjectKind::Other, None) } else { (*kind, role.as_ref()) };
    let (old, new) = (from.map_or(&empty, |a| &a.acl), to.map_or(&empty, |a| &a.acl));
    acl::between(built_in, old, new, owner)
        .into_iter()
        .map(|shift| {
            let op = DdlOp::AlterDefaultPrivileges(Box::new(AlterDefaultPrivileges {
                for_roles: role.iter().cloned().map(Grantee::Role).collect(),
                schemas: schema.iter().cloned().collect(),
                grant: shift.on(*kind, Vec::new()),
            }));
            // What is made in between is to get neither what is new here nor what goes.
            let late = from.is_none() || (shift.grant && to.is_some());
            let phase = if late { Phase::Late } else { Phase::Early };
            Piece::change(phase, Target::whole(key.clone()), op)
        })
        .collect()
}
