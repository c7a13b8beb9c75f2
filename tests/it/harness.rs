//! What integration tests share: fixture paths, the binary in a scrubbed environment, and a throw-away
//! PostgreSQL server.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

/// A file or folder of the repository, by its path from the top.
pub fn repo(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The checkrail binary, to be run as if on a machine where nobody has configured anything.
pub fn checkrail() -> assert_cmd::Command {
    assert_cmd::Command::from_std(scrubbed(env!("CARGO_BIN_EXE_checkrail")))
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

/// A PostgreSQL server for one test process, reachable through a Unix socket in its own folder and nowhere else.
///
/// Needs server binaries: `PG_BINDIR`, else the newest `/usr/lib/postgresql/*/bin`, else those on `PATH`.
/// As root, which PostgreSQL refuses, its processes run as `postgres` or `nobody`.
pub struct PgServer {
    folder: PathBuf,
    /// A shell that owns the server: it waits for its standard input to end, then stops the server and removes
    /// the folder. The other end of that pipe is ours, so this happens however the test process ends, also by
    /// a kill and for the server in a static that is never dropped.
    keeper: Child,
    databases: AtomicU32,
}

/// `$0` is the postgres program, `$1` the folder, the rest are server options. A data directory that nobody
/// wants any more needs no checkpoint, hence the immediate shutdown.
const KEEPER: &str = r#"
postgres=$0 folder=$1
shift
"$postgres" -D "$folder/data" -k "$folder" "$@" </dev/null >"$folder/log" 2>&1 &
cat >/dev/null
kill -QUIT $! 2>/dev/null
wait
cd / && rm -rf "$folder"
"#;

/// Durability and background work off; `wal_level` as `CREATE PUBLICATION` wants it; no parallel workers, so
/// that one backend does all work of a statement.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "jit=off",
    "shared_buffers=16MB",
    "max_connections=30",
    "max_parallel_maintenance_workers=0",
    "max_parallel_workers_per_gather=0",
    "wal_level=logical",
    "timezone=UTC",
];

const INITDB: &[&str] = &["-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"];

impl PgServer {
    /// The server all tests of this process share, started by the first that asks.
    ///
    /// nextest runs every test in a process of its own, so there each live test pays for a start; the cached
    /// template below makes that about 0.15 s. Tests get their own database in it by [`PgServer::create_db`];
    /// those that make roles or other cluster-wide objects take [`PgServer::start`].
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<PgServer>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A server of its own, stopped and removed on drop. `None` where there are no server binaries: the caller
    /// returns, having tested nothing, and the skip is printed.
    ///
    /// # Panics
    /// When a server that is there does not start, and when none is there although `CI` or
    /// `CHECKRAIL_REQUIRE_SERVER` is set.
    pub fn start() -> Option<Self> {
        let Some(bindir) = server_binaries() else {
            let message = "no PostgreSQL server binaries: run `scripts/setup.sh test` or set PG_BINDIR";
            let required = ["CI", "CHECKRAIL_REQUIRE_SERVER"]
                .into_iter()
                .find(|name| env::var_os(name).is_some_and(|value| !value.is_empty()));
            if let Some(variable) = required {
                panic!("{message} ({variable} is set, so this test may not be skipped)");
            }
            let test = thread::current().name().unwrap_or("a test").to_owned();
            // Not by `eprintln!`, which the test runner captures and shows of failed tests only.
            writeln!(io::stderr(), "\n=== SKIPPED {test}: {message} ===\n").expect("standard error");
            return None;
        };
        Some(Self::start_from(&bindir))
    }

    /// A server of each major version that `CHECKRAIL_TEST_PG` names (`15,18`); of the one that
    /// [`PgServer::start`] would start when it is not set. The tests of the project that need no certain version
    /// are not concerned.
    pub fn of_each_major() -> Vec<Self> {
        let Some(wanted) = env::var("CHECKRAIL_TEST_PG").ok().filter(|v| !v.is_empty()) else {
            return Self::start().into_iter().collect();
        };
        let folder = |major: &str| {
            let caches = env::var("CHECKRAIL_TEST_PG_FOLDERS").unwrap_or_default();
            let caches = env::split_paths(&caches)
                .map(|cache| cache.join(major).join("native/bin"))
                .collect::<Vec<_>>();
            let packaged = PathBuf::from(format!("/usr/lib/postgresql/{major}/bin"));
            let found = caches.into_iter().chain([packaged]).find(|folder| folder.join("postgres").is_file());
            found.unwrap_or_else(|| panic!("CHECKRAIL_TEST_PG: no server binaries of PostgreSQL {major}"))
        };
        wanted.split(',').map(|major| Self::start_from(&folder(major.trim()))).collect()
    }

    /// A server from the given folder of binaries, for tests that compare major versions.
    pub fn start_from(bindir: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("checkrail-pg-").tempdir().expect("temporary folder");
        let account = Account::unprivileged(folder.path());
        account.own(folder.path());
        create_data_folder(bindir, folder.path(), &account);

        let mut keeper = scrubbed("sh");
        keeper.args(["-c", KEEPER]).arg(bindir.join("postgres")).arg(folder.path());
        keeper.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        // Own process group: an interrupt at the terminal ends the tests, and the pipe tells the keeper.
        keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        account.run(&mut keeper, folder.path());
        let keeper = keeper.spawn().expect("sh");
        // From here on the folder is the keeper's to remove.
        let server = Self { folder: folder.keep(), keeper, databases: AtomicU32::new(0) };
        server.wait_until_ready();
        server
    }

    /// The server's folder, which holds its socket: the `host` of a connection.
    pub fn socket_folder(&self) -> &Path {
        &self.folder
    }

    /// A connection string for one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.folder.display())
    }

    /// Creates an empty database and returns its name, which no other test of this server has.
    pub fn create_db(&self, hint: &str) -> String {
        let name = format!("{hint}_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.psql("postgres", &format!("CREATE DATABASE \"{name}\" TEMPLATE template0"))
            .expect("CREATE DATABASE");
        name
    }

    /// Runs statements one after the other, each in its own transaction unless they say otherwise, and returns
    /// the rows: columns separated by `|`, no headers.
    ///
    /// # Errors
    /// What psql printed about the first statement that failed; the rest did not run.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = scrubbed(client_program("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-h"]);
        psql.arg(&self.folder);
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
        let mut pg_dump = scrubbed(client_program("pg_dump"));
        pg_dump.args(["--schema-only", "-U", "postgres", "-d", database, "-h"]).arg(&self.folder);
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

    fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            // The last line of the server's lock file is its state.
            let state = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
            if state.lines().last().is_some_and(|line| line.trim_end() == "ready") {
                return;
            }
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            let failed = log.contains("FATAL:") || Instant::now() > deadline;
            assert!(!failed, "the PostgreSQL server did not start:\n{log}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for PgServer {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().expect("the server's keeper");
    }
}

