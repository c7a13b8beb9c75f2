//! Which transaction a statement runs in, and what that transaction holds.

use crate::hash::HashMap;
use crate::ir::DdlOp;
use crate::ir::data::{SetVariable, Transaction};
use crate::name::{Ident, QName};
use crate::schema::model::Change;
use crate::schema::{Schema, Session};

use super::deferred::Deferred;
use super::step::{HeldLock, Step, TransactionScope};

/// How a migration runner sends a file to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// The runner opens one transaction around the file.
    Transaction,
    /// The runner sends the file as one query string: the server makes one implicit transaction of it, unless
    /// it is a single statement or the file controls transactions itself.
    Query,
    /// Each statement is sent by itself, as psql does.
    Statement,
    /// Consecutive statements share a transaction; one that the server refuses in a transaction block is sent
    /// by itself between them.
    Split,
}

/// Timeouts in force, in milliseconds; `None` is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Timeouts {
    pub(super) lock: Option<u64>,
    pub(super) statement: Option<u64>,
}

/// The session of the migration being replayed.
#[derive(Debug)]
pub(super) struct SessionState {
    pub(super) timeouts: Timeouts,
    wrap: Wrap,
    open: Option<Open>,
    next_block: usize,
    /// Outside a transaction nothing is put off.
    none: Deferred,
}

#[derive(Debug)]
struct Open {
    scope: TransactionScope,
    held: Vec<HeldLock>,
    deferred: Deferred,
    changes: Vec<Change>,
    savepoints: HashMap<Ident, usize>,
    at_start: (Session, Timeouts),
    before_local: Option<(Session, Timeouts)>,
    lasting_sets: Vec<SetVariable>,
}

impl SessionState {
    pub(super) fn new() -> Self {
        Self {
            timeouts: Timeouts::default(),
            wrap: Wrap::Statement,
            open: None,
            next_block: 0,
            none: Deferred::default(),
        }
    }

    /// Starts a migration in a fresh session.
    pub(super) fn begin_migration(&mut self, wrap: Wrap, schema: &Schema) {
        self.timeouts = Timeouts::default();
        self.wrap = wrap;
        self.open = None;
        if wrap != Wrap::Statement {
            self.open(TransactionScope::Runner, schema);
        }
    }

    /// Ends a migration: the runner commits. A `BEGIN` that the file never closes is rolled back by the server
    /// when the connection ends; for what follows it is taken as meant to commit, and a rule reports it.
    pub(super) fn end_migration(&mut self, schema: &mut Schema) {
        self.commit(schema);
    }

    /// Lets the runner close its transaction before a statement that cannot run in one, and open the next after it.
    pub(super) fn before(&mut self, op: &DdlOp, schema: &mut Schema) {
        if self.wrap != Wrap::Split {
            return;
        }
        if op.transaction_refusal().is_some() {
            if matches!(self.scope(), TransactionScope::Runner(_)) {
                self.commit(schema);
            }
        } else if self.open.is_none() {
            self.open(TransactionScope::Runner, schema);
        }
    }

    pub(super) fn scope(&self) -> TransactionScope {
        self.open.as_ref().map_or(TransactionScope::Own, |o| o.scope)
    }

    pub(super) fn held(&self) -> &[HeldLock] {
        self.open.as_ref().map_or(&[], |o| &o.held)
    }

    /// The checks that the open transaction has put off.
    pub(super) fn deferred(&self) -> &Deferred {
        self.open.as_ref().map_or(&self.none, |o| &o.deferred)
    }

    /// Notes the checks that a step puts off or carries out, with the schema after it.
    pub(super) fn defer(&mut self, step: &Step, schema: &Schema) {
        if let Some(open) = &mut self.open {
            open.deferred.note(&step.stmt.op, schema, step.index);
        }
    }

    /// Notes what a step locked and changed.
    pub(super) fn record(&mut self, step: &Step, locks: impl Iterator<Item = HeldLock>) {
        let Some(open) = &mut self.open else { return };
        for lock in locks {
            match open.held.iter_mut().find(|h| h.relation == lock.relation) {
                Some(held) if held.mode < lock.mode => *held = lock,
                Some(_) => {}
                None => open.held.push(lock),
            }
        }
        open.changes.extend(step.changes.iter().cloned());
    }

    /// Notes changes of a statement whose locks are of no interest.
    pub(super) fn record_changes(&mut self, changes: Vec<Change>) {
        if let Some(open) = &mut self.open {
            open.changes.extend(changes);
        }
    }

    /// Follows a rename, so that a lock stays on the relation under its new name.
    pub(super) fn rename(&mut self, from: &QName, to: &QName) {
        if let Some(open) = &mut self.open {
            for held in open.held.iter_mut().filter(|h| h.relation == *from) {
                held.relation = to.clone();
            }
        }
    }

