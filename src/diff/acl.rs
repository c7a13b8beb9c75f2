//! The grants and revokes that lead from one set of privileges to another.
//!
//! The model keeps what was said explicitly. What counts is what holds: a grant of what everybody has anyway
//! leaves nothing to revoke.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::DdlOp;
use crate::ir::access::{Grant, GrantTarget, Grantee, Privilege};
use crate::ir::object::{ObjectKind, ObjectName};
use crate::name::Ident;
use crate::schema::model::Acl;

/// Privileges that one grantee gets or loses.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shift {
    pub(super) grant: bool,
    pub(super) grantee: Grantee,
    /// `WITH GRANT OPTION`, or `GRANT OPTION FOR`.
    pub(super) option: bool,
    pub(super) privileges: Vec<Ident>,
    /// Columns, for column privileges.
    pub(super) columns: Vec<Ident>,
}

impl Shift {
    /// The statement for an object.
    pub(super) fn grant(&self, kind: ObjectKind, name: &ObjectName) -> DdlOp {
        DdlOp::Grant(self.on(kind, vec![name.clone()]))
    }

    /// The grant itself, on the objects given.
    pub(super) fn on(&self, kind: ObjectKind, objects: Vec<ObjectName>) -> Grant {
        let privileges = self.privileges.iter();
        Grant {
            grant: self.grant,
            privileges: privileges
                .map(|name| Privilege { name: name.clone(), columns: self.columns.clone() })
                .collect(),
            kind: granted_kind(kind),
            target: GrantTarget::Objects(objects),
            grantees: vec![self.grantee.clone()],
            grant_option: self.option,
            grantor: None,
            cascade: false,
        }
    }
}

/// What `GRANT` calls a kind of object.
const fn granted_kind(kind: ObjectKind) -> ObjectKind {
    match kind {
        ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::ForeignTable | ObjectKind::Column => {
            ObjectKind::Table
        }
        ObjectKind::CompositeType => ObjectKind::Type,
        other => other,
    }
}

/// What `PUBLIC` may do with a new object (PostgreSQL documentation, "Privileges", table 5.2).
fn built_in(kind: ObjectKind, privilege: &str) -> bool {
    match kind {
        ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => {
            privilege == "EXECUTE"
        }
        ObjectKind::Type | ObjectKind::Domain | ObjectKind::CompositeType | ObjectKind::Language => {
            privilege == "USAGE"
        }
        ObjectKind::Database => matches!(privilege, "CONNECT" | "TEMPORARY" | "TEMP"),
        ObjectKind::Table
        | ObjectKind::ForeignTable
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Index
        | ObjectKind::Sequence
        | ObjectKind::Column
        | ObjectKind::Constraint
        | ObjectKind::Trigger
        | ObjectKind::Rule
        | ObjectKind::Policy
        | ObjectKind::DomainConstraint
        | ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::Role
        | ObjectKind::Tablespace
        | ObjectKind::Publication
        | ObjectKind::Subscription
        | ObjectKind::Statistics
        | ObjectKind::EventTrigger
        | ObjectKind::Collation
        | ObjectKind::Conversion
        | ObjectKind::Cast
        | ObjectKind::Operator
        | ObjectKind::OperatorClass
        | ObjectKind::OperatorFamily
        | ObjectKind::TextSearchConfiguration
        | ObjectKind::TextSearchDictionary
        | ObjectKind::TextSearchParser
        | ObjectKind::TextSearchTemplate
        | ObjectKind::ForeignDataWrapper
        | ObjectKind::Server
        | ObjectKind::UserMapping
        | ObjectKind::AccessMethod
        | ObjectKind::Transform
        | ObjectKind::LargeObject
        | ObjectKind::Parameter
        | ObjectKind::Other => false,
    }
}

