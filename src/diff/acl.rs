//! The grants and revokes that lead from one set of privileges to another.
//!
//! The model keeps what was said explicitly. What counts is what holds: a grant of what everybody has anyway
//! leaves nothing to revoke. What others than the owner gave is given and taken back by them: the pieces name them as
//! the grantor, and [`super::merge()`] writes the `SET ROLE` around them, since `GRANTED BY` may name nobody else.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::ir::DdlOp;
use crate::ir::access::{Grant, GrantTarget, Grantee, Privilege};
use crate::ir::object::{ObjectKind, ObjectName};
use crate::name::Ident;
use crate::name::ServerVersion;
use crate::schema::acl::{Acl, BuiltIn, owner_entry};

/// Privileges that one grantee gets or loses.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shift {
    pub(super) grant: bool,
    pub(super) grantee: Grantee,
    /// Who gives or takes back; `None` is the owner.
    pub(super) grantor: Option<Ident>,
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
            grantor: self.grantor.clone().map(Grantee::Role),
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

/// Whose privileges are built in.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Owners<'a> {
    /// The owner before.
    pub(super) from: Option<&'a Ident>,
    /// The owner afterwards.
    pub(super) to: Option<&'a Ident>,
    /// Whether nobody holds anything by default: columns, and default privileges of a schema.
    pub(super) bare: bool,
}

impl<'a> Owners<'a> {
    /// The owners of an object.
    pub(super) fn new(from: Option<&'a Ident>, to: Option<&'a Ident>) -> Self {
        Self { from, to, bare: false }
    }

    /// The owners of something on which nobody holds anything by default.
    pub(super) fn bare(self) -> Self {
        Self { bare: true, ..self }
    }

    /// Whether the owner changes.
    pub(super) fn change(self) -> bool {
        self.from != self.to
    }
}

/// A privilege as one gave it to another.
type Entry<'a> = (Option<&'a Ident>, &'a Grantee, &'a Ident);

/// Not held, or with or without grant option.
type State = Option<bool>;

struct View<'a> {
    kind: ObjectKind,
    owner: Grantee,
    bare: bool,
    acl: &'a Acl,
    other: &'a Acl,
}

impl View<'_> {
    fn state(&self, (grantor, grantee, privilege): Entry<'_>) -> State {
        let given = match grantor {
            None => self.acl.grants.get(grantee),
            Some(role) => self.acl.onward.get(role).and_then(|given| given.get(grantee)),
        };
        if let Some(option) = given.and_then(|held| held.get(privilege)) {
            return Some(*option);
        }
        let default = match grantee {
            _ if grantor.is_some() => false,
            Grantee::Public => !self.bare && built_in(self.kind, privilege),
            _ => !self.bare && *grantee == self.owner,
        };
        let revoked = revoked_by(self.acl, grantee, privilege);
        // What the other state had taken away was there by itself: the schema `public` is open to all.
        let standing = grantor.is_none() && revoked_by(self.other, grantee, privilege);
        (!revoked && (default || standing)).then_some(false)
    }
}

fn revoked_by(acl: &Acl, grantee: &Grantee, privilege: &Ident) -> bool {
    acl.revoked_defaults.get(grantee).is_some_and(|p| p.contains(privilege))
}

/// The steps from one set to another: revokes first. Privileges that a grantee gets or loses in the same way
/// come in one step. With another owner, the steps are for after its change.
pub(super) fn between(kind: ObjectKind, from: &Acl, to: &Acl, owners: Owners<'_>) -> Vec<Shift> {
    let mut handed = from.clone();
    if owners.change() {
        let built_in =
            if owners.bare { BuiltIn::default() } else { BuiltIn::of(kind, None, ServerVersion::default()) };
        handed.hand_over(owners.from, owners.to, &built_in);
    }
    if handed == *to {
        return Vec::new();
    }
    let owner = owner_entry(owners.to);
    let view = |acl, other| View { kind, owner: owner.clone(), bare: owners.bare, acl, other };
    let (before, after) = (view(&handed, to), view(to, &handed));
    let mut entries: BTreeMap<Entry<'_>, [State; 3]> = BTreeMap::new();
    for acl in [&handed, to] {
        let given = acl.items().flat_map(|(grantor, g, held)| held.keys().map(move |p| (grantor, g, p)));
        let revoked =
            acl.revoked_defaults.iter().flat_map(|(g, list)| list.iter().map(move |p| (None, g, p)));
        for entry in given.chain(revoked) {
            let (old, new) = (before.state(entry), after.state(entry));
            let common = old.zip(new).map(|(old, new)| old && new);
            entries.insert(entry, [old, common, new]);
        }
    }
    take_down(&mut entries);
    let mut revokes = Steps::default();
    let mut grants = Steps::default();
    for (entry, [old, between, new]) in entries {
        match (old, between) {
            (Some(_), None) => revokes.add(entry, false, false, &handed),
            (Some(true), Some(false)) => revokes.add(entry, false, true, &handed),
            _ => {}
        }
        match (between, new) {
            (None, Some(option)) => grants.add(entry, true, option, to),
            (Some(false), Some(true)) => grants.add(entry, true, true, to),
            _ => {}
        }
    }
    // What rests on a grant option goes before it and comes after it.
    revokes.0.sort_by_key(|(distance, _)| Reverse(*distance));
    grants.0.sort_by_key(|(distance, _)| *distance);
    revokes.0.into_iter().chain(grants.0).map(|(_, shift)| shift).collect()
}

