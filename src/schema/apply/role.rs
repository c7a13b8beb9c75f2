//! Roles, memberships, and owners.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ir::access::{AlterRole, CreateRole, GrantRole, Grantee, RoleOptions};
use crate::ir::object::OwnerTo;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::dependency::Part;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Membership, Object, Role};

use super::Outcome;
use super::fail::object_exists;

impl Schema {
    pub(super) fn create_role(&mut self, op: &CreateRole) -> Outcome {
        let key = ObjectKey::Role(op.name.clone());
        if self.get(&key).is_some() {
            return self.refuse(object_exists("role", &op.name));
        }
        let role = Role {
            name: op.name.clone(),
            options: op.options.clone(),
            config: BTreeMap::new(),
            memberships: Vec::new(),
            comment: None,
        };
        self.put(key, Some(Arc::new(Object::Role(role))));
        for group in &op.member_of {
            self.add_member(&op.name, self.membership(&op.name, group, None, None, None));
        }
        for (members, admin) in [(&op.members, false), (&op.admins, true)] {
            for member in members {
                self.add_member(member, self.membership(member, &op.name, Some(admin), None, None));
            }
        }
        Ok(())
    }

    fn membership(
        &self,
        member: &Ident,
        role: &Ident,
        admin: Option<bool>,
        inherit: Option<bool>,
        set: Option<bool>,
    ) -> Membership {
        // From 16 on, inheritance is a property of the grant; the member's attribute is its default.
        let inherit = self.version().at_least(16).then(|| {
            inherit.unwrap_or_else(|| self.role(member).and_then(|r| r.options.inherit).unwrap_or(true))
        });
        Membership { role: role.clone(), admin: admin.unwrap_or(false), inherit, set: set.unwrap_or(true) }
    }

    /// Adds a membership, or changes the options of an existing one.
    fn add_member(&mut self, member: &Ident, membership: Membership) {
        self.update(&ObjectKey::Role(member.clone()), |object| {
            let Object::Role(role) = object else { return };
            match role.memberships.iter_mut().find(|m| m.role == membership.role) {
                Some(existing) => *existing = membership,
                None => role.memberships.push(membership),
            }
        });
    }

    pub(super) fn alter_role(&mut self, op: &AlterRole) {
        let Some(name) = &op.name else { return };
        self.update(&ObjectKey::Role(name.clone()), |object| {
            let Object::Role(role) = object else { return };
            merge_options(&mut role.options, &op.options);
            // Settings for one database are not settings of the role.
            if let (Some((setting, value)), None) = (&op.config, &op.database) {
                match value {
                    Some(value) => {
                        role.config.insert(setting.clone(), value.clone());
                    }
                    None if setting == "*" => role.config.clear(),
                    None => {
                        role.config.remove(setting);
                    }
                }
            }
        });
    }

    pub(super) fn grant_role(&mut self, op: &GrantRole) -> Outcome {
        for grantee in &op.grantees {
            let Grantee::Role(member) = self.grantee(grantee) else { continue };
            for role in &op.roles {
                if op.grant {
                    self.refuse_circle(role, &member)?;
                    let existing = self
                        .role(&member)
                        .and_then(|m| m.memberships.iter().find(|m| m.role == *role))
                        .cloned();
                    let mut membership = self.membership(&member, role, op.admin, op.inherit, op.set);
                    if let Some(existing) = existing {
                        // Options that are not written stay as they are.
                        membership.admin = op.admin.unwrap_or(existing.admin);
                        membership.inherit = op.inherit.or(existing.inherit);
                        membership.set = op.set.unwrap_or(existing.set);
                    }
                    self.add_member(&member, membership);
                } else {
                    self.revoke_role(&member, role, op);
                }
            }
        }
        Ok(())
    }

