//! Memberships of roles in roles, and who granted them.
//!
//! Up to 15 there is one for each pair of roles, whoever granted it. From 16 on there is one for each grantor; what a
//! superuser grants counts as granted by the superuser of initdb, `None` in the model; others need the admin option,
//! and what they granted goes with it (`check_role_grantor` and `plan_recursive_revoke` in the server's `user.c`).

use crate::ir::access::{CreateRole, GrantRole, Grantee};
use crate::name::Ident;
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Membership, Object};

use super::Outcome;

impl Schema {
    /// The memberships that come with a new role.
    pub(super) fn first_memberships(&mut self, op: &CreateRole) -> Outcome {
        // From 16 on, who is no superuser may grant what it makes, but is not in it.
        let creator =
            self.current_role().filter(|role| self.role(role).is_some() && !self.is_superuser(role));
        if let Some(creator) = creator.filter(|_| self.version().at_least(16)) {
            let administration = Membership {
                role: op.name.clone(),
                admin: true,
                inherit: Some(false),
                set: false,
                grantor: None,
            };
            self.add_member(&creator, administration);
        }
        for group in &op.member_of {
            let grantor = self.role_grantor(group, None, true)?;
            self.add_member(&op.name, self.membership(&op.name, group, grantor));
        }
        for (members, admin) in [(&op.members, false), (&op.admins, true)] {
            for member in members {
                let grantor = self.role_grantor(&op.name, None, true)?;
                let membership = Membership { admin, ..self.membership(member, &op.name, grantor) };
                self.add_member(member, membership);
            }
        }
        Ok(())
    }

    /// A membership with nothing said about it.
    fn membership(&self, member: &Ident, role: &Ident, grantor: Option<Ident>) -> Membership {
        // From 16 on, inheritance is a property of the grant; the member's attribute is its default.
        let inherit = self
            .version()
            .at_least(16)
            .then(|| self.role(member).and_then(|r| r.options.inherit).unwrap_or(true));
        Membership { role: role.clone(), admin: false, inherit, set: true, grantor }
    }

    /// Adds a membership, or changes the options of an existing one.
    fn add_member(&mut self, member: &Ident, membership: Membership) {
        self.update(&ObjectKey::Role(member.clone()), |object| {
            let Object::Role(role) = object else { return };
            let same = |m: &&mut Membership| m.role == membership.role && m.grantor == membership.grantor;
            match role.memberships.iter_mut().find(same) {
                Some(existing) => *existing = membership,
                None => role.memberships.push(membership),
            }
        });
    }

    pub(super) fn grant_role(&mut self, op: &GrantRole) -> Outcome {
        for role in &op.roles {
            let grantor = self.role_grantor(role, op.grantor.as_ref(), op.grant)?;
            for grantee in &op.grantees {
                let member = match self.grantee(grantee) {
                    Grantee::Role(member) => Some(member),
                    Grantee::Public | Grantee::Session(_) => self.migrator.clone(),
                };
                let Some(member) = member else { continue };
                if op.grant {
                    self.refuse_circle(role, &member)?;
                    if op.admin == Some(true) {
                        self.refuse_own_grantor(role, &member, grantor.as_ref())?;
                    }
                    let existing = self.given(&member, role, grantor.as_ref()).cloned();
                    let mut membership =
                        existing.unwrap_or_else(|| self.membership(&member, role, grantor.clone()));
                    // Options that are not written stay as they are.
                    membership.admin = op.admin.unwrap_or(membership.admin);
                    membership.inherit = op.inherit.or(membership.inherit);
                    membership.set = op.set.unwrap_or(membership.set);
                    self.add_member(&member, membership);
                } else {
                    self.revoke_role(&member, role, grantor.as_ref(), op)?;
                }
            }
        }
        Ok(())
    }

    /// What one grantor has given a member of a role.
    fn given(&self, member: &Ident, role: &Ident, grantor: Option<&Ident>) -> Option<&Membership> {
        let memberships = self.role(member)?.memberships.iter();
        memberships.filter(|m| m.role == *role).find(|m| m.grantor.as_ref() == grantor)
    }

    /// Whether somebody gave a role the admin option on another.
    fn administers(&self, member: &Ident, role: &Ident) -> bool {
        self.role(member).is_some_and(|m| m.memberships.iter().any(|m| m.role == *role && m.admin))
    }

    /// Who is the grantor of a membership in a role.
    fn role_grantor(
        &self,
        role: &Ident,
        written: Option<&Grantee>,
        grant: bool,
    ) -> Result<Option<Ident>, SchemaError> {
        if !self.version().at_least(16) {
            return Ok(None);
        }
        let verb = if grant { "grant" } else { "revoke" };
        let current =
            self.current_role().filter(|role| self.role(role).is_some() && !self.is_superuser(role));
        let error = |message: String, detail: String| SchemaError::new("42501", message).with_detail(detail);
        match written.map(|grantor| self.grantee(grantor)) {
            Some(Grantee::Role(name)) => {
                if let Some(current) = current.filter(|current| !self.powers(current).contains(&name)) {
                    let powers = self.powers(&current);
                    if powers.iter().all(|power| self.role(power).is_some()) {
                        self.refuse(error(
                            format!("permission denied to {verb} privileges as role \"{name}\""),
                            format!("Only roles with privileges of role \"{name}\" may {verb} privileges as this role."),
                        ))?;
                    }
                }
                if self.administers(&name, role) {
                    return Ok(Some(name));
                }
                // The superuser of initdb is the only one who needs no option, and is not told from others here.
                let initial = self.is_superuser(&name) || (self.role(&name).is_none() && self.is_certain());
                if grant && !initial && self.role(&name).is_some() {
                    self.refuse(error(
                        format!("permission denied to {verb} privileges as role \"{name}\""),
                        format!("The grantor must have the ADMIN option on role \"{role}\"."),
                    ))?;
                }
                Ok((!initial).then_some(name))
            }
            Some(Grantee::Public | Grantee::Session(_)) => Ok(None),
            None => {
                let Some(current) = current else { return Ok(None) };
                let powers = self.powers(&current);
                if let Some(grantor) = powers.iter().find(|power| self.administers(power, role)) {
                    return Ok(Some(grantor.clone()));
                }
                if powers.iter().all(|power| self.role(power).is_some()) {
                    self.refuse(error(
                        format!("permission denied to {verb} role \"{role}\""),
                        format!("Only roles with the ADMIN option on role \"{role}\" may {verb} this role."),
                    ))?;
                }
                Ok(None)
            }
        }
    }

