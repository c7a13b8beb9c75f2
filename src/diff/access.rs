//! Roles, memberships and default privileges.

use crate::ir::DdlOp;
use crate::ir::access::{AlterDefaultPrivileges, AlterRole, CreateRole, GrantRole, Grantee, RoleOptions};
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::name::QName;
use crate::schema::acl::Acl;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{DefaultAcl, Membership, Object, Role};

use super::Transition;
use super::acl::{self, Owners};
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
    // Its memberships go with it, but whoever granted one may be about to lose the right to.
    let granted = role.memberships.iter().filter(|m| m.grantor.is_some());
    let mut pieces: Vec<Piece> = granted.map(|m| membership(key, role, m, false)).collect();
    pieces.push(Piece::remove(Phase::Drop, Target::whole(key.clone()), op));
    pieces
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
    let find = |role: &Role, of: &Membership| {
        role.memberships.iter().find(|m| m.role == of.role && m.grantor == of.grantor).cloned()
    };
    for old in from.memberships.iter().filter(|m| find(to, m).is_none()) {
        // A role that is dropped takes its members along.
        if cx.is_none_or(|cx| !cx.is_gone(&ObjectKey::Role(old.role.clone()))) {
            pieces.push(membership(key, to, old, false));
        }
    }
    for new in &to.memberships {
        let old = find(from, new);
        match old {
            None => pieces.push(membership(key, to, new, true)),
            Some(old) if old == *new => {}
            // From 16 on, options change one by one. Only the admin option may have others resting on it.
            Some(old) if old.inherit.is_some() && new.inherit.is_some() => {
                if old.admin && !new.admin {
                    pieces.push(membership_option(key, to, new, false, |op| op.admin = Some(true)));
                }
                if (old.inherit, old.set, old.admin || !new.admin) != (new.inherit, new.set, true) {
                    pieces.push(membership_option(key, to, new, true, |op| {
                        op.admin = (!old.admin && new.admin).then_some(true);
                        op.inherit = new.inherit.filter(|_| old.inherit != new.inherit);
                        op.set = (old.set != new.set).then_some(new.set);
                    }));
                }
            }
            Some(_) => {
                pieces.push(membership(key, to, new, false));
                pieces.push(membership(key, to, new, true));
            }
        }
    }
    let name = ObjectName::of(QName::bare(to.name.clone()));
    let subject = Subject { key, kind: ObjectKind::Role, name: &name, phase };
    pieces.extend(subject.comment(from.comment.as_ref(), to.comment.as_ref()));
    pieces
}

fn membership(key: &ObjectKey, member: &Role, of: &Membership, grant: bool) -> Piece {
    membership_option(key, member, of, grant, |op| {
        op.admin = (grant && of.admin).then_some(true);
        op.inherit = of.inherit.filter(|_| grant);
        op.set = (grant && !of.set).then_some(false);
    })
}

/// A grant or revoke of a membership, with options.
fn membership_option(
    key: &ObjectKey,
    member: &Role,
    of: &Membership,
    grant: bool,
    options: impl FnOnce(&mut GrantRole),
) -> Piece {
    let mut op = GrantRole {
        grant,
        roles: vec![of.role.clone()],
        grantees: vec![Grantee::Role(member.name.clone())],
        admin: None,
        inherit: None,
        set: None,
        grantor: of.grantor.clone().map(Grantee::Role),
        cascade: false,
    };
    options(&mut op);
    let op = DdlOp::GrantRole(op);
    let on = Target { key: key.clone(), part: Part::Member(QName::bare(of.role.clone())) };
    let phase = if grant { Phase::Late } else { Phase::Early };
    let mut piece = if grant { Piece::make(phase, on, op) } else { Piece::remove(phase, on, op) };
    let roles = std::iter::once(&of.role).chain(&of.grantor).map(|role| ObjectKey::Role(role.clone()));
    piece.needs.extend(roles);
    piece
}

/// The same statements with those about memberships in an order in which each grantor has the admin option when its
/// turn comes: the order between roles does not tell, since each may have granted something to the other.
pub(super) fn chained(mut pieces: Vec<Piece>, transitions: &[Transition<'_>]) -> Vec<Piece> {
    for grant in [true, false] {
        let places: Vec<usize> = (0..pieces.len())
            .filter(|i| matches!(&pieces[*i].op, DdlOp::GrantRole(op) if op.grant == grant))
            .collect();
        let mut waiting: Vec<Piece> = places.iter().map(|i| pieces[*i].clone()).collect();
        if waiting.iter().all(|piece| matches!(&piece.op, DdlOp::GrantRole(op) if op.grantor.is_none())) {
            continue;
        }
        for place in places {
            let free = |at: &usize| {
                let others = waiting.iter().enumerate().filter(|(i, _)| i != at).map(|(_, piece)| piece);
                // What is granted rests on what is granted before; what is revoked goes before what it rests on.
                others.into_iter().all(|other| {
                    let (above, below) = if grant { (&waiting[*at], other) } else { (other, &waiting[*at]) };
                    !rests_on(above, below, transitions)
                })
            };
            let next = (0..waiting.len()).find(free).unwrap_or(0);
            pieces[place] = waiting.remove(next);
        }
    }
    pieces
}

/// Whether the grantor of one membership has the admin option by another.
fn rests_on(one: &Piece, other: &Piece, transitions: &[Transition<'_>]) -> bool {
    match (&one.op, &other.op) {
        (DdlOp::GrantRole(one), DdlOp::GrantRole(other)) => {
            one.roles == other.roles
                && one.grantor.iter().any(|g| other.grantees.contains(g))
                && if other.grant { other.admin == Some(true) } else { had_admin(other, transitions) }
        }
        _ => false,
    }
}

/// Whether a membership that is revoked has the admin option until then.
fn had_admin(revoke: &GrantRole, transitions: &[Transition<'_>]) -> bool {
    transitions.iter().any(|t| match t.from {
        Some(Object::Role(member)) if revoke.grantees.contains(&Grantee::Role(member.name.clone())) => {
            let by = |m: &Membership| m.grantor.clone().map(Grantee::Role) == revoke.grantor;
            member.memberships.iter().any(|m| m.admin && revoke.roles.contains(&m.role) && by(m))
        }
        _ => false,
    })
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
    let owners = Owners { bare: schema.is_some(), ..Owners::new(role.as_ref(), role.as_ref()) };
    let (old, new) = (from.map_or(&empty, |a| &a.acl), to.map_or(&empty, |a| &a.acl));
    acl::between(*kind, old, new, owners)
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
