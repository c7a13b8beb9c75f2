//! What can go wrong around a run on a server: every time a clear sentence, exit code 4, nothing left behind and
//! nothing shown that is secret.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::harness::{PgServer, checkrail, scrubbed};

fn folder(sql: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("V1__a.sql"), sql).expect("a file");
    folder
}

fn verify(url: &str, folder: &Path) -> Output {
    let mut command = checkrail();
    command.arg("verify").arg(folder).args(["--no-config", "--stub-roles", "--shadow-url", url]);
    command.output().expect("checkrail")
}

/// What a run says that ends with exit code 4 and without a report.
fn failure(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{errors}");
    assert!(output.stdout.is_empty());
    assert!(!errors.contains("s3cret"), "{errors}");
    errors
}

/// Databases and roles that are not the server's own, but those that the test has made.
fn leftovers(server: &PgServer) -> String {
    let sql = "SELECT string_agg(name, ' ' ORDER BY name) FROM (
        SELECT datname::text AS name FROM pg_database WHERE datname LIKE 'checkrail%'
        UNION ALL SELECT rolname FROM pg_roles WHERE rolname !~ '^(pg_|postgres$|test_)') AS found";
    server.psql("postgres", sql).expect("catalogs")
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{what}");
        thread::sleep(Duration::from_millis(50));
    }
}

const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY);\n";

#[test]
fn a_login_that_is_refused_or_may_not_make_databases() {
    let Some(server) = PgServer::start() else { return };
    let data = server.psql("postgres", "SHOW data_directory").expect("a folder");
    let sql = format!(
        "CREATE ROLE test_locked LOGIN PASSWORD 'right';
         CREATE ROLE test_plain LOGIN;
         CREATE ROLE test_reader LOGIN CREATEDB;
         ALTER ROLE test_reader SET default_transaction_read_only = on;
         COPY (VALUES ('local all test_locked md5'), ('local all all trust')) TO '{data}/pg_hba.conf';
         SELECT pg_reload_conf();"
    );
    server.psql("postgres", &sql).expect("roles");
    let folder = folder(TABLE);
    let url = |login: &str| server.url("postgres").replace("//postgres@", &format!("//{login}@"));
    eventually("the server reads its settings", || {
        !verify(&url("test_locked:s3cret"), folder.path()).status.success()
    });
    let said = failure(&verify(&url("test_locked:s3cret"), folder.path()));
    assert!(said.contains("password authentication failed for user \"test_locked\""), "{said}");
    let said = failure(&verify(&url("test_plain"), folder.path()));
    assert!(said.contains("role test_plain needs CREATEDB or SUPERUSER"), "{said}");
    let said = failure(&verify(&url("test_reader"), folder.path()));
    assert!(said.contains("in a read-only transaction"), "{said}");
    let missing = server.url("no_such_database");
    let said = failure(&verify(&missing, folder.path()));
    assert!(said.contains("database \"no_such_database\" does not exist"), "{said}");
    assert_eq!(leftovers(&server), "");
}

/// A copy of a server that follows it and takes no writes; ended on drop.
struct Standby<'s> {
    primary: &'s PgServer,
    data: String,
    control: String,
}

impl<'s> Standby<'s> {
    /// `None`, out loud, where there is no way to make one.
    fn start(primary: &'s PgServer) -> Option<Self> {
        let data = primary.psql("postgres", "SHOW data_directory").expect("a folder");
        let sockets = primary.psql("postgres", "SHOW unix_socket_directories").expect("a folder");
        let control = primary.server().binaries().program("pg_ctl").to_string_lossy().into_owned();
        if !Path::new(&control).is_file() {
            let _ = writeln!(std::io::stderr(), "\n=== SKIPPED the standby: there is no {control} ===\n");
            return None;
        }
        let standby = Self { primary, data: format!("{data}-standby"), control };
        let (copy, control) = (&standby.data, &standby.control);
        // A standby needs room for as many locks and sessions as the primary has.
        let room =
            "SELECT string_agg(format('-c %s=%s', name, setting), ' ') FROM pg_settings WHERE name IN (
            'max_connections', 'max_locks_per_transaction', 'max_prepared_transactions', 'max_wal_senders',
            'max_worker_processes')";
        let room = primary.psql("postgres", room).expect("settings");
        let options = format!("-p 5433 -c unix_socket_directories={sockets} -c listen_addresses= {room}");
        let command = format!(
            "cp -r {data} {copy} && rm {copy}/postmaster.pid && touch {copy}/standby.signal && \
             {control} -D {copy} -l {copy}/log -w -t 50 -o \"{options}\" start >/dev/null"
        );
        standby.shell(&command).expect("a standby");
        Some(standby)
    }

    /// Runs a command as the server's account.
    fn shell(&self, command: &str) -> Result<String, String> {
        let sql = format!("CHECKPOINT; COPY (SELECT 1) TO PROGRAM $sh${command}$sh$");
        self.primary.psql("postgres", &sql)
    }

    fn url(&self) -> String {
        self.primary.url("postgres").replace(":5432/", ":5433/")
    }
}

