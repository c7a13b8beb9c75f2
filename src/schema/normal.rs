//! Objects without what only tells how they came about.
//!
//! In: objects of the model. Out: the same with constraints, triggers, policies and rules in an order of their own,
//! for comparing and printing.

use std::borrow::Cow;

use crate::ir::expr::Query;
use crate::ir::table::ConstraintKind;

use super::model::{Constraint, Membership, Object, UserTypeKind};

/// An object with its parts in an order that does not depend on when they were made, since nothing else does.
pub fn normal(object: &Object) -> Cow<'_, Object> {
    let mut object = Cow::Borrowed(object);
    match &*object {
        Object::Table(table) => {
            let of = |c: &Constraint| (rank(&c.kind), c.name.clone());
            let sorted = table.constraints.is_sorted_by_key(of)
                && table.triggers.is_sorted_by(|a, b| a.def.name <= b.def.name)
                && table.policies.is_sorted_by(|a, b| a.name <= b.name)
                && table.rules.is_sorted_by(|a, b| a.name <= b.name);
            if !sorted && let Object::Table(table) = object.to_mut() {
                table.constraints.sort_by_key(of);
                table.triggers.sort_by(|a, b| a.def.name.cmp(&b.def.name));
                table.policies.sort_by(|a, b| a.name.cmp(&b.name));
                table.rules.sort_by(|a, b| a.name.cmp(&b.name));
            }
        }
        Object::View(_) => {
            if let Object::View(view) = object.to_mut() {
                view.triggers.sort_by(|a, b| a.def.name.cmp(&b.def.name));
                view.rules.sort_by(|a, b| a.name.cmp(&b.name));
            }
        }
        Object::Publication(_) => {
            if let Object::Publication(publication) = object.to_mut() {
                publication.tables.sort();
                publication.parts.sort_by(|a, b| a.table.cmp(&b.table));
                publication.schemas.sort();
            }
        }
        Object::Type(_) => {
            if let Object::Type(user_type) = object.to_mut()
                && let UserTypeKind::Domain(domain) = &mut user_type.kind
            {
                domain.constraints.sort_by(|a, b| a.name.cmp(&b.name));
            }
        }
        Object::Role(role) => {
            let of = |m: &Membership| (m.role.clone(), m.grantor.clone());
            if !role.memberships.is_sorted_by_key(of)
                && let Object::Role(role) = object.to_mut()
            {
                role.memberships.sort_by_key(of);
            }
        }
        _ => {}
    }
    object
}

/// Whether two objects are the same, whatever the order in which their parts were made.
pub fn same(a: &Object, b: &Object) -> bool {
    if a == b {
        return true;
    }
    let (mut a, mut b) = (normal(a), normal(b));
    if let (Object::View(left), Object::View(right)) = (&*a, &*b)
        && left.query.sql == right.query.sql
        && left.query != right.query
    {
        // Where `*` is written out, it is in the text only.
        for side in [&mut a, &mut b] {
            if let Object::View(view) = side.to_mut() {
                view.query = Query::default();
            }
        }
    }
    a == b
}

/// The order in which the kinds of constraints are written.
fn rank(kind: &ConstraintKind) -> u8 {
    match kind {
        ConstraintKind::PrimaryKey(_) => 0,
        ConstraintKind::Unique(_) => 1,
        ConstraintKind::Exclude(_) => 2,
        ConstraintKind::ForeignKey(_) => 4,
        _ => 3,
    }
}
