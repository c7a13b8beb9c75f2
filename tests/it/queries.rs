//! `review --queries`: the queries that a change set breaks are those that a server refuses after it.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{PgServer, checkrail};

const BEFORE: &str = "CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, nick varchar(20), team int);
CREATE UNIQUE INDEX users_email_idx ON users (email);
CREATE INDEX users_team_idx ON users (team);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, state state, note text);
CREATE TABLE old (id int);
CREATE FUNCTION total(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE VIEW busy AS SELECT id FROM users;
";

const CHANGE: &str = "ALTER TABLE users RENAME COLUMN nick TO handle;
ALTER TABLE orders ADD COLUMN place text NOT NULL;
ALTER TYPE state RENAME VALUE 'paid' TO 'settled';
DROP TABLE old;
DROP FUNCTION total(int);
CREATE FUNCTION total(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a';
ALTER TABLE orders ALTER COLUMN note TYPE varchar(3);
DROP INDEX users_email_idx;
DROP INDEX users_team_idx;
DROP VIEW busy;
CREATE VIEW busy AS SELECT id FROM users;
";

/// Each query by its name, with the SQLSTATE that it ends with after the change; nothing where it still works.
const QUERIES: &[(&str, &str, &str)] = &[
    ("GetUser", "SELECT u.id, u.nick FROM users u WHERE u.id = 1", "42703"),
    ("SetNick", "UPDATE users SET nick = 'a' WHERE id = 1", "42703"),
    ("AddOrder", "INSERT INTO orders (id, user_id) VALUES (9, 1)", "23502"),
    ("CopyOrder", "INSERT INTO orders (id, user_id) SELECT id + 100, user_id FROM orders", "23502"),
    ("PaidOrders", "SELECT id FROM orders WHERE state IN ('new', 'paid')", "22P02"),
    ("Pay", "UPDATE orders SET state = 'paid' WHERE id = 1", "22P02"),
    ("Old", "SELECT count(*) FROM old", "42P01"),
    ("Total", "SELECT total(1)", "42883"),
    ("Note", "UPDATE orders SET note = 'long' WHERE id = 1", "22001"),
    ("Upsert", "INSERT INTO users (id, email) VALUES (7, 'x') ON CONFLICT (email) DO NOTHING", "42P10"),
    ("Fine", "SELECT id, email FROM users WHERE id = 1", ""),
    ("Busy", "SELECT id FROM busy", ""),
    ("NewOrders", "SELECT id FROM orders WHERE state = 'new' AND note = 'paid'", ""),
    ("Renamed", "SELECT * FROM (SELECT state::text || '' AS state FROM orders) x WHERE state = 'paid'", ""),
    ("ShortNote", "UPDATE orders SET note = 'abc' WHERE id = 1", ""),
    ("Sum", "SELECT sum(id) FROM orders", ""),
    ("ByTeam", "SELECT email FROM users WHERE team = 3", ""),
    ("ByTeamAndId", "SELECT email FROM users WHERE team = 3 AND id = 4", ""),
];

fn folder(queries: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("written");
    };
    write("m/001_a.sql", BEFORE);
    write("m/002_b.sql", CHANGE);
    write("q/queries.sql", queries);
    folder
}

fn review(folder: &TempDir, queries: &str) -> Value {
    let args = ["review", "m", "--last", "1", "--queries", queries, "--format", "json", "--no-config"];
    let output = checkrail().current_dir(folder.path()).args(args).output().expect("checkrail");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The findings of a rule: line of the statement, message, and the related places.
fn found(report: &Value, rule: &str) -> Vec<(u64, String, Vec<String>)> {
    let findings = report["findings"].as_array().expect("a list").iter().filter(|f| f["rule"] == rule);
    findings
        .map(|f| {
            let related = f["related"].as_array().expect("places").iter();
            let place = |r: &Value| {
                format!(
                    "{}:{} {}",
                    r["path"].as_str().expect("a path"),
                    r["line"],
                    r["message"].as_str().expect("text")
                )
            };
            (
                f["line"].as_u64().expect("a line"),
                f["message"].as_str().expect("text").to_owned(),
                related.map(place).collect(),
            )
        })
        .collect()
}

fn named() -> String {
    QUERIES.iter().map(|(name, sql, _)| ["-- name: ", name, " :many\n", sql, ";\n\n"].concat()).collect()
}

#[test]
fn queries_that_break_are_named_and_no_others() {
    let folder = folder(&named());
    let report = review(&folder, "q");
    let broken = found(&report, "broken-query");
    for (at, (name, _, sqlstate)) in QUERIES.iter().enumerate() {
        let place = format!("q/queries.sql:{} {name}: ", at * 3 + 2);
        let finding = broken.iter().find(|(_, _, related)| related.iter().any(|r| r.starts_with(&place)));
        match finding {
            Some((_, message, _)) => assert!(
                !sqlstate.is_empty() && message.contains(&format!("({sqlstate})")),
                "{name}: {message}"
            ),
            None => assert_eq!(*sqlstate, "", "{name}: {broken:#?}"),
        }
    }
    // At the statements that do it.
    let line = |name: &str| {
        broken.iter().find(|(_, m, _)| m.contains(&format!("({name})"))).map(|(line, _, _)| *line)
    };
    assert_eq!(
        (line("GetUser"), line("AddOrder"), line("Pay"), line("Old")),
        (Some(1), Some(2), Some(3), Some(4))
    );
    assert_eq!((line("Total"), line("Note"), line("Upsert")), (Some(5), Some(7), Some(8)));
    let slow = found(&report, "query-loses-index");
    assert_eq!(slow.len(), 1, "{slow:#?}");
    assert_eq!(slow[0].0, 9);
    assert_eq!(slow[0].2.len(), 1, "{slow:#?}");
    assert!(slow[0].2[0].contains("ByTeam: "), "{slow:#?}");
    let counts = &report["queries"];
    assert_eq!(
        (&counts["read"], &counts["failing"], &counts["unresolved"]),
        (&18.into(), &10.into(), &0.into())
    );
}

#[test]
fn a_server_says_the_same() {
    let Some(server) = PgServer::shared() else { return };
    let db = server.create_db("queries");
    server.psql(&db, BEFORE).expect("the schema");
    server.psql(&db, "INSERT INTO users VALUES (1, 'a')").expect("a row");
    for (name, sql, _) in QUERIES {
        server.psql(&db, &format!("BEGIN; {sql}; ROLLBACK;")).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    server.psql(&db, CHANGE).expect("the change");
    server.psql(&db, "INSERT INTO orders VALUES (1, 1, 'new', '', '')").expect("a row");
    for (name, sql, sqlstate) in QUERIES {
        let verbose = format!("\\set VERBOSITY verbose\nBEGIN; {sql}; ROLLBACK;");
        match server.psql(&db, &verbose) {
            Ok(_) => assert_eq!(*sqlstate, "", "{name} works"),
            Err(e) => assert!(!sqlstate.is_empty() && e.contains(sqlstate), "{name}: {e}"),
        }
    }
}

#[test]
fn what_cannot_be_resolved_is_counted_and_not_judged() {
    let folder = folder(
        "SELECT nothing FROM users;\nSELECT nick FROM elsewhere;\nSELECT FROM WHERE;\nSET x = 1;\nSELECT ? FROM users WHERE nick = ?;\n",
    );
    let report = review(&folder, "q/queries.sql");
    let counts = &report["queries"];
    assert_eq!(
        (&counts["read"], &counts["unresolved"], &counts["unread"]),
        (&3.into(), &2.into(), &1.into())
    );
    let broken = found(&report, "broken-query");
    assert_eq!(broken.len(), 1, "{broken:#?}");
    assert!(broken[0].2[0].starts_with("q/queries.sql:5 SELECT ? FROM"), "{broken:#?}");
}

#[test]
fn queries_of_sqlx_and_of_the_server_are_read() {
    let folder = folder("");
    fs::create_dir(folder.path().join(".sqlx")).expect("a folder");
    let sqlx = "{\n  \"db_name\": \"PostgreSQL\",\n  \"query\": \"SELECT nick\\n FROM users WHERE id = $1\",\n  \"hash\": \"x\"\n}";
    fs::write(folder.path().join(".sqlx/query-1.json"), sqlx).expect("written");
    fs::write(
        folder.path().join("top.csv"),
        "calls,query\n9,\"SELECT id,\nnick FROM users WHERE id = $1\"\n",
    )
    .expect("written");
    let place = |queries: &str| found(&review(&folder, queries), "broken-query")[0].2[0].clone();
    assert_eq!(place(".sqlx"), ".sqlx/query-1.json:3 SELECT nick FROM users WHERE id = $1");
    assert_eq!(place("top.csv"), "top.csv:2 SELECT id, nick FROM users WHERE id = $1");
    let args = ["review", "m", "--queries", ".sqlx", "--no-config"];
    let output = checkrail().current_dir(folder.path()).args(args).output().expect("checkrail");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("--queries needs to know what is deployed together")
    );
}
