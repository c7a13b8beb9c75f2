//! Settings, transactions, and commands that change nothing.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, TransactionStmtKind as Kind, VariableSetKind};

use super::names::{arg, constant, defs, inner, value};
use crate::ir::DdlOp;
use crate::ir::data::{SessionCommand, SetVariable, Transaction};
use crate::name::Ident;
use crate::quote::{quote_ident, quote_literal};

/// The values of `SET`, without quotes.
pub(super) fn set_values(set: &pb::VariableSetStmt) -> Vec<String> {
    set.args.iter().filter_map(|n| n.node.as_ref()).map(value).collect()
}

/// The values of `SET` as SQL: words and numbers bare, all others as strings.
pub(super) fn set_sql(set: &pb::VariableSetStmt) -> String {
    let sql = |node: &NodeEnum| match node {
        NodeEnum::AConst(c) if !matches!(c.val, Some(pb::a_const::Val::Sval(_))) => constant(c),
        node => {
            let text = value(node);
            let bare = matches!(text.as_str(), "on" | "true" | "false") || *quote_ident(&text) == *text;
            if bare { text } else { quote_literal(&text) }
        }
    };
    let values: Vec<String> = set.args.iter().filter_map(|n| n.node.as_ref()).map(sql).collect();
    values.join(", ")
}

pub(super) fn set_variable(set: &pb::VariableSetStmt) -> DdlOp {
    let (name, values) = match set.kind() {
        VariableSetKind::VarResetAll => ("all".to_owned(), Vec::new()),
        VariableSetKind::VarSetMulti => (set.name.to_ascii_lowercase(), multi_values(set)),
        VariableSetKind::VarSetValue => (set.name.to_ascii_lowercase(), set_values(set)),
        _ => (set.name.to_ascii_lowercase(), Vec::new()),
    };
    let name = if name == "session_authorization" { "session authorization".to_owned() } else { name };
    DdlOp::Set(SetVariable { name, values, local: set.is_local })
}

/// The modes of `SET TRANSACTION`, or the snapshot.
fn multi_values(set: &pb::VariableSetStmt) -> Vec<String> {
    let modes: Vec<String> = defs(&set.args)
        .map(|def| {
            let value = arg(def).map_or_else(String::new, value);
            match (&*def.defname, value.as_str()) {
                ("transaction_isolation", level) => format!("isolation level {level}"),
                ("transaction_read_only", "0") => "read write".to_owned(),
                ("transaction_read_only", _) => "read only".to_owned(),
                ("transaction_deferrable", "0") => "not deferrable".to_owned(),
                ("transaction_deferrable", _) => "deferrable".to_owned(),
                (other, _) => other.to_owned(),
            }
        })
        .collect();
    if modes.is_empty() { set_values(set) } else { modes }
}

/// `SET CONSTRAINTS`: the mode, then the constraints or `all`.
pub(super) fn set_constraints(stmt: &pb::ConstraintsSetStmt) -> DdlOp {
    let mode = if stmt.deferred { "deferred" } else { "immediate" };
    let mut values = vec![mode.to_owned()];
    values.extend(super::names::relations(&stmt.constraints).iter().map(ToString::to_string));
    if stmt.constraints.is_empty() {
        values.push("all".to_owned());
    }
    DdlOp::Set(SetVariable { name: "constraints".to_owned(), values, local: false })
}

pub(super) fn transaction(stmt: &pb::TransactionStmt) -> DdlOp {
    let savepoint = || Ident::new(&stmt.savepoint_name);
    DdlOp::Transaction(match stmt.kind() {
        Kind::TransStmtBegin | Kind::TransStmtStart | Kind::Undefined => {
            Transaction::Begin { modes: modes(&stmt.options) }
        }
        Kind::TransStmtCommit => Transaction::Commit { chain: stmt.chain },
        Kind::TransStmtRollback => Transaction::Rollback { chain: stmt.chain },
        Kind::TransStmtSavepoint => Transaction::Savepoint(savepoint()),
        Kind::TransStmtRelease => Transaction::Release(savepoint()),
        Kind::TransStmtRollbackTo => Transaction::RollbackTo(savepoint()),
        Kind::TransStmtPrepare => two_phase("PREPARE TRANSACTION", &stmt.gid),
        Kind::TransStmtCommitPrepared => two_phase("COMMIT PREPARED", &stmt.gid),
        Kind::TransStmtRollbackPrepared => two_phase("ROLLBACK PREPARED", &stmt.gid),
    })
}

/// The modes of a transaction, as they are written.
fn modes(options: &[pb::Node]) -> Vec<String> {
    let on = |option: &pb::DefElem| arg(option).is_some_and(|v| value(v) != "0");
    let mode = |option: &pb::DefElem| {
        Some(match &*option.defname {
            "transaction_isolation" => {
                format!("ISOLATION LEVEL {}", value(arg(option)?).to_ascii_uppercase())
            }
            "transaction_read_only" if on(option) => "READ ONLY".to_owned(),
            "transaction_read_only" => "READ WRITE".to_owned(),
            "transaction_deferrable" if on(option) => "DEFERRABLE".to_owned(),
            "transaction_deferrable" => "NOT DEFERRABLE".to_owned(),
            _ => return None,
        })
    };
    defs(options).filter_map(mode).collect()
}

fn two_phase(verb: &str, id: &str) -> Transaction {
    Transaction::TwoPhase(format!("{verb} {}", quote_literal(id)))
}

/// The commands that change nothing a review looks at.
pub(super) fn command(node: &NodeEnum) -> Option<DdlOp> {
    let verb = match node {
        NodeEnum::VariableShowStmt(_) => "SHOW",
        NodeEnum::ListenStmt(_) => "LISTEN",
        NodeEnum::UnlistenStmt(_) => "UNLISTEN",
        NodeEnum::NotifyStmt(_) => "NOTIFY",
        NodeEnum::DiscardStmt(_) => "DISCARD",
        NodeEnum::CheckPointStmt(_) => "CHECKPOINT",
        NodeEnum::LoadStmt(_) => "LOAD",
        NodeEnum::PrepareStmt(_) => "PREPARE",
        NodeEnum::ExecuteStmt(_) => "EXECUTE",
        NodeEnum::DeallocateStmt(_) => "DEALLOCATE",
        NodeEnum::DeclareCursorStmt(_) => "DECLARE",
        NodeEnum::ClosePortalStmt(_) => "CLOSE",
        NodeEnum::FetchStmt(fetch) if fetch.ismove => "MOVE",
        NodeEnum::FetchStmt(_) => "FETCH",
        _ => return None,
    };
    Some(DdlOp::Session(SessionCommand { verb }))
}

/// The statement that `EXPLAIN ANALYZE` runs.
pub(super) fn explained(stmt: &pb::ExplainStmt) -> Option<&NodeEnum> {
    let analyze = defs(&stmt.options).rfind(|d| d.defname == "analyze")?;
    if super::names::truth(arg(analyze)) { inner(stmt.query.as_deref()) } else { None }
}
