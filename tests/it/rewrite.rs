//! Safe rewrites on a real server: the stages lead to the schema that the statement itself leads to, and to the
//! same rows.

use std::fmt::Write;

use checkrail::finding::RemedyHint;
use checkrail::name::{Dialect, ServerVersion};
use checkrail::parse;
use checkrail::plan::{Replay, Wrap};
use checkrail::policy::{Policy, packs};
use checkrail::remedy::rewrite::{self, Rewrite};
use checkrail::schema::{Coverage, Schema};
use checkrail::text::{FileId, SourceFile, SourceMap, Span, offset};

use crate::harness::PgServer;
use crate::support::review_sql;

mod cases;

use self::cases::{CASES, Case};

/// The rewrite of `sql`, one statement, on the schema that `before` makes.
fn rewrite_of(before: &str, sql: &str, hint: RemedyHint, version: u16) -> Option<Rewrite> {
    parse::with_large_stack(|| planned(before, sql, hint, version)).expect("a thread")
}

fn planned(before: &str, sql: &str, hint: RemedyHint, version: u16) -> Option<Rewrite> {
    let mut sources = SourceMap::default();
    let mut statements = |text: &str| {
        let file: FileId = sources.add(SourceFile::new("a.sql", text));
        parse::script(text, Span::new(0, offset(text.len())), file, Dialect::PostgreSql).statements
    };
    let before = statements(before);
    let mut migration = statements(sql);
    assert_eq!(migration.len(), 1, "one statement: {sql}");
    let stmt = migration.remove(0);
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::new(version).expect("supported"));
    schema.coverage = Coverage::Complete;
    let mut replay = Replay::new(schema);
    replay.history(Wrap::Statement, before.iter());
    replay.begin_change_set();
    replay.begin_migration(Wrap::Statement);
    let step = replay.prepare(stmt, 0);
    let changes = replay.preview(&step.stmt.op);
    rewrite::for_step(&step, replay.schema(), hint, changes.as_deref())
}

/// The stages as files, each as psql would run it.
fn files(rewrite: &Rewrite) -> Vec<String> {
    rewrite
        .stages
        .iter()
        .map(|stage| {
            let text = stage.sql();
            if stage.transaction { format!("BEGIN;\n{text}COMMIT;\n") } else { text }
        })
        .collect()
}

fn run(server: &PgServer, case: &Case, version: u16) -> Result<(), String> {
    let before = format!("{}\n{}", case.before, case.rows);
    let rewrite = rewrite_of(case.before, case.sql, case.hint, version).ok_or("no rewrite")?;
    let direct = server.create_db("direct");
    server.psql(&direct, &before)?;
    server.psql(&direct, case.sql)?;
    let staged = server.create_db("staged");
    server.psql(&staged, &before)?;
    let mut problems = String::new();
    for (stage, file) in rewrite.stages.iter().zip(files(&rewrite)) {
        let relations = server
            .psql(&staged, "SELECT string_agg(oid::text, ', ') FROM pg_class WHERE relkind IN ('r', 'p')")?;
        let probe = format!(
            "SELECT 'read: ' || string_agg(relname, ', ') FROM pg_stat_xact_user_tables \
             WHERE seq_scan > 0 AND relid IN ({relations});\nCOMMIT;"
        );
        let probed = file.replace("COMMIT;", &probe);
        let quick = stage.transaction && matches!(stage.ops.first(), Some(checkrail::ir::DdlOp::Set(_)));
        let file = if quick { probed } else { file };
        let out = server.psql(&staged, &file).map_err(|e| format!("{e}\nin stage:\n{file}"))?;
        let reads = matches!(case.hint, RemedyHint::LockTimeout | RemedyHint::ConcurrentRefresh);
        if quick && !reads && out.contains("read: ") {
            let _ = writeln!(problems, "{} is read under a strong lock: {}", out, stage.title);
        }
        for statement in case.between.split_inclusive(';') {
            let _ = server.psql(&staged, statement);
            let _ = server.psql(&direct, statement);
        }
    }
    if let (Some(wanted), Some(got)) = (server.dump_where_able(&direct), server.dump_where_able(&staged)) {
        let (wanted, got) = (normal(&wanted, case), normal(&got, case));
        if wanted != got {
            let _ = writeln!(problems, "the dump differs:\n{}", difference(&wanted, &got));
        }
    }
    let position =
        if case.reordered { "0" } else { "row_number() OVER (PARTITION BY attrelid ORDER BY attnum)" };
    let describe = CATALOG.replace("$position", position);
    let (wanted, got) = (server.psql(&direct, &describe)?, server.psql(&staged, &describe)?);
    if wanted != got {
        let _ = writeln!(problems, "the catalogs differ:\n{}", difference(&wanted, &got));
    }
    if !case.rows_query.is_empty() {
        let (wanted, got) = (server.psql(&direct, case.rows_query)?, server.psql(&staged, case.rows_query)?);
        if wanted != got {
            let _ = writeln!(problems, "the rows differ: {wanted:?} and {got:?}");
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(format!("{problems}\nstages:\n{}", files(&rewrite).join("---\n")))
    }
}

/// What the catalogs hold, also of what `pg_dump` does not show; one line for each thing.
const CATALOG: &str = "
SELECT line FROM (
SELECT concat_ws(' ', 'column', attrelid::regclass, attname, $position, format_type(atttypid, atttypmod), attnotnull,
    pg_get_expr(adbin, adrelid), attidentity, attgenerated, attislocal, attinhcount, attstorage,
    to_jsonb(pg_attribute) ->> 'attcompression',
    attstattarget, attoptions, col_description(attrelid, attnum), attacl)
  FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attnum > 0 AND NOT attisdropped
    AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i')
UNION ALL
SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated,
    CASE WHEN contype <> 'n' THEN conislocal END,
    coninhcount, CASE WHEN contype IN ('c', 'n') THEN connoinherit END, obj_description(oid, 'pg_constraint'))
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid, indisready, indisprimary, indimmediate,
    indisclustered, indisreplident, inhparent::regclass, obj_description(indexrelid, 'pg_class'))
  FROM pg_index LEFT JOIN pg_inherits ON inhrelid = indexrelid
  WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
