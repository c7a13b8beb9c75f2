//! The relational model: every object of a database, the graph of who depends on whom, and how each statement
//! changes it.
//!
//! In: [`crate::ir::DdlOp`]s, in order. Out: the state after each, a journal of what changed
//! ([`model::Change`]), and the errors the server would raise. Applying works in place and costs time in
//! proportion to the objects that a statement touches: objects sit behind `Arc`, the journal keeps the old
//! `Arc`s, and [`Schema::undo`] puts them back. Nothing here knows SQL text or locks.

pub mod acl;
mod apply;
pub mod bind;
pub mod bound;
pub mod builtin;
pub mod cover;
pub mod dependency;
pub mod error;
pub mod key;
pub mod lookup;
pub mod model;
pub mod normal;
pub mod preview;
mod resolve;
pub mod sizes;
mod store;
mod trial;

use std::sync::Arc;

use petgraph::stable_graph::{NodeIndex, StableDiGraph};

use crate::hash::{HashMap, IndexMap, IndexSet};
use crate::name::{Dialect, Ident, QName, ServerVersion};

use self::dependency::Dependency;
use self::key::ObjectKey;
use self::model::Change;
use self::sizes::{RelationSize, Sizes};
use self::store::Node;

pub use self::trial::Trial;

/// How much of the database the model knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Coverage {
    /// Everything: it was introspected, or the whole history since the empty database was replayed. A relation
    /// that is not here does not exist.
    Complete,
    /// Only what the reviewed files say. A relation that is not here may exist.
    #[default]
    Partial,
}

/// Session settings that change what names mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// `search_path`, without `pg_catalog`.
    pub search_path: Vec<Ident>,
    /// `SET ROLE` or `SET SESSION AUTHORIZATION`: the owner of new objects. `None` is whoever runs the migrations.
    pub role: Option<Ident>,
    /// `SET SESSION AUTHORIZATION`: whom `RESET ROLE` leads back to.
    pub authorization: Option<Ident>,
    /// `TimeZone`, as far as it was set: decides whether `timestamp` to `timestamptz` rewrites.
    pub time_zone: Option<String>,
    /// `default_tablespace` and `default_table_access_method` are not modelled; `check_function_bodies` is.
    pub check_function_bodies: bool,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            search_path: vec![Ident::new("public")],
            role: None,
            authorization: None,
            time_zone: None,
            check_function_bodies: true,
        }
    }
}

/// A database's schema.
#[derive(Clone, Debug)]
pub struct Schema {
    dialect: Dialect,
    version: ServerVersion,
    graph: StableDiGraph<Node, Dependency>,
    nodes: IndexMap<ObjectKey, NodeIndex>,
    /// Functions by name, for calls that do not say which overload they mean.
    overloads: HashMap<QName, Vec<ObjectKey>>,
    /// How many constraints of each name a schema has: names that the server makes up avoid those of all its
    /// tables.
    constraint_names: HashMap<QName, u32>,
    /// Extensions whose members are not known here: relations and types that are missing may be theirs.
    opaque_extensions: u32,
    /// Extensions other than the procedural language that every database has.
    extensions: u32,
    /// User-defined casts: with them the model cannot tell what the server converts by itself.
    casts: u32,
    journal: Vec<Change>,
    /// Temporary objects made by the session, for its end.
    temporary: Vec<ObjectKey>,
    /// Relations that a statement touched which could not be read: nothing is certain about them.
    unknown: IndexSet<QName>,
    /// A statement that could not be read touched no one knows what: what is missing here may exist.
    blind: bool,
    /// The statement being applied may not run, or its errors are caught: any doubt makes it fail.
    tentative: bool,
    /// The statement being applied stands in a block with variables.
    in_block: bool,
    /// How much is known.
    pub coverage: Coverage,
    /// Session state.
    pub session: Session,
    /// The role that runs the migrations, where its name is known: what it owns has no stated owner.
    pub migrator: Option<Ident>,
    /// How big its relations are, as far as a server was asked, under the names they had then or have now.
    pub sizes: Arc<Sizes>,
}

impl Schema {
    /// An empty database: only the schema `public`.
    #[must_use]
    pub fn new(dialect: Dialect, version: ServerVersion) -> Self {
        let mut schema = Self {
            dialect,
            version,
            graph: StableDiGraph::new(),
            nodes: IndexMap::default(),
            overloads: HashMap::default(),
            constraint_names: HashMap::default(),
            opaque_extensions: 0,
            extensions: 0,
            casts: 0,
            journal: Vec::new(),
            temporary: Vec::new(),
            unknown: IndexSet::default(),
            blind: false,
            tentative: false,
            in_block: false,
            coverage: Coverage::Partial,
            session: Session::default(),
            migrator: None,
            sizes: Arc::default(),
        };
        schema.add_builtin_schema();
        schema
    }

    /// Starts a new connection: settings are back at their defaults, temporary relations are gone.
    pub fn reset_session(&mut self) {
        self.session = Session::default();
        let temporary = std::mem::take(&mut self.temporary);
        for key in temporary {
            self.put(key, None);
        }
        self.take_changes();
    }

    /// The dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The server version whose behaviour is modelled.
    #[must_use]
    pub fn version(&self) -> ServerVersion {
        self.version
    }

    /// Takes the schema as that of a server of another version.
    pub fn assume_version(&mut self, version: ServerVersion) {
        self.version = version;
        self.fit_not_nulls();
    }

    /// The size of a relation with all its partitions and children; `None` when no server was asked.
    #[must_use]
    pub fn size_of(&self, relation: &QName) -> Option<RelationSize> {
        self.sizes.whole(self, relation)
    }

    /// Marks a relation as touched by something that could not be read.
    pub fn mark_unknown(&mut self, relation: QName) {
        self.unknown.insert(relation);
    }

    /// Whether something unreadable touched the relation.
    #[must_use]
    pub fn is_unknown(&self, relation: &QName) -> bool {
        self.unknown.contains(relation)
    }

    /// The relations that something unreadable touched, by name.
    #[must_use]
    pub fn unknown_relations(&self) -> Vec<&QName> {
        let mut names: Vec<&QName> = self.unknown.iter().collect();
        names.sort_unstable();
        names
    }

    /// Notes that something unreadable may have touched anything: what is missing from here on may exist.
    pub fn mark_blind(&mut self) {
        self.blind = true;
    }

    /// Whether something unreadable may have touched anything.
    #[must_use]
    pub fn is_blind(&self) -> bool {
        self.blind
    }
}
