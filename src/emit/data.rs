//! Statements on rows, sessions and transactions.

use super::line::{Line, commas};
use super::object::{columns, ident, literal, option_name, relation, setting};
use crate::ir::data::{
    Copy, Delete, Insert, LockTable, Merge, Overriding, SetVariable, Transaction, Truncate, Update,
};
use crate::ir::expr::{Expr, Query};
use crate::name::{Dialect, QName};

/// `TRUNCATE`.
pub(super) fn truncate(truncate: &Truncate, dialect: Dialect) -> String {
    Line::new("TRUNCATE TABLE")
        .word(relations_or_only(&truncate.tables, &truncate.only, dialect))
        // MySQL always starts the numbers again.
        .when(truncate.restart_identity && dialect == Dialect::PostgreSql, "RESTART IDENTITY")
        .when(truncate.cascade && dialect == Dialect::PostgreSql, "CASCADE")
        .done()
}

/// `INSERT`. With a `VALUES` list the query is the whole statement, when there is more to it than the list; with a
/// query it is that query. The rows of a long list and the action of `ON CONFLICT` are not kept by themselves.
pub(super) fn insert(insert: &Insert, dialect: Dialect) -> String {
    let line = Line::new("INSERT INTO").word(relation(&insert.table, dialect));
    let query = super::verbatim(&insert.query.sql);
    let whole = insert.rows.is_some() && !query.is_empty();
    if whole {
        return query;
    }
    let cells = insert.values.iter().flatten();
    let defaults = insert.rows == Some(1) && insert.columns.is_empty() && cells.clone().count() == 0;
    // Values for parts of a column name it more than once, and the parts are not kept.
    let parts = insert.columns.iter().enumerate().any(|(at, name)| insert.columns[..at].contains(name));
    let complete = !parts && (insert.rows.is_none_or(|rows| rows == insert.values.len()) || defaults);
    // Statements that write inside `WITH` stand only at the very beginning, before `INSERT`.
    if insert.on_conflict
        || !complete
        || !insert.query.writes.is_empty()
        || cells.clone().any(|cell| cell.sql.is_empty())
    {
        return super::not_held(&line.done());
    }
    let head = line.list("", &columns(&insert.columns, dialect));
    let head = match insert.overriding {
        None => head,
        Some(Overriding::System) => head.word("OVERRIDING SYSTEM VALUE"),
        Some(Overriding::User) => head.word("OVERRIDING USER VALUE"),
    };
    if insert.rows.is_none() {
        return if query.is_empty() {
            super::not_held(&head.done())
        } else {
            format!("{}\n{query}", head.done())
        };
    }
    if defaults {
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

/// Tables, some of them with `ONLY`.
pub(super) fn relations_or_only(tables: &[QName], only: &[QName], dialect: Dialect) -> String {
    commas(tables, |table| {
        let word = if only.contains(table) && dialect == Dialect::PostgreSql { "ONLY " } else { "" };
        format!("{word}{}", relation(table, dialect))
    })
}

/// `LOCK TABLE`.
pub(super) fn lock_table(lock: &LockTable, dialect: Dialect) -> String {
    if dialect == Dialect::MySql {
        let mode = if lock.mode.blocks_reads() { "WRITE" } else { "READ" };
        return format!(
            "LOCK TABLES {}",
            commas(&lock.tables, |table| format!("{} {mode}", relation(table, dialect)))
        );
    }
    Line::new("LOCK TABLE")
        .word(relations_or_only(&lock.tables, &lock.only, dialect))
        .word(format!("IN {} MODE", lock.mode))
        .when(lock.nowait, "NOWAIT")
        .done()
}

/// Transaction control.
pub(super) fn transaction(transaction: &Transaction, dialect: Dialect) -> String {
    match transaction {
        Transaction::Begin { modes } if dialect == Dialect::PostgreSql => {
            Line::new("BEGIN").word(modes.join(", "))
        }
        Transaction::Begin { .. } => Line::new("BEGIN"),
        Transaction::Commit { chain } => Line::new("COMMIT").when(*chain, "AND CHAIN"),
        Transaction::Rollback { chain } => Line::new("ROLLBACK").when(*chain, "AND CHAIN"),
        Transaction::Savepoint(name) => Line::new("SAVEPOINT").word(ident(name, dialect)),
        Transaction::Release(name) => Line::new("RELEASE SAVEPOINT").word(ident(name, dialect)),
        Transaction::RollbackTo(name) => Line::new("ROLLBACK TO SAVEPOINT").word(ident(name, dialect)),
        Transaction::TwoPhase(text) => Line::new(text),
    }
    .done()
}

/// `SET` and `RESET`; in SQLite variables are pragmas.
pub(super) fn set(set: &SetVariable, dialect: Dialect) -> String {
    match dialect {
        Dialect::PostgreSql => postgres_set(set),
        Dialect::MySql => mysql_set(set),
        Dialect::Sqlite => {
            let value = (!set.values.is_empty()).then(|| set.values.join(", "));
            Line::new("PRAGMA").word(&set.name).clause("=", value).done()
        }
    }
}

fn postgres_set(set: &SetVariable) -> String {
    let name = option_name(&set.name);
    let values = commas(&set.values, |value| setting(value));
    let line = Line::new("SET").when(set.local, "LOCAL");
    match (set.name.as_str(), set.values.as_slice()) {
        ("all", []) => Line::new("RESET ALL"),
        ("role", []) => Line::new("RESET ROLE"),
        ("session authorization", []) if set.local => line.word("SESSION AUTHORIZATION DEFAULT"),
        ("session authorization", []) => Line::new("RESET SESSION AUTHORIZATION"),
        ("role", _) => line.clause("ROLE", Some(values)),
        ("session authorization", _) => line.clause("SESSION AUTHORIZATION", Some(values)),
        (_, []) if set.local => line.word(name).word("TO DEFAULT"),
        (_, []) => Line::new("RESET").word(name),
        ("constraints", [mode, names @ ..]) => {
            let names = commas(names, |name| if name == "all" { "ALL".into() } else { option_name(name) });
            line.word("CONSTRAINTS").word(names).word(mode.to_ascii_uppercase())
        }
        ("transaction", modes) => {
            line.clause("TRANSACTION", Some(commas(modes, |mode| mode.to_ascii_uppercase())))
        }
        ("transaction snapshot", _) => line.clause("TRANSACTION SNAPSHOT", Some(values)),
        ("session characteristics", modes) => line.clause(
            "SESSION CHARACTERISTICS AS TRANSACTION",
            Some(commas(modes, |mode| mode.to_ascii_uppercase())),
        ),
        _ => line.word(name).clause("=", Some(values)),
    }
    .done()
}

/// The IR has `USE` as the search path, and the scope of a variable before its name.
fn mysql_set(set: &SetVariable) -> String {
    let value = |value: &String| {
        let expression = value.starts_with(['@', '(']);
        if expression { value.clone() } else { mysql_setting(value) }
    };
    let values = commas(&set.values, value);
    let line = Line::new("SET");
    match set.name.as_str() {
        "search_path" => {
            Line::new("USE").word(commas(&set.values, |name| ident(name, Dialect::MySql).into_owned()))
        }
        "names" => line.clause("NAMES", Some(values)),
        "character set" => line.clause("CHARACTER SET", Some(values)),
        "transaction" => line.clause("TRANSACTION", set.values.first().map(|mode| mode.to_ascii_uppercase())),
        name => {
            let scopes = ["global", "persist", "persist_only"];
            let scoped = name.split_once('.').filter(|(scope, _)| scopes.contains(scope));
            let line = match scoped {
                Some((scope, name)) => line.word(scope.to_ascii_uppercase()).word(name),
                None => line.word(name),
            };
            line.clause("=", Some(if values.is_empty() { "DEFAULT".to_owned() } else { values }))
        }
    }
    .done()
}

fn mysql_setting(value: &str) -> String {
    let plain = setting(value);
    if plain == value { plain } else { literal(value, Dialect::MySql) }
}
