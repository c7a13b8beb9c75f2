use std::fmt::Write;

use super::*;
use crate::name::ServerVersion;
use crate::parse;
use crate::plan::{Replay, Wrap};
use crate::schema::{Coverage, Schema};
use crate::text::{FileId, Span, offset};

const USERS: &str = "CREATE TABLE teams (id integer PRIMARY KEY);
CREATE TABLE users (id bigint PRIMARY KEY, email text, age integer, team integer);";

const LOGS: &str = "CREATE TABLE logs (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE rest PARTITION OF logs DEFAULT;
CREATE TABLE more (id bigint, at date);";

/// The rewrite of the last statement of `sql`; those before it are the same migration.
fn rewrite(before: &str, sql: &str, hint: RemedyHint, version: u16, coverage: Coverage) -> Option<Rewrite> {
    let statements = |text: &str| {
        let span = Span::new(0, offset(text.len()));
        parse::script(text, span, FileId(0), Dialect::PostgreSql).statements
    };
    parse::with_large_stack(|| {
        let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::new(version).expect("supported"));
        schema.coverage = coverage;
        let mut replay = Replay::new(schema);
        replay.history(Wrap::Statement, statements(before).iter());
        replay.begin_change_set();
        replay.begin_migration(Wrap::Statement);
        let mut migration = statements(sql);
        let last = migration.pop().expect("a statement");
        for stmt in migration {
            let mut step = replay.prepare(stmt, 0);
            replay.commit(&mut step);
        }
        let step = replay.prepare(last, 0);
        let changes = replay.preview(&step.stmt.op);
        for_step(&step, replay.schema(), hint, changes.as_deref())
    })
    .expect("a thread")
}

/// The stages as text.
fn stages(before: &str, sql: &str, hint: RemedyHint, version: u16) -> String {
    let Some(rewrite) = rewrite(before, sql, hint, version, Coverage::Complete) else {
        return "none\n".into();
    };
    let mut out = String::new();
    for stage in &rewrite.stages {
        let _ = writeln!(out, "[{}]{}", stage.title, if stage.transaction { "" } else { " no transaction" });
        out.push_str(&stage.sql());
    }
    out
}

fn is_none(before: &str, sql: &str, hint: RemedyHint, version: u16) {
    assert_eq!(stages(before, sql, hint, version), "none\n", "{sql}");
}

#[test]
fn an_index_gets_the_name_that_the_server_would_choose() {
    insta::assert_snapshot!(stages(
        USERS,
        "CREATE INDEX IF NOT EXISTS a ON users (age)",
        RemedyHint::ConcurrentIndex,
        15
    ));
    insta::assert_snapshot!(stages(
        USERS,
        "CREATE INDEX ON users (age, lower(email))",
        RemedyHint::ConcurrentIndex,
        15
    ));
}

#[test]
fn indexes_are_dropped_one_by_one() {
    let before = "CREATE TABLE t (a int, b int UNIQUE); CREATE INDEX x ON t (a); CREATE INDEX y ON t (b);";
    insta::assert_snapshot!(stages(before, "DROP INDEX x, y", RemedyHint::ConcurrentIndexDrop, 15));
    is_none(before, "DROP INDEX t_b_key", RemedyHint::ConcurrentIndexDrop, 15);
    let fk = format!("{before} CREATE UNIQUE INDEX u ON t (a); CREATE TABLE f (a int REFERENCES t (a));");
    is_none(&fk, "DROP INDEX u CASCADE", RemedyHint::ConcurrentIndexDrop, 15);
}

#[test]
fn reindex() {
    insta::assert_snapshot!(stages(USERS, "REINDEX TABLE users", RemedyHint::ConcurrentReindex, 15));
    is_none(USERS, "REINDEX SYSTEM x", RemedyHint::ConcurrentReindex, 15);
    is_none(LOGS, "REINDEX TABLE logs", RemedyHint::ConcurrentReindex, 13);
    let excludes = "CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&));";
    is_none(excludes, "REINDEX TABLE t", RemedyHint::ConcurrentReindex, 15);
}

#[test]
fn partitioned_index() {
    insta::assert_snapshot!(stages(LOGS, "CREATE INDEX ON logs (id)", RemedyHint::PartitionedIndex, 15));
    insta::assert_snapshot!(stages(
        LOGS,
        "ALTER TABLE logs ADD UNIQUE (id, at)",
        RemedyHint::PartitionedIndex,
        15
    ));
    let indexed = format!("{LOGS} CREATE INDEX x ON logs (id);");
    insta::assert_snapshot!(stages(&indexed, "DROP INDEX CONCURRENTLY x", RemedyHint::PartitionedIndex, 15));
}

