//! Walking through migrations statement by statement.

use std::sync::Arc;

use crate::effects;
use crate::hash::HashSet;
use crate::ir::data::Transaction;
use crate::ir::object::ObjectKind;
use crate::ir::{DdlOp, Stmt};
use crate::name::{Dialect, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Change, Object};
use crate::schema::sizes::RelationSize;

use super::rows::Rows;
use super::step::{HeldLock, Lifetime, Step};
use super::transaction::{SessionState, Wrap};

/// Replays migrations on a schema. For each statement call [`Replay::prepare`], look at the step with
/// [`Replay::schema`] as it is before, then [`Replay::commit`].
#[derive(Debug)]
pub struct Replay {
    pub(super) schema: Schema,
    session: SessionState,
    pub(super) next_step: usize,
    change_set: usize,
    pub(super) created_in_set: HashSet<QName>,
    pub(super) created_in_migration: HashSet<QName>,
    pub(super) rows: Rows,
}

impl Replay {
    /// Starts from a schema.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        Self {
            schema,
            session: SessionState::new(),
            next_step: 0,
            change_set: 0,
            created_in_set: HashSet::default(),
            created_in_migration: HashSet::default(),
            rows: Rows::default(),
        }
    }

    /// The schema as it is now.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Ends the replay and returns the schema.
    #[must_use]
    pub fn into_schema(self) -> Schema {
        self.schema
    }

    /// Replays a migration that only gives context: its effects are of no interest.
    pub fn history<'s>(&mut self, wrap: Wrap, statements: impl Iterator<Item = &'s Stmt>) {
        self.history_with(wrap, statements, |_, _, _| ());
    }

    /// The same; `see` is shown each statement with what it changes, and whether it fails.
    pub fn history_with<'s>(
        &mut self,
        wrap: Wrap,
        statements: impl Iterator<Item = &'s Stmt>,
        mut see: impl FnMut(&Stmt, &[Change], bool),
    ) {
        self.begin_migration(wrap);
        for stmt in statements {
            self.session.before(&stmt.op, &mut self.schema);
            self.session.control(&stmt.op, &mut self.schema);
            let failed = !self.schema.apply(&stmt.op).is_empty();
            self.rows.note(&stmt.op, &self.schema, failed);
            let changes = self.schema.take_changes();
            see(stmt, &changes, failed);
            if self.session.scope().block().is_some() {
                self.session.record_changes(changes);
            }
        }
        self.end_migration();
    }

    /// Starts a change set: what exists now is in use by others.
    pub fn begin_change_set(&mut self) {
        self.created_in_set.clear();
        self.change_set += 1;
    }

    /// Starts a migration in a fresh session, as when it is deployed by itself.
    pub fn begin_migration(&mut self, wrap: Wrap) {
        self.created_in_migration.clear();
        self.schema.reset_session();
        self.session.begin_migration(wrap, &self.schema);
    }

    /// Ends a migration: the runner commits what is open.
    pub fn end_migration(&mut self) {
        self.session.end_migration(&mut self.schema);
    }

    /// What a statement would change, see [`Schema::preview`].
    pub fn preview(&mut self, op: &DdlOp) -> Option<Vec<Change>> {
        self.schema.preview(op)
    }

    /// The error that a statement ends with as things stand, see [`Schema::failure`].
    pub fn failure(&mut self, op: &DdlOp) -> Option<SchemaError> {
        self.schema.failure(op)
    }

    /// What a statement does, in the schema as it is before it.
    #[must_use]
    pub fn prepare(&mut self, stmt: Stmt, migration: usize) -> Step {
        self.session.before(&stmt.op, &mut self.schema);
        let effects = effects::analyse(&stmt.op, &self.schema);
        let sizes = if self.schema.sizes.is_empty() {
            Vec::new()
        } else {
            effects.locks.iter().map(|l| self.size(&l.relation)).collect()
        };
        let lifetimes = effects
            .locks
            .iter()
            .map(|l| (self.lifetime(&l.relation), !self.created_in_migration.contains(&l.relation)))
            .collect();
        let index = self.next_step;
        self.next_step += 1;
        let mut step = Step {
            index,
            migration,
            change_set: self.change_set,
            stmt,
            effects,
            errors: Vec::new(),
            transaction: self.session.scope(),
            held: self.session.held().to_vec(),
            pending_check: None,
            lifetimes,
            sizes,
            lock_timeout_ms: self.session.timeouts.lock,
            statement_timeout_ms: self.session.timeouts.statement,
            changes: Vec::new(),
        };
        if step.in_transaction()
            && self.schema.dialect() == Dialect::PostgreSql
            && let Some(reason) = step.effects.no_transaction
        {
            // 25001 active_sql_transaction: the text is the server's.
            step.errors
                .push(SchemaError::new("25001", format!("{reason} cannot run inside a transaction block")));
        }
        if self.schema.dialect() == Dialect::PostgreSql {
            let error = self.certain_error(&mut step);
            step.errors.extend(error);
        }
        step
    }

    /// Errors that the surroundings of a statement make certain: what its transaction has done before, and rows that
    /// are known to be there.
    fn certain_error(&self, step: &mut Step) -> Option<SchemaError> {
        let op = &step.stmt.op;
        if step.in_transaction() && step.effects.ends_transaction == Some(true) {
            return Some(SchemaError::new("2D000", "invalid transaction termination"));
        }
        if !step.in_transaction()
            && let Some(command) = needs_transaction(op)
        {
            let message = format!("{command} can only be used in transaction blocks");
            return Some(SchemaError::new("25P01", message));
        }
        if let Some(check) = self.session.deferred().in_the_way(op, &self.schema) {
            step.pending_check = Some(check.clone());
            let verb = match op {
                DdlOp::CreateIndex(_) => "CREATE INDEX",
                DdlOp::Drop(_) => "DROP TABLE",
                DdlOp::Truncate(_) => "TRUNCATE",
                DdlOp::Cluster(_) => "CLUSTER",
                _ => "ALTER TABLE",
            };
            let name = &check.table.name;
            let message = format!("cannot {verb} \"{name}\" because it has pending trigger events");
            return check.certain.then(|| SchemaError::new("55006", message));
        }
        self.rows.error(op, &step.effects, &self.schema)
    }

    /// Applies a prepared step. Returns the errors that the schema foresees.
    pub fn commit(&mut self, step: &mut Step) {
        // Settings and transaction control look at the session as it was before the statement.
        let undone = self.session.control(&step.stmt.op, &mut self.schema);
        step.errors.extend(self.schema.apply(&step.stmt.op));
        step.changes = self.schema.take_changes();
        self.rows.note(&step.stmt.op, &self.schema, !step.errors.is_empty());
        self.session.defer(step, &self.schema);
        self.follow_names(step);
        let locks: Vec<_> = step
            .existing_locks()
            .map(|l| HeldLock { relation: l.relation.clone(), mode: l.mode, step: step.index })
            .collect();
        self.session.record(step, locks.into_iter());
        for undone in undone {
            if let ObjectKey::Relation(name) = undone.key
                && undone.before.is_none()
            {
                self.created_in_set.remove(&name);
                self.created_in_migration.remove(&name);
            }
        }
    }

    /// The object behind a key, to be kept over later changes.
    #[must_use]
    pub fn object(&self, key: &ObjectKey) -> Option<Arc<Object>> {
        self.schema.get_arc(key).cloned()
    }

    /// How old a relation is, seen from the change set.
    #[must_use]
    pub fn lifetime(&self, relation: &QName) -> Lifetime {
        if relation.in_schema("pg_temp") {
            Lifetime::Temporary
        } else if self.created_in_set.contains(relation) {
            Lifetime::Created
        } else {
            Lifetime::Existing
        }
    }

    /// How big a relation is that the change set did not make.
    fn size(&self, relation: &QName) -> Option<RelationSize> {
        if self.created_in_set.contains(relation) { None } else { self.schema.size_of(relation) }
    }

    fn follow_names(&mut self, step: &Step) {
        let renamed = renamed_relation(&step.stmt.op, &self.schema, step);
        for change in &step.changes {
            let ObjectKey::Relation(name) = &change.key else { continue };
            match (&change.before, &change.after) {
                (None, Some(_)) if renamed.as_ref().is_none_or(|(_, to)| to != name) => {
                    // An object that moved with its table (an index into another schema) is as old as it was.
                    let moved = moved_from(step, change);
                    for created in [&mut self.created_in_set, &mut self.created_in_migration] {
                        if moved.as_ref().is_none_or(|from| created.contains(from)) {
                            created.insert(name.clone());
                        }
                    }
                }
                (Some(_), None) if renamed.as_ref().is_none_or(|(from, _)| from != name) => {
                    self.created_in_set.remove(name);
                    self.created_in_migration.remove(name);
                }
                _ => {}
            }
        }
        if let Some((from, to)) = renamed {
            if self.schema.sizes.get(&from).is_some() {
                Arc::make_mut(&mut self.schema.sizes).rename(&from, &to);
            }
            self.session.rename(&from, &to);
            for created in [&mut self.created_in_set, &mut self.created_in_migration] {
                if created.remove(&from) {
                    created.insert(to.clone());
                }
            }
        }
    }
}

