//! Default privileges: setting them, and what a new object gets of them.

use std::sync::Arc;

use crate::ir::access::{AlterDefaultPrivileges, Grantee};
use crate::ir::object::ObjectKind;
use crate::name::Ident;
use crate::schema::Schema;
use crate::schema::acl::{Acl, BuiltIn, Update, all_privileges};
use crate::schema::key::ObjectKey;
use crate::schema::model::{DefaultAcl, Object};

use super::Outcome;

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
                    Grantee::Role(name) => self.role_meant(&name),
                    Grantee::Public | Grantee::Session(_) => None,
                })
                .collect()
        };
        let schemas: Vec<Option<Ident>> =
            if op.schemas.is_empty() { vec![None] } else { op.schemas.iter().cloned().map(Some).collect() };
        for schema in schemas.iter().flatten().filter(|s| self.schema_missing(s)) {
            self.refuse(super::fail::object_missing("schema", schema))?;
        }
        let version = self.version();
        for role in &roles {
            let grantees: Vec<Grantee> =
                op.grant.grantees.iter().map(|g| self.entry_of(g, role.as_ref())).collect();
            for schema in &schemas {
                // Entries of a schema are added to the defaults; only those for everywhere can take them away.
                let built_in = match schema {
                    Some(_) => BuiltIn::default(),
                    None => BuiltIn::of(kind, None, version),
                };
                let powers = |role: &Ident| vec![role.clone()];
                // The grantor is always the role whose objects they are for (`SetDefaultACL` in `aclchk.c`).
                let update = Update {
                    grant: op.grant.grant,
                    grant_option: op.grant.grant_option,
                    cascade: op.grant.cascade,
                    grantor: None,
                    owner: role.as_ref(),
                    built_in: &built_in,
                    powers: &powers,
                };
                let key = ObjectKey::DefaultAcl(role.clone(), schema.clone(), kind);
                let mut acl = match self.get(&key) {
                    Some(Object::DefaultAcl(existing)) => existing.acl.clone(),
                    _ => Acl::default(),
                };
                let privileges: Vec<Ident> = if op.grant.privileges.iter().all(|p| p.name == "ALL") {
                    all_privileges(kind, version)
                } else {
                    op.grant.privileges.iter().map(|p| p.name.clone()).collect()
                };
                update
                    .apply(&mut acl, &grantees, &privileges)
                    .or_else(|refusal| self.refuse_grant(refusal))?;
                let object =
                    (!acl.is_default()).then(|| Arc::new(Object::DefaultAcl(DefaultAcl { kind, acl })));
                self.put(key, object);
            }
        }
        Ok(())
    }

    /// The privileges that a new object gets of whoever runs the migrations.
    #[must_use]
    pub fn given_privileges(&self, kind: ObjectKind, schema: Option<&Ident>) -> Acl {
        self.default_acl_of(None, kind, schema)
    }

    /// The privileges that a new object of the current role gets.
    pub(super) fn default_acl(&self, kind: ObjectKind, schema: Option<&Ident>) -> Acl {
        self.default_acl_of(self.current_role().as_ref(), kind, schema)
    }

    /// The privileges that a new object of a role gets.
    pub(super) fn default_acl_of(
        &self,
        role: Option<&Ident>,
        kind: ObjectKind,
        schema: Option<&Ident>,
    ) -> Acl {
        let at = |schema: Option<&Ident>| match self.get(&ObjectKey::DefaultAcl(
            role.cloned(),
            schema.cloned(),
            kind,
        )) {
            Some(Object::DefaultAcl(found)) => Some(&found.acl),
            _ => None,
        };
        let mut acl = at(None).cloned().unwrap_or_default();
        let Some(local) = schema.and_then(|schema| at(Some(schema))) else { return acl };
        acl.join(local, &BuiltIn::of(kind, None, self.version()), role);
        acl
    }
}
