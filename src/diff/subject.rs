//! What every kind of object has: an owner, privileges, a comment.

use crate::ir::DdlOp;
use crate::ir::access::Grantee;
use crate::ir::object::{Comment, ObjectKind, ObjectName, OwnerTo};
use crate::ir::table::TableAction;
use crate::name::Ident;
use crate::schema::acl::Acl;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;

use super::acl::{self, Owners, Shift};
use super::piece::{Phase, Piece, Target, alter_table as alter};

/// An object as owner, comment and privilege statements name it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) key: &'a ObjectKey,
    pub(super) kind: ObjectKind,
    pub(super) name: &'a ObjectName,
    /// Created or altered, decides when the statements run.
    pub(super) phase: Phase,
}

impl Subject<'_> {
    fn target(&self) -> Target {
        Target::whole(self.key.clone())
    }

    /// From one owner to another. An owner that is not stated is whoever runs the migrations, and so whoever
    /// runs these statements.
    pub(super) fn owner(&self, from: Option<&Ident>, to: Option<&Ident>) -> Option<Piece> {
        if from == to {
            return None;
        }
        let owner = to.cloned().unwrap_or_else(|| Ident::new("CURRENT_USER"));
        let op = if self.kind.is_relation() && self.kind != ObjectKind::CompositeType {
            alter(self.kind, &self.name.name, TableAction::OwnerTo(owner))
        } else {
            DdlOp::OwnerTo(OwnerTo { kind: self.kind, object: self.name.clone(), owner })
        };
        let mut piece = Piece::change(self.phase, self.target(), op);
        piece.frees.extend(from.map(|old| ObjectKey::Role(old.clone())));
        Some(piece)
    }

    /// From one comment to another.
    pub(super) fn comment(&self, from: Option<&String>, to: Option<&String>) -> Option<Piece> {
        comment(self.phase, self.target(), self.kind, self.name, from, to)
    }

    /// From one set of privileges to another.
    pub(super) fn privileges(&self, from: &Acl, to: &Acl, owners: Owners<'_>) -> Vec<Piece> {
        acl::between(self.kind, from, to, owners).iter().map(|shift| self.shift(shift, owners)).collect()
    }

    /// Privileges that one grantee gets or loses.
    pub(super) fn shift(&self, shift: &Shift, owners: Owners<'_>) -> Piece {
        // The steps of an object that changes hands are those of the new owner.
        let phase = if shift.grant || owners.change() { self.phase } else { early(self.phase) };
        let mut piece = Piece::change(phase, self.target(), shift.grant(self.kind, self.name));
        let roles = match &shift.grantee {
            Grantee::Role(role) => vec![role],
            Grantee::Public | Grantee::Session(_) => Vec::new(),
        };
        let roles = roles.into_iter().chain(&shift.grantor).map(|role| ObjectKey::Role(role.clone()));
        let list = if shift.grant { &mut piece.needs } else { &mut piece.frees };
        list.extend(roles);
        piece
    }
}

/// When privileges are taken away from what is altered: first, since the grantee may be about to be dropped.
const fn early(phase: Phase) -> Phase {
    match phase {
        Phase::Alter => Phase::Early,
        Phase::Early | Phase::Drop | Phase::Create | Phase::Late => phase,
    }
}

/// A comment on an object or a part of it.
pub(super) fn comment(
    phase: Phase,
    on: Target,
    kind: ObjectKind,
    name: &ObjectName,
    from: Option<&String>,
    to: Option<&String>,
) -> Option<Piece> {
    if from == to {
        return None;
    }
    let op = DdlOp::Comment(Comment { kind, object: name.clone(), text: to.cloned() });
    Some(Piece::change(phase, on, op))
}

/// A comment on a named part of a relation.
pub(super) fn part_comment(
    key: &ObjectKey,
    kind: ObjectKind,
    name: &ObjectName,
    part: Part,
    from: Option<&String>,
    to: Option<&String>,
) -> Option<Piece> {
    comment(Phase::Late, Target { key: key.clone(), part }, kind, name, from, to)
}
