//! Transactions, variables, and the commands of a session.

use super::Problem;
use super::cursor::{Cursor, Parsed, unquote};
use crate::ir::DdlOp;
use crate::ir::data::{LockMode, LockTable, SessionCommand, SetVariable, Transaction};
use crate::ir::index::{Reindex, ReindexTarget, Vacuum};
use crate::name::{Dialect, QName};
use crate::parse::lexer::TokenKind;

/// Commands that change nothing a review looks at.
const SESSION: [(&str, &str); 14] = [
    ("show", "SHOW"),
    ("explain", "EXPLAIN"),
    ("describe", "DESCRIBE"),
    ("desc", "DESCRIBE"),
    ("help", "HELP"),
    ("flush", "FLUSH"),
    ("reset", "RESET"),
    ("kill", "KILL"),
    ("checksum", "CHECKSUM"),
    ("cache", "CACHE"),
    ("attach", "ATTACH"),
    ("detach", "DETACH"),
    ("deallocate", "DEALLOCATE"),
    ("unlock", "UNLOCK TABLES"),
];

/// A statement that begins with `verb`.
pub(super) fn statement(verb: &str, mut c: Cursor) -> Parsed<Vec<DdlOp>> {
    if let Some((_, verb)) = SESSION.iter().find(|(word, _)| *word == verb) {
        return Ok(vec![DdlOp::Session(SessionCommand { verb })]);
    }
    let mysql = c.dialect == Dialect::MySql;
    match verb {
        "begin" | "start" | "commit" | "end" | "rollback" | "savepoint" | "release" | "xa" => {
            transaction(verb, c).map(|transaction| vec![DdlOp::Transaction(transaction)])
        }
        "set" if mysql => set(c),
        "pragma" => pragma(c).map(|op| vec![op]),
        "lock" if mysql => lock(c),
        "analyze" | "optimize" if mysql => {
            c.eat_any(&["no_write_to_binlog", "local"]);
            c.expect(&["table"])?;
            let tables = c.qnames()?;
            let full = verb == "optimize";
            // `OPTIMIZE TABLE` rebuilds the table.
            Ok(vec![DdlOp::Vacuum(Vacuum { vacuum: full, full, analyze: true, tables, only: Vec::new() })])
        }
        "vacuum" | "analyze" => {
            let vacuum = verb == "vacuum";
            let tables = if vacuum || c.is_done() { Vec::new() } else { vec![c.qname()?] };
            Ok(vec![DdlOp::Vacuum(Vacuum {
                vacuum,
                full: vacuum,
                analyze: !vacuum,
                tables,
                only: Vec::new(),
            })])
        }
        "reindex" => {
            let target = if c.is_done() { ReindexTarget::Database } else { ReindexTarget::Index(c.qname()?) };
            c.finish()?;
            Ok(vec![DdlOp::Reindex(Reindex { target, concurrently: false, tablespace: None })])
        }
        "call" => {
            let procedure = c.qname()?;
            Ok(vec![DdlOp::Call { procedure }])
        }
        "grant" | "revoke" | "prepare" | "execute" | "check" | "repair" | "handler" | "do" | "install"
        | "uninstall" | "change" | "stop" | "purge" | "binlog" | "import" | "clone" | "delimiter"
        | "signal" | "set" | "comment" => {
            Err(Problem::unsupported(format!("{} is not modelled", verb.to_ascii_uppercase())))
        }
        _ => Err(Problem::syntax(format!("unknown statement {verb}"), 0)),
    }
}

fn transaction(verb: &str, mut c: Cursor) -> Parsed<Transaction> {
    let text = c.words();
    Ok(match verb {
        "begin" => {
            c.eat_any(&["work", "deferred", "immediate", "exclusive"]);
            c.eat(&["transaction"]);
            c.finish()?;
            Transaction::Begin { modes: Vec::new() }
        }
        "start" => {
            c.expect(&["transaction"])?;
            Transaction::Begin { modes: Vec::new() }
        }
        "commit" | "end" => Transaction::Commit { chain: chain(c)? },
        "savepoint" => Transaction::Savepoint(c.name()?),
        "release" => {
            c.eat(&["savepoint"]);
            Transaction::Release(c.name()?)
        }
        "rollback" => {
            let mut to = c.clone();
            to.eat_any(&["work", "transaction"]);
            if to.eat(&["to"]) {
                to.eat(&["savepoint"]);
                Transaction::RollbackTo(to.name()?)
            } else {
                Transaction::Rollback { chain: chain(c)? }
            }
        }
        _ => Transaction::TwoPhase(format!("XA {text}")),
    })
}

