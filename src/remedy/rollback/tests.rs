//! Classes and scripts of small migrations, on the model alone.

use crate::name::{Dialect, ServerVersion};
use crate::parse;
use crate::plan::{Replay, Wrap};
use crate::schema::{Coverage, Schema};
use crate::text::{FileId, Span, offset};

use super::{Script, StepRollback, invert, script, settle};

fn statements(sql: &str) -> Vec<crate::ir::Stmt> {
    let span = Span::new(0, offset(sql.len()));
    let parsed = parse::with_large_stack(|| parse::script(sql, span, FileId(0), Dialect::PostgreSql));
    parsed.expect("a thread").statements
}

/// The way back of each statement of `up`.
fn steps_of(coverage: Coverage, before: &str, up: &str) -> Vec<StepRollback> {
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::default());
    schema.coverage = coverage;
    let mut replay = Replay::new(schema);
    replay.history(Wrap::Statement, statements(before).iter());
    replay.begin_change_set();
    replay.begin_migration(Wrap::Statement);
    let mut rollbacks = Vec::new();
    for stmt in statements(up) {
        let mut step = replay.prepare(stmt, 0);
        replay.commit(&mut step);
        rollbacks.push(invert(&step, replay.schema()));
    }
    settle(&mut rollbacks);
    rollbacks
}

fn of(before: &str, up: &str) -> Script {
    script(&steps_of(Coverage::Complete, before, up))
}

fn classes(coverage: Coverage, before: &str, up: &str) -> Vec<&'static str> {
    steps_of(coverage, before, up).iter().map(|s| s.class.as_str()).collect()
}

