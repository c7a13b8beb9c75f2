//! One throw-away server.
//!
//! In: [`Options`]. Out: a [`Server`] that accepts connections through a Unix socket in its own folder, which only
//! this user may enter, and nowhere else. A keeper process owns the server and waits at a pipe whose other end is
//! ours: however this process ends, by returning, by Ctrl-C or by SIGKILL, the pipe closes, and the keeper stops the
//! server and removes its folder.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::account::Account;
use super::binaries::{self, Binaries};
use super::scratch::{Scratch, abandoned};
use super::template::Template;
use super::{Error, Places};

/// What kind of server is wanted.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where programs and folders are.
    pub places: Places,
    /// The major version; without one [`binaries::find`] chooses.
    pub major: Option<u16>,
    /// How long the server may take until it accepts connections.
    pub deadline: Duration,
    /// More settings of the server, as `name=value`. They weigh more than ours.
    pub settings: Vec<String>,
}

impl Options {
    /// A server of this major version, to be ready within a minute.
    pub fn new(places: Places, major: Option<u16>) -> Self {
        Self { places, major, deadline: Duration::from_mins(1), settings: Vec::new() }
    }
}

/// A running server. Dropped, it is stopped and its files are removed.
#[derive(Debug)]
pub struct Server {
    binaries: Binaries,
    keeper: Child,
    folder: Scratch,
    databases: AtomicU32,
    /// Set when the server's processes are gone.
    ended: Arc<AtomicBool>,
}

/// Prefix of the folders of servers.
const PREFIX: &str = "checkrail-pg-";

/// The name of the superuser.
pub const SUPERUSER: &str = "postgres";

/// The process that owns the server: starts it, waits until nobody holds the other end of its standard input any
/// more, stops the server and removes the folder. `$0` is the server program, `$1` the folder, the rest are the
/// server's options. The server keeps standard output open, so that we see its end there; the keeper does not.
///
/// A folder that is not wanted any more needs no checkpoint, hence the immediate shutdown by SIGQUIT. A shell starts
/// background programs with that ignored, so one that has not come to listen to it gets a SIGTERM as well; for one
/// that has, that adds nothing.
const KEEPER: &str = r#"
program=$0 folder=$1
shift
"$program" -D "$folder/data" -k "$folder" "$@" </dev/null 2>"$folder/log" &
server=$!
exec >/dev/null
finish() {
  kill -QUIT "$server" 2>/dev/null
  kill -TERM "$server" 2>/dev/null
  wait "$server"
  cd / && rm -rf "$folder"
}
trap 'exit 1' HUP INT TERM
trap finish EXIT
while read -r _; do :; done
"#;

/// Settings for all versions.
const SETTINGS: &[&str] = &[
    // Reachable through the socket only.
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    // Nothing survives a crash of the machine, and nothing should.
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_wal_size=256MB",
    // One backend does all the work of a statement, and nothing else works beside it: what is counted and locked is
    // the statement's.
    "autovacuum=off",
    "jit=off",
    "max_parallel_maintenance_workers=0",
    "max_parallel_workers_per_gather=0",
    "max_logical_replication_workers=0",
    // As CREATE PUBLICATION wants it.
    "wal_level=logical",
    // A dump of thousands of tables in one transaction; sessions that block one table each.
    "max_locks_per_transaction=1024",
    "max_connections=100",
    "shared_buffers=32MB",
    // In the server's folder and not in the system's shared memory, which containers make small.
    "dynamic_shared_memory_type=mmap",
    "timezone=UTC",
    "log_timezone=UTC",
];

/// Settings from a version on.
const NEWER_SETTINGS: &[(u16, &str)] = &[(18, "io_method=sync")];

impl Server {
    /// Starts a server and waits until it accepts connections.
    ///
    /// # Errors
    /// When there are no programs of this version, or the server does not start; nothing is left behind then.
    pub fn start(options: &Options) -> Result<Self, Error> {
        let binaries = binaries::find(&options.places, options.major)?;
        Self::start_from(&binaries, options)
    }

    /// Starts a server from these programs.
    ///
    /// # Errors
    /// When the server does not start; nothing is left behind then.
    pub fn start_from(binaries: &Binaries, options: &Options) -> Result<Self, Error> {
        if cfg!(not(unix)) {
            return Err(Error::NotUnix);
        }
        let mut temp = options.places.for_data();
        [temp, &options.places.temp].into_iter().for_each(sweep);
        let mut folder = private_folder(temp)?;
        let account = Account::for_owner_of(folder.path())?;
        if !account.may_enter(temp) {
            temp = Path::new("/tmp");
            folder = private_folder(temp)?;
        }
        account.own(folder.path())?;
        account.reaches(binaries, folder.path())?;

        let template = Template::new(binaries, account, &options.places);
        let data = folder.path().join("data");
        if template.copy_to(&data)? {
            match Self::launch(binaries, account, folder, options) {
                // The template may be damaged where its seal does not show it.
                Err(Error::Start { .. }) => template.forget(),
                outcome => return outcome,
            }
            let folder = private_folder(temp)?;
            account.own(folder.path())?;
            template.create(&folder.path().join("data"), folder.path())?;
            return Self::launch(binaries, account, folder, options);
        }
        template.create(&data, folder.path())?;
        Self::launch(binaries, account, folder, options)
    }

