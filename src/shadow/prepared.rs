//! A server that the user prepared for checkrail and gave by URL: one with the extensions and roles that migrations
//! want, or on a system that has no server programs.
//!
//! In: the URL, and the database under review, which must be another. Out: [`Prepared`], on which databases are made
//! and dropped again. Their names begin with [`NAMES`]; no other database is ever opened for writing. A keeper process
//! drops what is left when we are killed.

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Executor, Row};

use super::databases::{block_on, connect, create, remove};
use super::{Error, scratch};
use crate::quote::quote_ident;

/// How the names of our databases begin.
pub const NAMES: &str = "checkrail_shadow_";

/// A server that is not ours, with databases that are. Dropped, it drops them.
#[derive(Debug)]
pub struct Prepared {
    admin: PgConnectOptions,
    major: u16,
    version: String,
    /// How the names of this run's databases begin; also what its sessions call themselves.
    run: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Databases that are there now.
    made: BTreeSet<String>,
    /// How many there were.
    count: u32,
    keeper: Option<Child>,
}

impl Prepared {
    /// Connects to the server. `target` is the connection string of the database under review. `keeper` is a command
    /// that calls [`keep`] with its standard input: `checkrail shadow keep`; without it, databases outlive a SIGKILL.
    ///
    /// # Errors
    /// When the URL cannot be read, the server cannot be reached, or it is the database under review.
    pub fn open(url: &str, target: Option<&str>, keeper: Option<Command>) -> Result<Self, Error> {
        let run = format!("{NAMES}{:016x}", scratch::random());
        let admin = options(url, "--shadow-url")?.application_name(&run);
        let target = target.map(|url| options(url, "the database under review")).transpose()?;
        if target.as_ref().is_some_and(|target| place(target) == place(&admin)) {
            return Err(Error::SameDatabase);
        }
        let (major, version) = block_on(async {
            let mut connection = connect(&admin).await?;
            if let Some(target) = target {
                // One server may have many names. Where the target cannot be reached, nothing can be said.
                let target = target.options([("default_transaction_read_only", "on")]);
                if let Ok(mut other) = connect(&target).await
                    && identity(&mut other).await? == identity(&mut connection).await?
                {
                    return Err(Error::SameDatabase);
                }
            }
            version(&mut connection).await
        })?;
        let mut state = State::default();
        if let Some(command) = keeper {
            state.keeper = Some(start_keeper(command, url, &run)?);
        }
        Ok(Self { admin, major, version, run, state: Mutex::new(state) })
    }

    /// Major version: 17.
    pub fn major(&self) -> u16 {
        self.major
    }

    /// What the server says about itself: `17.10`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How to connect to one of the databases made here, as the user of the URL.
    pub fn options(&self, database: &str) -> PgConnectOptions {
        self.admin.clone().database(database)
    }

    /// How to connect to the database of the URL.
    pub(super) fn home(&self) -> PgConnectOptions {
        self.admin.clone()
    }

    /// Makes a database and returns its name: a copy of `template`, else of what the server has for new databases.
    ///
    /// # Errors
    /// The server's; the user of the URL needs the right to make databases.
    pub fn create_database(&self, template: Option<&str>) -> Result<String, Error> {
        let name = {
            let mut state = self.state();
            state.count += 1;
            let name = format!("{}_{}", self.run, state.count);
            // Before it is made: we may be killed in between.
            state.tell('+', &name);
            state.made.insert(name.clone());
            name
        };
        let template = template.unwrap_or("template1");
        let made = block_on(async { create(&mut connect(&self.admin).await?, &name, Some(template)).await });
        match made {
            Ok(()) => Ok(name),
            Err(error) => {
                self.state().forget(&name);
                Err(error)
            }
        }
    }

    /// Drops a database that was made here, ending its sessions.
    ///
    /// # Errors
    /// The server's; a database that was not made here is refused.
    pub fn drop_database(&self, name: &str) -> Result<(), Error> {
        if !self.state().made.contains(name) {
            return Err(Error::NotOurs { name: name.to_owned() });
        }
        block_on(async { remove(&mut connect(&self.admin).await?, name).await })?;
        self.state().forget(name);
        Ok(())
    }

    /// Tells the keeper of a role that the run may make: it goes with the databases, if the run is killed.
    pub(super) fn announce_role(&self, name: &str) {
        // A line is a name; others are made by nobody.
        if !name.contains(['\n', '\r']) {
            self.state().tell('*', name);
        }
    }

    /// Tells the keeper that the roles are gone, or were there before.
    pub(super) fn forget_roles(&self) {
        self.state().tell('/', "");
    }

    /// Drops all databases that are left.
    ///
    /// # Errors
    /// The server's; what could not be dropped is named.
    pub fn close(self) -> Result<(), Error> {
        self.drop_all()
    }

