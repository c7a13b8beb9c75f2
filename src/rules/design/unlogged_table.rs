//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::table::Persistence;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A table loses its rows in a crash.
    ///
    /// ## What it flags
    /// `CREATE UNLOGGED TABLE`.
    ///
    /// ## Why it hurts
    /// Its rows are not in the write-ahead log: after a crash, or on a replica that takes over, the table is empty.
    /// It is not part of logical replication and of backups by archive.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE UNLOGGED TABLE carts (id bigint PRIMARY KEY);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE carts (id bigint PRIMARY KEY);
    /// ```
    ///
    /// ## Safe rewrite
    /// Use it for what can be made again, such as a cache, and say so where the finding is accepted. `SET LOGGED`
    /// later writes the whole table.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED>
    name: "unlogged-table",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("pg-migration-lint", "PGM506")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::CreateTable(create) = op else { continue };
        let Some(name) = create.name.as_ref().filter(|_| create.persistence == Persistence::Unlogged) else {
            continue;
        };
        let name = cx.schema.qualify(name);
        sink.step(cx.step)
            .span(span)
            .object(&name)
            .message(format!("{name} is unlogged"))
            .why("after a crash, and on a replica that takes over, it is empty")
            .help("make it an ordinary table unless its rows can be made again")
            .report();
    }
}