UNION ALL
SELECT concat_ws(' ', 'relation', oid::regclass, relkind, relpersistence, reloptions, relacl, relreplident, relrowsecurity,
    pg_get_expr(relpartbound, oid), pg_get_partkeydef(oid), CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END)
  FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT concat_ws(' ', 'function', pg_get_functiondef(oid)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT concat_ws(' ', 'sequence', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache,
    seqcycle, refobjid::regclass, deptype)
  FROM pg_sequence LEFT JOIN pg_depend ON objid = seqrelid AND classid = 'pg_class'::regclass AND deptype IN ('a', 'i')
    AND refobjsubid > 0
) AS lines (line) ORDER BY 1";

/// What the dump says, without settings. Where columns may stand in another order, the lines of
/// the whole dump are sorted.
fn normal(dump: &str, case: &Case) -> String {
    let mut lines: Vec<&str> = dump
        .lines()
        .filter(|l| !l.starts_with("SET "))
        .map(|l| if case.reordered { l.trim().trim_end_matches(',') } else { l })
        .collect();
    if case.reordered {
        lines.sort_unstable();
    }
    lines.join("\n")
}

fn difference(wanted: &str, got: &str) -> String {
    let mut out = String::new();
    for (ours, theirs, sign) in [(wanted, got, '-'), (got, wanted, '+')] {
        for line in ours.lines().filter(|line| theirs.lines().all(|other| other != *line)) {
            let _ = writeln!(out, "{sign} {line}");
        }
    }
    out
}

#[test]
fn indexes_and_keys() {
    same_schema(&[
        RemedyHint::ConcurrentIndex,
        RemedyHint::ConcurrentIndexDrop,
        RemedyHint::ConcurrentReindex,
        RemedyHint::PartitionedIndex,
        RemedyHint::ConstraintUsingIndex,
    ]);
}

#[test]
fn constraints_and_not_null() {
    same_schema(&[
        RemedyHint::NotValidThenValidate,
        RemedyHint::NotNullThroughCheck,
        RemedyHint::DropForeignKeysFirst,
        RemedyHint::LockTimeout,
    ]);
}

#[test]
fn columns() {
    same_schema(&[RemedyHint::ColumnThenBackfill, RemedyHint::ShadowColumn]);
}

#[test]
fn partitions_and_views() {
    same_schema(&[
        RemedyHint::AttachWithCheck,
        RemedyHint::CreateThenAttach,
        RemedyHint::ConcurrentDetach,
        RemedyHint::ConcurrentRefresh,
        RemedyHint::CompatibilityView,
    ]);
}

