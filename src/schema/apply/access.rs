//! Privileges: `GRANT`, `REVOKE`, and default privileges for what is made later.
//!
//! An [`Acl`] holds what differs from the built-in default of its kind of object (`acldefault` in the server's
//! `acl.c`): privileges beyond it, and those of it that were revoked.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ir::access::{Grant, GrantTarget, Grantee, Privilege};
use crate::ir::object::{ObjectKind, ObjectName};
use crate::name::{Ident, ServerVersion};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Acl, Object};

use super::Outcome;
use super::fail::column_missing;

const COLUMN_PRIVILEGES: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "REFERENCES"];

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

/// A change of one privilege list.
pub(super) struct Change<'a> {
    pub(super) grant: bool,
    pub(super) grant_option: bool,
    pub(super) grantees: &'a [Grantee],
    /// What the grantees hold by default.
    pub(super) defaults: &'a dyn Fn(&Grantee) -> Vec<Ident>,
}

impl Change<'_> {
    pub(super) fn apply(&self, acl: &mut Acl, privileges: &[Ident]) {
        for grantee in self.grantees {
            let defaults = (self.defaults)(grantee);
            for privilege in privileges {
                let by_default = defaults.contains(privilege);
                if self.grant {
                    Self::add(acl, grantee, privilege, by_default, self.grant_option);
                } else {
                    Self::take(acl, grantee, privilege, by_default, self.grant_option);
                }
            }
        }
        acl.grants.retain(|_, held| !held.is_empty());
        acl.revoked_defaults.retain(|_, revoked| !revoked.is_empty());
    }

    fn add(acl: &mut Acl, grantee: &Grantee, privilege: &Ident, by_default: bool, grant_option: bool) {
        if by_default {
            if let Some(revoked) = acl.revoked_defaults.get_mut(grantee) {
                revoked.retain(|r| r != privilege);
            }
            // Only the owner may hold a default with the grant option, and has it anyway.
            return;
        }
        *acl.grants.entry(grantee.clone()).or_default().entry(privilege.clone()).or_default() |= grant_option;
    }

    fn take(acl: &mut Acl, grantee: &Grantee, privilege: &Ident, by_default: bool, option_only: bool) {
        if let Some(held) = acl.grants.get_mut(grantee) {
            if option_only {
                if let Some(option) = held.get_mut(privilege) {
                    *option = false;
                }
            } else {
                held.remove(privilege);
            }
        }
        if by_default && !option_only {
            let revoked = acl.revoked_defaults.entry(grantee.clone()).or_default();
            if !revoked.contains(privilege) {
                revoked.push(privilege.clone());
                revoked.sort();
            }
        }
    }
}

impl Schema {
    /// The grantee with session keywords resolved, where the session's role is known.
    pub(super) fn grantee(&self, grantee: &Grantee) -> Grantee {
        match (grantee, &self.session.role) {
            (Grantee::Session(_), Some(role)) => Grantee::Role(role.clone()),
            (other, _) => other.clone(),
        }
    }

    pub(super) fn grantees(&self, grantees: &[Grantee]) -> Vec<Grantee> {
        grantees.iter().map(|g| self.grantee(g)).collect()
    }

    pub(super) fn grant(&mut self, op: &Grant) -> Outcome {
        let keys = match &op.target {
            GrantTarget::Objects(objects) => self.grant_objects(op, objects)?,
            GrantTarget::AllInSchemas(schemas) => self.grant_all(op.kind, schemas),
        };
        let grantees = self.grantees(&op.grantees);
        for key in keys {
            self.grant_on(op, &key, &grantees)?;
        }
        Ok(())
    }

    fn grant_objects(
        &mut self,
        op: &Grant,
        objects: &[ObjectName],
    ) -> Result<Vec<ObjectKey>, crate::schema::error::SchemaError> {
        let mut keys = Vec::new();
        for object in objects {
            let located = match op.kind {
                ObjectKind::Table => self.find_relation(&object.name, false)?.map(ObjectKey::Relation),
                kind => self.locate(kind, object, false, false)?.map(|(key, _)| key),
            };
            // The database, languages and parameters are there before any statement.
            let standing = matches!(
                op.kind,
                ObjectKind::Database
                    | ObjectKind::Language
                    | ObjectKind::Parameter
                    | ObjectKind::Tablespace
                    | ObjectKind::LargeObject
            );
            match located {
                Some(key) => keys.push(key),
                None if standing => keys.push(self.standing(op.kind, &object.to_string())),
                None => {}
            }
        }
        Ok(keys)
    }

    /// All existing objects of a kind in schemas.
    fn grant_all(&self, kind: ObjectKind, schemas: &[Ident]) -> Vec<ObjectKey> {
        self.objects()
            .filter(|(key, object)| {
                key.namespace().is_some_and(|n| schemas.contains(n))
                    && match kind {
                        ObjectKind::Table => matches!(object, Object::Table(_) | Object::View(_)),
                        ObjectKind::Sequence => matches!(object, Object::Sequence(_)),
                        ObjectKind::Function => matches!(object, Object::Function(f) if !f.def.procedure),
                        ObjectKind::Procedure => matches!(object, Object::Function(f) if f.def.procedure),
                        ObjectKind::Routine => matches!(object, Object::Function(_)),
                        _ => false,
                    }
            })
            .map(|(key, _)| key.clone())
            .collect()
    }