/// The old and the new name of the relation that a statement renames or moves.
fn renamed_relation(op: &DdlOp, schema: &Schema, step: &Step) -> Option<(QName, QName)> {
    let (kind, name, to): (ObjectKind, &QName, Box<dyn Fn(&QName) -> QName>) = match op {
        DdlOp::Rename(r) => (r.kind, &r.object.name, Box::new(|from: &QName| from.sibling(r.to.clone()))),
        DdlOp::SetSchema(s) => (
            s.kind,
            &s.object.name,
            Box::new(|from: &QName| QName::qualified(s.schema.clone(), from.name.clone())),
        ),
        _ => return None,
    };
    if !kind.is_relation() {
        return None;
    }
    let gone = step.changes.iter().find_map(|c| match &c.key {
        ObjectKey::Relation(key) if c.after.is_none() && key.name == name.name => Some(key.clone()),
        _ => None,
    });
    let from = gone.unwrap_or_else(|| schema.qualify(name));
    let to = to(&from);
    Some((from, to))
}

/// Where a relation that appears under a new key was before, when the same statement removed one that is
/// otherwise like it: a secondary object that followed its table.
fn moved_from(step: &Step, change: &Change) -> Option<QName> {
    if !matches!(step.stmt.op, DdlOp::Rename(_) | DdlOp::SetSchema(_)) {
        return None;
    }
    let ObjectKey::Relation(new) = &change.key else { return None };
    step.changes.iter().find_map(|c| match &c.key {
        ObjectKey::Relation(old)
            if c.after.is_none()
                && (old.name == new.name || old.schema == new.schema)
                && c.before.as_ref().map(|o| o.kind()) == change.after.as_ref().map(|o| o.kind()) =>
        {
            Some(old.clone())
        }
        _ => None,
    })
}

/// The command, when a transaction block has to be open for it. `SET LOCAL` and `SET CONSTRAINTS` only warn.
fn needs_transaction(op: &DdlOp) -> Option<&'static str> {
    match op {
        DdlOp::LockTable(_) => Some("LOCK TABLE"),
        DdlOp::Transaction(Transaction::Savepoint(_)) => Some("SAVEPOINT"),
        DdlOp::Transaction(Transaction::Release(_)) => Some("RELEASE SAVEPOINT"),
        DdlOp::Transaction(Transaction::RollbackTo(_)) => Some("ROLLBACK TO SAVEPOINT"),
        _ => None,
    }
}
