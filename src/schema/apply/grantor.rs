//! Which role a session's `GRANT` or `REVOKE` counts as, and what it may give: `select_best_grantor` and
//! `select_best_admin` of the server's `acl.c`.
//!
//! Whoever runs the migrations without `SET ROLE` is taken for a superuser or a member of every owner; so is a role
//! that the model does not know, unless it holds a grant option. Only where every role concerned is known does a
//! missing privilege count.

use crate::ir::access::Grantee;
use crate::name::Ident;
use crate::schema::Schema;
use crate::schema::acl::{Acl, BuiltIn};
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Membership, Object, Role};

use super::Outcome;

/// Who acts.
pub(super) struct Acting {
    /// The grantor; `None` is the owner.
    pub(super) grantor: Option<Ident>,
    /// What of the wanted privileges it may give and take.
    pub(super) privileges: Vec<Ident>,
}

impl Schema {
    /// The owner of an object for its privileges.
    pub(super) fn owner_of(&self, key: &ObjectKey, object: &Object) -> Option<Ident> {
        // Since 15 the schema that initdb makes belongs to the database's owner by way of a role.
        let public = matches!(key, ObjectKey::Schema(name) if *name == "public");
        match object.owner() {
            None if public && self.version().at_least(15) => Some("pg_database_owner".into()),
            owner => owner.cloned(),
        }
    }

    /// The roles whose privileges a role has without `SET ROLE`, nearest first: itself and what it inherits from
    /// (`roles_is_member_of`).
    pub(super) fn powers(&self, role: &Ident) -> Vec<Ident> {
        let mut found = vec![role.clone()];
        let mut at = 0;
        while let Some(name) = found.get(at).cloned() {
            at += 1;
            let Some(next) = self.role(&name) else { continue };
            let groups = self.inherited(next).map(|m| &m.role);
            let fresh: Vec<Ident> = groups.filter(|name| !found.contains(name)).cloned().collect();
            found.extend(fresh);
        }
        found
    }

    /// The memberships that a role inherits from. Before 16 that is up to the role.
    fn inherited<'a>(&self, role: &'a Role) -> impl Iterator<Item = &'a Membership> {
        let usual = role.options.inherit.unwrap_or(true);
        let by_grant = self.version().at_least(16);
        role.memberships.iter().filter(move |m| if by_grant { m.inherit.unwrap_or(usual) } else { usual })
    }

    /// Whether a role is certainly a superuser.
    pub(super) fn is_superuser(&self, role: &Ident) -> bool {
        self.role(role).is_some_and(|role| role.options.superuser == Some(true))
    }

    /// `GRANTED BY` may only name the role that runs the statement.
    pub(super) fn refuse_foreign_grantor(&self, grantor: Option<&Grantee>) -> Outcome {
        match (grantor.map(|g| self.grantee(g)), self.current_role()) {
            (Some(Grantee::Role(named)), Some(current)) if named != current => {
                self.refuse(SchemaError::new("0A000", "grantor must be current user"))
            }
            _ => Ok(()),
        }
    }

    /// Who acts when a role, the session's, gives or takes privileges under these lists: the object's, and the column's for
    /// a column. `denied` is the error of one who may do nothing with the object.
    pub(super) fn acting(
        &self,
        role: Option<&Ident>,
        lists: &[&Acl],
        owner: Option<&Ident>,
        wanted: &[Ident],
        built_in: &BuiltIn,
        denied: impl FnOnce() -> SchemaError,
    ) -> Result<Acting, SchemaError> {
        let as_owner = || Ok(Acting { grantor: None, privileges: wanted.to_vec() });
        let Some(role) = role else { return as_owner() };
        if self.is_superuser(role) {
            return as_owner();
        }
        let powers = self.powers(role);
        let mut best: Option<Acting> = None;
        for power in &powers {
            if Some(power) == owner {
                return as_owner();
            }
            let mut privileges = wanted.to_vec();
            privileges.retain(|p| lists.iter().any(|acl| acl.may_grant(power, p)));
            let all = privileges.len() == wanted.len();
            if privileges.len() > best.as_ref().map_or(0, |best| best.privileges.len()) {
                best = Some(Acting { grantor: Some(power.clone()), privileges });
            }
            if all {
                break;
            }
        }
        if let Some(best) = best {
            return Ok(best);
        }
        let known = owner.is_some() && self.is_certain() && powers.iter().all(|p| self.role(p).is_some());
        if !known {
            return as_owner();
        }
        let public = !built_in.public.is_empty();
        let holds = lists.iter().flat_map(|acl| acl.items()).any(|(_, grantee, _)| match grantee {
            Grantee::Public => true,
            Grantee::Role(role) => powers.contains(role),
            Grantee::Session(_) => false,
        });
        // Who holds something gets a warning.
        if holds || public {
            Ok(Acting { grantor: Some(role.clone()), privileges: Vec::new() })
        } else {
            Err(denied())
        }
    }

    /// The error of one who may do nothing with an object.
    pub(super) fn denied(&self, key: &ObjectKey) -> SchemaError {
        let described = match self.get(key) {
            // Whatever can be granted on as on a table is called one.
            Some(Object::Table(table)) => format!("table {}", table.name.name),
            Some(Object::View(view)) => format!("table {}", view.name.name),
            Some(Object::Sequence(sequence)) => format!("sequence {}", sequence.name.name),
            Some(Object::Type(user_type)) => format!("type {}", user_type.name.name),
            Some(Object::Function(f)) if f.def.procedure => format!("procedure {}", f.def.name.name),
            Some(Object::Function(f)) => format!("function {}", f.def.name.name),
            _ => self.described(key),
        };
        SchemaError::new("42501", format!("permission denied for {described}"))
    }

    /// The same for a column.
    pub(super) fn denied_column(&self, key: &ObjectKey, column: &Ident) -> SchemaError {
        let relation = match key {
            ObjectKey::Relation(name) => name.name.to_string(),
            _ => self.shown(key),
        };
        let message = format!("permission denied for column \"{column}\" of relation \"{relation}\"");
        SchemaError::new("42501", message)
    }
}