    /// Carries out transaction control and settings. Returns the changes that were rolled back.
    pub(super) fn control(&mut self, op: &DdlOp, schema: &mut Schema) -> Vec<Change> {
        match op {
            DdlOp::Transaction(transaction) => self.transaction(transaction, schema),
            DdlOp::Set(set) => {
                self.set(set, schema);
                Vec::new()
            }
            DdlOp::Select(select) => {
                for set in &select.settings {
                    self.set(set, schema);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn transaction(&mut self, transaction: &Transaction, schema: &mut Schema) -> Vec<Change> {
        match transaction {
            Transaction::Begin { .. } => {
                // Inside the runner's own transaction BEGIN only warns. In a query string the statements so
                // far become part of the explicit block.
                if self.open.is_none() {
                    self.open(TransactionScope::Explicit, schema);
                } else if self.wrap == Wrap::Query
                    && let Some(open) = &mut self.open
                    && let TransactionScope::Runner(id) = open.scope
                {
                    open.scope = TransactionScope::Explicit(id);
                }
                Vec::new()
            }
            Transaction::Commit { chain } => {
                self.commit(schema);
                self.reopen(*chain, schema);
                Vec::new()
            }
            Transaction::Rollback { chain } => {
                let undone = self.rollback(schema);
                self.reopen(*chain, schema);
                undone
            }
            Transaction::Savepoint(name) => {
                if let Some(open) = &mut self.open {
                    open.savepoints.insert(name.clone(), open.changes.len());
                }
                Vec::new()
            }
            Transaction::RollbackTo(name) => {
                let Some(open) = &mut self.open else { return Vec::new() };
                let Some(mark) = open.savepoints.get(name) else { return Vec::new() };
                let undone = open.changes.split_off((*mark).min(open.changes.len()));
                schema.undo(&undone);
                undone
            }
            Transaction::Release(_) => Vec::new(),
            // PREPARE TRANSACTION ends the block for this session; its locks stay until COMMIT PREPARED, which
            // no migration runner does. Treated as a commit.
            Transaction::TwoPhase(_) => {
                self.commit(schema);
                Vec::new()
            }
        }
    }

    fn set(&mut self, set: &SetVariable, schema: &Schema) {
        if let Some(open) = &mut self.open {
            if set.local {
                open.before_local.get_or_insert_with(|| (schema.session.clone(), self.timeouts));
            } else {
                open.lasting_sets.push(set.clone());
            }
        } else if set.local {
            return; // the server only warns: SET LOCAL has no effect outside a transaction block
        }
        apply_timeouts(&mut self.timeouts, set);
    }

    fn open(&mut self, scope: fn(usize) -> TransactionScope, schema: &Schema) {
        self.open = Some(Open {
            scope: scope(self.next_block),
            held: Vec::new(),
            deferred: Deferred::default(),
            changes: Vec::new(),
            savepoints: HashMap::default(),
            at_start: (schema.session.clone(), self.timeouts),
            before_local: None,
            lasting_sets: Vec::new(),
        });
        self.next_block += 1;
    }

    /// After `COMMIT` inside a query string the rest of the string is a new implicit transaction.
    fn reopen(&mut self, chain: bool, schema: &Schema) {
        if chain {
            self.open(TransactionScope::Explicit, schema);
        } else if self.wrap == Wrap::Query {
            self.open(TransactionScope::Runner, schema);
        }
    }

    fn commit(&mut self, schema: &mut Schema) {
        let Some(open) = self.open.take() else { return };
        if let Some((session, timeouts)) = open.before_local {
            schema.session = session;
            self.timeouts = timeouts;
            for set in open.lasting_sets {
                apply_timeouts(&mut self.timeouts, &set);
                schema.apply(&DdlOp::Set(set));
            }
        }
    }

    fn rollback(&mut self, schema: &mut Schema) -> Vec<Change> {
        let Some(open) = self.open.take() else { return Vec::new() };
        schema.undo(&open.changes);
        schema.session = open.at_start.0;
        self.timeouts = open.at_start.1;
        open.changes
    }
}

fn apply_timeouts(timeouts: &mut Timeouts, set: &SetVariable) {
    let value = set.values.first().and_then(|v| milliseconds(v)).filter(|ms| *ms > 0);
    match set.name.as_str() {
        "lock_timeout" => timeouts.lock = value,
        "statement_timeout" => timeouts.statement = value,
        "all" if set.values.is_empty() => *timeouts = Timeouts::default(),
        _ => {}
    }
}

/// A duration as the server reads it: a number with an optional unit, milliseconds by default.
fn milliseconds(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let factor = match text[digits..].trim() {
        "" | "ms" => 1.0,
        "us" => 0.001,
        "s" => 1_000.0,
        "min" => 60_000.0,
        "h" => 3_600_000.0,
        "d" => 86_400_000.0,
        _ => return None,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "digits only, far below 2^64"
    )]
    Some((number * factor).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn durations_follow_the_server() {
        assert_eq!(milliseconds("2s"), Some(2_000));
        assert_eq!(milliseconds("1500"), Some(1_500));
        assert_eq!(milliseconds("1.5 min"), Some(90_000));
        assert_eq!(milliseconds("0"), Some(0));
        assert_eq!(milliseconds("soon"), None);
    }
}
