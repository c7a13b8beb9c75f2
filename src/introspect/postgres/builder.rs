//! The schema in the making: objects by the ids they have in the catalogs, until all parts are there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::introspect::{Error, Live};
use crate::ir::object::ObjectKind;
use crate::ir::types::TypeName;
use crate::name::{Dialect, Ident, QName, ServerVersion};
use crate::schema::acl::{Acl, BuiltIn, owner_entry};
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Role, Rule, Table, Trigger, UserType, View};
use crate::schema::sizes::Sizes;
use crate::schema::{Coverage, Schema, Session};

use super::acl::{self, Subject};
use super::row::Row;
use super::server::Server;
use super::texts::Texts;

/// An object that is not in the schema yet.
struct Draft {
    /// Its id, which grows with time: the order in which objects were made.
    oid: u32,
    key: ObjectKey,
    object: Object,
}

/// The objects made so far, and what later areas need to know of earlier ones.
pub(super) struct Builder {
    pub(super) version: ServerVersion,
    pub(super) migrator: Ident,
    bootstrap: Ident,
    pub(super) texts: Texts,
    drafts: Vec<Draft>,
    /// Places in `drafts` by `pg_class.oid`.
    relations: HashMap<u32, usize>,
    /// Places in `drafts` by `pg_type.oid`.
    types: HashMap<u32, usize>,
    /// Places in `drafts` by the id of the role.
    roles: HashMap<u32, usize>,
    /// Names by `pg_class.oid`, indexes and sequences included.
    names: HashMap<u32, QName>,
    /// Schemas by `pg_namespace.oid`.
    schemas: HashMap<u32, Ident>,
    /// Column names by `pg_class.oid` and number.
    columns: HashMap<(u32, i16), Ident>,
    /// Attributes of composite types by the `pg_class.oid` of the type.
    pub(super) composites: HashMap<u32, Vec<(Ident, TypeName, Option<QName>)>>,
    /// Members of extensions: catalog and id.
    members: HashSet<(String, u32)>,
    hidden: Vec<String>,
}

impl Builder {
    pub(super) fn new(server: &Server, migrator: Ident, hidden: Vec<String>) -> Self {
        Self {
            version: server.version,
            migrator,
            bootstrap: server.bootstrap.clone(),
            texts: Texts::default(),
            drafts: Vec::new(),
            relations: HashMap::new(),
            types: HashMap::new(),
            roles: HashMap::new(),
            names: HashMap::new(),
            schemas: HashMap::new(),
            columns: HashMap::new(),
            composites: HashMap::new(),
            members: HashSet::new(),
            hidden,
        }
    }

    /// Notes a member of an extension.
    pub(super) fn add_member(&mut self, catalog: &str, oid: u32) {
        self.members.insert((catalog.to_owned(), oid));
    }

    /// Whether an object belongs to an extension, and not to the user.
    pub(super) fn is_member(&self, catalog: &str, oid: u32) -> bool {
        // Most databases have few extensions, so that the allocation is rare.
        !self.members.is_empty() && self.members.contains(&(catalog.to_owned(), oid))
    }

    /// Adds an object.
    pub(super) fn add(&mut self, oid: u32, key: ObjectKey, object: Object) {
        self.drafts.push(Draft { oid, key, object });
    }

    /// Adds a type.
    pub(super) fn add_type(&mut self, oid: u32, key: ObjectKey, user_type: UserType) {
        self.types.insert(oid, self.drafts.len());
        self.add(oid, key, Object::Type(user_type));
    }

    /// A type.
    pub(super) fn user_type(&mut self, oid: u32) -> Option<&mut UserType> {
        let at = *self.types.get(&oid)?;
        match &mut self.drafts.get_mut(at)?.object {
            Object::Type(user_type) => Some(user_type),
            _ => None,
        }
    }

    /// Adds a role.
    pub(super) fn add_role(&mut self, oid: u32, role: Role) {
        self.roles.insert(oid, self.drafts.len());
        self.add(oid, ObjectKey::Role(role.name.clone()), Object::Role(role));
    }

    /// A role.
    pub(super) fn role(&mut self, oid: u32) -> Option<&mut Role> {
        let at = *self.roles.get(&oid)?;
        match &mut self.drafts.get_mut(at)?.object {
            Object::Role(role) => Some(role),
            _ => None,
        }
    }

    /// Adds a relation.
    pub(super) fn add_relation(&mut self, oid: u32, name: QName, object: Object) {
        self.relations.insert(oid, self.drafts.len());
        self.name_relation(oid, name.clone());
        self.add(oid, ObjectKey::Relation(name), object);
    }

    /// Notes the name of a relation.
    pub(super) fn name_relation(&mut self, oid: u32, name: QName) {
        self.names.insert(oid, name);
    }

    /// The name of a relation that belongs to the user.
    pub(super) fn relation_name(&self, oid: u32) -> Option<&QName> {
        self.names.get(&oid)
    }

    /// A relation.
    pub(super) fn relation(&mut self, oid: u32) -> Option<&mut Object> {
        let at = *self.relations.get(&oid)?;
        self.drafts.get_mut(at).map(|draft| &mut draft.object)
    }

    /// A table.
    pub(super) fn table(&mut self, oid: u32) -> Option<&mut Table> {
        match self.relation(oid)? {
            Object::Table(table) => Some(table),
            _ => None,
        }
    }

    /// A view.
    pub(super) fn view(&mut self, oid: u32) -> Option<&mut View> {
        match self.relation(oid)? {
            Object::View(view) => Some(view),
            _ => None,
        }
    }