    /// Fails when a role would become a member of itself.
    fn refuse_circle(&self, role: &Ident, member: &Ident) -> Outcome {
        let mut waiting = vec![role];
        let mut seen: Vec<&Ident> = Vec::new();
        while let Some(next) = waiting.pop() {
            // Up to 15 nobody is a member of itself; from 16 on that is an error of its own, which changes nothing.
            if next == member {
                let message = format!("role \"{role}\" is a member of role \"{member}\"");
                return self.refuse(SchemaError::new("0LP01", message));
            }
            if !seen.contains(&next) {
                seen.push(next);
                waiting
                    .extend(self.role(next).into_iter().flat_map(|r| r.memberships.iter().map(|m| &m.role)));
            }
        }
        Ok(())
    }

    /// Fails when a grantor would give the admin option to the one it has it from.
    fn refuse_own_grantor(&self, role: &Ident, member: &Ident, grantor: Option<&Ident>) -> Outcome {
        let Some(grantor) = grantor else { return Ok(()) };
        let mut without: Vec<Option<&Ident>> = vec![None];
        let mut at = 0;
        while let Some(giver) = without.get(at).copied() {
            for (name, _) in self.members(role).filter(|(_, m)| m.admin && m.grantor.as_ref() == giver) {
                if name != member && !without.contains(&Some(name)) {
                    without.push(Some(name));
                }
            }
            at += 1;
        }
        if without.contains(&Some(grantor)) {
            return Ok(());
        }
        self.refuse(SchemaError::new("0LP01", "ADMIN option cannot be granted back to your own grantor"))
    }

    /// The members of a role.
    fn members<'a>(&'a self, role: &'a Ident) -> impl Iterator<Item = (&'a Ident, &'a Membership)> {
        self.objects().flat_map(move |(_, object)| {
            let member = match object {
                Object::Role(member) => Some(member),
                _ => None,
            };
            member.into_iter().flat_map(move |member| {
                member.memberships.iter().filter(|m| m.role == *role).map(|m| (&member.name, m))
            })
        })
    }

    /// `REVOKE role FROM member`; with an option, only the option goes.
    fn revoke_role(
        &mut self,
        member: &Ident,
        role: &Ident,
        grantor: Option<&Ident>,
        op: &GrantRole,
    ) -> Outcome {
        let option_only = op.admin.is_some() || op.inherit.is_some() || op.set.is_some();
        let administered = self.administers(member, role);
        let meant = |m: &Membership| m.role == *role && m.grantor.as_ref() == grantor;
        self.update(&ObjectKey::Role(member.clone()), |object| {
            let Object::Role(found) = object else { return };
            if !option_only {
                found.memberships.retain(|m| !meant(m));
            }
            for membership in found.memberships.iter_mut().filter(|m| meant(m)) {
                membership.admin &= op.admin.is_none();
                membership.set &= op.set.is_none();
                if op.inherit.is_some() {
                    membership.inherit = Some(false);
                }
            }
        });
        if !administered || self.administers(member, role) {
            return Ok(());
        }
        let dependent: Vec<Ident> = self
            .members(role)
            .filter(|(_, m)| m.grantor.as_ref() == Some(member))
            .map(|(name, _)| name.clone())
            .collect();
        if !dependent.is_empty() && !op.cascade {
            self.refuse(SchemaError::new("2BP01", "dependent privileges exist"))?;
        }
        let whole = GrantRole { admin: None, inherit: None, set: None, cascade: true, ..op.clone() };
        dependent.iter().try_for_each(|name| self.revoke_role(name, role, Some(member), &whole))
    }

    /// After `DROP ROLE`: nobody is a member of it.
    pub(super) fn forget_memberships(&mut self, role: &Ident) {
        let members: Vec<Ident> = self.members(role).map(|(name, _)| name.clone()).collect();
        for member in members {
            self.update(&ObjectKey::Role(member), |object| {
                if let Object::Role(found) = object {
                    found.memberships.retain(|m| m.role != *role);
                }
            });
        }
    }

    /// `DROP OWNED`: a member loses what the role has granted it.
    pub(super) fn forget_given(&mut self, key: &ObjectKey, grantor: &Ident) {
        let given = |m: &Membership| m.grantor.as_ref() == Some(grantor);
        if matches!(self.get(key), Some(Object::Role(member)) if member.memberships.iter().any(given)) {
            self.update(key, |object| {
                if let Object::Role(member) = object {
                    member.memberships.retain(|m| !given(m));
                }
            });
        }
    }
}