#[test]
fn not_valid_then_validate() {
    let hint = RemedyHint::NotValidThenValidate;
    let sql =
        "ALTER TABLE users ADD FOREIGN KEY (team) REFERENCES teams, ADD CHECK (age > 0), DROP COLUMN email";
    insta::assert_snapshot!(stages(USERS, sql, hint, 15));
    let sql = "ALTER TABLE users ADD COLUMN lead integer DEFAULT 1 REFERENCES teams (id) CHECK (lead > 0)";
    insta::assert_snapshot!(stages(USERS, sql, hint, 15));
    let before = format!("{LOGS} CREATE TABLE ids (id bigint PRIMARY KEY);");
    let sql = "ALTER TABLE logs ADD FOREIGN KEY (id) REFERENCES ids";
    insta::assert_snapshot!(stages(&before, sql, hint, 17));
    insta::assert_snapshot!(stages(&before, sql, hint, 18));
    is_none(USERS, "ALTER TABLE users ADD CHECK (age > 0) NOT VALID", hint, 15);
}

#[test]
fn constraint_using_index() {
    let hint = RemedyHint::ConstraintUsingIndex;
    insta::assert_snapshot!(stages(USERS, "ALTER TABLE users ADD UNIQUE (email) DEFERRABLE", hint, 15));
    let before = "CREATE TABLE t (a int, b int NOT NULL);";
    insta::assert_snapshot!(stages(before, "ALTER TABLE t ADD PRIMARY KEY (a, b)", hint, 15));
    let before = "CREATE TABLE t (a int NOT NULL, b int NOT NULL);";
    let sql = "ALTER TABLE t ADD UNIQUE (a, b), REPLICA IDENTITY USING INDEX t_a_b_key, ADD COLUMN c int";
    insta::assert_snapshot!(stages(before, sql, hint, 15));
}

#[test]
fn not_null() {
    let hint = RemedyHint::NotNullThroughCheck;
    let sql = "ALTER TABLE users ALTER age SET NOT NULL, ALTER age SET DEFAULT 1";
    insta::assert_snapshot!(stages(USERS, sql, hint, 17));
    insta::assert_snapshot!(stages(USERS, sql, hint, 18));
}

#[test]
fn column_then_backfill() {
    let hint = RemedyHint::ColumnThenBackfill;
    let sql =
        "ALTER TABLE users ADD COLUMN key uuid NOT NULL DEFAULT gen_random_uuid(), ADD COLUMN plain int";
    insta::assert_snapshot!(stages(USERS, sql, hint, 15));
    let before = "CREATE TABLE t (a text);";
    insta::assert_snapshot!(stages(before, "ALTER TABLE t ADD COLUMN id serial PRIMARY KEY", hint, 15));
    let identity = "ALTER TABLE t ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY";
    insta::assert_snapshot!(stages(before, identity, hint, 15));
    let generated = "ALTER TABLE t ADD COLUMN b text GENERATED ALWAYS AS (upper(a)) STORED";
    insta::assert_snapshot!(stages(before, generated, hint, 15));
    let domain = "CREATE DOMAIN positive AS integer CHECK (VALUE > 0); CREATE TABLE t (a text);";
    is_none(domain, "ALTER TABLE t ADD COLUMN b positive", hint, 15);
}

#[test]
fn shadow_column() {
    let hint = RemedyHint::ShadowColumn;
    let before = "CREATE TABLE t (id serial PRIMARY KEY, a int NOT NULL DEFAULT 0 CHECK (a >= 0));
        CREATE INDEX i ON t (a DESC) WHERE a > 5; CREATE TABLE f (t int REFERENCES t);";
    insta::assert_snapshot!(stages(before, "ALTER TABLE t ALTER a TYPE bigint", hint, 15));
    insta::assert_snapshot!(stages(before, "ALTER TABLE t ALTER id TYPE bigint", hint, 15));
    insta::assert_snapshot!(stages(before, "ALTER TABLE t RENAME a TO b", hint, 18));
    for obstacle in [
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE POLICY p ON t USING (a > 0)",
        "CREATE TABLE child () INHERITS (t)",
        "ALTER TABLE t ADD EXCLUDE USING gist (int4range(a, a) WITH &&)",
        "CREATE STATISTICS s ON id, a FROM t",
        "GRANT SELECT (a) ON t TO PUBLIC",
    ] {
        is_none(&format!("{before} {obstacle};"), "ALTER TABLE t ALTER a TYPE bigint", hint, 15);
    }
}

#[test]
fn attach_with_check() {
    let hint = RemedyHint::AttachWithCheck;
    let sql = "ALTER TABLE logs ATTACH PARTITION more FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')";
    insta::assert_snapshot!(stages(LOGS, sql, hint, 15));
    let hash = "CREATE TABLE h (a int) PARTITION BY HASH (a); CREATE TABLE more (a int);";
    is_none(hash, "ALTER TABLE h ATTACH PARTITION more FOR VALUES WITH (MODULUS 2, REMAINDER 0)", hint, 15);
}

