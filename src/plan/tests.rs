//! Transactions, lifetimes and settings over whole migrations.

use crate::name::{Dialect, QName, ServerVersion};
use crate::parse;
use crate::schema::{Coverage, Schema};
use crate::text::{FileId, Span, offset};

use super::{Lifetime, Replay, Step, TransactionScope, Wrap};

fn replay() -> Replay {
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::NEWEST);
    schema.coverage = Coverage::Complete;
    Replay::new(schema)
}

fn run(replay: &mut Replay, wrap: Wrap, sql: &str) -> Vec<Step> {
    let parsed = parse::script(sql, Span::new(0, offset(sql.len())), FileId(0), Dialect::PostgreSql);
    replay.begin_migration(wrap);
    let mut steps = Vec::new();
    for stmt in parsed.statements {
        let mut step = replay.prepare(stmt, 0);
        replay.commit(&mut step);
        steps.push(step);
    }
    replay.end_migration();
    steps
}

/// Parsing needs the large stack.
fn with<T: Send>(test: impl FnOnce(&mut Replay) -> T + Send) -> T {
    parse::with_large_stack(|| test(&mut replay())).expect("a thread")
}

fn scopes(steps: &[Step]) -> Vec<TransactionScope> {
    steps.iter().map(|s| s.transaction).collect()
}

#[test]
fn statements_run_as_the_runner_sends_them() {
    use TransactionScope::{Explicit, Own, Runner};
    let sql = "SELECT 1; SELECT 2;";
    assert_eq!(with(|r| scopes(&run(r, Wrap::Statement, sql))), [Own, Own]);
    assert_eq!(with(|r| scopes(&run(r, Wrap::Transaction, sql))), [Runner(0), Runner(0)]);
    let own = "BEGIN; SELECT 1; COMMIT; SELECT 2;";
    assert_eq!(with(|r| scopes(&run(r, Wrap::Statement, own))), [Own, Explicit(0), Explicit(0), Own]);
    // In a query string the rest after COMMIT is an implicit transaction again.
    assert_eq!(with(|r| scopes(&run(r, Wrap::Query, own))), [Runner(0), Explicit(0), Explicit(0), Runner(1)]);
    let mixed = "SELECT 1; VACUUM; SELECT 2;";
    assert_eq!(with(|r| scopes(&run(r, Wrap::Split, mixed))), [Runner(0), Own, Runner(1)]);
}

#[test]
fn a_rolled_back_table_is_gone() {
    with(|r| {
        run(r, Wrap::Statement, "BEGIN; CREATE TABLE a (id int); ROLLBACK; CREATE TABLE b (id int);");
        assert!(r.schema().table(&QName::bare("a")).is_none());
        assert!(r.schema().table(&QName::bare("b")).is_some());
        run(
            r,
            Wrap::Statement,
            "BEGIN; CREATE TABLE c (id int); SAVEPOINT s; DROP TABLE b; ROLLBACK TO s; COMMIT;",
        );
        assert!(r.schema().table(&QName::bare("b")).is_some());
        assert!(r.schema().table(&QName::bare("c")).is_some());
    });
}

#[test]
fn relations_are_new_within_their_change_set_only() {
    with(|r| {
        r.begin_change_set();
        run(r, Wrap::Statement, "CREATE TABLE a (id int); CREATE TABLE b (id int); DROP TABLE b;");
        let a = QName::qualified("public", "a");
        assert_eq!(r.lifetime(&a), Lifetime::Created);
        run(r, Wrap::Statement, "ALTER TABLE a RENAME TO a2; CREATE TEMP TABLE t (id int);");
        assert_eq!(r.lifetime(&QName::qualified("public", "a2")), Lifetime::Created);
        assert_eq!(r.lifetime(&QName::qualified("pg_temp", "t")), Lifetime::Temporary);
        r.begin_change_set();
        assert_eq!(r.lifetime(&QName::qualified("public", "a2")), Lifetime::Existing);
        run(r, Wrap::Statement, "ALTER TABLE a2 RENAME TO a3;");
        assert_eq!(r.lifetime(&QName::qualified("public", "a3")), Lifetime::Existing);
        assert!(r.schema().table(&QName::qualified("pg_temp", "t")).is_none(), "its session is over");
    });
}

#[test]
fn settings_last_as_long_as_the_server_keeps_them() {
    let timeouts = |sql: &'static str| {
        with(move |r| run(r, Wrap::Statement, sql).iter().map(|s| s.lock_timeout_ms).collect::<Vec<_>>())
    };
    assert_eq!(
        timeouts("SET lock_timeout = '2s'; SELECT 1; RESET lock_timeout; SELECT 1;"),
        [None, Some(2000), Some(2000), None]
    );
    // SET LOCAL outside a transaction block has no effect.
    assert_eq!(timeouts("SET LOCAL lock_timeout = '2s'; SELECT 1;"), [None, None]);
    assert_eq!(
        timeouts("BEGIN; SET LOCAL lock_timeout = 500; SELECT 1; COMMIT; SELECT 1;"),
        [None, None, Some(500), Some(500), None]
    );
    assert_eq!(timeouts("BEGIN; SET lock_timeout = 500; ROLLBACK; SELECT 1;"), [None, None, Some(500), None]);
}

#[test]
fn search_path_decides_where_names_go() {
    with(|r| {
        run(r, Wrap::Statement, "CREATE SCHEMA app; SET search_path = app, public; CREATE TABLE x (id int);");
        assert!(r.schema().table(&QName::qualified("app", "x")).is_some());
        run(r, Wrap::Statement, "CREATE TABLE y (id int);");
        assert!(
            r.schema().table(&QName::qualified("public", "y")).is_some(),
            "a new session has its own path"
        );
    });
}

#[test]
fn some_commands_need_a_transaction_block() {
    let states = |wrap: Wrap, sql: &'static str| {
        with(move |r| {
            run(r, Wrap::Statement, "CREATE TABLE t (id int);");
            let steps = run(r, wrap, sql);
            steps.iter().flat_map(|s| s.errors.iter().map(|e| e.sqlstate)).collect::<Vec<_>>()
        })
    };
    let commands = "LOCK TABLE t; SAVEPOINT a; ROLLBACK TO a; RELEASE a;";
    assert_eq!(states(Wrap::Statement, commands), ["25P01"; 4]);
    assert_eq!(states(Wrap::Transaction, commands), [""; 0]);
    assert_eq!(states(Wrap::Statement, "BEGIN; LOCK TABLE t; COMMIT; LOCK TABLE t;"), ["25P01"]);
}
