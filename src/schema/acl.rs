//! Privilege lists as the server keeps them: who gave what to whom, and what follows when it is taken back.
//!
//! In: a list, a `GRANT` or `REVOKE` whose grantor is decided, a new owner, a new name. Out: the list afterwards, or
//! the reason why the server refuses. The rules are those of the server's `acl.c` (`aclupdate`, `recursive_revoke`,
//! `check_circularity`, `aclnewowner`), measured in `tests/it/privileges.rs`. Which role counts as the grantor depends
//! on the session and is decided in `apply::access`.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::access::Grantee;
use crate::ir::object::ObjectKind;
use crate::name::{Ident, ServerVersion};

use super::key::ObjectKey;

/// Privileges; `true` with grant option.
pub type Held = BTreeMap<Ident, bool>;

/// Explicit privileges on an object. Empty means nothing was ever granted or revoked: the built-in defaults
/// hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acl {
    /// What the owner gave, by grantee. One who was revoked to nothing is not here, and of the owner's own only
    /// what was given with the grant option.
    pub grants: BTreeMap<Grantee, Held>,
    /// What others gave who hold the grant option, by grantor and grantee.
    pub onward: BTreeMap<Ident, BTreeMap<Grantee, Held>>,
    /// Privileges that the kind of object gives by default and that were revoked: from `PUBLIC`, for example
    /// `EXECUTE` on a function, or from the owner ([`owner_entry`]). A default that is granted once more is not in
    /// `grants`.
    pub revoked_defaults: BTreeMap<Grantee, Vec<Ident>>,
}

/// The entry of an object's owner: whoever runs the migrations when no owner is stated.
#[must_use]
pub fn owner_entry(owner: Option<&Ident>) -> Grantee {
    owner.map_or(Grantee::Session("CURRENT_USER"), |role| Grantee::Role(role.clone()))
}

/// What holds on an object that nobody granted or revoked anything on (`acldefault` in the server's `acl.c`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuiltIn {
    /// What everybody may do.
    pub public: Vec<Ident>,
    /// What the owner may do.
    pub owner: Vec<Ident>,
}

impl BuiltIn {
    /// For an object of a kind; `key` tells the schema `public` from others.
    #[must_use]
    pub fn of(kind: ObjectKind, key: Option<&ObjectKey>, version: ServerVersion) -> Self {
        let public = public_default(kind, key, version).iter().map(|p| Ident::new(p)).collect();
        Self { public, owner: all_privileges(kind, version) }
    }

    /// For one of the grantees.
    fn held_by(&self, grantee: &Grantee, owner: Option<&Ident>) -> &[Ident] {
        if *grantee == Grantee::Public {
            &self.public
        } else if *grantee == owner_entry(owner) {
            &self.owner
        } else {
            &[]
        }
    }
}

/// Why a `GRANT` or `REVOKE` fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Others hold a privilege only by a grant option that would go, and there is no `CASCADE`.
    Dependent,
    /// The grantor has the grant option from the one who would get it.
    Circular,
    /// Only roles may have the grant option.
    ToPublic,
}

/// A `GRANT` or `REVOKE` of which the grantor is known.
pub struct Update<'a> {
    /// `GRANT` (true) or `REVOKE`.
    pub grant: bool,
    /// `WITH GRANT OPTION`, or `GRANT OPTION FOR`.
    pub grant_option: bool,
    /// `CASCADE`.
    pub cascade: bool,
    /// Who gives or takes back; `None` is the owner.
    pub grantor: Option<&'a Ident>,
    /// Who owns the object.
    pub owner: Option<&'a Ident>,
    /// What holds by default.
    pub built_in: &'a BuiltIn,
    /// The roles whose privileges a role has, itself among them.
    pub powers: &'a dyn Fn(&Ident) -> Vec<Ident>,
}

