//! Throw-away servers: they run, they do not meet, and nothing is left of them however they end.

mod ends;
mod fetch;
mod given;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use checkrail::shadow::server::{Options, Server};
use checkrail::shadow::{Error, Places};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, Row};
use tempfile::TempDir;

use crate::harness::{PgServer, each_server, places, scrubbed, server_binaries};

/// Folders of a test's own for what servers leave behind.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        // Not in the folder of the tests: the path of a socket must be short.
        let folder = tempfile::Builder::new().prefix("cr-").tempdir_in(places().for_data());
        Self(folder.expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Where the tests' servers are, with this place for files.
    fn places(&self) -> Places {
        for folder in ["cache", "temp"] {
            fs::create_dir_all(self.path(folder)).expect("a folder");
        }
        Places { cache: Some(self.path("cache")), temp: self.path("temp"), memory: None, ..places() }
    }

    /// Names in one of its folders.
    fn names(&self, folder: &str) -> Vec<String> {
        names(&self.path(folder))
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|e| e.file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

/// The server that the harness takes, with this place for files; none where tests have to go without.
fn options(place: &Place) -> Option<Options> {
    let binaries = server_binaries()?;
    let mut options = Options::new(place.places(), Some(binaries.major));
    options.places.bindir = Some(binaries.folder);
    Some(options)
}

/// The first column of the first row.
fn ask(options: &PgConnectOptions, sql: &'static str) -> Result<String, sqlx::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut connection = options.connect().await?;
        let row = connection.fetch_optional(sql).await?;
        connection.close().await?;
        Ok(row.map(|row| row.get(0)).unwrap_or_default())
    })
}

/// Waits until something holds, as long as a busy machine may need.
#[track_caller]
fn eventually(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(30), "not within 30 seconds: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn postmaster(folder: &Path) -> String {
    let lock_file = fs::read_to_string(folder.join("data/postmaster.pid")).expect("a lock file");
    lock_file.lines().next().expect("a number").to_owned()
}

/// Whether a process is there. By the shell's own command: a small system has no program of that name.
fn alive(pid: &str) -> bool {
    signal("-0", pid)
}

fn signal(signal: &str, pid: &str) -> bool {
    let script = "kill \"$0\" \"$1\" 2>/dev/null";
    scrubbed("sh").args(["-c", script, signal, pid]).status().expect("sh").success()
}

#[test]
fn a_server_is_set_up_for_trials() {
    each_server(|server| {
        let options = server.server().options("postgres");
        let show = |sql| ask(&options, sql).unwrap();
        assert_eq!(show("SHOW listen_addresses"), "");
        assert_eq!(show("SHOW wal_level"), "logical");
        assert_eq!(show("SHOW max_parallel_maintenance_workers"), "0");
        assert_eq!(show("SHOW autovacuum"), "off");
        assert_eq!(show("SHOW TimeZone"), "UTC");
        assert_eq!(show("SHOW server_encoding"), "UTF8");
        assert_eq!(show("SELECT current_user::text"), "postgres");
        let number: u32 = show("SHOW server_version_num").parse().unwrap();
        assert_eq!(number / 10_000, u32::from(server.major()));
        // CREATE PUBLICATION warns where the server cannot replicate, and a role may log in.
        show("CREATE PUBLICATION p FOR ALL TABLES");
    });
}

#[test]
fn databases_are_made_copied_and_dropped() {
    each_server(|server| {
        let server = server.server();
        server.create_database("with space", None).unwrap();
        ask(&server.options("with space"), "CREATE TABLE t AS SELECT 42::text AS n").unwrap();
        server.create_database("copy", Some("with space")).unwrap();
        assert_eq!(ask(&server.options("copy"), "SELECT n FROM t").unwrap(), "42");
        // The connection string leads to the same place.
        assert_eq!(ask(&server.url("with space").parse().unwrap(), "SELECT n FROM t").unwrap(), "42");

        let error = server.create_database("copy", None).unwrap_err().to_string();
        assert_eq!(error, "cannot make database \"copy\": database \"copy\" already exists");
        server.drop_database("copy").unwrap();
        server.drop_database("copy").unwrap();
        let (one, two) = (
            server.create_next_database(None).unwrap(),
            server.create_next_database(Some("with space")).unwrap(),
        );
        assert_ne!(one, two);
        assert_eq!(ask(&server.options(&two), "SELECT n FROM t").unwrap(), "42");
        assert!(ask(&server.options(&one), "SELECT n FROM t").is_err());
    });
}

#[test]
fn databases_are_made_from_within_a_runtime() {
    let Some(server) = PgServer::shared() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { server.server().create_database("from_async", None) }).unwrap();
}

