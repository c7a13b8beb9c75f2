//! Rows, sessions and transactions.

use super::{Sample, e, id, ids, q, query};
use crate::ir::DdlOp;
use crate::ir::data::{
    Copy, Delete, Insert, LockMode, LockTable, Merge, Overriding, Select, SessionCommand, SetVariable,
    Transaction, Truncate, Update,
};
use crate::ir::expr::{Expr, Query};

pub(super) fn samples() -> Vec<Sample> {
    [inserts(), changes(), sessions()].concat()
}

fn inserts() -> Vec<Sample> {
    let plain = Insert {
        parts: false,
        table: q("app.t"),
        columns: ids(&["a", "B"]),
        rows: Some(1),
        values: vec![vec![e("1"), e("'x'")]],
        query: Query::default(),
        on_conflict: false,
        overriding: None,
    };
    let insert = |insert: Insert| DdlOp::Insert(Box::new(insert));
    vec![
        (
            insert(Insert { overriding: Some(Overriding::System), ..plain.clone() }),
            "INSERT INTO app.t (a, \"B\") OVERRIDING SYSTEM VALUE VALUES (1, 'x')",
        ),
        (insert(plain.clone()), "INSERT INTO app.t (a, \"B\") VALUES (1, 'x')"),
        (
            insert(Insert {
                rows: Some(2),
                values: vec![vec![e("1"), e("DEFAULT")], vec![e("2"), e("NULL")]],
                ..plain.clone()
            }),
            "INSERT INTO app.t (a, \"B\") VALUES\n    (1, DEFAULT),\n    (2, NULL)",
        ),
        (
            insert(Insert { columns: Vec::new(), values: vec![Vec::new()], ..plain.clone() }),
            "INSERT INTO app.t DEFAULT VALUES",
        ),
        (
            insert(Insert { rows: None, values: Vec::new(), query: query("SELECT 1, 2"), ..plain.clone() }),
            "INSERT INTO app.t (a, \"B\")\nSELECT 1, 2",
        ),
        (insert(Insert { rows: Some(5), ..plain.clone() }), "-- text not kept: INSERT INTO app.t"),
        (insert(Insert { on_conflict: true, ..plain }), "-- text not kept: INSERT INTO app.t"),
    ]
}

fn changes() -> Vec<Sample> {
    let update = Update {
        parts: false,
        table: q("t"),
        assignments: vec![(id("a"), e("a + 1")), (id("B"), e("NULL"))],
        filter: Some(e("a > 0")),
        query: Query::default(),
    };
    let delete = Delete { table: q("t"), filter: Some(e("a > 0")), query: Query::default() };
    vec![
        (DdlOp::Update(Box::new(update.clone())), "UPDATE t SET a = a + 1, \"B\" = NULL WHERE a > 0"),
        (
            DdlOp::Update(Box::new(Update {
                query: query("UPDATE t SET a = u.a FROM u;"),
                ..update.clone()
            })),
            "UPDATE t SET a = u.a FROM u",
        ),
        (
            DdlOp::Update(Box::new(Update { assignments: vec![(id("a"), Expr::default())], ..update })),
            "-- text not kept: UPDATE",
        ),
        (DdlOp::Delete(Box::new(delete.clone())), "DELETE FROM t WHERE a > 0"),
        (DdlOp::Delete(Box::new(Delete { filter: None, ..delete })), "DELETE FROM t"),
        (
            DdlOp::Merge(Box::new(Merge {
                table: q("t"),
                query: query("MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE"),
                by_source: false,
                returning: false,
            })),
            "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE",
        ),
        (
            DdlOp::Select(Box::new(Select {
                query: query("SELECT 1"),
                writes: Vec::new(),
                sequences: Vec::new(),
                settings: Vec::new(),
            })),
            "SELECT 1",
        ),
        (
            DdlOp::Copy(Box::new(Copy { table: Some(q("t")), from: true, query: None })),
            "-- text not kept: COPY t FROM",
        ),
        (
            DdlOp::Truncate(Truncate {
                tables: vec![q("a"), q("b")],
                only: vec![q("b")],
                restart_identity: true,
                cascade: true,
            }),
            "TRUNCATE TABLE a, ONLY b RESTART IDENTITY CASCADE",
        ),
        (
            DdlOp::LockTable(LockTable {
                tables: vec![q("a"), q("b")],
                only: Vec::new(),
                mode: LockMode::ShareRowExclusive,
                nowait: true,
            }),
            "LOCK TABLE a, b IN SHARE ROW EXCLUSIVE MODE NOWAIT",
        ),
    ]
}

fn sessions() -> Vec<Sample> {
    let transaction = DdlOp::Transaction;
    let set = |name: &str, values: &[&str], local| {
        DdlOp::Set(SetVariable {
            name: name.into(),
            values: values.iter().map(ToString::to_string).collect(),
            local,
        })
    };
    vec![
        (transaction(Transaction::Begin { modes: Vec::new() }), "BEGIN"),
        (
            transaction(Transaction::Begin { modes: vec!["READ ONLY".into(), "DEFERRABLE".into()] }),
            "BEGIN READ ONLY, DEFERRABLE",
        ),
        (transaction(Transaction::Commit { chain: true }), "COMMIT AND CHAIN"),
        (transaction(Transaction::Rollback { chain: false }), "ROLLBACK"),
        (transaction(Transaction::Savepoint(id("S"))), "SAVEPOINT \"S\""),
        (transaction(Transaction::Release(id("s"))), "RELEASE SAVEPOINT s"),
        (transaction(Transaction::RollbackTo(id("s"))), "ROLLBACK TO SAVEPOINT s"),
        (set("lock_timeout", &["5s"], false), "SET lock_timeout = '5s'"),
        (set("search_path", &["app", "Odd one"], true), "SET LOCAL search_path = app, 'Odd one'"),
        (set("work_mem", &[], false), "RESET work_mem"),
        (set("work_mem", &[], true), "SET LOCAL work_mem TO DEFAULT"),
        (set("all", &[], false), "RESET ALL"),
        (set("role", &["app"], true), "SET LOCAL ROLE app"),
        (set("role", &[], false), "RESET ROLE"),
        (set("session authorization", &["app"], false), "SET SESSION AUTHORIZATION app"),
        (set("session authorization", &[], false), "RESET SESSION AUTHORIZATION"),
        (DdlOp::Session(SessionCommand { verb: "LISTEN" }), "-- text not kept: LISTEN"),
    ]
}