    fn drop_all(&self) -> Result<(), Error> {
        let names = self.state().made.clone();
        names.iter().try_for_each(|name| self.drop_database(name))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        // What fails here, the keeper tries once more.
        let _ = self.drop_all();
        if let Some(mut keeper) = self.state().keeper.take() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

impl State {
    fn forget(&mut self, name: &str) {
        self.made.remove(name);
        self.tell('-', name);
    }

    /// A keeper that is gone costs the protection against SIGKILL, not the run.
    fn tell(&mut self, sign: char, name: &str) {
        if let Some(pipe) = self.keeper.as_mut().and_then(|keeper| keeper.stdin.as_mut()) {
            let _ = writeln!(pipe, "{sign}{name}");
        }
    }
}

fn start_keeper(mut command: Command, url: &str, run: &str) -> Result<Child, Error> {
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // A process group of its own: Ctrl-C is for us, and the pipe tells the keeper.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |source| Error::Program { program: program.clone(), source };
    let mut keeper = command.spawn().map_err(failed)?;
    if let Some(pipe) = &mut keeper.stdin {
        // Through the pipe, because others could read a password among the arguments.
        writeln!(pipe, "{url}\n{run}").map_err(failed)?;
    }
    Ok(keeper)
}

/// The keeper's work: reads the URL, the name of the run, and lines `+name` and `-name` for databases, `*name` for roles
/// and `/` when no role is left; when the input ends, it ends the sessions of that run and drops what was announced
/// and not taken back.
///
/// # Errors
/// The server's.
pub fn keep(input: impl BufRead) -> Result<(), Error> {
    let mut lines = input.lines().map_while(Result::ok);
    let (Some(url), Some(run)) = (lines.next(), lines.next()) else { return Ok(()) };
    let (mut left, mut roles) = (BTreeSet::new(), BTreeSet::new());
    for line in lines {
        if let Some(name) = line.strip_prefix('+').filter(|name| name.starts_with(NAMES)) {
            left.insert(name.to_owned());
        } else if let Some(name) = line.strip_prefix('-') {
            left.remove(name);
        } else if let Some(name) = line.strip_prefix('*') {
            roles.insert(name.to_owned());
        } else if line == "/" {
            roles.clear();
        }
    }
    if left.is_empty() && roles.is_empty() {
        return Ok(());
    }
    let admin = options(&url, "--shadow-url")?.application_name("checkrail keeper");
    block_on(async {
        let mut connection = connect(&admin).await?;
        end_sessions(&mut connection, &run).await?;
        for name in &left {
            remove(&mut connection, name).await?;
        }
        // Roles that others depend on go in the next round; some were never made.
        for _ in 0..3 {
            for name in &roles {
                let sql = format!("DROP ROLE IF EXISTS {}", quote_ident(name));
                let _ = connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await;
            }
        }
        Ok(())
    })
}

/// Ends the sessions of a run and waits until they are gone: one may be making a database just now.
async fn end_sessions(connection: &mut PgConnection, run: &str) -> Result<(), Error> {
    let failed = |source| Error::Sql { what: "cannot end the sessions of the run".to_owned(), source };
    for _ in 0..100 {
        let left = sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = $1 AND usename = current_user",
        )
        .bind(run)
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
        if left.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Reads a connection string. The driver's message does not repeat it.
fn options(url: &str, whose: &str) -> Result<PgConnectOptions, Error> {
    url.parse().map_err(|source| Error::Sql { what: format!("the URL of {whose} cannot be read"), source })
}

/// Where a connection leads, as far as its options tell.
fn place(options: &PgConnectOptions) -> (String, u16, String) {
    let host = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => match options.get_host() {
            "127.0.0.1" | "::1" | "[::1]" => "localhost".to_owned(),
            host => host.to_lowercase(),
        },
    };
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    (host, options.get_port(), database.to_owned())
}

/// Which database of which server a connection is on. The moment of a server's start tells servers apart.
async fn identity(connection: &mut PgConnection) -> Result<(String, String), Error> {
    let row = connection
        .fetch_one("SELECT pg_postmaster_start_time()::text, current_database()::text")
        .await
        .map_err(|source| Error::Sql { what: "cannot ask the server who it is".to_owned(), source })?;
    Ok((row.get(0), row.get(1)))
}

async fn version(connection: &mut PgConnection) -> Result<(u16, String), Error> {
    let row = connection
        .fetch_one(
            "SELECT (current_setting('server_version_num')::int / 10000)::int2, current_setting('server_version')",
        )
        .await
        .map_err(|source| Error::Sql { what: "cannot ask the server for its version".to_owned(), source })?;
    Ok((u16::try_from(row.get::<i16, _>(0)).unwrap_or_default(), row.get(1)))
}
