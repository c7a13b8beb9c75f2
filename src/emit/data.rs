//! Statements on rows, sessions and transactions.

use super::line::{Line, commas};
use super::object::{columns, ident, option_name, relation, relations, setting};
use crate::ir::data::{Copy, Delete, Insert, LockTable, Merge, SetVariable, Transaction, Truncate, Update};
use crate::ir::expr::{Expr, Query};
use crate::name::Dialect;

/// `TRUNCATE`.
pub(super) fn truncate(truncate: &Truncate, dialect: Dialect) -> String {
    Line::new("TRUNCATE TABLE")
        .word(relations(&truncate.tables, dialect))
        .when(truncate.restart_identity, "RESTART IDENTITY")
        .when(truncate.cascade, "CASCADE")
        .done()
}

/// `INSERT`. The rows of a long list and the action of `ON CONFLICT` are not kept.
pub(super) fn insert(insert: &Insert, dialect: Dialect) -> String {
    let line = Line::new("INSERT INTO").word(relation(&insert.table, dialect));
    let complete = insert.rows.is_none_or(|rows| rows == insert.values.len());
    let cells = insert.values.iter().flatten();
    if insert.on_conflict || !complete || cells.clone().any(|cell| cell.sql.is_empty()) {
        return super::not_held(&line.done());
    }
    let head = line.list("", &columns(&insert.columns, dialect));
    if insert.rows.is_none() {
        let query = super::verbatim(&insert.query.sql);
        return if query.is_empty() {
            super::not_held(&head.done())
        } else {
            format!("{}\n{query}", head.done())
        };
    }
    if cells.count() == 0 {
        return head.word("DEFAULT VALUES").done();
    }
    let rows: Vec<String> =
        insert.values.iter().map(|row| format!("({})", commas(row, |cell| cell.sql.clone()))).collect();
    format!("{}{}", head.word("VALUES").done(), super::line::spread(&rows))
}

/// `UPDATE`.
pub(super) fn update(update: &Update, dialect: Dialect) -> String {
    let line = Line::new("UPDATE").word(relation(&update.table, dialect));
    let complete = update.assignments.iter().all(|(_, value)| !value.sql.is_empty());
    let assignments =
        commas(&update.assignments, |(column, value)| format!("{} = {}", ident(column, dialect), value.sql));
    statement("UPDATE", &update.query, complete && !assignments.is_empty(), || {
        filtered(line.clause("SET", Some(assignments)), update.filter.as_ref())
    })
}

/// `DELETE`.
pub(super) fn delete(delete: &Delete, dialect: Dialect) -> String {
    let line = Line::new("DELETE FROM").word(relation(&delete.table, dialect));
    statement("DELETE", &delete.query, true, || filtered(line, delete.filter.as_ref()))
}

/// `MERGE`.
pub(super) fn merge(merge: &Merge, dialect: Dialect) -> String {
    statement("MERGE", &merge.query, false, || relation(&merge.table, dialect))
}

fn filtered(line: Line, filter: Option<&Expr>) -> String {
    line.clause("WHERE", filter.map(|filter| filter.sql.as_str())).done()
}

/// A statement that was read is written as it was; one that was built comes from its parts, when they say all.
fn statement(verb: &str, query: &Query, complete: bool, parts: impl FnOnce() -> String) -> String {
    let text = super::verbatim(&query.sql);
    if !text.is_empty() {
        text
    } else if complete {
        parts()
    } else {
        super::not_held(verb)
    }
}

/// `COPY`: the file and the options are not kept.
pub(super) fn copy(copy: &Copy, dialect: Dialect) -> String {
    let what = copy.table.as_ref().map_or(String::new(), |table| relation(table, dialect));
    super::not_held(&Line::new("COPY").word(what).word(if copy.from { "FROM" } else { "TO" }).done())
}

/// `LOCK TABLE`.
pub(super) fn lock_table(lock: &LockTable, dialect: Dialect) -> String {
    Line::new("LOCK TABLE")
        .word(relations(&lock.tables, dialect))
        .word(format!("IN {} MODE", lock.mode))
        .when(lock.nowait, "NOWAIT")
        .done()
}

/// Transaction control.
pub(super) fn transaction(transaction: &Transaction, dialect: Dialect) -> String {
    match transaction {
        Transaction::Begin => Line::new("BEGIN"),
        Transaction::Commit { chain } => Line::new("COMMIT").when(*chain, "AND CHAIN"),
        Transaction::Rollback { chain } => Line::new("ROLLBACK").when(*chain, "AND CHAIN"),
        Transaction::Savepoint(name) => Line::new("SAVEPOINT").word(ident(name, dialect)),
        Transaction::Release(name) => Line::new("RELEASE SAVEPOINT").word(ident(name, dialect)),
        Transaction::RollbackTo(name) => Line::new("ROLLBACK TO SAVEPOINT").word(ident(name, dialect)),
        Transaction::TwoPhase(text) => Line::new(text),
    }
    .done()
}

/// `SET` and `RESET`.
pub(super) fn set(set: &SetVariable) -> String {
    let name = option_name(&set.name);
    let values = commas(&set.values, |value| setting(value));
    let line = Line::new("SET").when(set.local, "LOCAL");
    match (set.name.as_str(), set.values.as_slice()) {
        ("all", []) => Line::new("RESET ALL"),
        ("role", []) => Line::new("RESET ROLE"),
        ("session authorization", []) => Line::new("RESET SESSION AUTHORIZATION"),
        ("role", _) => line.clause("ROLE", Some(values)),
        ("session authorization", _) => line.clause("SESSION AUTHORIZATION", Some(values)),
        (_, []) if set.local => line.word(name).word("TO DEFAULT"),
        (_, []) => Line::new("RESET").word(name),
        _ => line.word(name).clause("=", Some(values)),
    }
    .done()
}

/// `name = value` of a configuration parameter.
pub(super) fn assignment(name: &str, value: &str) -> String {
    format!("{} = {}", option_name(name), setting(value))
}
