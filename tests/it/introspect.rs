//! Live databases: what is read of them is what replaying their DDL gives, nothing is written, and every failure
//! says what to do.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use checkrail::introspect::{Error, Live, Options, Target, introspect};
use checkrail::name::{Dialect, QName, ServerVersion};
use checkrail::parse;
use checkrail::plan::Replay;
use checkrail::review::compare::compare;
use checkrail::review::{Reader, Wrapping};
use checkrail::schema::{Coverage, Schema};
use checkrail::source::{self, LoadOptions};
use checkrail::text::SourceMap;

use crate::harness::{PgServer, checkrail, each_server, repo};

/// The statements of the fixture that a server of this version understands.
pub fn script(major: u16) -> String {
    let text =
        std::fs::read_to_string(repo("tests/fixtures/postgresql/introspect.sql")).expect("the fixture");
    let mut understood = false;
    let mut out = String::new();
    for line in text.lines() {
        if let Some(from) = line.strip_prefix("--- ") {
            understood = from.parse::<u16>().expect("a version") <= major;
        } else if understood {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn read(server: &PgServer, database: &str) -> Live {
    let options = Options { migrator: Some("postgres".into()), ..Options::default() };
    read_with(&server.url(database), &options).unwrap_or_else(|error| panic!("{error}"))
}

fn read_with(url: &str, options: &Options) -> Result<Live, Error> {
    introspect(&Target::parse(url)?, options)
}

/// The schema that a script makes on an empty database.
fn replay(sql: &str, version: ServerVersion) -> Schema {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("script.sql");
    std::fs::write(&file, sql).expect("written");
    let mut sources = SourceMap::default();
    let options = LoadOptions { layout: None, dialect: Some(Dialect::PostgreSql) };
    let set = source::load(file.to_str().expect("UTF-8"), &options, &mut sources).expect("a script");
    let reader = Reader { dialect: Dialect::PostgreSql, wrapping: Wrapping::Auto };
    let mut replay = Replay::new(Schema::new(Dialect::PostgreSql, version));
    for (index, migration) in set.migrations.iter().enumerate() {
        let parsed = reader.migration(migration, index, &sources);
        replay.history(parsed.wrap, parsed.statements.iter());
    }
    let mut schema = replay.into_schema();
    schema.coverage = Coverage::Complete;
    schema.reset_session();
    schema
}

/// Fails unless two schemas are the same, whichever is taken first.
fn assert_same(name: &str, one: &Schema, other: &Schema) {
    for (from, to) in [(one, other), (other, one)] {
        let comparison = compare(from, to, &[]).expect("no renames");
        let texts: Vec<String> =
            comparison.objects.iter().map(|o| format!("{} {}\n{}", o.kind, o.name, o.text)).collect();
        assert!(comparison.is_empty(), "{name}:\n{}\n{:?}", texts.join("\n"), comparison.ops);
    }
    let keys = |schema: &Schema| {
        let mut keys: Vec<String> = schema.objects().map(|(key, _)| format!("{key:?}")).collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(one), keys(other), "{name}");
}

#[test]
fn a_database_is_what_replaying_its_ddl_gives() {
    each_server(|server| {
        let database = server.create_db("introspect");
        let sql = script(server.major());
        server.psql(&database, &sql).expect("the fixture");
        let live = read(server, &database);
        assert_eq!(live.version.major(), server.major());
        assert_eq!(live.hidden, Vec::<String>::new());
        assert_eq!(live.schema.coverage, Coverage::Complete);
        parse::with_large_stack(|| assert_same("the fixture", &replay(&sql, live.version), &live.schema))
            .expect("a thread");
    });
}

#[test]
fn real_schemas_come_back_from_the_server() {
    let Some(server) = PgServer::shared() else { return };
    let scenario = "shop";
    let folder = repo("migrations-examples/postgresql").join(scenario).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("migrations")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.to_str().is_some_and(|p| p.ends_with(".up.sql")))
        .collect();
    files.sort();
    // Each in a transaction, as the tool runs them.
    let in_transaction = |file| {
        let text = std::fs::read_to_string(file).expect("a migration");
        if text.contains("no-transaction") { text + "\n" } else { format!("BEGIN;\n{text}\nCOMMIT;\n") }
    };
    let sql: String = files.iter().map(in_transaction).collect();
    let database = server.create_db("real");
    server.psql(&database, &sql).expect("the migrations");
    let live = read(server, &database);
    parse::with_large_stack(|| assert_same(scenario, &replay(&sql, live.version), &live.schema))
        .expect("a thread");
}

#[test]
fn an_ordinary_role_sees_the_schema() {
    let Some(server) = PgServer::start() else { return };
    let database = server.create_db("ordinary");
    server.psql(&database, &script(server.major())).expect("the fixture");
    server.psql(&database, "CREATE ROLE nobody_special LOGIN").expect("a role");
    let url = server.url(&database).replace("postgres@", "nobody_special@");
    let options = Options { migrator: Some("postgres".into()), ..Options::default() };
    let live = read_with(&url, &options).unwrap_or_else(|error| panic!("{error}"));
    assert_same("an ordinary role", &read(&server, &database).schema, &live.schema);

    // What it may not read is said, and the rest is there.
    server.psql(&database, "REVOKE SELECT ON pg_catalog.pg_publication FROM PUBLIC").expect("revoked");
    let live = read_with(&url, &options).unwrap_or_else(|error| panic!("{error}"));
    assert!(matches!(&live.hidden[..], [one] if one.contains("the publications")), "{:?}", live.hidden);
    assert_eq!(live.schema.coverage, Coverage::Partial);
    assert!(live.schema.table(&QName::qualified("app", "parent")).is_some());
    // The review runs, and says it too.
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("m.sql"), "ALTER TABLE app.parent ADD COLUMN more int;\n")
        .expect("written");
    let output =
        checkrail().current_dir(&folder).args(["review", "m.sql", "--schema", &url]).output().expect("run");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
    assert!(err.contains("not visible to this login: the publications may not be read"), "{err}");
}

#[test]
fn nothing_is_written_and_the_number_of_queries_is_constant() {
    let Some(server) = PgServer::start() else { return };
    let database = server.create_db("quiet");
    server
        .psql("postgres", &format!("ALTER DATABASE {database} SET default_transaction_read_only = on"))
        .expect("set");
    // A transaction that writes takes a number.
    let next = || -> u64 {
        server.psql("postgres", "SELECT txid_current()").expect("a number").parse().expect("a number")
    };
    let before = next();
    let live = read(&server, &database);
    assert_eq!(next(), before + 1);
    assert_eq!(live.schema.tables().count(), 0);

    // The server's log has them all.
    let many = server.create_db("many");
    let tables: Vec<_> =
        (0..300).map(|n| format!("CREATE TABLE t{n} (id int PRIMARY KEY, v text);")).collect();
    server.psql(&many, &tables.concat()).expect("tables");
    let queries = |database: &str| -> usize {
        let log = || std::fs::read_to_string(server.socket_folder().join("log")).expect("the log");
        server
            .psql("postgres", &format!("ALTER DATABASE {database} SET log_statement = 'all'"))
            .expect("set");
        let before = log().len();
        read(&server, database);
        wait(|| log()[before..].contains("ROLLBACK"));
        log()[before..].matches(" execute ").count()
    };
    let few = queries(&database);
    assert!(few > 20, "{few}");
    assert_eq!(queries(&many), few);
    assert_eq!(read(&server, &many).schema.tables().count(), 300);
}

#[test]
fn sizes_are_those_of_the_server() {
    let Some(server) = PgServer::shared() else { return };
    let database = server.create_db("sizes");
    server
        .psql(
            &database,
            "CREATE TABLE t (id int PRIMARY KEY, v text);
             CREATE TABLE fresh (id int);
             INSERT INTO t SELECT n, repeat('x', 100) FROM generate_series(1, 1000) n;
             ANALYZE t;",
        )
        .expect("rows");
    let live = read(server, &database);
    let size =
        |name: &str| live.schema.sizes.get(&QName::qualified("public", name)).cloned().expect("a size");
    let table = size("t");
    assert_eq!(table.rows, Some(1000));
    assert!(table.bytes > 100_000 && table.index_bytes >= 16_384, "{table:?}");
    assert!(table.last_analyze.is_some_and(|at| at.ends_with('Z')));
    assert_eq!(size("fresh").rows, None);
    assert!(size("t_pkey").bytes >= 16_384);
    assert!(live.schema.sizes.taken_at.is_some());
}

#[test]
fn locks_are_not_waited_for() {
    let Some(server) = PgServer::shared() else { return };
    let database = server.create_db("locks");
    server.psql(&database, "CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t").expect("a view");
    let options = Options { lock_timeout: Duration::from_millis(200), ..Options::default() };
    thread::scope(|scope| {
        let lock = |relation: &str| {
            format!("BEGIN; LOCK TABLE {relation} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(4); COMMIT")
        };
        let (database, table) = (&database, lock("t"));
        let holder = scope.spawn(move || server.psql(database, &table));
        wait(|| {
            let held = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted
                        AND relation = 't'::regclass";
            server.psql(database, held).expect("locks") == "1"
        });
        // The definition of the view cannot be had; that of the table can.
        let began = Instant::now();
        let error = read_with(&server.url(database), &options).expect_err("locked");
        assert!(matches!(error, Error::LockTimeout { .. }), "{error}");
        assert!(error.to_string().contains("someone holds an exclusive lock"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(3));
        holder.join().expect("a thread").expect("unlocked");
    });
}

fn wait(done: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !done() {
        assert!(Instant::now() < deadline, "it never happened");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn every_failure_says_what_to_do_and_shows_no_password() {
    let Some(server) = PgServer::start() else { return };
    let database = server.create_db("failures");
    let folder = server.psql("postgres", "SHOW data_directory").expect("a folder");
    server
        .psql(
            "postgres",
            &format!(
                "CREATE ROLE locked LOGIN PASSWORD 'right';
                 CREATE ROLE outside LOGIN;
                 REVOKE CONNECT ON DATABASE {database} FROM PUBLIC;
                 COPY (VALUES ('local all locked md5'), ('local all all trust')) TO '{folder}/pg_hba.conf';
                 SELECT pg_reload_conf();"
            ),
        )
        .expect("set up");
    let url = server.url(&database);
    let options = Options { connect_timeout: Duration::from_secs(1), ..Options::default() };
    let fails = |url: &str, options: &Options| -> Error {
        let error = read_with(url, options).expect_err(url);
        assert!(!error.to_string().contains("s3cret"), "{error}");
        error
    };
    wait(|| {
        matches!(read_with(&url.replace("postgres@", "locked:s3cret@"), &options), Err(Error::Login { .. }))
    });
    let error = fails(&url.replace("postgres@", "locked:s3cret@"), &options);
    assert!(error.to_string().contains("check the user and its password"), "{error}");
    let error = fails(&url.replace("postgres@", "outside:s3cret@"), &options);
    assert!(matches!(error, Error::Login { .. }), "{error}");
    let error = fails(&url.replace("postgres@", "who:s3cret@"), &options);
    assert!(matches!(error, Error::Login { .. }), "{error}");
    let error = fails(&url.replace(&database, "no_such_database"), &options);
    assert!(matches!(error, Error::NoDatabase { .. }), "{error}");
    assert!(error.to_string().contains("check the database's name"), "{error}");
    let error = fails("postgres://a:s3cret@127.0.0.1:1/d", &options);
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("postgres://a@127.0.0.1:1/d"), "{error}");
    // Somebody listens who never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let error = fails(&format!("postgres://a:s3cret@127.0.0.1:{port}/d"), &options);
    assert!(error.to_string().contains("no answer within 1 second"), "{error}");
    // No catalog is read in a thousandth of a second when it has a million rows to sort.
    let tables: Vec<_> = (0..400).map(|n| format!("CREATE TABLE t{n} (a int, b int, c int);")).collect();
    server.psql(&database, &tables.concat()).expect("tables");
    let hasty = Options { statement_timeout: Duration::from_millis(1), ..options };
    let error = fails(&url, &hasty);
    assert!(matches!(error, Error::StatementTimeout { .. }), "{error}");
    assert!(error.to_string().contains("--statement-timeout"), "{error}");
}

#[test]
fn the_command_line_knows_the_places_of_a_connection_string() {
    let Some(server) = PgServer::shared() else { return };
    let database = server.create_db("places");
    server.psql(&database, "CREATE TABLE t (id int)").expect("a table");
    let folder = tempfile::tempdir().expect("a folder");
    let below = folder.path().join("a/b");
    std::fs::create_dir_all(&below).expect("folders");
    std::fs::write(below.join("m.sql"), "ALTER TABLE t ADD COLUMN v int;\n").expect("written");
    let run = |args: &[&str], set: Option<&str>| {
        let mut command = checkrail();
        command.current_dir(&below).args(args);
        if let Some(url) = set {
            command.env("DATABASE_URL", url);
        }
        let output = command.output().expect("run");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().expect("a code"), text(&output.stdout), text(&output.stderr))
    };
    let review = ["review", "m.sql", "--schema", "env:DATABASE_URL"];
    let (code, _, err) = run(&review, None);
    assert_eq!(code, 2);
    assert!(err.contains("the variable DATABASE_URL is not set, nor is there a .env file"), "{err}");
    let (code, out, err) = run(&review, Some(&server.url(&database)));
    assert_eq!(code, 0, "{out}{err}");
    assert!(!err.contains("does not exist"), "{err}");
    let dotenv = format!("PASSWORD=s3cret\nDATABASE_URL=\"{}\"\n", server.url(&database));
    std::fs::write(folder.path().join(".env"), dotenv).expect("written");
    let (code, out, err) = run(&["snapshot"], None);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("CREATE TABLE public.t"), "{out}");
    // The environment goes before the file.
    let (code, out, err) = run(&["snapshot"], Some("postgres://a:s3cret@127.0.0.1:1/d"));
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(err.contains("cannot reach postgres://a@127.0.0.1:1/d") && !err.contains("s3cret"), "{err}");
    let (code, _, err) = run(&["snapshot", "postgres://a:s3cret@h:port/d"], None);
    assert_eq!(code, 2);
    assert!(err.contains("the connection string is not valid") && !err.contains("s3cret"), "{err}");
}