impl Drop for Standby<'_> {
    fn drop(&mut self) {
        let (data, control) = (&self.data, &self.control);
        let _ = self.shell(&format!("{control} -D {data} -m immediate -w stop >/dev/null"));
    }
}

#[test]
fn a_standby_is_read_and_nothing_runs_on_it() {
    let Some(server) = PgServer::start() else { return };
    server.psql("postgres", TABLE).expect("a table");
    let elsewhere = server.create_db("elsewhere");
    let Some(standby) = Standby::start(&server) else { return };
    let change = folder("ALTER TABLE t ADD n int;\n");
    let said = failure(&verify(&standby.url(), change.path()));
    assert!(said.contains("read-only transaction; it is a standby"), "{said}");
    // What it has can be reviewed, and run elsewhere.
    let mut command = checkrail();
    command.arg("review").arg(change.path()).args([
        "--no-config",
        "--verify",
        "--fail-on",
        "never",
        "--format",
        "json",
    ]);
    command.args(["--schema", &standby.url(), "--shadow-url", &server.url(&elsewhere)]);
    let output = command.output().expect("checkrail");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["verification"]["refused"], 0, "{report}");
    assert_eq!(report["verification"]["catalog"]["differing"], serde_json::json!([]));
    assert_eq!(leftovers(&server), "");
}

