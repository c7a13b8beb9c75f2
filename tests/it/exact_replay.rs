//! What the model says after a replay is what a server has after running the same migrations: each set is run on a
//! throw-away server, the server is introspected, and the two schemas are compared. Nothing may differ.

use std::fmt::Write as _;
use std::fs;

use checkrail::introspect::{Options, Target, introspect};
use checkrail::name::{Dialect, Ident, ServerVersion};
use checkrail::parse::{script, with_large_stack};
use checkrail::review::compare::compare;
use checkrail::schema::{Coverage, Schema};
use checkrail::text::{FileId, Span};

use crate::harness::{PgServer, each_server, repo};

/// Replays scripts, each in a session of its own.
pub fn replay(version: ServerVersion, scripts: &[String]) -> Schema {
    replay_as(None, version, scripts)
}

/// The same, run by a role of this name.
pub fn replay_as(migrator: Option<Ident>, version: ServerVersion, scripts: &[String]) -> Schema {
    let mut schema = Schema::new(Dialect::PostgreSql, version);
    schema.migrator = migrator;
    schema.coverage = Coverage::Complete;
    for text in scripts {
        let whole = Span::new(0, u32::try_from(text.len()).expect("a short script"));
        schema.reset_session();
        for statement in &script(text, whole, FileId(0), Dialect::PostgreSql).statements {
            let errors = schema.apply(&statement.op);
            assert!(errors.is_empty(), "{errors:?}\n{}", statement.span.slice(text));
            schema.take_changes();
        }
    }
    schema.reset_session();
    schema
}

/// Runs the scripts on a new database and tells how it differs from the replay, in words and statements; `None`
/// when the server refuses one of them.
fn difference(server: &PgServer, hint: &str, scripts: &[String]) -> Option<String> {
    let database = server.create_db(hint);
    for text in scripts {
        server.psql(&database, text).ok()?;
    }
    let target = Target::parse(&server.url(&database)).expect("a connection string");
    let live = introspect(&target, &Options { migrator: Some("postgres".into()), ..Options::default() });
    let live = live.expect("a schema");
    assert_eq!(live.hidden, Vec::<String>::new());
    let report = with_large_stack(|| {
        let replayed = replay(live.version, scripts);
        let both = [(&replayed, &live.schema), (&live.schema, &replayed)];
        let mut report = String::new();
        for (from, to) in both {
            let found = compare(from, to, &[]).expect("a comparison");
            if !found.is_empty() {
                let sql = found.sql(Dialect::PostgreSql);
                let _ = writeln!(report, "{hint}: {:?}\n{sql}", found.objects);
            }
        }
        report
    });
    forget(server, &database);
    Some(report.expect("the large stack"))
}

/// Drops a database and what the scripts have made beside it: roles belong to all databases.
pub fn forget(server: &PgServer, database: &str) {
    let sql = format!(
        "DROP DATABASE \"{database}\";
        DO $$ DECLARE role text; BEGIN
            FOR role IN SELECT rolname FROM pg_roles
                WHERE oid >= 16384 AND NOT EXISTS (SELECT FROM pg_shdepend WHERE refobjid = pg_roles.oid)
            LOOP EXECUTE format('DROP ROLE %I', role); END LOOP;
        END $$"
    );
    server.psql("postgres", &sql).expect("a server without the database");
}