/// How a grantee holds a privilege: not, or with or without grant option.
fn held(
    kind: ObjectKind,
    acl: &Acl,
    other: &Acl,
    owner: Option<&Ident>,
    grantee: &Grantee,
    privilege: &Ident,
) -> Option<bool> {
    if let Some(option) = acl.grants.get(grantee).and_then(|p| p.get(privilege)) {
        return Some(*option);
    }
    let revoked = revoked_by(acl, grantee, privilege);
    let default = match grantee {
        Grantee::Public => built_in(kind, privilege),
        Grantee::Role(role) => Some(role) == owner,
        Grantee::Session(_) => false,
    };
    // What the other state had taken away was there by itself: the schema `public` is open to all.
    (!revoked && (default || revoked_by(other, grantee, privilege))).then_some(false)
}

fn revoked_by(acl: &Acl, grantee: &Grantee, privilege: &Ident) -> bool {
    acl.revoked_defaults.get(grantee).is_some_and(|p| p.contains(privilege))
}

/// The steps from one set to another: revokes first. Privileges that a grantee gets or loses in the same way
/// come in one step.
pub(super) fn between(kind: ObjectKind, from: &Acl, to: &Acl, owner: Option<&Ident>) -> Vec<Shift> {
    if from == to {
        return Vec::new();
    }
    let mut all: BTreeMap<&Grantee, BTreeSet<&Ident>> = BTreeMap::new();
    for acl in [from, to] {
        for (grantee, privileges) in &acl.grants {
            all.entry(grantee).or_default().extend(privileges.keys());
        }
        for (grantee, privileges) in &acl.revoked_defaults {
            all.entry(grantee).or_default().extend(privileges);
        }
    }
    let mut revokes: Vec<Shift> = Vec::new();
    let mut grants: Vec<Shift> = Vec::new();
    for (grantee, privileges) in all {
        for privilege in privileges {
            let old = held(kind, from, to, owner, grantee, privilege);
            let new = held(kind, to, from, owner, grantee, privilege);
            let (list, grant, option) = match (old, new) {
                (Some(_), None) => (&mut revokes, false, false),
                (Some(true), Some(false)) => (&mut revokes, false, true),
                (None, Some(option)) => (&mut grants, true, option),
                (Some(false), Some(true)) => (&mut grants, true, true),
                (None, None) | (Some(true), Some(true)) | (Some(false), Some(false)) => continue,
            };
            match list.iter_mut().find(|s| s.grantee == *grantee && s.option == option) {
                Some(shift) => shift.privileges.push(privilege.clone()),
                None => list.push(Shift {
                    grant,
                    grantee: grantee.clone(),
                    option,
                    privileges: vec![privilege.clone()],
                    columns: Vec::new(),
                }),
            }
        }
    }
    revokes.append(&mut grants);
    revokes
}

/// The steps for the columns of a relation whose own privileges change by `whole`. Revoking a privilege on the
/// relation takes it from every column as well, so those that are to stay are granted again.
pub(super) fn columns(whole: &[Shift], from: &[(&Ident, &Acl)], to: &[(&Ident, &Acl)]) -> Vec<Shift> {
    let revoked: Vec<&Shift> = whole.iter().filter(|shift| !shift.grant && !shift.option).collect();
    let mut shifts: Vec<Shift> = Vec::new();
    let none = Acl::default();
    for (column, new) in to {
        let old = from.iter().find(|(name, _)| name == column).map_or(&none, |(_, acl)| acl);
        if revoked.is_empty() && old == *new {
            continue;
        }
        let mut held = old.clone();
        for shift in &revoked {
            if let Some(privileges) = held.grants.get_mut(&shift.grantee) {
                privileges.retain(|name, _| !shift.privileges.contains(name));
            }
        }
        held.grants.retain(|_, privileges| !privileges.is_empty());
        for mut shift in between(ObjectKind::Column, &held, new, None) {
            let like = |s: &&mut Shift| {
                (s.grant, s.option, &s.grantee, &s.privileges)
                    == (shift.grant, shift.option, &shift.grantee, &shift.privileges)
            };
            if let Some(same) = shifts.iter_mut().find(like) {
                same.columns.push((*column).clone());
            } else {
                shift.columns.push((*column).clone());
                shifts.push(shift);
            }
        }
    }
    shifts.sort_by_key(|s| s.grant);
    shifts
}