/// Takes the cases of these remedies to the schema both ways.
fn same_schema(hints: &[RemedyHint]) {
    let Some(server) = PgServer::shared() else { return };
    let version = server.psql("postgres", "SHOW server_version_num").expect("version");
    let version: u16 = version[..2].parse().expect("a number");
    let mut wrong = Vec::new();
    let mut tried = 0;
    for case in CASES.iter().filter(|c| hints.contains(&c.hint) && version >= c.since) {
        tried += 1;
        if let Err(error) = run(server, case, version) {
            wrong.push(format!("=== {}: {}\n{error}", case.name, case.sql));
        }
    }
    assert!(tried >= hints.len(), "only {tried} cases");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn old_and_new_code_see_each_other_while_a_column_is_renamed() {
    let Some(server) = PgServer::shared() else { return };
    let before = "CREATE TABLE users (id bigint PRIMARY KEY, mail text DEFAULT 'none');";
    let rename = "ALTER TABLE users RENAME COLUMN mail TO email;";
    let rewrite = rewrite_of(before, rename, RemedyHint::ShadowColumn, 15).expect("a rewrite");
    let database = server.create_db("sync");
    let run = |sql: &str| server.psql(&database, sql).expect("runs");
    run(before);
    run("INSERT INTO users VALUES (1, 'a');");
    let files = files(&rewrite);
    run(&files[0]);
    run("INSERT INTO users (id, mail) VALUES (2, 'old code'); INSERT INTO users (id, email) VALUES (3, 'new code');
         INSERT INTO users (id) VALUES (4); UPDATE users SET mail = 'b' WHERE id = 1;
         UPDATE users SET email = 'changed' WHERE id = 2; UPDATE users SET mail = 'turned' WHERE id = 3;");
    let both = "1|b|b\n2|changed|changed\n3|turned|turned\n4|none|none";
    assert_eq!(run("SELECT id, mail, email FROM users ORDER BY id"), both);
    for file in &files[1..] {
        run(file);
    }
    assert_eq!(run("SELECT id, email FROM users ORDER BY id"), "1|b\n2|changed\n3|turned\n4|none");
}

#[test]
fn a_trigger_stands_in_for_a_stored_generated_column() {
    let Some(server) = PgServer::shared() else { return };
    let before = "CREATE TABLE items (id bigint PRIMARY KEY, price numeric, amount integer);";
    let add = "ALTER TABLE items ADD COLUMN total numeric GENERATED ALWAYS AS (price * items.amount) STORED;";
    let rewrite = rewrite_of(before, add, RemedyHint::ColumnThenBackfill, 15).expect("a rewrite");
    let database = server.create_db("generated");
    let run = |sql: &str| server.psql(&database, sql).expect("runs");
    run(before);
    run("INSERT INTO items VALUES (1, 2.5, 2);");
    for file in files(&rewrite) {
        run(&file);
    }
    run("INSERT INTO items VALUES (2, 3, 3); UPDATE items SET amount = 4 WHERE id = 1;");
    assert_eq!(run("SELECT id, total FROM items ORDER BY id"), "1|10.0\n2|9");
}

#[test]
fn checks_that_rule_out_a_scan_of_the_default_partition() {
    let Some(server) = PgServer::shared() else { return };
    let database = server.create_db("default");
    server
        .psql(
            &database,
            "CREATE TABLE logs (at date, n int) PARTITION BY RANGE (at);
             CREATE TABLE rest PARTITION OF logs DEFAULT;
             INSERT INTO rest VALUES ('1999-01-01', 1), (NULL, 2);
             CREATE TABLE more (at date, n int);",
        )
        .expect("tables");
    for check in [
        "at < '2024-01-01' OR at >= '2025-01-01'",
        "NOT (at IS NOT NULL AND at >= '2024-01-01' AND at < '2025-01-01')",
    ] {
        let read = server.psql(
            &database,
            &format!(
                "BEGIN; ALTER TABLE rest ADD CHECK ({check});
                 SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'rest';
                 ALTER TABLE logs ATTACH PARTITION more FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
                 SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'rest'; ROLLBACK;"
            ),
        );
        assert_eq!(read.as_deref(), Ok("1\n1"), "{check}");
    }
}

/// What a rewrite leaves, since it is what the statement is for: values go, the view of an old name goes in the end,
/// the sequence that filled a column too, a key may want an index, and the foreign keys of other tables do not follow
/// a type at once.
const MEANT: [&str; 6] = [
    "drop-column",
    "drop-sequence",
    "drop-table",
    "drop-view",
    "foreign-key-type-mismatch",
    "unindexed-foreign-key",
];

/// The stages of a rewrite, reviewed one after the other as migrations of their own, are free of what the
/// statement was objected to for, and of anything new.
#[test]
fn reviews_of_the_stages_are_quiet() {
    let pack = packs().iter().find(|pack| pack.name == "default").expect("the pack default");
    let policy = Policy::parse("default", pack.text).expect("a policy");
    let mut wrong = Vec::new();
    for case in CASES {
        for version in [13, 15, 18].into_iter().filter(|v| *v >= case.since) {
            let original = review_sql(case.before, case.sql, &policy, version);
            if !original.findings.iter().any(|f| !MEANT.contains(&f.rule.as_str())) {
                wrong.push(format!("{} on {version}: the statement itself is not flagged", case.name));
            }
            let Some(rewrite) = rewrite_of(case.before, case.sql, case.hint, version) else {
                wrong.push(format!("{} on {version}: no rewrite", case.name));
                continue;
            };
            let mut before = case.before.to_owned();
            for file in files(&rewrite) {
                let report = review_sql(&before, &file, &policy, version);
                for f in report.findings.iter().filter(|f| !MEANT.contains(&f.rule.as_str())) {
                    wrong.push(format!(
                        "{} on {version}: {} {}: {}",
                        case.name, f.severity, f.rule, f.message
                    ));
                }
                before.push_str(&file);
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
