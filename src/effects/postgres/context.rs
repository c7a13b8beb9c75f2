//! The working state of one analysis: the schema, the effects found so far, and the ways to add to them that
//! know what a relation is.

use crate::effects::fact::{
    Break, BreakKind, DataLoss, Effects, ErrorCondition, IndexBuild, Lock, LossKind, PossibleError,
    RewriteReason, ScanReason,
};
use crate::hash::HashMap;
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::lookup::Existence;
use crate::schema::model::{Index, Object, Sequence, Table, TableKind, View};

/// A relation that a statement names, as far as it is known.
pub(super) enum Target<'a> {
    /// It exists.
    Known(&'a Object),
    /// The model does not cover it; this is the name it would have.
    Unknown(QName),
    /// It does not exist: the statement fails, or does nothing with `IF EXISTS`.
    Absent,
}

/// Collects the effects of one statement.
pub(super) struct Context<'a> {
    /// The schema before the statement.
    pub(super) schema: &'a Schema,
    /// What was found so far.
    pub(super) fx: Effects,
    /// Where each locked relation stands in `fx.locks`: `DROP SCHEMA` locks thousands.
    locked: HashMap<QName, usize>,
}

impl<'a> Context<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        Self { schema, fx: Effects::default(), locked: HashMap::default() }
    }

    /// Whether the server is of this major version or newer.
    pub(super) fn at_least(&self, major: u16) -> bool {
        self.schema.version().at_least(major)
    }

    /// Finds the relation that a statement names. One that is unknown makes the effects uncertain.
    pub(super) fn target(&mut self, name: &QName) -> Target<'a> {
        match self.schema.existence(name) {
            Existence::Known(object) => {
                let qualified = self.schema.relation_name(name);
                if self.schema.is_unknown(&qualified) {
                    self.unsure(format!("an earlier statement on {qualified} could not be read"));
                }
                Target::Known(object)
            }
            Existence::Missing => Target::Absent,
            Existence::Unknown => {
                let qualified = self.schema.qualify(name);
                self.unsure(format!("{qualified} is not in the known schema"));
                Target::Unknown(qualified)
            }
        }
    }

    /// The table that a statement names; a table without columns stands for one that is not known.
    pub(super) fn table(&mut self, name: &QName) -> Option<std::borrow::Cow<'a, Table>> {
        match self.target(name) {
            Target::Known(Object::Table(table)) => Some(std::borrow::Cow::Borrowed(table)),
            Target::Known(_) | Target::Absent => None,
            Target::Unknown(name) => {
                let mut table = Table::new(name);
                table.columns_known = false;
                Some(std::borrow::Cow::Owned(table))
            }
        }
    }

    /// Locks a relation by name.
    pub(super) fn lock(&mut self, relation: &QName, kind: ObjectKind, mode: LockMode) {
        if let Some(at) = self.locked.get(relation) {
            let lock = &mut self.fx.locks[*at];
            lock.mode = lock.mode.max(mode);
        } else {
            self.locked.insert(relation.clone(), self.fx.locks.len());
            self.fx.locks.push(Lock { relation: relation.clone(), kind, mode });
        }
    }

    pub(super) fn lock_table(&mut self, table: &Table, mode: LockMode) {
        let kind = match table.kind {
            TableKind::Foreign(_) => ObjectKind::ForeignTable,
            TableKind::Ordinary | TableKind::Partitioned(_) => ObjectKind::Table,
        };
        self.lock(&table.name, kind, mode);
    }

    pub(super) fn lock_view(&mut self, view: &View, mode: LockMode) {
        let kind = if view.materialized { ObjectKind::MaterializedView } else { ObjectKind::View };
        self.lock(&view.name, kind, mode);
    }

    pub(super) fn lock_index(&mut self, index: &Index, mode: LockMode) {
        self.lock(&index.name, ObjectKind::Index, mode);
    }

    pub(super) fn lock_sequence(&mut self, sequence: &Sequence, mode: LockMode) {
        self.lock(&sequence.name, ObjectKind::Sequence, mode);
    }

    /// Locks whatever object this is, when it is a relation.
    pub(super) fn lock_object(&mut self, object: &Object, mode: LockMode) {
        match object {
            Object::Table(table) => self.lock_table(table, mode),
            Object::View(view) => self.lock_view(view, mode),
            Object::Index(index) => self.lock_index(index, mode),
            Object::Sequence(sequence) => self.lock_sequence(sequence, mode),
            Object::Schema(_)
            | Object::Type(_)
            | Object::Function(_)
            | Object::Role(_)
            | Object::Extension(_)
            | Object::Publication(_)
            | Object::Statistics(_)
            | Object::DefaultAcl(_)
            | Object::Other(_) => {}
        }
    }

    /// Locks the indexes of a table or materialized view.
    pub(super) fn lock_indexes(&mut self, relation: &QName, mode: LockMode) {
        for index in self.schema.indexes_of(relation) {
            self.lock_index(index, mode);
        }
    }

    /// Locks a table with all its partitions and inheritance descendants.
    pub(super) fn lock_tree(&mut self, table: &Table, mode: LockMode) {
        self.lock_table(table, mode);
        for child in self.schema.descendants_of(&table.name) {
            self.lock_table(child, mode);
        }
    }

    /// Locks the other side of a foreign key that is dropped or remade: the table and, when it is partitioned,
    /// its partitions, which carry triggers of their own. Before 15, tables that are partitioned had none, so
    /// that only a statement that names the constraint (`named`) locks the referenced one.
    pub(super) fn lock_far_side(&mut self, table: &QName, mode: LockMode, named: bool) {
        let Some(far) = self.schema.table(table) else {
            return self.lock(table, ObjectKind::Table, mode);
        };
        if named || self.at_least(15) || !far.is_partitioned() {
            self.lock_table(far, mode);
        }
        if far.is_partitioned() {
            for child in self.schema.descendants_of(&far.name) {
                if self.at_least(15) || !child.is_partitioned() {
                    self.lock_table(child, mode);
                }
            }
        }
    }

    /// A full read of a table; partitioned and foreign tables have no rows here.
    pub(super) fn scan(&mut self, table: &Table, reason: ScanReason) {
        if has_storage(table) {
            self.fx.scan(table.name.clone(), reason);
        }
    }

    /// A new file for a table: its rows are read, and all its indexes are built anew under `ACCESS EXCLUSIVE`.
    pub(super) fn rewrite(&mut self, table: &Table, reason: RewriteReason) {
        if !has_storage(table) {
            return;
        }
        self.fx.rewrite(table.name.clone(), reason);
        self.fx.scan(table.name.clone(), ScanReason::Rewrite);
        for index in self.schema.indexes_of(&table.name) {
            self.lock_index(index, LockMode::AccessExclusive);
            self.build(&table.name, Some(&index.name.name), false);
        }
    }

    /// An index build, once for each index.
    pub(super) fn build(&mut self, table: &QName, index: Option<&Ident>, concurrently: bool) {
        let build = IndexBuild { table: table.clone(), index: index.cloned(), concurrently };
        if index.is_none() || !self.fx.index_builds.contains(&build) {
            self.fx.index_builds.push(build);
        }
    }

    /// An error that may happen, once for each message.
    pub(super) fn error(&mut self, sqlstate: &'static str, message: String, when: ErrorCondition) {
        let error = PossibleError { sqlstate, message, when };
        if !self.fx.possible_errors.contains(&error) {
            self.fx.possible_errors.push(error);
        }
    }

    pub(super) fn lose(&mut self, object: &(impl ToString + ?Sized), what: LossKind) {
        self.fx.data_loss.push(DataLoss { object: object.to_string(), what });
    }

    pub(super) fn breaks(&mut self, object: &(impl ToString + ?Sized), kind: BreakKind) {
        self.fx.breaks.push(Break { object: object.to_string(), kind });
    }

    /// Says why the effects may be incomplete.
    pub(super) fn unsure(&mut self, reason: impl Into<String>) {
        let reason = reason.into();
        if !self.fx.uncertain.contains(&reason) {
            self.fx.uncertain.push(reason);
        }
    }
}

/// Whether a table has rows of its own on this server.
pub(super) fn has_storage(table: &Table) -> bool {
    matches!(table.kind, TableKind::Ordinary)
}

/// A column as messages name it.
pub(super) fn column_of(relation: &QName, column: &str) -> String {
    format!("{relation}.{column}")
}