/// `[WORK] [AND [NO] CHAIN] [[NO] RELEASE]`.
fn chain(mut c: Cursor) -> Parsed<bool> {
    c.eat_any(&["work", "transaction"]);
    let chain = c.eat(&["and", "chain"]);
    c.eat(&["and", "no", "chain"]);
    c.eat(&["no"]);
    c.eat(&["release"]);
    c.finish()?;
    Ok(chain)
}

/// `USE database`: what has no database of its own is looked up there.
pub(super) fn use_database(mut c: Cursor) -> Parsed<DdlOp> {
    Ok(variable("search_path".to_owned(), vec![c.name()?.to_string()]))
}

/// `SET a = 1, GLOBAL b = 2, @c = 3, NAMES utf8mb4, TRANSACTION …`: one operation per variable.
fn set(mut c: Cursor) -> Parsed<Vec<DdlOp>> {
    if c.at_any(&["password", "default", "role", "resource", "statement"]) {
        return Err(Problem::unsupported("SET of what is no variable"));
    }
    let whole = c.clone();
    c.eat_any(&["global", "session", "local"]);
    if c.eat(&["transaction"]) {
        let values = vec![c.words().to_ascii_lowercase()];
        return Ok(vec![variable("transaction".to_owned(), values)]);
    }
    whole.items().into_iter().map(assignment).collect()
}

fn variable(name: String, values: Vec<String>) -> DdlOp {
    DdlOp::Set(SetVariable { name, values, local: false })
}

fn assignment(mut c: Cursor) -> Parsed<DdlOp> {
    if c.eat(&["names"]) {
        return Ok(variable("names".to_owned(), vec![plain(&c)]));
    }
    if c.eat(&["character", "set"]) || c.eat(&["charset"]) {
        return Ok(variable("character set".to_owned(), vec![plain(&c)]));
    }
    // By the text: to the lexer, `=@@` is one operator.
    let at = c.start();
    let problem = || Problem::syntax("expected name = value".to_owned(), at);
    let scope = c.eat_any(&["global", "session", "local", "persist", "persist_only"]).map(str::to_owned);
    let (name, value) = c.rest().split_once('=').ok_or_else(problem)?;
    let name = name.trim_end_matches(':').trim().to_ascii_lowercase();
    let value = value.trim();
    if name.is_empty() || value.is_empty() || name.contains(char::is_whitespace) {
        return Err(problem());
    }
    let (scope, name) = match name.strip_prefix("@@") {
        Some(rest) => match rest.split_once('.') {
            Some((scope, name)) => (Some(scope.to_owned()), name.to_owned()),
            None => (scope, rest.to_owned()),
        },
        None => (scope, name),
    };
    let name = match scope.as_deref() {
        Some(scope @ ("global" | "persist" | "persist_only")) => format!("{scope}.{name}"),
        _ => name,
    };
    let values =
        if value.eq_ignore_ascii_case("default") { Vec::new() } else { vec![unquote(value, c.dialect)] };
    Ok(variable(name, values))
}

/// A value without its quotes, when it is a single string.
fn plain(c: &Cursor) -> String {
    let mut string = c.clone();
    match string.string() {
        Ok(text) if string.is_done() => text,
        _ => c.rest().to_owned(),
    }
}

/// `PRAGMA name = value` sets, `PRAGMA name` and `PRAGMA name(what)` mostly ask.
fn pragma(mut c: Cursor) -> Parsed<DdlOp> {
    const QUESTIONS: [&str; 10] = [
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "foreign_key_check",
        "integrity_check",
        "quick_check",
    ];
    let name = c.qname()?.name.to_ascii_lowercase();
    let value = if c.eat_equals() {
        plain(&c)
    } else if c.at_kind(TokenKind::LParen) && !QUESTIONS.contains(&name.as_str()) {
        let group = c.group()?;
        c.finish()?;
        plain(&group)
    } else {
        return Ok(DdlOp::Session(SessionCommand { verb: "PRAGMA" }));
    };
    Ok(variable(name, vec![value.to_ascii_lowercase()]))
}

/// `LOCK TABLES a READ, b AS c WRITE`.
fn lock(mut c: Cursor) -> Parsed<Vec<DdlOp>> {
    if c.eat_any(&["table", "tables"]).is_none() {
        return Err(Problem::unsupported("only tables can be locked like this"));
    }
    let lock = |mut item: Cursor| {
        let table: QName = item.qname()?;
        item.until(&["read", "write", "low_priority"]);
        let mode = if item.at(&["read"]) { LockMode::Share } else { LockMode::AccessExclusive };
        Ok(DdlOp::LockTable(LockTable { tables: vec![table], only: Vec::new(), mode, nowait: false }))
    };
    c.items().into_iter().map(lock).collect()
}