impl Update<'_> {
    /// Carries it out for all grantees.
    ///
    /// # Errors
    /// Every [`Refusal`]; the list may then have changed in part.
    pub fn apply(&self, acl: &mut Acl, grantees: &[Grantee], privileges: &[Ident]) -> Result<(), Refusal> {
        for grantee in grantees {
            if self.grant {
                self.give(acl, grantee, privileges)?;
            } else {
                self.take(acl, grantee, privileges)?;
            }
        }
        acl.tidy();
        Ok(())
    }

    fn give(&self, acl: &mut Acl, grantee: &Grantee, privileges: &[Ident]) -> Result<(), Refusal> {
        if self.grant_option {
            match grantee {
                Grantee::Public => return Err(Refusal::ToPublic),
                Grantee::Role(role) => self.refuse_circle(acl, role, privileges)?,
                Grantee::Session(_) => {}
            }
        }
        for privilege in privileges {
            acl.add(self.grantor, grantee, privilege, self.grant_option, self.built_in, self.owner);
        }
        Ok(())
    }

    /// Without the options of the grantee, and what rests on them, the grantor must still have its own.
    fn refuse_circle(&self, acl: &Acl, grantee: &Ident, privileges: &[Ident]) -> Result<(), Refusal> {
        let Some(grantor) = self.grantor else { return Ok(()) };
        let mut without = acl.clone();
        let entry = Grantee::Role(grantee.clone());
        let givers: Vec<Option<Ident>> = without.items().map(|(giver, _, _)| giver.cloned()).collect();
        for giver in givers {
            let update = Update { grant: false, grant_option: true, cascade: true, ..*self };
            let _ = Update { grantor: giver.as_ref(), ..update }.take(&mut without, &entry, privileges);
        }
        if privileges.iter().all(|privilege| self.may_grant(&without, grantor, privilege)) {
            Ok(())
        } else {
            Err(Refusal::Circular)
        }
    }

    fn may_grant(&self, acl: &Acl, role: &Ident, privilege: &Ident) -> bool {
        (self.powers)(role).iter().any(|role| Some(role) == self.owner || acl.may_grant(role, privilege))
    }

    fn take(&self, acl: &mut Acl, grantee: &Grantee, privileges: &[Ident]) -> Result<(), Refusal> {
        let defaults = match self.grantor {
            None => self.built_in.held_by(grantee, self.owner),
            Some(_) => &[],
        };
        let entry = match self.grantor {
            None => acl.grants.get_mut(grantee),
            Some(role) => acl.onward.get_mut(role).and_then(|given| given.get_mut(grantee)),
        };
        let mut lost: Vec<Ident> = Vec::new();
        if let Some(held) = entry {
            for privilege in privileges {
                if held.get(privilege) == Some(&true) {
                    lost.push(privilege.clone());
                }
                if !self.grant_option || defaults.contains(privilege) {
                    held.remove(privilege);
                } else if let Some(option) = held.get_mut(privilege) {
                    *option = false;
                }
            }
        }
        if self.grantor.is_none() && !self.grant_option {
            for privilege in privileges.iter().filter(|p| defaults.contains(p)) {
                let revoked = acl.revoked_defaults.entry(grantee.clone()).or_default();
                if let Err(place) = revoked.binary_search(privilege) {
                    revoked.insert(place, privilege.clone());
                }
            }
        }
        match grantee {
            Grantee::Role(role) if !lost.is_empty() => self.take_onward(acl, role, &lost),
            _ => Ok(()),
        }
    }

    /// What a role has given on goes with its grant options, unless it has them still.
    fn take_onward(&self, acl: &mut Acl, role: &Ident, lost: &[Ident]) -> Result<(), Refusal> {
        if self.owner == Some(role) {
            return Ok(());
        }
        let lost: Vec<Ident> = lost.iter().filter(|p| !self.may_grant(acl, role, p)).cloned().collect();
        let given = acl.onward.get(role).into_iter().flatten();
        let dependent: Vec<Grantee> = given
            .filter(|(_, held)| lost.iter().any(|p| held.contains_key(p)))
            .map(|(grantee, _)| grantee.clone())
            .collect();
        if !dependent.is_empty() && !self.cascade {
            return Err(Refusal::Dependent);
        }
        let update =
            Update { grant: false, grant_option: false, cascade: true, grantor: Some(role), ..*self };
        dependent.iter().try_for_each(|grantee| update.take(acl, grantee, &lost))
    }
}

