//! Default privileges: setting them, and what a new object gets of them.

use std::sync::Arc;

use crate::ir::access::{AlterDefaultPrivileges, Grantee};
use crate::ir::object::ObjectKind;
use crate::name::Ident;
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Acl, DefaultAcl, Object};

use super::Outcome;
use super::access::{Change, all_privileges, public_default};

impl Schema {
    pub(super) fn alter_default_privileges(&mut self, op: &AlterDefaultPrivileges) -> Outcome {
        let kind = match op.grant.kind {
            ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => ObjectKind::Function,
            kind => kind,
        };
        let roles: Vec<Option<Ident>> = if op.for_roles.is_empty() {
            vec![self.current_role()]
        } else {
            op.for_roles
                .iter()
                .map(|role| match self.grantee(role) {
                    Grantee::Role(name) => Some(name),
                    Grantee::Public | Grantee::Session(_) => None,
                })
                .collect()
        };
        let schemas: Vec<Option<Ident>> =
            if op.schemas.is_empty() { vec![None] } else { op.schemas.iter().cloned().map(Some).collect() };
        for schema in schemas.iter().flatten().filter(|s| self.schema_missing(s)) {
            self.refuse(super::fail::object_missing("schema", schema))?;
        }
        let grantees = self.grantees(&op.grant.grantees);
        let version = self.version();
        for role in &roles {
            for schema in &schemas {
                // Entries of a schema are added to the defaults; only those for everywhere can take them away.
                let defaults = |grantee: &Grantee| match grantee {
                    _ if schema.is_some() => Vec::new(),
                    Grantee::Public => {
                        public_default(kind, None, version).iter().map(|p| Ident::new(p)).collect()
                    }
                    Grantee::Role(name) if role.as_ref() == Some(name) => all_privileges(kind, version),
                    _ => Vec::new(),
                };
                let change = Change {
                    grant: op.grant.grant,
                    grant_option: op.grant.grant_option,
                    grantees: &grantees,
                    defaults: &defaults,
                };
                let key = ObjectKey::DefaultAcl(role.clone(), schema.clone(), kind);
                let mut acl = match self.get(&key) {
                    Some(Object::DefaultAcl(existing)) => existing.acl.clone(),
                    _ => Acl::default(),
                };
                if op.grant.privileges.is_empty() {
                    change.apply(&mut acl, &all_privileges(kind, version));
                }
                for privilege in &op.grant.privileges {
                    change.apply(&mut acl, std::slice::from_ref(&privilege.name));
                }
                let object =
                    (!acl.is_default()).then(|| Arc::new(Object::DefaultAcl(DefaultAcl { kind, acl })));
                self.put(key, object);
            }
        }
        Ok(())
    }

    /// The privileges that a new object of the current role gets.
    pub(super) fn default_acl(&self, kind: ObjectKind, schema: Option<&Ident>) -> Acl {
        let role = self.current_role();
        let at = |schema: Option<&Ident>| match self.get(&ObjectKey::DefaultAcl(
            role.clone(),
            schema.cloned(),
            kind,
        )) {
            Some(Object::DefaultAcl(found)) => Some(&found.acl),
            _ => None,
        };
        let mut acl = at(None).cloned().unwrap_or_default();
        let Some(local) = schema.and_then(|schema| at(Some(schema))) else { return acl };
        let public: Vec<Ident> =
            public_default(kind, None, self.version()).iter().map(|p| Ident::new(p)).collect();
        for (grantee, held) in &local.grants {
            let defaults = |grantee: &Grantee| match grantee {
                Grantee::Public => public.clone(),
                Grantee::Role(name) if role.as_ref() == Some(name) => all_privileges(kind, self.version()),
                _ => Vec::new(),
            };
            for (privilege, grant_option) in held {
                let change = Change {
                    grant: true,
                    grant_option: *grant_option,
                    grantees: std::slice::from_ref(grantee),
                    defaults: &defaults,
                };
                change.apply(&mut acl, std::slice::from_ref(privilege));
            }
        }
        acl
    }
}