/// Who runs the server.
#[derive(Hash)]
enum Account {
    /// The user who runs the tests.
    Own,
    /// Another user, because the tests run as root.
    Other { uid: u32, gid: u32 },
}

impl Account {
    /// `fresh` is a folder that this process has just made, so its owner is who we are.
    fn unprivileged(fresh: &Path) -> Self {
        if fs::metadata(fresh).expect("temporary folder").uid() != 0 {
            return Self::Own;
        }
        let id = |option: &str, user: &str| {
            let output = Command::new("id").args([option, user]).output().expect("id");
            String::from_utf8_lossy(&output.stdout).trim().parse().ok()
        };
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|user| Some(Self::Other { uid: id("-u", user)?, gid: id("-g", user)? }))
            .expect("a user postgres or nobody: PostgreSQL does not run as root")
    }

    fn own(&self, path: &Path) {
        if let Self::Other { uid, gid } = *self {
            chown(path, Some(uid), Some(gid)).expect("chown");
        }
    }

    /// Makes a command run as this account, in a folder that it may enter.
    fn run(&self, command: &mut Command, folder: &Path) {
        command.current_dir(folder);
        if let Self::Other { uid, gid } = *self {
            command.uid(uid).gid(gid);
        }
    }
}

/// Fills `folder/data`: initdb takes half a second, so its result is kept below `target/` and copied next time.
fn create_data_folder(bindir: &Path, folder: &Path, account: &Account) {
    let data = folder.join("data");
    let version =
        Command::new(bindir.join("postgres")).arg("--version").output().expect("postgres --version").stdout;
    let mut key = DefaultHasher::new();
    (&version, INITDB, account).hash(&mut key);
    let template = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pg-template-{:016x}", key.finish()));
    if template.exists() {
        return copy_folder(&template, &data);
    }

    let mut initdb = scrubbed(bindir.join("initdb"));
    initdb.args(INITDB).arg("-D").arg(&data);
    account.run(&mut initdb, folder);
    let output = initdb.output().expect("initdb");
    assert!(output.status.success(), "initdb failed:\n{}", String::from_utf8_lossy(&output.stderr));

    // Other tests may be doing the same: who renames first wins, and nobody sees half a copy.
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(kept).expect("folder below target/");
    let unfinished = tempfile::tempdir_in(kept).expect("folder below target/");
    copy_folder(&data, &unfinished.path().join("data"));
    let renamed = fs::rename(unfinished.path().join("data"), &template);
    assert!(renamed.is_ok() || template.exists(), "cannot keep {}: {renamed:?}", template.display());
}

/// Copies a data folder with its owner and modes, which the server checks.
fn copy_folder(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-Rp").args([from, to]).status().expect("cp");
    assert!(copied.success(), "cp -Rp {} {} failed", from.display(), to.display());
}

/// The folder of `initdb` and `postgres`; the same places as in `scripts/setup.sh`.
fn server_binaries() -> Option<PathBuf> {
    let complete = |folder: &Path| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    if let Some(folder) = env::var_os("PG_BINDIR") {
        let folder = PathBuf::from(folder);
        assert!(complete(&folder), "PG_BINDIR={} holds no initdb and postgres", folder.display());
        return Some(folder);
    }
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    packaged
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, folder)| complete(folder))
        .max()
        .map(|(_, folder)| folder)
        .or_else(|| on_path("initdb").filter(|folder| complete(folder)))
}

/// A client: beside the server where it is (some distributions of binaries have none), else from `PATH`.
fn client_program(name: &str) -> PathBuf {
    let beside = server_binaries().map(|folder| folder.join(name)).filter(|program| program.is_file());
    beside.unwrap_or_else(|| name.into())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).find(|folder| folder.join(program).is_file())
}