    /// Starts the programs on a folder with data.
    fn launch(
        binaries: &Binaries,
        account: Account,
        mut folder: Scratch,
        options: &Options,
    ) -> Result<Self, Error> {
        let newer =
            NEWER_SETTINGS.iter().filter(|(since, _)| binaries.major >= *since).map(|(_, text)| *text);
        let settings =
            SETTINGS.iter().copied().chain(newer).chain(options.settings.iter().map(String::as_str));
        let mut keeper = command(Path::new("sh"));
        keeper.args(["-c", KEEPER]).arg(binaries.program("postgres")).arg(folder.path());
        keeper.args(settings.flat_map(|setting| ["-c", setting]));
        keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // A process group of its own: Ctrl-C is for us, and the pipe tells the keeper.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut keeper, 0);
        account.run(&mut keeper, folder.path());
        let mut keeper =
            keeper.spawn().map_err(|source| Error::Program { program: "sh".to_owned(), source })?;
        let ended = end_of(keeper.stdout.take());
        // As root the folder is not the keeper's to remove: its guard stays.
        if account == Account::Own {
            folder.hand_over();
        }
        let server = Self { binaries: binaries.clone(), keeper, folder, databases: AtomicU32::new(0), ended };
        server.wait_until_ready(options.deadline)?;
        Ok(server)
    }

    fn wait_until_ready(&self, limit: Duration) -> Result<(), Error> {
        let start = Instant::now();
        let lock_file = self.folder.path().join("data/postmaster.pid");
        loop {
            let has_ended = self.has_ended();
            // The last line of the server's lock file is its state.
            let state = fs::read_to_string(&lock_file).unwrap_or_default();
            if state.lines().last().is_some_and(|line| line.trim_end() == "ready") && !has_ended {
                return Ok(());
            }
            if has_ended {
                return Err(Error::Start { log: self.log_tail() });
            }
            if start.elapsed() > limit {
                return Err(Error::Timeout { seconds: limit.as_secs(), log: self.log_tail() });
            }
            thread::sleep(Duration::from_millis(3));
        }
    }

    /// Whether the server is gone, although nobody stopped it.
    pub fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Major version: 17.
    pub fn major(&self) -> u16 {
        self.binaries.major
    }

    /// The programs it runs from.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// Its folder, which holds the socket: the `host` of a connection.
    pub fn socket_folder(&self) -> &Path {
        self.folder.path()
    }

    /// A number that was not given before.
    pub(super) fn count(&self) -> u32 {
        self.databases.fetch_add(1, Ordering::Relaxed)
    }

    /// The end of its log, for messages.
    pub fn log_tail(&self) -> String {
        let log = fs::read(self.folder.path().join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().filter(|line| !line.trim().is_empty()).collect();
        let tail = &lines[lines.len().saturating_sub(12)..];
        if tail.is_empty() { "(the log is empty)".to_owned() } else { tail.join("\n") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let start = Instant::now();
        // An immediate shutdown takes milliseconds, or five seconds when a process hangs.
        while matches!(self.keeper.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// A command that sees of our environment only where programs and libraries are.
pub(super) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    for name in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("LC_ALL", "C").env("TZ", "UTC");
    command
}

/// Tells when a pipe is closed by all who write to it.
fn end_of(pipe: Option<impl Read + Send + 'static>) -> Arc<AtomicBool> {
    let ended = Arc::new(AtomicBool::new(false));
    if let Some(mut pipe) = pipe {
        let ended = Arc::clone(&ended);
        thread::spawn(move || {
            let mut ignored = Vec::new();
            let _ = pipe.read_to_end(&mut ignored);
            ended.store(true, Ordering::Relaxed);
        });
    }
    ended
}

/// Makes the folder of a server.
fn private_folder(temp: &Path) -> Result<Scratch, Error> {
    Scratch::new(temp, PREFIX).map_err(Error::file("make a folder in", temp))
}

/// Stops servers and removes their folders where the keeper was killed too.
fn sweep(temp: &Path) {
    for folder in abandoned(temp, PREFIX) {
        if let Some(pid) = running_in(&folder.path().join("data")) {
            let mut kill = command(Path::new("sh"));
            let _ =
                kill.args(["-c", "kill -QUIT \"$0\""]).arg(pid.to_string()).stderr(Stdio::null()).status();
        }
        // Where we could not be sure of the process: a server without its lock file ends by itself in a minute.
    }
}

/// The process of the server that works in a data folder, where the system can tell: its number in the lock file may
/// have been given to another since.
fn running_in(data: &Path) -> Option<u32> {
    let lock_file = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let pid: u32 = lock_file.lines().next()?.trim().parse().ok()?;
    let works_in: PathBuf = fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
    (works_in == data).then_some(pid)
}