impl Acl {
    /// Whether nothing explicit was ever said.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.grants.is_empty() && self.onward.is_empty() && self.revoked_defaults.is_empty()
    }

    /// Every entry: who gave (`None` is the owner), to whom, and what.
    pub fn items(&self) -> impl Iterator<Item = (Option<&Ident>, &Grantee, &Held)> {
        let onward = self.onward.iter();
        let onward =
            onward.flat_map(|(role, given)| given.iter().map(move |(g, held)| (Some(role), g, held)));
        self.grants.iter().map(|(grantee, held)| (None, grantee, held)).chain(onward)
    }

    /// Whether a role has given or been given anything.
    #[must_use]
    pub fn names(&self, role: &Ident) -> bool {
        self.onward.contains_key(role)
            || self.items().any(|(_, grantee, _)| matches!(grantee, Grantee::Role(r) if r == role))
    }

    /// Whether a role holds the grant option by an entry of its own.
    #[must_use]
    pub fn may_grant(&self, role: &Ident, privilege: &Ident) -> bool {
        self.items().any(|(_, grantee, held)| {
            matches!(grantee, Grantee::Role(r) if r == role) && held.get(privilege) == Some(&true)
        })
    }

    /// Adds a privilege.
    fn add(
        &mut self,
        grantor: Option<&Ident>,
        grantee: &Grantee,
        privilege: &Ident,
        option: bool,
        built_in: &BuiltIn,
        owner: Option<&Ident>,
    ) {
        let given = match grantor {
            None if built_in.held_by(grantee, owner).contains(privilege) => {
                if let Some(revoked) = self.revoked_defaults.get_mut(grantee) {
                    revoked.retain(|r| r != privilege);
                }
                // The owner may always grant; the server notes it all the same.
                if option && *grantee != Grantee::Public {
                    self.grants.entry(grantee.clone()).or_default().insert(privilege.clone(), true);
                }
                return;
            }
            None => &mut self.grants,
            Some(role) => self.onward.entry(role.clone()).or_default(),
        };
        *given.entry(grantee.clone()).or_default().entry(privilege.clone()).or_default() |= option;
    }

    /// Adds what another list gives.
    pub fn join(&mut self, other: &Self, built_in: &BuiltIn, owner: Option<&Ident>) {
        for (grantor, grantee, held) in other.items() {
            for (privilege, option) in held {
                self.add(grantor, grantee, privilege, *option, built_in, owner);
            }
        }
        self.tidy();
    }

    /// Removes what is empty.
    pub fn tidy(&mut self) {
        self.grants.retain(|_, held| !held.is_empty());
        for given in self.onward.values_mut() {
            given.retain(|_, held| !held.is_empty());
        }
        self.onward.retain(|_, given| !given.is_empty());
        self.revoked_defaults.retain(|_, revoked| !revoked.is_empty());
    }

    /// What a change of owner makes of it: the new owner takes the old one's place, as grantee and as grantor, and
    /// entries that are then about the same become one.
    pub fn hand_over(&mut self, from: Option<&Ident>, to: Option<&Ident>, built_in: &BuiltIn) {
        if from == to {
            return;
        }
        let (old, new) = (owner_entry(from), owner_entry(to));
        let before = std::mem::take(self);
        for (grantee, revoked) in before.revoked_defaults {
            self.revoked_defaults.insert(if grantee == old { new.clone() } else { grantee }, revoked);
        }
        let given = before.grants.into_iter().map(|(grantee, held)| (None, grantee, held));
        let onward = before.onward.into_iter().flat_map(|(role, given)| {
            given.into_iter().map(move |(grantee, held)| (Some(role.clone()), grantee, held))
        });
        for (grantor, grantee, held) in given.chain(onward) {
            let grantor = grantor.as_ref().filter(|role| Some(*role) != to && Some(*role) != from);
            let grantee = if grantee == old { &new } else { &grantee };
            for (privilege, option) in &held {
                self.add(grantor, grantee, privilege, *option, built_in, to);
            }
        }
        self.tidy();
    }

    /// A role has another name.
    pub fn rename(&mut self, from: &Ident, to: &Ident) {
        self.rename_grantee(&Grantee::Role(from.clone()), &Grantee::Role(to.clone()));
        move_entry(&mut self.onward, from, to);
    }

    /// A grantee is called something else.
    pub fn rename_grantee(&mut self, old: &Grantee, new: &Grantee) {
        move_entry(&mut self.grants, old, new);
        move_entry(&mut self.revoked_defaults, old, new);
        for given in self.onward.values_mut() {
            move_entry(given, old, new);
        }
    }

    /// How many grants lie between the owner and the holder of a grant option: what a role gives on comes after what
    /// it was given.
    #[must_use]
    pub fn distance(&self, grantor: Option<&Ident>, privilege: &Ident) -> usize {
        let mut distance = 0;
        let mut givers: BTreeSet<&Ident> = grantor.into_iter().collect();
        // The server keeps circles out.
        while !givers.is_empty() && distance <= self.onward.len() {
            distance += 1;
            givers = self
                .items()
                .filter(|(_, grantee, held)| {
                    matches!(grantee, Grantee::Role(r) if givers.contains(r))
                        && held.get(privilege) == Some(&true)
                })
                .filter_map(|(giver, _, _)| giver)
                .collect();
        }
        distance
    }
}

