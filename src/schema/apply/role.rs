//! Roles and owners.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ir::access::{AlterRole, CreateRole, Grantee, RoleOptions};
use crate::ir::object::{ObjectKind, OwnerTo};
use crate::name::{Ident, QName};
use crate::quote::quote_ident;
use crate::schema::Schema;
use crate::schema::acl::{Acl, BuiltIn, owner_entry};
use crate::schema::dependency::Part;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Role};

use super::Outcome;
use super::access::{acl_mut, acl_of, column_acls, each_given_column_acl};
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
        self.first_memberships(op)
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
        let Some(object) = self.get(key).filter(|object| object.owner() != owner.as_ref()) else { return };
        let mut object = object.clone();
        self.hand_over(key, &mut object, owner.as_ref());
        set_owner(&mut object, owner);
        self.put(key.clone(), Some(Arc::new(object)));
    }

    /// Takes a role for the one that runs the migrations: what it owns has no stated owner any more.
    pub fn take_for_migrator(&mut self, role: &Ident) {
        let keys: Vec<ObjectKey> = self.objects().map(|(key, _)| key.clone()).collect();
        for key in keys {
            let Some(old) = self.get(&key) else { continue };
            let mut new = old.clone();
            let owner = match &key {
                ObjectKey::DefaultAcl(owner, _, _) => owner.clone(),
                _ => self.owner_of(&key, old),
            };
            let is_its = owner.as_ref().is_none_or(|owner| owner == role);
            let built_in = match &key {
                ObjectKey::DefaultAcl(_, Some(_), _) => BuiltIn::default(),
                ObjectKey::DefaultAcl(_, None, kind) => BuiltIn::of(*kind, None, self.version()),
                _ => BuiltIn::of(old.kind(), Some(&key), self.version()),
            };
            let rename = |acl: &mut Acl, built_in: &BuiltIn| {
                if is_its {
                    acl.hand_over(Some(role), None, built_in);
                } else {
                    acl.rename_grantee(&owner_entry(None), &Grantee::Role(role.clone()));
                }
            };
            if let Some(acl) = acl_mut(&mut new) {
                rename(acl, &built_in);
            }
            each_given_column_acl(&mut new, &mut |acl| rename(acl, &BuiltIn::default()));
            if new.owner() == Some(role) {
                set_owner(&mut new, None);
            }
            let target = match &key {
                ObjectKey::DefaultAcl(Some(owner), schema, kind) if owner == role => {
                    ObjectKey::DefaultAcl(None, schema.clone(), *kind)
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
        self.migrator = Some(role.clone());
        self.take_changes();
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
                self.forget_given(&key, role);
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
        let mut detail = Vec::new();
        let mapping = format!("FOR {} SERVER ", quote_ident(role));
        for (key, object) in self.objects() {
            if matches!(key, ObjectKey::Other(ObjectKind::UserMapping, text) if text.starts_with(&mapping)) {
                detail.push(format!("owner of {}", self.described(key)));
            }
            if object.owner() == Some(role) {
                detail.push(format!("owner of {}", self.described(key)));
            }
            if acl_of(object).into_iter().chain(column_acls(object)).any(|acl| acl.names(role)) {
                detail.push(format!("privileges for {}", self.described(key)));
            }
            if let Object::Role(member) = object {
                let given = member.memberships.iter().filter(|m| m.grantor.as_ref() == Some(role));
                // Its own members go with it.
                for given in given.filter(|m| m.role != *role && member.name != *role) {
                    let place = format!("membership of role {} in role {}", member.name, given.role);
                    detail.push(format!("privileges for {place}"));
                }
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
                let named = role.memberships.iter_mut().flat_map(|m| [Some(&mut m.role), m.grantor.as_mut()]);
                named.flatten().filter(|name| *name == from).for_each(|name| name.clone_from(to));
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
