//! Privileges: `GRANT` and `REVOKE` on objects, and what new owners and names of roles do to them.
//!
//! What an [`Acl`] holds and how it changes is in `schema::acl`; who counts as the grantor is in `grantor`.

use std::sync::Arc;

use crate::ir::access::{Grant, GrantTarget, Grantee, Privilege};
use crate::ir::object::{ObjectKind, ObjectName};
use crate::name::{Ident, ServerVersion};
use crate::schema::Schema;
use crate::schema::acl::{Acl, BuiltIn, COLUMN_PRIVILEGES, Refusal, Update, all_privileges, owner_entry};
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

use super::Outcome;
use super::fail::column_missing;

impl Schema {
    /// The grantee with session keywords resolved, where the session's role is known. Whoever runs the migrations
    /// has one name.
    pub(super) fn grantee(&self, grantee: &Grantee) -> Grantee {
        match grantee {
            Grantee::Session("SESSION_USER") => owner_entry(self.session.authorization.as_ref()),
            Grantee::Session(_) => owner_entry(self.session.role.as_ref()),
            other => other.clone(),
        }
    }

    /// A role with session keywords resolved; `None` is whoever runs the migrations.
    #[must_use]
    pub fn role_meant(&self, name: &Ident) -> Option<Ident> {
        match name.as_str() {
            "CURRENT_USER" | "CURRENT_ROLE" => self.session.role.clone(),
            "SESSION_USER" => self.session.authorization.clone(),
            _ => Some(name.clone()).filter(|name| Some(name) != self.migrator.as_ref()),
        }
    }

    /// A grantee as the privileges of an object name it: the role that runs the migrations has no name where it owns
    /// the object.
    pub(super) fn entry_of(&self, grantee: &Grantee, owner: Option<&Ident>) -> Grantee {
        let grantee = self.grantee(grantee);
        match (&self.migrator, owner) {
            (Some(migrator), None) if grantee == Grantee::Role(migrator.clone()) => owner_entry(None),
            (Some(migrator), Some(_)) if grantee == owner_entry(None) => Grantee::Role(migrator.clone()),
            _ => grantee,
        }
    }

    pub(super) fn grant(&mut self, op: &Grant) -> Outcome {
        let keys = match &op.target {
            GrantTarget::Objects(objects) => self.grant_objects(op, objects)?,
            GrantTarget::AllInSchemas(schemas) => self.grant_all(op.kind, schemas),
        };
        self.refuse_foreign_grantor(op.grantor.as_ref())?;
        for key in keys {
            self.grant_on(op, &key)?;
        }
        Ok(())
    }