#[test]
fn create_then_attach() {
    let hint = RemedyHint::CreateThenAttach;
    let sql = "CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')";
    insta::assert_snapshot!(stages(LOGS, sql, hint, 15));
    let own = "CREATE TABLE logs_2 PARTITION OF logs (id DEFAULT 1) FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')";
    is_none(LOGS, own, hint, 15);
}

#[test]
fn detach() {
    let hint = RemedyHint::ConcurrentDetach;
    let sql = "ALTER TABLE logs DETACH PARTITION logs_1";
    is_none(LOGS, sql, hint, 15);
    let without_default = LOGS.replace("CREATE TABLE rest PARTITION OF logs DEFAULT;", "");
    insta::assert_snapshot!(stages(&without_default, sql, hint, 15));
    is_none(&without_default, sql, hint, 13);
}

#[test]
fn refresh() {
    let hint = RemedyHint::ConcurrentRefresh;
    let refresh = "REFRESH MATERIALIZED VIEW v";
    let view = |query: &str| format!("{USERS} CREATE MATERIALIZED VIEW v AS {query};");
    insta::assert_snapshot!(stages(&view("SELECT id, age FROM users WHERE age > 1"), refresh, hint, 15));
    is_none(&view("SELECT age FROM users"), refresh, hint, 15);
    is_none(&view("SELECT u.id FROM users u JOIN teams ON true"), refresh, hint, 15);
    is_none(&view("SELECT id FROM users UNION ALL SELECT id FROM users"), refresh, hint, 15);
    is_none(&view("SELECT id FROM users, generate_series(1, 2)"), refresh, hint, 15);
    is_none(&view("SELECT id FROM users WITH NO DATA"), refresh, hint, 15);
}

#[test]
fn drop_foreign_keys_first() {
    let hint = RemedyHint::DropForeignKeysFirst;
    let before = format!("{USERS} CREATE TABLE f (t int REFERENCES teams, u bigint REFERENCES users);");
    insta::assert_snapshot!(stages(&before, "DROP TABLE f", hint, 15));
    insta::assert_snapshot!(stages(&before, "ALTER TABLE f DROP COLUMN t, ADD COLUMN x int", hint, 15));
    is_none(USERS, "DROP TABLE users", hint, 15);
}

#[test]
fn lock_timeout_and_settings_that_names_depend_on() {
    let hint = RemedyHint::LockTimeout;
    let sql = "SET search_path = app, public; SET ROLE owner; ALTER TABLE t DROP COLUMN a";
    insta::assert_snapshot!(stages(
        "CREATE SCHEMA app; CREATE TABLE app.t (a int, b int); CREATE ROLE owner;",
        sql,
        hint,
        15
    ));
}

#[test]
fn compatibility_view() {
    let hint = RemedyHint::CompatibilityView;
    let before = format!("{USERS} CREATE ROLE reader; GRANT SELECT, TRUNCATE ON users TO reader;");
    insta::assert_snapshot!(stages(&before, "ALTER TABLE users RENAME TO people", hint, 15));
    insta::assert_snapshot!(stages(
        "CREATE SCHEMA app; CREATE TABLE t (a int);",
        "ALTER TABLE t SET SCHEMA app",
        hint,
        14
    ));
    let policies = format!("{before} ALTER TABLE users ENABLE ROW LEVEL SECURITY;");
    is_none(&policies, "ALTER TABLE users RENAME TO people", hint, 14);
}

#[test]
fn what_is_not_known_is_not_rewritten() {
    for (sql, hint) in [
        ("ALTER TABLE x ADD CHECK (a > 0)", RemedyHint::NotValidThenValidate),
        ("ALTER TABLE x ADD UNIQUE (a)", RemedyHint::ConstraintUsingIndex),
        ("ALTER TABLE x ALTER a SET NOT NULL", RemedyHint::NotNullThroughCheck),
        ("ALTER TABLE x ALTER a TYPE bigint", RemedyHint::ShadowColumn),
        ("ALTER TABLE x RENAME a TO b", RemedyHint::ShadowColumn),
        ("ALTER TABLE x RENAME TO y", RemedyHint::CompatibilityView),
        ("CREATE TABLE y PARTITION OF x DEFAULT", RemedyHint::CreateThenAttach),
        ("CREATE INDEX ON x (a)", RemedyHint::ConcurrentIndex),
    ] {
        assert_eq!(rewrite("", sql, hint, 15, Coverage::Partial), None, "{sql}");
    }
    let named = rewrite("", "CREATE INDEX i ON x (a)", RemedyHint::ConcurrentIndex, 15, Coverage::Partial);
    assert!(named.is_some(), "the name is all that has to be known");
}

#[test]
fn a_statement_inside_a_block_has_no_rewrite_of_its_own() {
    is_none(USERS, "DO $$ BEGIN CREATE INDEX i ON users (age); END $$", RemedyHint::ConcurrentIndex, 15);
}