/// Where a grant option is not there all the time, what rests on it is not either.
fn take_down(entries: &mut BTreeMap<Entry<'_>, [State; 3]>) {
    if entries.keys().all(|(grantor, _, _)| grantor.is_none()) {
        return;
    }
    loop {
        let holders = |at: usize| -> BTreeSet<(&Ident, &Ident)> {
            let holding = entries.iter().filter(|(_, states)| states[at] == Some(true));
            holding
                .filter_map(|((_, grantee, privilege), _)| match grantee {
                    Grantee::Role(role) => Some((role, *privilege)),
                    Grantee::Public | Grantee::Session(_) => None,
                })
                .collect()
        };
        let (before, between) = (holders(0), holders(1));
        let mut done = true;
        for ((grantor, _, privilege), states) in entries.iter_mut() {
            let Some(grantor) = *grantor else { continue };
            let lost = before.contains(&(grantor, privilege)) && !between.contains(&(grantor, *privilege));
            if lost && states[1].take().is_some() {
                done = false;
            }
        }
        if done {
            return;
        }
    }
}

/// Steps, with how far the grantor is from the owner.
#[derive(Default)]
struct Steps(Vec<(usize, Shift)>);

impl Steps {
    fn add(&mut self, (grantor, grantee, privilege): Entry<'_>, grant: bool, option: bool, acl: &Acl) {
        let distance = acl.distance(grantor, privilege);
        let same = |(d, shift): &&mut (usize, Shift)| {
            *d == distance
                && shift.grantor.as_ref() == grantor
                && shift.grantee == *grantee
                && shift.option == option
        };
        match self.0.iter_mut().find(same) {
            Some((_, shift)) => shift.privileges.push(privilege.clone()),
            None => self.0.push((
                distance,
                Shift {
                    grant,
                    grantee: grantee.clone(),
                    grantor: grantor.cloned(),
                    option,
                    privileges: vec![privilege.clone()],
                    columns: Vec::new(),
                },
            )),
        }
    }
}

/// The steps for the columns of a relation whose own privileges change by `whole`. Revoking a privilege on the
/// relation takes it from every column as well, so those that are to stay are granted again.
pub(super) fn columns(
    whole: &[Shift],
    from: &[(&Ident, &Acl)],
    to: &[(&Ident, &Acl)],
    owners: Owners<'_>,
) -> Vec<Shift> {
    let revoked: Vec<&Shift> = whole.iter().filter(|shift| !shift.grant && !shift.option).collect();
    let mut shifts: Vec<Shift> = Vec::new();
    let none = Acl::default();
    for (column, new) in to {
        let old = from.iter().find(|(name, _)| name == column).map_or(&none, |(_, acl)| acl);
        if revoked.is_empty() && old == *new && !owners.change() {
            continue;
        }
        let mut held = old.clone();
        held.hand_over(owners.from, owners.to, &BuiltIn::default());
        for shift in &revoked {
            let given = match &shift.grantor {
                None => Some(&mut held.grants),
                Some(role) => held.onward.get_mut(role),
            };
            if let Some(privileges) = given.and_then(|given| given.get_mut(&shift.grantee)) {
                privileges.retain(|name, _| !shift.privileges.contains(name));
            }
        }
        held.tidy();
        let same_owner = Owners { from: owners.to, ..owners.bare() };
        for mut shift in between(ObjectKind::Column, &held, new, same_owner) {
            let like = |s: &&mut Shift| {
                (s.grant, s.option, &s.grantee, &s.grantor, &s.privileges)
                    == (shift.grant, shift.option, &shift.grantee, &shift.grantor, &shift.privileges)
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