pub fn read(path: &str) -> String {
    fs::read_to_string(repo(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A migration as the tool runs it: in a transaction, unless it says otherwise.
pub fn migration(path: &str) -> String {
    let text = read(path);
    if text.starts_with("-- no-transaction") { text } else { format!("BEGIN;\n{text}\nCOMMIT;\n") }
}

/// The paths below a folder, sorted.
pub fn entries(path: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(repo(path))
        .expect("a folder")
        .map(|entry| format!("{path}/{}", entry.expect("an entry").file_name().to_string_lossy()))
        .collect();
    names.sort();
    names
}

#[test]
fn shop() {
    let Some(server) = PgServer::start() else { return };
    let files: Vec<String> = entries("migrations-examples/postgresql/shop/migrations")
        .into_iter()
        .filter(|path| path.ends_with(".up.sql"))
        .collect();
    assert!(files.len() > 20, "{files:?}");
    let scripts: Vec<String> = files.iter().map(|path| migration(path)).collect();
    assert_eq!(difference(&server, "shop", &scripts).as_deref(), Some(""));
}

/// The way down again, from every step of the way up.
#[test]
fn shop_and_back() {
    let Some(server) = PgServer::start() else { return };
    let files = entries("migrations-examples/postgresql/shop/migrations");
    let mut scripts: Vec<String> = Vec::new();
    for up in files.iter().filter(|path| path.ends_with(".up.sql")) {
        let down = up.replace(".up.sql", ".down.sql");
        scripts.push(migration(up));
        if files.contains(&down) && !up.contains("roles") {
            scripts.extend([migration(&down), migration(up)]);
        }
    }
    let report = difference(&server, "back", &scripts);
    assert_eq!(report.as_deref(), Some(""));
}

#[test]
fn bad_scenarios() {
    scenarios("bad");
}

#[test]
fn good_scenarios() {
    scenarios("good");
}

fn scenarios(kind: &str) {
    let Some(server) = PgServer::start() else { return };
    let mut compared = 0;
    let mut reports = String::new();
    for folder in entries("migrations-examples/postgresql") {
        let name = folder.rsplit('/').next().unwrap_or("");
        // Other databases are not part of the one that is introspected, and what cannot be analysed is not known.
        if ["drop-database", "statement-not-analysed"].contains(&name) {
            continue;
        }
        let paths = [format!("{folder}/before.sql"), format!("{folder}/{kind}.sql")];
        if !paths.iter().all(|path| repo(path).exists()) {
            continue;
        }
        let scripts = paths.map(|path| read(&path));
        // Some show what the server refuses; their databases and roles stay behind.
        if let Some(report) = difference(&server, &format!("{name}-{kind}"), &scripts) {
            compared += 1;
            reports.push_str(&report);
        }
    }
    assert!(compared > 30, "{compared} sets were compared");
    assert_eq!(reports, "");
}

/// The statements by which the spellings of people and servers are compared.
#[test]
fn written_statements() {
    let Some(server) = PgServer::start() else { return };
    let mut scripts =
        ["base", "written", "named"].map(|name| read(&format!("tests/canonical/{name}.sql"))).to_vec();
    let version = server.psql("postgres", "SHOW server_version_num").expect("a version");
    if version.as_str() >= "140000" {
        scripts.push(read("tests/canonical/written.14.sql"));
    }
    assert_eq!(difference(&server, "written", &scripts).as_deref(), Some(""));
}

/// What has a state or options beside its definition.
#[test]
fn states_and_options() {
    let sql = "
        CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
        CREATE EVENT TRIGGER one ON ddl_command_end EXECUTE FUNCTION f();
        CREATE EVENT TRIGGER two ON sql_drop EXECUTE FUNCTION f();
        CREATE EVENT TRIGGER three ON table_rewrite EXECUTE FUNCTION f();
        CREATE EVENT TRIGGER four ON ddl_command_end EXECUTE FUNCTION f();
        ALTER EVENT TRIGGER one DISABLE; ALTER EVENT TRIGGER two ENABLE ALWAYS; ALTER EVENT TRIGGER three ENABLE REPLICA;
        ALTER EVENT TRIGGER four DISABLE; ALTER EVENT TRIGGER four ENABLE; ALTER EVENT TRIGGER one RENAME TO uno;
        CREATE FOREIGN DATA WRAPPER w; CREATE SERVER srv FOREIGN DATA WRAPPER w;
        CREATE FOREIGN TABLE ft (id int OPTIONS (k '1', l '2') NOT NULL, a text, b text OPTIONS (m 'it''s')) SERVER srv OPTIONS (z '1', y '2');
        ALTER FOREIGN TABLE ft ALTER COLUMN id OPTIONS (SET k '3', DROP l), ALTER COLUMN a OPTIONS (ADD \"N n\" 'x', ADD o 'p');
        ALTER FOREIGN TABLE ft ADD COLUMN c int OPTIONS (q 'r'); ALTER FOREIGN TABLE ft RENAME COLUMN a TO d;
        ALTER FOREIGN TABLE ft OPTIONS (SET z '3', DROP y, ADD x '4');";
    each_server(|server| {
        assert_eq!(difference(server, "states", &[sql.to_owned()]).as_deref(), Some(""));
    });
}

/// Everything that can have an owner gets another one, by name and by what the session says.
#[test]
fn owners() {
    let sql = "
        CREATE ROLE ann SUPERUSER; CREATE ROLE \"Bob b\" SUPERUSER; CREATE ROLE carl SUPERUSER;
        CREATE SCHEMA s; CREATE TABLE s.t (id serial PRIMARY KEY, v text, n int GENERATED ALWAYS AS IDENTITY);
        CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p DEFAULT;
        CREATE VIEW v AS SELECT id FROM s.t; CREATE MATERIALIZED VIEW m AS SELECT id FROM s.t;
        CREATE SEQUENCE q; CREATE TYPE e AS ENUM ('a'); CREATE TYPE c AS (x int); CREATE TYPE r AS RANGE (SUBTYPE = int);
        CREATE DOMAIN d AS int; CREATE STATISTICS st ON id, v FROM s.t; CREATE PUBLICATION pub FOR TABLE s.t;
        CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1'; CREATE PROCEDURE pr() LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
        CREATE EVENT TRIGGER \"E t\" ON ddl_command_end EXECUTE FUNCTION et();
        CREATE AGGREGATE ag(int) (SFUNC = int4pl, STYPE = int); CREATE COLLATION \"Co\" (LOCALE = 'C');
        CREATE CONVERSION cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
        CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl); CREATE OPERATOR FAMILY of USING btree;
        CREATE TEXT SEARCH DICTIONARY di (TEMPLATE = simple); CREATE TEXT SEARCH CONFIGURATION cf (COPY = simple);
        CREATE FOREIGN DATA WRAPPER \"W\"; CREATE SERVER \"S\" FOREIGN DATA WRAPPER \"W\";
        CREATE FOREIGN TABLE ft (a int) SERVER \"S\"; CREATE LANGUAGE la HANDLER plpgsql_call_handler;
        ALTER SCHEMA s OWNER TO ann; ALTER TABLE s.t OWNER TO ann; ALTER TABLE p OWNER TO ann; ALTER VIEW v OWNER TO ann;
        ALTER MATERIALIZED VIEW m OWNER TO \"Bob b\"; ALTER SEQUENCE q OWNER TO ann; ALTER TYPE e OWNER TO ann;
        ALTER TYPE c OWNER TO ann; ALTER TYPE r OWNER TO ann; ALTER DOMAIN d OWNER TO ann; ALTER STATISTICS st OWNER TO ann;
        ALTER PUBLICATION pub OWNER TO ann; ALTER FUNCTION f OWNER TO ann; ALTER PROCEDURE pr() OWNER TO ann;
        ALTER EVENT TRIGGER \"E t\" OWNER TO \"Bob b\"; ALTER AGGREGATE ag(int) OWNER TO ann; ALTER COLLATION \"Co\" OWNER TO ann;
        ALTER CONVERSION cv OWNER TO ann; ALTER OPERATOR ### (int, int) OWNER TO ann; ALTER OPERATOR FAMILY of USING btree OWNER TO ann;
        ALTER TEXT SEARCH DICTIONARY di OWNER TO ann; ALTER TEXT SEARCH CONFIGURATION cf OWNER TO ann;
        ALTER FOREIGN DATA WRAPPER \"W\" OWNER TO ann; ALTER SERVER \"S\" OWNER TO \"Bob b\"; ALTER FOREIGN TABLE ft OWNER TO ann;
        ALTER LANGUAGE la OWNER TO ann; ALTER DOMAIN d OWNER TO CURRENT_USER; ALTER SEQUENCE q OWNER TO SESSION_USER;
        SET ROLE carl; ALTER VIEW v OWNER TO CURRENT_USER; CREATE TABLE mine (id serial); RESET ROLE;
        REASSIGN OWNED BY \"Bob b\" TO carl;";
    each_server(|server| {
        assert_eq!(difference(server, "owners", &[sql.to_owned()]).as_deref(), Some(""));
    });
}