    /// Fails when a role would become a member of itself.
    fn refuse_circle(&self, role: &Ident, member: &Ident) -> Outcome {
        let mut waiting = vec![role];
        let mut seen: Vec<&Ident> = Vec::new();
        while let Some(next) = waiting.pop() {
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

    /// `REVOKE role FROM member`; with an option, only the option goes.
    fn revoke_role(&mut self, member: &Ident, role: &Ident, op: &GrantRole) {
        let option_only = op.admin.is_some() || op.inherit.is_some() || op.set.is_some();
        self.update(&ObjectKey::Role(member.clone()), |object| {
            let Object::Role(found) = object else { return };
            if !option_only {
                found.memberships.retain(|m| m.role != *role);
            }
            for membership in found.memberships.iter_mut().filter(|m| m.role == *role) {
                membership.admin &= op.admin.is_none();
                membership.set &= op.set.is_none();
                if op.inherit.is_some() {
                    membership.inherit = Some(false);
                }
            }
        });
    }

    pub(super) fn owner_to(&mut self, op: &OwnerTo) -> Outcome {
        if let Some((key, _)) = self.locate(op.kind, &op.object, false, false)? {
            match &key {
                ObjectKey::Relation(name) => self.own_relation(&name.clone(), &op.owner),
                _ => self.own(&key, &op.owner),
            }
        }
        Ok(())
    }

    /// Gives a relation, and the sequences behind its columns, a new owner.
    pub(super) fn own_relation(&mut self, name: &QName, owner: &Ident) {
        let columns: Vec<Ident> =
            self.table_at(name).map_or_else(Vec::new, |t| t.columns.iter().map(|c| c.name.clone()).collect());
        let mut relations = vec![name.clone()];
        for column in &columns {
            relations.extend(self.sequences_of(name, column).into_iter().map(|s| s.name.clone()));
        }
        for relation in relations {
            self.own(&ObjectKey::Relation(relation), owner);
        }
    }

    /// Gives an object a new owner.
    pub(super) fn own(&mut self, key: &ObjectKey, owner: &Ident) {
        let owner = self.role_meant(owner);
        self.update(key, |object| {
            if object.owner() != owner.as_ref() {
                if let Some(owner) = &owner {
                    Self::hand_over(object, owner);
                }
                set_owner(object, owner.clone());
            }
        });
    }

    /// What is owned by one of the roles.
    fn owned_by(&self, roles: &[Ident]) -> Vec<ObjectKey> {
        self.objects()
            .filter(|(_, object)| object.owner().is_some_and(|owner| roles.contains(owner)))
            .map(|(key, _)| key.clone())
            .collect()
    }

    pub(super) fn drop_owned(&mut self, roles: &[Ident], cascade: bool) -> Outcome {
        let owned = self.owned_by(roles).into_iter().map(|key| (key, Part::Whole)).collect();
        self.drop_items(owned, cascade)?;
        let keys: Vec<ObjectKey> = self.objects().map(|(key, _)| key.clone()).collect();
        for key in keys {
            if matches!(&key, ObjectKey::DefaultAcl(Some(role), _, _) if roles.contains(role)) {
                self.put(key, None);
                continue;
            }
            for role in roles {
                self.strip_grants(&key, role);
                self.leave_policies(&key, role);
            }
        }
        Ok(())
    }

    /// A policy loses the role, and goes with its last one.
    fn leave_policies(&mut self, key: &ObjectKey, role: &Ident) {
        let grantee = Grantee::Role(role.clone());
        let named = matches!(self.get(key), Some(Object::Table(table))
            if table.policies.iter().any(|p| p.roles.contains(&grantee)));
        if named {
            self.update(key, |object| {
                if let Object::Table(table) = object {
                    table.policies.iter_mut().for_each(|p| p.roles.retain(|r| *r != grantee));
                    table.policies.retain(|p| !p.roles.is_empty());
                }
            });
        }
    }

    pub(super) fn reassign_owned(&mut self, roles: &[Ident], to: &Ident) {
        for key in self.owned_by(roles) {
            self.own(&key, to);
        }
    }

    /// Fails when a role owns something or is named in privileges or policies.
    pub(super) fn refuse_role_drop(&self, role: &Ident) -> Outcome {
        let detail = self.uses_of_role(role);
        if detail.is_empty() {
            return Ok(());
        }
        let message = format!("role \"{role}\" cannot be dropped because some objects depend on it");
        self.refuse(SchemaError::new("2BP01", message).with_detail(detail.join("\n")))
    }

    /// Whether a role owns something, is named in privileges or policies, or is a member of a role that is.
    #[must_use]
    pub fn is_role_used(&self, role: &Ident) -> bool {
        let groups = match self.get(&ObjectKey::Role(role.clone())) {
            Some(Object::Role(role)) => role.memberships.iter().map(|m| &m.role).collect(),
            _ => Vec::new(),
        };
        std::iter::once(role).chain(groups).any(|role| !self.uses_of_role(role).is_empty())
    }

    /// What a role owns, and where it is named in privileges or policies.
    fn uses_of_role(&self, role: &Ident) -> Vec<String> {
        let grantee = Grantee::Role(role.clone());
        let mut detail = Vec::new();
        for (key, object) in self.objects() {
            if object.owner() == Some(role) {
                detail.push(format!("owner of {}", self.described(key)));
            }
            let mut copy = object.clone();
            let mut on_columns = false;
            super::access::each_column_acl(&mut copy, &mut |_, acl| {
                on_columns |= acl.grants.contains_key(&grantee);
            });
            let whole =
                super::access::acl_mut(&mut copy).is_some_and(|acl| acl.grants.contains_key(&grantee));
            if whole || on_columns {
                detail.push(format!("privileges for {}", self.described(key)));
            }
            if matches!(key, ObjectKey::DefaultAcl(Some(owner), _, _) if owner == role) {
                detail.push(format!("owner of {}", self.shown(key)));
            }
        }
        for (key, dependency) in self.dependents(&ObjectKey::Role(role.clone())) {
            detail.push(format!("target of {}", self.described_item(&(key.clone(), dependency.via.clone()))));
        }
        detail
    }

    /// After `DROP ROLE`: nobody is a member of it.
    pub(super) fn forget_memberships(&mut self, role: &Ident) {
        let members: Vec<ObjectKey> = self
            .objects()
            .filter(|(_, o)| matches!(o, Object::Role(r) if r.memberships.iter().any(|m| m.role == *role)))
            .map(|(key, _)| key.clone())
            .collect();
        for member in members {
            self.update(&member, |object| {
                if let Object::Role(found) = object {
                    found.memberships.retain(|m| m.role != *role);
                }
            });
        }
    }

    pub(super) fn rename_role(&mut self, from: &Ident, to: &Ident) {
        let keys: Vec<ObjectKey> = self.objects().map(|(key, _)| key.clone()).collect();
        for key in keys {
            let Some(old) = self.get(&key) else { continue };
            let mut new = old.clone();
            Self::rename_grantee(&mut new, from, to);
            if new.owner() == Some(from) {
                set_owner(&mut new, Some(to.clone()));
            }
            if let Object::Role(role) = &mut new {
                if role.name == *from {
                    role.name = to.clone();
                }
                role.memberships.iter_mut().filter(|m| m.role == *from).for_each(|m| m.role = to.clone());
            }
            let target = match &key {
                ObjectKey::Role(name) if name == from => ObjectKey::Role(to.clone()),
                ObjectKey::DefaultAcl(Some(role), schema, kind) if role == from => {
                    ObjectKey::DefaultAcl(Some(to.clone()), schema.clone(), *kind)
                }
                _ => key.clone(),
            };
            if target != key {
                self.put(key, None);
                self.put(target, Some(Arc::new(new)));
            } else if new != *old {
                self.put(key, Some(Arc::new(new)));
            }
        }
    }
}

fn set_owner(object: &mut Object, owner: Option<Ident>) {
    let place = match object {
        Object::Schema(o) => &mut o.owner,
        Object::Table(o) => &mut o.owner,
        Object::View(o) => &mut o.owner,
        Object::Sequence(o) => &mut o.owner,
        Object::Type(o) => &mut o.owner,
        Object::Function(o) => &mut o.owner,
        Object::Publication(o) => &mut o.owner,
        Object::Statistics(o) => &mut o.owner,
        Object::Other(o) => &mut o.owner,
        Object::Index(_) | Object::Role(_) | Object::Extension(_) | Object::DefaultAcl(_) => return,
    };
    *place = owner;
}

/// Options that are written replace the old ones.
fn merge_options(options: &mut RoleOptions, new: &RoleOptions) {
    options.superuser = new.superuser.or(options.superuser);
    options.create_db = new.create_db.or(options.create_db);
    options.create_role = new.create_role.or(options.create_role);
    options.inherit = new.inherit.or(options.inherit);
    options.login = new.login.or(options.login);
    options.replication = new.replication.or(options.replication);
    options.bypass_rls = new.bypass_rls.or(options.bypass_rls);
    options.connection_limit = new.connection_limit.or(options.connection_limit);
    options.password = new.password.or(options.password);
    options.valid_until = new.valid_until.clone().or(options.valid_until.take());
}