#[test]
fn a_login_that_sees_little_and_a_lock_that_somebody_holds() {
    let Some(server) = PgServer::start() else { return };
    let database = server.create_db("live");
    let sql = format!(
        "{TABLE} CREATE VIEW v AS SELECT id FROM t; CREATE ROLE test_viewer LOGIN;
         REVOKE SELECT ON pg_publication FROM PUBLIC;"
    );
    server.psql(&database, &sql).expect("a schema");
    let change = folder("ALTER TABLE t ADD n int;\n");
    let url = server.url(&database).replace("//postgres@", "//test_viewer:s3cret@");
    let review = |more: &[&str]| {
        let mut command = checkrail();
        command.arg("review").arg(change.path()).args(["--no-config", "--verify", "--fail-on", "never"]);
        command.args(["--schema", &url, "--shadow-url", &server.url("postgres")]).args(more);
        command.output().expect("checkrail")
    };
    let output = review(&["-q"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert!(errors.contains("not visible to this login: the publications"), "{errors}");
    assert!(!errors.contains("s3cret"), "{errors}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("all observed on PostgreSQL"));

    thread::scope(|scope| {
        let lock = "BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(5); COMMIT";
        let holder = scope.spawn(|| server.psql(&database, lock));
        let held = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted
            AND relation = 't'::regclass";
        eventually("the table is locked", || server.psql(&database, held).as_deref() == Ok("1"));
        let said = failure(&review(&["--lock-timeout", "1"]));
        assert!(said.contains("someone holds an exclusive lock on a relation: try again later"), "{said}");
        holder.join().expect("a thread").expect("unlocked");
    });
    assert_eq!(leftovers(&server), "");
}

/// A file system of a few pages; gone on drop.
struct Small(TempDir);

impl Small {
    /// `None`, out loud, where only root may make one.
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("f").tempdir_in("/tmp").expect("a folder");
        fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .expect("chmod");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size},mode=1777"), "none"]).arg(folder.path());
        let made = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        if !made {
            let _ = writeln!(std::io::stderr(), "\n=== SKIPPED the full disk: mounting one takes root ===\n");
        }
        made.then_some(Self(folder))
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk() {
    let Some(binaries) = crate::harness::server_binaries() else { return };
    let Some(disk) = Small::mount("4m") else { return };
    let change = folder(TABLE);
    let run = |variable: &str| {
        let mut command = checkrail();
        command.env("PG_BINDIR", &binaries.folder).env(variable, disk.0.path());
        command.arg("verify").arg(change.path()).args(["--no-config", "-q"]).output().expect("checkrail")
    };
    // In the cache it costs time only: the server is made anew for this run.
    let output = run("CHECKRAIL_CACHE_DIR");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("as predicted"));
    let left = disk.0.path().join("templates");
    let unfinished = fs::read_dir(left).map_or(0, Iterator::count);
    assert_eq!(unfinished, 0, "{:?}", disk.names());
    fs::remove_dir_all(disk.0.path().join("templates")).unwrap_or_default();

    let said = failure(&run("TMPDIR"));
    assert!(said.contains("the disk of ") && said.contains(" is full: make room, or set TMPDIR"), "{said}");
    assert!(disk.names().iter().all(|name| !name.starts_with("checkrail")), "{:?}", disk.names());
}

const SLOW: &str = "CREATE ROLE made_here;\nCREATE TABLE t (id int);\nGRANT SELECT ON t TO Stubbed_Here;\nSELECT pg_sleep(8);\n";

/// Starts a verify, and waits until its server is in the middle.
fn start(server: &PgServer, folder: &Path) -> std::process::Child {
    let mut command = scrubbed(env!("CARGO_BIN_EXE_checkrail"));
    command.arg("verify").arg(folder).args(["--no-config", "--stub-roles", "--transaction", "never"]);
    command.args(["--shadow-url", &server.url("postgres")]).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().expect("checkrail");
    let sleeps =
        "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'checkrail%' AND wait_event = 'PgSleep'";
    eventually("the migration runs", || server.psql("postgres", sleeps).as_deref() == Ok("1"));
    let there = leftovers(server);
    assert!(there.contains("made_here") && there.contains("stubbed_here"), "{there}");
    child
}

/// The keeper outlives the run, and takes away its databases and its roles.
#[test]
fn a_run_that_is_killed_leaves_neither_databases_nor_roles() {
    let Some(server) = PgServer::start() else { return };
    let folder = folder(SLOW);
    for signal in ["-KILL", "-TERM", "-INT"] {
        let mut child = start(&server, folder.path());
        let sent = scrubbed("kill").args([signal, &child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        child.wait().expect("checkrail");
        eventually(signal, || leftovers(&server).is_empty());
    }
}

/// The keeper killed with its owner: the next run finds the databases, and knows that nobody has them.
#[test]
fn what_nobody_could_drop_is_dropped_by_the_next_run() {
    let Some(server) = PgServer::start() else { return };
    let folder = folder(SLOW);
    let mut child = start(&server, folder.path());
    // Only Linux tells the numbers of our helpers; elsewhere there is nothing to try.
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    let keepers = fs::read_to_string(children).unwrap_or_default();
    for keeper in keepers.split_whitespace() {
        assert!(scrubbed("kill").args(["-KILL", keeper]).status().expect("kill").success());
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("checkrail");
    if keepers.is_empty() {
        return;
    }
    let quick = self::folder(TABLE);
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'checkrail_shadow%'";
    eventually("the server notices", || server.psql("postgres", sessions).as_deref() == Ok("0"));
    assert!(leftovers(&server).contains("checkrail_shadow_"));
    // Names that only look like ours, and databases in use, are not touched.
    let named = "checkrail_shadow_0123456789abcdef_1";
    server
        .psql(
            "postgres",
            &format!("CREATE ROLE test_other SUPERUSER; CREATE DATABASE {named} OWNER test_other"),
        )
        .expect("made");
    server.psql("postgres", "CREATE DATABASE checkrail_shadow_mine").expect("made");
    assert_eq!(verify(&server.url("postgres"), quick.path()).status.code(), Some(0));
    assert_eq!(leftovers(&server), format!("{named} checkrail_shadow_mine made_here stubbed_here"));
}