fn move_entry<K: Ord + Clone, V>(map: &mut BTreeMap<K, V>, from: &K, to: &K) {
    if let Some(value) = map.remove(from) {
        map.insert(to.clone(), value);
    }
}

/// What can be granted on single columns.
pub(crate) const COLUMN_PRIVILEGES: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "REFERENCES"];

/// All privileges of a kind of object: what `ALL` means.
pub(crate) fn all_privileges(kind: ObjectKind, version: ServerVersion) -> Vec<Ident> {
    let names: &[&str] = match kind {
        ObjectKind::Table | ObjectKind::ForeignTable | ObjectKind::View | ObjectKind::MaterializedView => {
            let all =
                &["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"];
            // MAINTAIN came with 17.
            if version.at_least(17) { all } else { &all[..7] }
        }
        ObjectKind::Column => &COLUMN_PRIVILEGES,
        ObjectKind::Sequence => &["USAGE", "SELECT", "UPDATE"],
        ObjectKind::Database => &["CREATE", "CONNECT", "TEMPORARY"],
        ObjectKind::Schema => &["CREATE", "USAGE"],
        ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => {
            &["EXECUTE"]
        }
        ObjectKind::Type
        | ObjectKind::Domain
        | ObjectKind::CompositeType
        | ObjectKind::Language
        | ObjectKind::ForeignDataWrapper
        | ObjectKind::Server => &["USAGE"],
        ObjectKind::Tablespace => &["CREATE"],
        ObjectKind::LargeObject => &["SELECT", "UPDATE"],
        ObjectKind::Parameter => &["SET", "ALTER SYSTEM"],
        _ => &[],
    };
    names.iter().map(|name| Ident::new(name)).collect()
}

/// What `PUBLIC` holds on an object nobody granted or revoked anything on.
pub(crate) fn public_default(
    kind: ObjectKind,
    key: Option<&ObjectKey>,
    version: ServerVersion,
) -> &'static [&'static str] {
    match kind {
        ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => {
            &["EXECUTE"]
        }
        ObjectKind::Type | ObjectKind::Domain | ObjectKind::CompositeType | ObjectKind::Language => {
            &["USAGE"]
        }
        ObjectKind::Database => &["CONNECT", "TEMPORARY"],
        // Made by initdb; 15 took CREATE away from PUBLIC (release notes, E.15.2).
        ObjectKind::Schema if matches!(key, Some(ObjectKey::Schema(name)) if *name == "public") => {
            if version.at_least(15) { &["USAGE"] } else { &["CREATE", "USAGE"] }
        }
        _ => &[],
    }
}