#[test]
fn two_at_once_with_a_cache_that_neither_has_filled() {
    let place = Place::new();
    let Some(options) = options(&place) else { return };
    let run = |word: &'static str| {
        let server = Server::start(&options).unwrap();
        server.create_database("d", None).unwrap();
        ask(&server.options("d"), word).unwrap();
        ask(&server.options("d"), "SELECT relname::text FROM pg_class WHERE relname LIKE 'only%'").unwrap()
    };
    thread::scope(|scope| {
        let one = scope.spawn(|| run("CREATE TABLE only_one (id int)"));
        let two = scope.spawn(|| run("CREATE TABLE only_two (id int)"));
        assert_eq!([one.join().unwrap(), two.join().unwrap()], ["only_one", "only_two"]);
    });
    assert_eq!(place.names("temp"), [""; 0]);
    assert_eq!(place.names("cache/templates").len(), 1);
}

#[test]
fn a_damaged_template_is_made_anew() {
    let place = Place::new();
    let Some(options) = options(&place) else { return };
    drop(Server::start(&options).unwrap());
    let [template] = &place.names("cache/templates")[..] else { panic!("one template") };
    let template = place.path("cache/templates").join(template);

    // The first damage shows in the sizes, the second only when the server looks into its control file.
    let version = template.join("data/PG_VERSION");
    let control = template.join("data/global/pg_control");
    let size = fs::metadata(&control).unwrap().len();
    let damages: [(&Path, &dyn Fn()); 3] = [
        (&version, &|| fs::remove_file(&version).unwrap()),
        (&control, &|| fs::write(&control, vec![0; usize::try_from(size).unwrap()]).unwrap()),
        (&control, &|| fs::remove_file(template.join("seal")).unwrap()),
    ];
    for (file, damage) in damages {
        let whole = fs::read(file).unwrap();
        damage();
        let server = Server::start(&options).unwrap();
        assert_eq!(ask(&server.options("postgres"), "SELECT 'yes'").unwrap(), "yes");
        drop(server);
        assert_eq!(fs::read(file).unwrap().len(), whole.len(), "{} is not mended", file.display());
        assert!(fs::read(file).unwrap().iter().any(|byte| *byte != 0));
        assert_eq!((place.names("temp"), place.names("cache/templates").len()), (vec![], 1));
    }
}

#[test]
fn a_cache_that_cannot_be_written_costs_time_only() {
    let place = Place::new();
    let Some(mut options) = options(&place) else { return };
    // Below a file there are no folders, for root neither.
    fs::write(place.path("file"), "").unwrap();
    for cache in [Some(place.path("file/cache")), None] {
        options.places.cache = cache;
        let server = Server::start(&options).unwrap();
        assert_eq!(ask(&server.options("postgres"), "SELECT 'yes'").unwrap(), "yes");
    }
    assert_eq!(place.names("temp"), [""; 0]);
}

#[test]
fn a_server_that_does_not_start_says_why_and_leaves_nothing() {
    let place = Place::new();
    let Some(mut options) = options(&place) else { return };
    options.settings = vec!["no_such_setting=1".to_owned()];
    let error = Server::start(&options).unwrap_err();
    assert!(matches!(error, Error::Start { .. }), "{error}");
    assert!(
        error.to_string().contains("unrecognized configuration parameter \"no_such_setting\""),
        "{error}"
    );

    options.settings.clear();
    options.deadline = Duration::ZERO;
    let error = Server::start(&options).unwrap_err();
    assert!(error.to_string().contains("not ready after 0 seconds"), "{error}");
    assert_eq!(place.names("temp"), [""; 0]);

    options.places.temp = place.path("absent");
    let error = Server::start(&options).unwrap_err().to_string();
    assert!(error.starts_with("cannot make a folder in ") && error.ends_with("absent: not found"), "{error}");
}

#[test]
fn a_temporary_folder_with_a_difficult_name() {
    let place = Place::new();
    let Some(mut options) = options(&place) else { return };
    options.places.temp = place.path("a 'b' $c \u{e9}");
    fs::create_dir(&options.places.temp).unwrap();
    let server = Server::start(&options).unwrap();
    assert_eq!(ask(&server.url("postgres").parse().unwrap(), "SELECT 'yes'").unwrap(), "yes");
    drop(server);
    assert_eq!(names(&options.places.temp), [""; 0]);
}

/// As root the server runs as another user, who cannot enter every folder.
#[test]
fn a_closed_temporary_folder_is_avoided() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let Some(options) = options(&place) else { return };
    fs::set_permissions(place.path(""), fs::Permissions::from_mode(0o700)).unwrap();
    let server = Server::start(&options).unwrap();
    assert_eq!(ask(&server.options("postgres"), "SELECT 'yes'").unwrap(), "yes");
    let folder = server.socket_folder().to_owned();
    drop(server);
    assert!(!folder.exists());
}