    /// Where a relation keeps its triggers.
    pub(super) fn triggers(&mut self, oid: u32) -> Option<&mut Vec<Trigger>> {
        match self.relation(oid)? {
            Object::Table(table) => Some(&mut table.triggers),
            Object::View(view) => Some(&mut view.triggers),
            _ => None,
        }
    }

    /// Where a relation keeps its rules.
    pub(super) fn rules(&mut self, oid: u32) -> Option<&mut Vec<Rule>> {
        match self.relation(oid)? {
            Object::Table(table) => Some(&mut table.rules),
            Object::View(view) => Some(&mut view.rules),
            _ => None,
        }
    }

    /// Notes a schema.
    pub(super) fn name_schema(&mut self, oid: u32, name: Ident) {
        self.schemas.insert(oid, name);
    }

    /// The name of an object in the schema whose id stands in the column `schema`; nothing when that schema is
    /// not the user's.
    pub(super) fn qualified(&self, row: &Row, name: &'static str) -> Result<Option<QName>, Error> {
        let Some(schema) = self.schemas.get(&row.oid("schema")?) else { return Ok(None) };
        Ok(Some(QName { schema: Some(schema.clone()), name: row.ident(name)? }))
    }

    /// The name of a schema.
    pub(super) fn schema(&self, oid: u32) -> Option<&Ident> {
        self.schemas.get(&oid)
    }

    /// Notes a column's number.
    pub(super) fn number_column(&mut self, relation: u32, number: i16, name: Ident) {
        self.columns.insert((relation, number), name);
    }

    /// The names of columns by their numbers; expressions (0) and columns that are gone have none.
    pub(super) fn column_names(&self, relation: u32, numbers: &[i16]) -> Vec<Ident> {
        numbers.iter().filter_map(|number| self.columns.get(&(relation, *number)).cloned()).collect()
    }

    /// An owner: nothing for the role that runs the migrations.
    pub(super) fn owner(&self, name: Ident) -> Option<Ident> {
        (name != self.migrator).then_some(name)
    }

    /// The owner of what initdb made.
    pub(super) fn is_bootstrap(&self, name: &Ident) -> bool {
        *name == self.bootstrap
    }

    /// The privileges in a column of an object of a kind that `owner` owns.
    pub(super) fn acl(
        &self,
        row: &Row,
        column: &'static str,
        kind: ObjectKind,
        owner: &Ident,
    ) -> Result<Acl, Error> {
        let entry = owner_entry(self.owner(owner.clone()).as_ref());
        let built_in = BuiltIn::of(kind, None, self.version);
        let items: Option<Vec<String>> = row.get(column)?;
        Ok(acl::acl(items.as_deref(), Subject { owner, entry: &entry, built_in: &built_in }))
    }

    /// The privileges in a column that start from nothing.
    pub(super) fn bare_acl(&self, row: &Row, column: &'static str, owner: &Ident) -> Result<Acl, Error> {
        let entry = owner_entry(self.owner(owner.clone()).as_ref());
        let items: Option<Vec<String>> = row.get(column)?;
        Ok(acl::acl(items.as_deref(), Subject { owner, entry: &entry, built_in: &BuiltIn::default() }))
    }

    /// The superuser that initdb made.
    pub(super) fn bootstrap(&self) -> &Ident {
        &self.bootstrap
    }

    /// The schema with everything in it.
    pub(super) fn finish(mut self, server: &Server, sizes: Sizes) -> Live {
        let mut schema = Schema::new(Dialect::PostgreSql, server.version);
        let public = ObjectKey::Schema("public".into());
        if self.drafts.iter().all(|draft| draft.key != public) {
            schema.put(public, None);
        }
        self.drafts.sort_by_key(|draft| draft.oid);
        let mut reading: Vec<ObjectKey> = Vec::new();
        for Draft { key, object, .. } in self.drafts {
            if reads(&object) {
                reading.push(key.clone());
            }
            schema.put(key, Some(Arc::new(object)));
        }
        // The server's texts name everything with its schema, but what is in `pg_catalog`.
        schema.session = Session { search_path: Vec::new(), ..Session::default() };
        for key in reading {
            let Some(mut object) = schema.get(&key).cloned() else { continue };
            schema.bind(&mut object);
            schema.put(key, Some(Arc::new(object)));
        }
        schema.session = Session::default();
        schema.migrator = Some(self.migrator.clone());
        schema.take_changes();
        let mut hidden = self.hidden;
        let unread = self.texts.unread.len();
        if unread > 0 {
            hidden.push(format!(
                "{unread} expressions that could not be read, such as {}",
                self.texts.unread[0]
            ));
        }
        schema.coverage = if hidden.is_empty() { Coverage::Complete } else { Coverage::Partial };
        let sizes = Arc::new(sizes);
        schema.sizes = Arc::clone(&sizes);
        Live { schema, sizes, hidden, version: server.version, migrator: self.migrator }
    }
}

/// Whether an object has queries in it, which are resolved when everything is there.
fn reads(object: &Object) -> bool {
    match object {
        Object::View(_) => true,
        Object::Table(table) => !table.policies.is_empty(),
        Object::Function(function) => function.def.sql_body,
        Object::Schema(_)
        | Object::Index(_)
        | Object::Sequence(_)
        | Object::Type(_)
        | Object::Role(_)
        | Object::Extension(_)
        | Object::Publication(_)
        | Object::Statistics(_)
        | Object::DefaultAcl(_)
        | Object::Other(_) => false,
    }
}
