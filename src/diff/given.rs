//! What default privileges give to an object that is made again, and it did not have.
//!
//! In: an object about to be made, and the schema at that moment. Out: the statements that take away what
//! `ALTER DEFAULT PRIVILEGES` adds to new objects, and give back what it takes from everybody.

use crate::ir::object::{ObjectKind, ObjectName};
use crate::name::{Ident, QName};
use crate::schema::acl::Acl;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

use super::acl::{self, Owners, Shift};
use super::context::Context;
use super::piece::{Phase, Piece, Target, Verb};
use super::routine;

/// Adds the statements behind the one that makes the object, since a revoke on a relation takes privileges on its
/// columns along, which are granted later.
pub(super) fn correct(key: &ObjectKey, object: &Object, pieces: &mut Vec<Piece>, cx: &Context<'_>) {
    let Some((kind, name, wanted, owner)) = described(object) else { return };
    let mut shifts: Vec<Shift> = Vec::new();
    for given in cx.given(kind, key.namespace()) {
        let back = |shift: &Shift| given.revoked_defaults.contains_key(&shift.grantee);
        let found = acl::between(kind, &given, wanted, Owners::new(owner, owner)).into_iter();
        for shift in found.filter(|shift| !shift.grant || back(shift)) {
            if !shifts.contains(&shift) {
                shifts.push(shift);
            }
        }
    }
    let made = pieces.iter().position(|p| p.verb == Verb::Make && p.on == Target::whole(key.clone()));
    // The sequence of an identity column comes with the column.
    let phase = made.map_or(Phase::Late, |at| pieces[at].phase);
    let table = match object {
        Object::Sequence(sequence) => sequence.owned_by.as_ref().map(|(table, _)| table),
        _ => None,
    };
    let at = made.map_or(0, |at| at + 1);
    for (n, shift) in shifts.iter().enumerate() {
        // A procedure has the default privileges of functions, and is not called one.
        let written = if kind == ObjectKind::Function { object.kind() } else { kind };
        let mut piece = Piece::change(phase, Target::whole(key.clone()), shift.grant(written, &name));
        if made.is_none() {
            piece.needs.extend(table.map(|table| ObjectKey::Relation(table.clone())));
        }
        pieces.insert(at + n, piece);
    }
}

fn described(object: &Object) -> Option<(ObjectKind, ObjectName, &Acl, Option<&Ident>)> {
    let of = |name: &QName| ObjectName::of(name.clone());
    Some(match object {
        Object::Schema(o) => (ObjectKind::Schema, of(&QName::bare(o.name.clone())), &o.acl, o.owner.as_ref()),
        Object::Table(o) => (ObjectKind::Table, of(&o.name), &o.acl, o.owner.as_ref()),
        Object::View(o) => (ObjectKind::Table, of(&o.name), &o.acl, o.owner.as_ref()),
        Object::Sequence(o) => (ObjectKind::Sequence, of(&o.name), &o.acl, o.owner.as_ref()),
        Object::Type(o) => (ObjectKind::Type, of(&o.name), &o.acl, o.owner.as_ref()),
        Object::Function(o) => (ObjectKind::Function, routine::name(o), &o.acl, o.owner.as_ref()),
        Object::Index(_)
        | Object::Role(_)
        | Object::Extension(_)
        | Object::Publication(_)
        | Object::Statistics(_)
        | Object::DefaultAcl(_)
        | Object::Other(_) => return None,
    })
}