    fn grant_objects(&mut self, op: &Grant, objects: &[ObjectName]) -> Result<Vec<ObjectKey>, SchemaError> {
        let mut keys = Vec::new();
        for object in objects {
            let located = match op.kind {
                ObjectKind::Table => self.find_relation(&object.name, false)?.map(ObjectKey::Relation),
                kind => self.locate(kind, object, false, false)?.map(|(key, _)| key),
            };
            // The database, languages and parameters are there before any statement, and extensions bring wrappers.
            let standing = matches!(
                op.kind,
                ObjectKind::Database
                    | ObjectKind::Language
                    | ObjectKind::ForeignDataWrapper
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

    fn grant_on(&mut self, op: &Grant, key: &ObjectKey) -> Outcome {
        let Some(object) = self.get(key) else { return Ok(()) };
        let (kind, owner) = (object.kind(), self.owner_of(key, object));
        let owner = owner.as_ref();
        let grantees: Vec<Grantee> = op.grantees.iter().map(|g| self.entry_of(g, owner)).collect();
        let wanted = Wanted::of(op, kind, self.version());
        for column in wanted.columns.iter().flat_map(|(columns, _)| columns) {
            self.grant_column_known(key, column)?;
        }
        let built_in = BuiltIn::of(kind, Some(key), self.version());
        let mut object = object.clone();
        let before = acl_of(&object).cloned().unwrap_or_default();
        // Whoever runs the migrations may say its name.
        let role = self.current_role().or_else(|| match &op.grantor {
            Some(Grantee::Role(name)) => Some(name.clone()),
            _ => None,
        });
        let powers = |role: &Ident| self.powers(role);
        let update = Update {
            grant: op.grant,
            grant_option: op.grant_option,
            cascade: op.cascade,
            grantor: None,
            owner,
            built_in: &built_in,
            powers: &powers,
        };
        if let Some(acl) = acl_mut(&mut object).filter(|_| !wanted.whole.is_empty()) {
            let acting =
                self.acting(role.as_ref(), &[acl], owner, &wanted.whole, &built_in, || self.denied(key))?;
            let update = Update { grantor: acting.grantor.as_ref(), ..update };
            update.apply(acl, &grantees, &acting.privileges).or_else(|refusal| self.refuse_grant(refusal))?;
        }
        let bare = BuiltIn::default();
        let on_columns = if op.grant {
            !wanted.columns.is_empty()
        } else {
            column_acls(&object).any(|acl| !acl.is_default())
        };
        if !on_columns {
            self.put(key.clone(), Some(Arc::new(object)));
            return Ok(());
        }
        let mut outcome = Ok(());
        each_column_acl(&mut object, &mut |column, acl| {
            let privileges = wanted.on_column(column, op.grant);
            if privileges.is_empty() || outcome.is_err() || (!op.grant && acl.is_default()) {
                return;
            }
            outcome = self
                .acting(role.as_ref(), &[&before, acl], owner, &privileges, &built_in, || {
                    self.denied_column(key, column)
                })
                .and_then(|acting| {
                    let update = Update { grantor: acting.grantor.as_ref(), built_in: &bare, ..update };
                    update
                        .apply(acl, &grantees, &acting.privileges)
                        .or_else(|refusal| self.refuse_grant(refusal))
                });
        });
        outcome?;
        self.put(key.clone(), Some(Arc::new(object)));
        Ok(())
    }

    /// The server's words for what `schema::acl` refuses.
    pub(super) fn refuse_grant(&self, refusal: Refusal) -> Outcome {
        let (sqlstate, message) = match refusal {
            Refusal::Dependent => ("2BP01", "dependent privileges exist"),
            Refusal::Circular => ("0LP01", "grant options cannot be granted back to your own grantor"),
            Refusal::ToPublic => ("0LP01", "grant options can only be granted to roles"),
        };
        self.refuse(SchemaError::new(sqlstate, message))
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

    /// Takes a role's explicit privileges off an object, as `DROP OWNED` does: only those that the session may take
    /// back, with all that rests on them.
    pub(super) fn strip_grants(&mut self, key: &ObjectKey, role: &Ident) {
        let Some(object) = self.get(key) else { return };
        let named = acl_of(object).into_iter().chain(column_acls(object)).any(|acl| acl.names(role));
        let owner = match key {
            ObjectKey::DefaultAcl(owner, _, _) => owner.clone(),
            _ => self.owner_of(key, object),
        };
        if !named || owner.as_ref() == Some(role) {
            return;
        }
        let (kind, version) = (object.kind(), self.version());
        let built_in = BuiltIn::of(kind, Some(key), version);
        let grantee = [Grantee::Role(role.clone())];
        let powers = |role: &Ident| self.powers(role);
        let role = self.current_role();
        let mut changed = object.clone();
        let strip = |acl: &mut Acl, whole: Option<&Acl>, privileges: &[Ident]| {
            let lists: Vec<&Acl> = whole.into_iter().chain([&*acl]).collect();
            let nothing = || SchemaError::new("42501", "permission denied");
            // Its failure is not that of the statement.
            let Ok(acting) =
                self.acting(role.as_ref(), &lists, owner.as_ref(), privileges, &built_in, nothing)
            else {
                return;
            };
            let update = Update {
                grant: false,
                grant_option: false,
                cascade: true,
                grantor: acting.grantor.as_ref(),
                owner: owner.as_ref(),
                built_in: &BuiltIn::default(),
                powers: &powers,
            };
            // Nothing is refused with `CASCADE`.
            let _ = update.apply(acl, &grantee, &acting.privileges);
        };
        let before = acl_of(object).cloned();
        if let Some(acl) = acl_mut(&mut changed) {
            strip(acl, None, &all_privileges(kind, version));
        }
        let on_columns = all_privileges(ObjectKind::Column, version);
        each_given_column_acl(&mut changed, &mut |acl| strip(acl, before.as_ref(), &on_columns));
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
                state: crate::ir::table::FiringState::Enabled,
                comment: None,
            };
            self.put(key.clone(), Some(Arc::new(Object::Other(object))));
        }
        key
    }

    /// Renames a role in every privilege list and policy.
    pub(super) fn rename_grantee(object: &mut Object, from: &Ident, to: &Ident) {
        if let Some(acl) = acl_mut(object) {
            acl.rename(from, to);
        }
        each_given_column_acl(object, &mut |acl| acl.rename(from, to));
        if let Object::Table(table) = object {
            let (old, new) = (Grantee::Role(from.clone()), Grantee::Role(to.clone()));
            for role in table.policies.iter_mut().flat_map(|p| &mut p.roles) {
                if *role == old {
                    role.clone_from(&new);
                }
            }
        }
    }

    /// What a change of owner does to the privileges.
    pub(super) fn hand_over(&self, key: &ObjectKey, object: &mut Object, to: Option<&Ident>) {
        let from = self.owner_of(key, object);
        let built_in = BuiltIn::of(object.kind(), Some(key), self.version());
        let change = |acl: &mut Acl, built_in: &BuiltIn| {
            acl.hand_over(from.as_ref(), to, built_in);
            // Whoever runs the migrations has no name where it owns the object.
            if let (None, Some(migrator)) = (to, &self.migrator) {
                acl.hand_over(Some(migrator), None, built_in);
            }
        };
        if let Some(acl) = acl_mut(object) {
            change(acl, &built_in);
        }
        each_given_column_acl(object, &mut |acl| change(acl, &BuiltIn::default()));
    }
}

/// The privileges that a statement names, as the server takes them apart.
struct Wanted {
    /// On the object itself.
    whole: Vec<Ident>,
    /// On columns.
    columns: Vec<(Vec<Ident>, Vec<Ident>)>,
}

impl Wanted {
    fn of(op: &Grant, kind: ObjectKind, version: ServerVersion) -> Self {
        let everything = [Privilege { name: "ALL".into(), columns: Vec::new() }];
        let written = if op.privileges.is_empty() { &everything[..] } else { &op.privileges };
        let mut wanted = Self { whole: Vec::new(), columns: Vec::new() };
        for privilege in written {
            let names = |kind| match privilege.name.as_str() {
                "ALL" => all_privileges(kind, version),
                _ => vec![privilege.name.clone()],
            };
            if privilege.columns.is_empty() {
                wanted.whole.extend(names(kind));
            } else {
                wanted.columns.push((privilege.columns.clone(), names(ObjectKind::Column)));
            }
        }
        wanted
    }

    /// What it says about one column. Revoking on the table revokes on its columns too (documentation, REVOKE).
    fn on_column(&self, column: &Ident, grant: bool) -> Vec<Ident> {
        let implied = self.whole.iter().filter(|p| !grant && COLUMN_PRIVILEGES.contains(&p.as_str()));
        let named = self.columns.iter().filter(|(columns, _)| columns.contains(column));
        let mut privileges: Vec<Ident> = implied.chain(named.flat_map(|(_, names)| names)).cloned().collect();
        privileges.sort();
        privileges.dedup();
        privileges
    }
}

/// The privileges of an object.
pub(super) fn acl_of(object: &Object) -> Option<&Acl> {
    match object {
        Object::Schema(o) => Some(&o.acl),
        Object::Table(o) => Some(&o.acl),
        Object::View(o) => Some(&o.acl),
        Object::Sequence(o) => Some(&o.acl),
        Object::Type(o) => Some(&o.acl),
        Object::Function(o) => Some(&o.acl),
        Object::DefaultAcl(o) => Some(&o.acl),
        Object::Other(o) => Some(&o.acl),
        Object::Index(_)
        | Object::Role(_)
        | Object::Extension(_)
        | Object::Publication(_)
        | Object::Statistics(_) => None,
    }
}

/// The privileges of an object's columns.
pub(super) fn column_acls(object: &Object) -> impl Iterator<Item = &Acl> {
    let table = match object {
        Object::Table(table) => Some(table.columns.iter().map(|c| &c.acl)),
        _ => None,
    };
    let view = match object {
        Object::View(view) => Some(view.columns.iter().map(|c| &c.acl)),
        _ => None,
    };
    table.into_iter().flatten().chain(view.into_iter().flatten())
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

/// The privileges of columns on which something was granted. Where there are none, nothing is copied.
pub(super) fn each_given_column_acl(object: &mut Object, visit: &mut dyn FnMut(&mut Acl)) {
    if column_acls(object).any(|acl| !acl.is_default()) {
        each_column_acl(object, &mut |_, acl| visit(acl));
    }
}

fn each_column_acl(object: &mut Object, visit: &mut dyn FnMut(&Ident, &mut Acl)) {
    match object {
        Object::Table(table) => table.columns.iter_mut().for_each(|c| visit(&c.name, &mut c.acl)),
        Object::View(view) => view.columns.iter_mut().for_each(|c| visit(&c.name, &mut c.acl)),
        _ => {}
    }
}
