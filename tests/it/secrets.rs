//! Passwords in migrations: whatever checkrail prints or writes, they are not in it.

use std::fs;

use checkrail::report::Format;
use tempfile::TempDir;

use crate::harness::{PgServer, checkrail, each_server};

/// Every place in which a password can stand, each with one of its own.
const BEFORE: &str = "
CREATE EXTENSION postgres_fdw;
CREATE ROLE app LOGIN PASSWORD 'geheim-role';
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h');
CREATE FOREIGN DATA WRAPPER w OPTIONS (api_key 'geheim-wrapper', x 'y');
CREATE SERVER near FOREIGN DATA WRAPPER w OPTIONS (secret_key 'geheim-server', url 'u');
CREATE FOREIGN TABLE ft (a int OPTIONS (access_key 'geheim-column')) SERVER near OPTIONS (token 'geheim-table', t 'x');
CREATE USER MAPPING FOR app SERVER far OPTIONS (user 'u', password 'geheim-mapping');
CREATE SUBSCRIPTION sub CONNECTION 'host=h user=u password=geheim-subscription' PUBLICATION p
    WITH (connect = false, slot_name = NONE, enabled = false);
CREATE TABLE t (id int PRIMARY KEY, note text);
";

const CHANGE: &str = "
ALTER ROLE app ENCRYPTED PASSWORD 'geheim-alter';
ALTER USER MAPPING FOR app SERVER far OPTIONS (SET password 'geheim-alter');
ALTER SUBSCRIPTION sub CONNECTION 'postgresql://u:geheim-alter@h/db';
ALTER FOREIGN TABLE ft OPTIONS (SET token 'geheim-alter');
ALTER TABLE t ADD COLUMN n int NOT NULL; -- a finding beside: password 'geheim' is only a remark
DO $$ BEGIN EXECUTE 'ALTER ROLE app PASSWORD ''geheim-do'''; ALTER ROLE app PASSWORD 'geheim-do'; END $$;
DROP USER MAPPING FOR app SERVER far;
DROP SUBSCRIPTION sub;
";

/// Statements that cannot be read, with a password where the parser stops.
const BROKEN: &str =
    "ALTER ROLE app PASSWORD 'geheim-first' 'geheim-second';\nCREATE USER x PASSWORT 'geheim-typo';\n";

/// Whether a text shows a password; comments are the author's own words.
fn leak(text: &str) -> Option<&str> {
    let at = text.match_indices("geheim-").map(|(at, _)| at).next()?;
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    Some(text[start..].lines().next().unwrap_or_default())
}

fn place(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    fs::create_dir(folder.path().join("m")).expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join("m").join(name), text).expect("written");
    }
    folder
}

/// Runs a command and looks through everything that it prints and writes.
fn nothing_leaks(folder: &TempDir, args: &[&str]) {
    let output = checkrail().current_dir(folder.path()).args(args).output().expect("a run");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.code() < Some(70), "{args:?}: {stderr}");
    for text in [&stdout, &stderr] {
        assert_eq!(leak(text), None, "{args:?}");
    }
    for entry in fs::read_dir(folder.path()).expect("the folder").flatten() {
        if entry.path().is_file() {
            let text = fs::read_to_string(entry.path()).expect("text");
            assert_eq!(leak(&text), None, "{args:?} wrote {}", entry.path().display());
        }
    }
}

#[test]
fn no_report_shows_a_password() {
    let folder = place(&[("V1__a.sql", BEFORE), ("V2__b.sql", CHANGE), ("V3__c.sql", BROKEN)]);
    for format in Format::ALL {
        nothing_leaks(&folder, &["review", "m", "--format", format.as_str()]);
        nothing_leaks(&folder, &["review", "m", "--verbose", "--format", format.as_str()]);
    }
}

#[test]
fn no_schema_holds_a_password() {
    let folder = place(&[("V1__a.sql", BEFORE)]);
    nothing_leaks(&folder, &["snapshot", "m", "-o", "schema.json"]);
    nothing_leaks(&folder, &["schema", "dump", "m"]);
    nothing_leaks(&folder, &["schema", "erd", "m"]);
    let empty = place(&[("V1__a.sql", "CREATE TABLE other (a int);\n")]);
    let other = empty.path().join("m");
    let other = other.to_str().expect("a path");
    for format in ["text", "sql"] {
        nothing_leaks(&folder, &["diff", other, "m", "--format", format]);
        nothing_leaks(&folder, &["diff", "m", other, "--format", format]);
    }
    let changed = place(&[("V1__a.sql", BEFORE), ("V2__b.sql", CHANGE)]);
    nothing_leaks(&changed, &["rollback", "m"]);
}

/// What a server holds: the model has no password either, and nothing else differs.
#[test]
fn no_server_gives_a_password_away() {
    each_server(from_server);
}

fn from_server(server: &PgServer) {
    let database = server.create_db("secrets");
    server.psql(&database, BEFORE).expect("accepted");
    let folder = place(&[("V1__a.sql", BEFORE)]);
    let url = server.url(&database);
    nothing_leaks(&folder, &["snapshot", &url, "-o", "live.json"]);
    nothing_leaks(&folder, &["schema", "dump", &url]);
    nothing_leaks(&folder, &["diff", "m", &url, "--format", "text"]);
    server.psql(&database, "DROP SUBSCRIPTION sub").expect("accepted");
}