#[test]
fn a_dropped_table_takes_its_history_along() {
    let script = of(
        "CREATE TABLE u (id int PRIMARY KEY);",
        "CREATE TABLE t (id int PRIMARY KEY, u_id int);
         CREATE INDEX t_u ON t (u_id);
         ALTER TABLE t ADD FOREIGN KEY (u_id) REFERENCES u;
         INSERT INTO t VALUES (1, 1);
         UPDATE t SET u_id = 2;
         COMMENT ON TABLE t IS 'x';",
    );
    insta::assert_snapshot!(script.sql, @r#"
    -- rollback: exact
    SET LOCAL lock_timeout = '5s';
    DROP TABLE public.t;
    "#);
}

#[test]
fn what_another_drop_waits_for_is_not_left_out() {
    // The trigger has to go before its function, although its table goes later.
    let script = of(
        "",
        "CREATE TABLE t (id int);
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();",
    );
    insta::assert_snapshot!(script.sql, @r#"
    -- rollback: exact
    SET LOCAL lock_timeout = '5s';
    DROP TRIGGER tr ON public.t;
    DROP FUNCTION public.f();
    DROP TABLE public.t;
    "#);
}

#[test]
fn what_comes_and_goes_leaves_nothing() {
    let script = of(
        "CREATE TABLE t (a int);",
        "ALTER TABLE t ADD CONSTRAINT a_set CHECK (a IS NOT NULL) NOT VALID;
         ALTER TABLE t VALIDATE CONSTRAINT a_set;
         ALTER TABLE t ALTER COLUMN a SET NOT NULL;
         ALTER TABLE t DROP CONSTRAINT a_set;
         CREATE TABLE work (id int);
         DROP TABLE work;",
    );
    insta::assert_snapshot!(script.sql, @r#"
    -- rollback: exact
    SET LOCAL lock_timeout = '5s';
    ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL;
    "#);
}

#[test]
fn tables_in_use_are_not_blocked() {
    let script = of(
        "CREATE TABLE u (id int PRIMARY KEY);
         CREATE TABLE t (a int, b int, c int, CONSTRAINT b_u FOREIGN KEY (b) REFERENCES u,
                         CONSTRAINT c_once UNIQUE (c));
         CREATE INDEX t_a ON t (a);",
        "DROP INDEX t_a;
         ALTER TABLE t DROP CONSTRAINT b_u;
         ALTER TABLE t DROP CONSTRAINT c_once;
         ALTER TABLE t ADD COLUMN d int;
         CREATE INDEX CONCURRENTLY t_d ON t (d);",
    );
    insta::assert_snapshot!(script.sql, @r#"
    -- rollback: exact
    -- note: fails while rows violate what comes back: public.t.b_u, public.t.c_once
    DROP INDEX CONCURRENTLY public.t_d;
    BEGIN;
    SET LOCAL lock_timeout = '5s';
    ALTER TABLE public.t DROP COLUMN d;
    COMMIT;
    CREATE UNIQUE INDEX CONCURRENTLY c_once ON public.t (c);
    BEGIN;
    SET LOCAL lock_timeout = '5s';
    ALTER TABLE public.t
        ADD CONSTRAINT c_once UNIQUE USING INDEX c_once,
        ADD CONSTRAINT b_u FOREIGN KEY (b) REFERENCES public.u (id) NOT VALID;
    COMMIT;
    ALTER TABLE public.t VALIDATE CONSTRAINT b_u;
    CREATE INDEX CONCURRENTLY t_a ON public.t (a);
    "#);
    assert!(!script.transaction);
    assert_eq!(script.sections.iter().filter(|s| !s.transaction).count(), 4);
}

#[test]
fn columns_come_back_without_values() {
    let script = of("CREATE TABLE t (a int, b text NOT NULL);", "ALTER TABLE t DROP COLUMN b;");
    insta::assert_snapshot!(script.sql, @r#"
    -- rollback: lossy
    -- not restored: NOT NULL of public.t.b, if the table has rows: fill the column, then set it
    -- not restored: values of public.t.b (keep them first in a table of their own)
    SET LOCAL lock_timeout = '5s';
    ALTER TABLE public.t ADD COLUMN b text;
    DO $$
    BEGIN
        ALTER TABLE public.t ALTER COLUMN b SET NOT NULL;
    EXCEPTION WHEN not_null_violation THEN
        RAISE WARNING 'public.t.b stays without NOT NULL: its rows have no values';
    END
    $$;
    "#);
}

#[test]
fn comments_stay_comments() {
    let name = "\"x\nDROP TABLE t; --\"";
    let script = of(&format!("CREATE TABLE {name} (a int);"), &format!("DROP TABLE {name};"));
    let code = script.sql.find("CREATE TABLE public").expect("the table");
    assert!(script.sql[..code].lines().all(|line| line.starts_with("-- ") || line.starts_with("SET ")));
    let kinds: Vec<_> = statements(&script.sql).iter().map(|s| s.op.kind().into_owned()).collect();
    assert_eq!(kinds, ["create-table"], "{}", script.sql);
}

#[test]
fn names_mean_what_they_meant() {
    let script = of(
        "CREATE SCHEMA app; SET search_path = app; CREATE TABLE t (a int);
         CREATE VIEW v AS SELECT a FROM t;",
        "SET search_path = app; DROP VIEW v;",
    );
    insta::assert_snapshot!(script.sql, @r#"
    -- rollback: exact
    SET search_path = public, app;
    SET LOCAL lock_timeout = '5s';
    CREATE VIEW app.v AS
    SELECT a FROM app.t;
    RESET search_path;
    "#);
}

#[test]
fn classes_of_statements() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, a text, n numeric(8,4));
                  CREATE TYPE mood AS ENUM ('a', 'b'); CREATE SEQUENCE s; CREATE ROLE r;
                  CREATE VIEW v AS SELECT id FROM t;
                  CREATE FUNCTION w() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM t; RETURN 1; END';";
    for (up, class) in [
        ("SET work_mem = '1MB'", "none-needed"),
        ("ANALYZE t", "none-needed"),
        ("REINDEX TABLE t", "none-needed"),
        ("SELECT 1", "none-needed"),
        ("SELECT w()", "irreversible"),
        ("SELECT setval('s', 10)", "lossy"),
        ("ALTER TABLE t ADD COLUMN b int", "exact"),
        ("ALTER TABLE t ADD COLUMN IF NOT EXISTS a text", "none-needed"),
        ("ALTER TABLE t DROP COLUMN n", "lossy"),
        ("ALTER TABLE t ALTER n TYPE numeric(8,2)", "lossy"),
        ("ALTER TABLE t ALTER a TYPE varchar(10)", "exact"),
        ("ALTER TABLE t ALTER a TYPE int USING length(a)", "lossy"),
        ("ALTER TABLE t RENAME TO u", "exact"),
        ("DROP TABLE IF EXISTS missing", "none-needed"),
        ("DROP TABLE missing", "none-needed"),
        ("TRUNCATE t", "irreversible"),
        ("DELETE FROM t", "irreversible"),
        ("UPDATE t SET a = 'x'", "irreversible"),
        ("MERGE INTO t USING t AS s ON t.id = s.id WHEN MATCHED THEN DELETE", "irreversible"),
        ("COPY t FROM '/tmp/x'", "irreversible"),
        ("INSERT INTO t (id) VALUES (1)", "exact"),
        // It fails: the key has no value.
        ("INSERT INTO t (a) VALUES ('x')", "none-needed"),
        ("INSERT INTO t (id, a) VALUES ((SELECT 1), 'x')", "irreversible"),
        ("INSERT INTO t (id) VALUES (1) ON CONFLICT DO NOTHING", "irreversible"),
        ("WITH d AS (DELETE FROM t RETURNING id) SELECT * FROM d", "irreversible"),
        ("ALTER TYPE mood ADD VALUE 'c'", "exact"),
        ("ALTER TYPE mood RENAME VALUE 'a' TO 'z'", "exact"),
        ("DROP SEQUENCE s", "lossy"),
        ("DROP ROLE r", "lossy"),
        ("ALTER ROLE r PASSWORD 'x'", "lossy"),
        ("ALTER ROLE r CREATEDB", "exact"),
        ("ALTER ROLE r IN DATABASE d SET work_mem = '1MB'", "irreversible"),
        ("CALL p()", "irreversible"),
        ("ALTER SYSTEM SET work_mem = '1MB'", "irreversible"),
        ("VACUUM FULL t", "none-needed"),
        ("DO $$ DECLARE x text := 't'; BEGIN EXECUTE 'DROP TABLE ' || x; END $$", "irreversible"),
        ("GRANT SELECT ON t TO r", "exact"),
        ("not sql", "irreversible"),
    ] {
        assert_eq!(classes(Coverage::Complete, before, up), [class], "{up}");
    }
}

#[test]
fn what_is_not_known_is_not_claimed() {
    for (up, class) in [
        ("ALTER TABLE t ADD COLUMN b int", "exact"),
        ("ALTER TABLE t ALTER COLUMN b SET NOT NULL", "irreversible"),
        ("ALTER TABLE t ENABLE ROW LEVEL SECURITY", "irreversible"),
        ("DROP TABLE t", "irreversible"),
        ("DROP TABLE IF EXISTS t", "irreversible"),
        ("CREATE INDEX CONCURRENTLY i ON t (a)", "exact"),
        ("CREATE TABLE t (a int)", "exact"),
        ("CREATE TABLE IF NOT EXISTS t (a int)", "lossy"),
        ("CREATE OR REPLACE VIEW v AS SELECT 1 AS a", "irreversible"),
        ("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "irreversible"),
        ("ALTER TYPE mood ADD VALUE 'x'", "irreversible"),
        ("ALTER TYPE mood RENAME VALUE 'x' TO 'y'", "exact"),
        ("INSERT INTO t VALUES (1)", "irreversible"),
        ("COMMENT ON TABLE t IS 'x'", "irreversible"),
        ("ALTER TABLE t RENAME a TO b", "exact"),
    ] {
        assert_eq!(classes(Coverage::Partial, "", up), [class], "{up}");
    }
}

#[test]
fn what_the_migration_takes_back_needs_no_way_back() {
    let before = "CREATE TABLE t (a int);";
    let up = "BEGIN; DROP TABLE t; ROLLBACK; BEGIN; ALTER TABLE t ADD COLUMN b int; SAVEPOINT s; TRUNCATE t;
              ROLLBACK TO s; COMMIT;";
    assert_eq!(
        classes(Coverage::Complete, before, up),
        [
            "none-needed",
            "none-needed",
            "none-needed",
            "none-needed",
            "exact",
            "none-needed",
            "none-needed",
            "none-needed",
            "none-needed"
        ]
    );
    insta::assert_snapshot!(of(before, up).sql, @r#"
    -- rollback: exact
    SET LOCAL lock_timeout = '5s';
    ALTER TABLE public.t DROP COLUMN b;
    "#);
}

#[test]
fn what_cannot_come_back_is_left_out_with_all_that_needs_it() {
    let before = "CREATE TABLE work AS SELECT missing_function(1) AS a; CREATE TABLE t (a int);
                  CREATE VIEW v AS SELECT a FROM work;";
    let steps =
        steps_of(Coverage::Partial, before, "DROP VIEW v; DROP TABLE work; ALTER TABLE t ADD COLUMN b int;");
    insta::assert_snapshot!(script(&steps).sql, @r#"
    -- rollback: irreversible
    -- not undone: table public.work cannot be made again, since not everything about it is known: keep a dump of it (`pg_dump --schema-only --table`)
    -- not restored: rows of public.work (keep them first: CREATE TABLE … AS TABLE public.work, or a dump)
    -- not undone: public.v does not come back, since it needs public.work
    SET LOCAL lock_timeout = '5s';
    ALTER TABLE public.t DROP COLUMN b;
    "#);
    // What the migration itself made is nobody's loss.
    let up = "CREATE TABLE work AS SELECT missing_function(1) AS a; DROP TABLE work;";
    assert_eq!(script(&steps_of(Coverage::Partial, "", up)).sql, "");
}

#[test]
fn other_dialects_undo_what_was_made() {
    let mut schema = Schema::new(Dialect::MySql, ServerVersion::default());
    schema.coverage = Coverage::Complete;
    let up = "CREATE TABLE users (id int PRIMARY KEY, name varchar(20));
              CREATE INDEX users_name ON users (name);
              CREATE TABLE other (id int);
              ALTER TABLE other ADD COLUMN a int;
              ALTER TABLE other DROP COLUMN a;
              ALTER TABLE users RENAME TO people;
              CREATE VIEW v AS SELECT 1 AS a;
              DROP TABLE people;";
    let span = Span::new(0, offset(up.len()));
    let parsed = parse::with_large_stack(|| parse::script(up, span, FileId(0), Dialect::MySql));
    let mut replay = Replay::new(schema);
    replay.begin_change_set();
    replay.begin_migration(Wrap::Statement);
    let mut steps = Vec::new();
    for stmt in parsed.expect("a thread").statements {
        let mut step = replay.prepare(stmt, 0);
        replay.commit(&mut step);
        steps.push(invert(&step, replay.schema()));
    }
    insta::assert_snapshot!(script(&steps).sql, @r#"
    -- rollback: exact
    DROP VIEW `v`;
    DROP TABLE `other`;
    "#);
}

#[test]
fn triggers_and_cascades_of_other_statements_are_told() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, a int, seen timestamp);
         CREATE TABLE u (t_id int REFERENCES t ON DELETE CASCADE);
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.seen := now(); RETURN NEW; END';
         CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();";
    // The values go with the column; what the trigger wrote stays.
    let script = of(before, "ALTER TABLE t ADD COLUMN b int; UPDATE t SET b = 1;");
    assert!(
        script
            .sql
            .starts_with("-- rollback: lossy\n-- not restored: what the triggers of public.t (touch) did")
    );
    let script = of(before, "ALTER TABLE t DISABLE TRIGGER touch, ADD COLUMN b int; UPDATE t SET b = 1;");
    assert!(script.sql.starts_with("-- rollback: exact\n"), "{}", script.sql);
    let script = of(before, "DELETE FROM t;");
    assert!(script.sql.contains("rows of public.u that refer to the rows deleted"), "{}", script.sql);
}

#[test]
fn keys_over_columns_without_values_are_tried() {
    let before = "CREATE TABLE t (id uuid PRIMARY KEY, a int);
         CREATE TABLE u (t_id uuid CONSTRAINT u_t REFERENCES t, a int);
         CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p_id int CONSTRAINT c_p REFERENCES p);";
    let script = of(before, "ALTER TABLE u DROP CONSTRAINT u_t; ALTER TABLE t DROP COLUMN id;");
    assert!(
        script.sql.contains("-- not restored: constraint t_pkey of public.t, if the table has rows"),
        "{}",
        script.sql
    );
    assert!(script.sql.contains("EXCEPTION WHEN not_null_violation THEN"), "{}", script.sql);
    assert!(script.sql.contains("EXCEPTION WHEN invalid_foreign_key THEN"), "{}", script.sql);
    // Rows may refer to those that went with the table.
    let script = of(before, "DROP TABLE p CASCADE;");
    assert!(
        script.sql.contains("VALIDATE CONSTRAINT c_p;\nEXCEPTION WHEN foreign_key_violation"),
        "{}",
        script.sql
    );
    assert!(
        script.sql.contains("-- not restored: validation of constraint c_p of public.c"),
        "{}",
        script.sql
    );
}

#[test]
fn values_that_no_cast_leads_back_do_not_stop_the_script() {
    let before = "CREATE TABLE t (a int NOT NULL, b boolean NOT NULL DEFAULT false);
         CREATE TYPE shown AS ENUM ('Show', 'Hide');";
    let script = of(before, "ALTER TABLE t ALTER a TYPE timestamptz USING to_timestamp(a);");
    assert!(script.sql.contains("USING EXTRACT(EPOCH FROM a)::integer"), "{}", script.sql);
    let script = of(
        before,
        "ALTER TABLE t ALTER b DROP DEFAULT, ALTER b TYPE shown USING CASE WHEN b THEN 'Show'::shown ELSE 'Hide' END;",
    );
    assert!(script.sql.contains("USING (false)::boolean"), "{}", script.sql);
    assert!(
        script.sql.contains("values of public.t.b that are no boolean: they get the default"),
        "{}",
        script.sql
    );
}

#[test]
fn a_column_dropped_and_added_in_one_statement_loses_its_values() {
    let before = "CREATE TABLE t (id int, a boolean DEFAULT true NOT NULL);";
    let script = of(before, "ALTER TABLE t DROP COLUMN a, ADD COLUMN a boolean DEFAULT false NOT NULL;");
    assert!(
        script.sql.starts_with("-- rollback: lossy\n-- not restored: values of public.t.a"),
        "{}",
        script.sql
    );
}