    fn grant_on(&mut self, op: &Grant, key: &ObjectKey, grantees: &[Grantee]) -> Outcome {
        let Some(object) = self.get(key) else { return Ok(()) };
        let (kind, owner, version) = (object.kind(), object.owner().cloned(), self.version());
        let all = all_privileges(kind, version);
        let everything = Privilege { name: "ALL".into(), columns: Vec::new() };
        let wanted =
            if op.privileges.is_empty() { std::slice::from_ref(&everything) } else { &op.privileges[..] };
        for column in wanted.iter().flat_map(|p| &p.columns) {
            self.grant_column_known(key, column)?;
        }
        let public: Vec<Ident> =
            public_default(kind, Some(key), version).iter().map(|p| Ident::new(p)).collect();
        let defaults = |grantee: &Grantee| match grantee {
            Grantee::Public => public.clone(),
            Grantee::Role(role) if owner.as_ref() == Some(role) => all.clone(),
            _ => Vec::new(),
        };
        let change = Change { grant: op.grant, grant_option: op.grant_option, grantees, defaults: &defaults };
        let on_column = Change { defaults: &|_| Vec::new(), ..change };
        self.update(key, |object| {
            for privilege in wanted {
                let whole = privilege.name == "ALL";
                if privilege.columns.is_empty() {
                    let names = if whole { all.clone() } else { vec![privilege.name.clone()] };
                    if let Some(acl) = acl_mut(object) {
                        change.apply(acl, &names);
                    }
                    // Revoking on the table revokes on its columns too (documentation, REVOKE).
                    if !op.grant {
                        each_column_acl(object, &mut |_, acl| on_column.apply(acl, &names));
                    }
                } else {
                    let names: Vec<Ident> = if whole {
                        COLUMN_PRIVILEGES.iter().map(|p| Ident::new(p)).collect()
                    } else {
                        vec![privilege.name.clone()]
                    };
                    each_column_acl(object, &mut |column, acl| {
                        if privilege.columns.contains(column) {
                            on_column.apply(acl, &names);
                        }
                    });
                }
            }
        });
        Ok(())
    }

    fn grant_column_known(&self, key: &ObjectKey, column: &Ident) -> Outcome {
        let ObjectKey::Relation(name) = key else { return Ok(()) };
        match self.at(name) {
            Some(Object::Table(table)) => self.has_column(table, column).map(|_| ()),
            Some(Object::View(view))
                if view.columns_known && view.columns.iter().all(|c| c.name != *column) =>
            {
                self.refuse_on(name, column_missing(name, column))
            }
            _ => Ok(()),
        }
    }

    /// Takes a role's explicit privileges off an object.
    pub(super) fn strip_grants(&mut self, key: &ObjectKey, role: &Ident) {
        let grantee = Grantee::Role(role.clone());
        let Some(object) = self.get(key) else { return };
        let mut changed = object.clone();
        if let Some(acl) = acl_mut(&mut changed) {
            acl.grants.remove(&grantee);
        }
        each_column_acl(&mut changed, &mut |_, acl| {
            acl.grants.remove(&grantee);
        });
        if changed != *object {
            self.put(key.clone(), Some(Arc::new(changed)));
        }
    }

    /// A place to keep privileges on something that no statement made.
    fn standing(&mut self, kind: ObjectKind, name: &str) -> ObjectKey {
        let key = ObjectKey::Other(kind, name.to_owned());
        if self.get(&key).is_none() {
            let object = crate::schema::model::OtherObject {
                kind,
                name: name.to_owned(),
                sql: String::new(),
                owner: None,
                acl: Acl::default(),
                comment: None,
            };
            self.put(key.clone(), Some(Arc::new(Object::Other(object))));
        }
        key
    }

    /// Renames a role in every privilege list and owner.
    pub(super) fn rename_grantee(object: &mut Object, from: &Ident, to: &Ident) {
        let (old, new) = (Grantee::Role(from.clone()), Grantee::Role(to.clone()));
        let rename = |acl: &mut Acl| {
            move_entry(&mut acl.grants, &old, &new);
            move_entry(&mut acl.revoked_defaults, &old, &new);
        };
        if let Some(acl) = acl_mut(object) {
            rename(acl);
        }
        each_column_acl(object, &mut |_, acl| rename(acl));
        if let Object::Table(table) = object {
            for role in table.policies.iter_mut().flat_map(|p| &mut p.roles) {
                if *role == old {
                    role.clone_from(&new);
                }
            }
        }
    }

    /// What a change of owner does to the privileges: the new owner's explicit ones are the owner's now.
    pub(super) fn hand_over(object: &mut Object, owner: &Ident) {
        if let Some(acl) = acl_mut(object) {
            acl.grants.remove(&Grantee::Role(owner.clone()));
        }
    }
}

fn move_entry<V>(map: &mut BTreeMap<Grantee, V>, from: &Grantee, to: &Grantee) {
    if let Some(value) = map.remove(from) {
        map.insert(to.clone(), value);
    }
}

/// The privileges of an object.
pub(super) fn acl_mut(object: &mut Object) -> Option<&mut Acl> {
    match object {
        Object::Schema(o) => Some(&mut o.acl),
        Object::Table(o) => Some(&mut o.acl),
        Object::View(o) => Some(&mut o.acl),
        Object::Sequence(o) => Some(&mut o.acl),
        Object::Type(o) => Some(&mut o.acl),
        Object::Function(o) => Some(&mut o.acl),
        Object::DefaultAcl(o) => Some(&mut o.acl),
        Object::Other(o) => Some(&mut o.acl),
        Object::Index(_)
        | Object::Role(_)
        | Object::Extension(_)
        | Object::Publication(_)
        | Object::Statistics(_) => None,
    }
}

pub(super) fn each_column_acl(object: &mut Object, visit: &mut dyn FnMut(&Ident, &mut Acl)) {
    match object {
        Object::Table(table) => table.columns.iter_mut().for_each(|c| visit(&c.name, &mut c.acl)),
        Object::View(view) => view.columns.iter_mut().for_each(|c| visit(&c.name, &mut c.acl)),
        _ => {}
    }
}
