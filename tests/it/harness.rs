//! What integration tests share: fixture paths, the binary in a scrubbed environment, and a throw-away
//! PostgreSQL server.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, io, thread};

use checkrail::shadow::Places;
use checkrail::shadow::binaries::{self, Binaries, Origin};
use checkrail::shadow::server::{Options, Server};

/// What forbids tests to go without a server.
const SERVER: &[&str] = &["CI", "CHECKRAIL_REQUIRE_SERVER"];

/// A file or folder of the repository, by its path from the top.
pub fn repo(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The checkrail binary, to be run as if on a machine where nobody has configured anything but the cache of servers.
pub fn checkrail() -> assert_cmd::Command {
    let mut command = scrubbed(env!("CARGO_BIN_EXE_checkrail"));
    if let Some(cache) = places().cache {
        command.env("CHECKRAIL_CACHE_DIR", cache);
    }
    assert_cmd::Command::from_std(command)
}

/// A command that sees of the caller's environment only where programs and temporary files are: no colours,
/// no home folder, no git or database settings; 100 columns, UTC, English.
pub fn scrubbed(program: impl Into<OsString>) -> Command {
    let mut command = Command::new(program.into());
    command.env_clear();
    for kept in ["PATH", "TMPDIR", "LLVM_PROFILE_FILE"] {
        if let Some(value) = env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command
        .env("HOME", "/nonexistent")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env("TERM", "dumb")
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8");
    command
}

/// A PostgreSQL server for one test process, reachable through a Unix socket in its own folder and nowhere else. It
/// is gone with its folder however the process ends.
pub struct PgServer {
    server: Server,
    databases: AtomicU32,
}

impl PgServer {
    /// The server all tests of this process share, started by the first that asks.
    ///
    /// nextest runs every test in a process of its own, so there each live test pays for a start: about 0.15 s. Tests
    /// get their own database in it by [`PgServer::create_db`]; those that make roles or other cluster-wide objects
    /// take [`PgServer::start`].
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<PgServer>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A server of its own, stopped and removed on drop: `PG_BINDIR`, else the newest that the system's packages
    /// have, which come with `pg_dump`, else the newest fetched one. `None` where there is none: the caller returns,
    /// having tested nothing, and the skip is printed.
    ///
    /// # Panics
    /// When a server that is there does not start, and when none is there although `CI` or
    /// `CHECKRAIL_REQUIRE_SERVER` is set.
    pub fn start() -> Option<Self> {
        server_binaries().map(|binaries| Self::start_from(&binaries))
    }

    /// The servers of [`each_server`], all at once.
    pub fn of_each_major() -> Vec<Self> {
        wanted_binaries().iter().map(Self::start_from).collect()
    }

    fn start_from(binaries: &Binaries) -> Self {
        let options = Options::new(places(), Some(binaries.major));
        let server = Server::start_from(binaries, &options).unwrap_or_else(|error| panic!("{error}"));
        Self { server, databases: AtomicU32::new(0) }
    }

    /// Its major version.
    pub fn major(&self) -> u16 {
        self.server.major()
    }

    /// The server itself.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The server's folder, which holds its socket: the `host` of a connection.
    pub fn socket_folder(&self) -> &Path {
        self.server.socket_folder()
    }

    /// A connection string for one of its databases.
    pub fn url(&self, database: &str) -> String {
        self.server.url(database)
    }

    /// Creates an empty database and returns its name, which no other test of this server has.
    pub fn create_db(&self, hint: &str) -> String {
        let name = format!("{hint}_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.server.create_database(&name, None).unwrap_or_else(|error| panic!("{error}"));
        name
    }

    /// Runs statements one after the other, each in its own transaction unless they say otherwise, and returns
    /// the rows: columns separated by `|`, no headers.
    ///
    /// # Errors
    /// What psql printed about the first statement that failed; the rest did not run.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = self.client("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-h"]);
        psql.arg(self.socket_folder());
        let output = assert_cmd::Command::from_std(psql).write_stdin(sql).output().expect("psql");
        if output.status.success() {
            Ok(String::from_utf8(output.stdout).expect("UTF-8 from psql").trim_end().to_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).trim_end().to_owned())
        }
    }

    /// The schema of a database as `pg_dump` writes it, without comments and empty lines, and without what is new
    /// in each run.
    pub fn dump(&self, database: &str) -> String {
        self.dump_where_able(database).expect("a pg_dump that is as new as the server")
    }

    /// The same; `None` where the only `pg_dump` there is, is older than the server.
    pub fn dump_where_able(&self, database: &str) -> Option<String> {
        let mut pg_dump = self.client("pg_dump");
        pg_dump.args(["--schema-only", "-U", "postgres", "-d", database, "-h"]).arg(self.socket_folder());
        let output = assert_cmd::Command::from_std(pg_dump).output().expect("pg_dump");
        let errors = String::from_utf8_lossy(&output.stderr);
        if errors.contains("server version mismatch") {
            return None;
        }
        assert!(output.status.success(), "pg_dump: {errors}");
        let text = String::from_utf8(output.stdout).expect("UTF-8 from pg_dump");
        let kept = |line: &&str| !line.is_empty() && !line.starts_with("--") && !line.starts_with('\\');
        Some(text.lines().filter(kept).flat_map(|line| [line, "\n"]).collect())
    }

    /// A client: beside the server where it is (fetched servers have none), else from `PATH`.
    fn client(&self, name: &str) -> Command {
        let beside = self.server.binaries().program(name);
        scrubbed(if beside.is_file() { beside.into_os_string() } else { name.into() })
    }
}

/// Runs a test on a server of each major version in `CHECKRAIL_TEST_PG` (`15,18` or `all`), one after the other;
/// without the variable, or where `PG_BINDIR` names one, on the server of [`PgServer::start`]. Versions that are not
/// here are skipped out loud.
///
/// # Panics
/// As [`PgServer::start`]; and with the test, naming the version.
#[expect(clippy::print_stdout, reason = "the runner shows it when the test fails")]
pub fn each_server(test: impl Fn(&PgServer)) {
    for binaries in wanted_binaries() {
        println!("on PostgreSQL {}", binaries.version);
        test(&PgServer::start_from(&binaries));
    }
}

/// The servers of [`each_server`].
fn wanted_binaries() -> Vec<Binaries> {
    let majors: Vec<u16> = match env::var("CHECKRAIL_TEST_PG").unwrap_or_default().as_str() {
        _ if places().bindir.is_some() => return server_binaries().into_iter().collect(),
        "" => return server_binaries().into_iter().collect(),
        "all" => (13..=18).collect(),
        list => {
            let number = |n: &str| n.parse().expect("CHECKRAIL_TEST_PG: like 15,18");
            list.split([',', ' ']).map(number).collect()
        }
    };
    let find = |major: u16| {
        let missing = format!("no PostgreSQL {major}: run `checkrail shadow install --pg {major}`");
        binaries::find(&places(), Some(major)).ok().or_else(|| skip(&missing, SERVER))
    };
    majors.into_iter().filter_map(find).collect()
}

/// Where servers and folders are, by the environment of the tests.
pub fn places() -> Places {
    Places::from_environment(&|name| env::var_os(name))
}

/// The programs of the server that tests run on when they need one, as [`PgServer::start`] says.
pub fn server_binaries() -> Option<Binaries> {
    let found = binaries::all(&places()).unwrap_or_else(|error| panic!("{error}"));
    // Of equals the first, which is the better choice.
    let best = found
        .into_iter()
        .rev()
        .max_by_key(|b| (b.origin == Origin::Bindir, b.origin != Origin::Cache, b.major));
    best.or_else(|| skip("no PostgreSQL server: run `scripts/setup.sh test` or set PG_BINDIR", SERVER))
}

/// Says that a test does not test, or fails where that is not allowed.
///
/// # Panics
/// When one of the environment's variables that forbid it is set.
pub fn skip<T>(reason: &str, forbid: &[&str]) -> Option<T> {
    let required = forbid.iter().find(|name| env::var_os(name).is_some_and(|value| !value.is_empty()));
    if let Some(variable) = required {
        panic!("{reason} ({variable} is set, so this test may not be skipped)");
    }
    let test = thread::current().name().unwrap_or("a test").to_owned();
    // Not by `eprintln!`, which the test runner captures and shows of failed tests only.
    writeln!(io::stderr(), "\n=== SKIPPED {test}: {reason} ===\n").expect("standard error");
    None
}
