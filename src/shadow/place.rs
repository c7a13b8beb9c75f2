//! Where migrations run: a server, the databases that are made on it, and the cleaning up.
//!
//! A server that is not ours (`--shadow-url`) is left as it was: databases and roles that appear during a run are
//! dropped at its end, and those of a run that was killed at the beginning of the next.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;

use super::Error;
use super::host::Host;
use super::link::{Link, place_of};
use super::prepared::NAMES;
use super::run_error::RunError;
use crate::quote::quote_ident;

/// How long another run on the same server is waited for.
const QUEUE: Duration = Duration::from_mins(1);
/// Key of the advisory lock that one run holds: the bytes of "chkrail".
const LOCK: i64 = 0x63_686b_7261_696c;

/// A server with a session for looking after it.
pub(super) struct Place<'h> {
    host: &'h Host,
    /// A session in no database of ours: reads locks, and drops what is not a database of ours.
    pub(super) observer: Link,
    made: Vec<String>,
    roles: BTreeSet<String>,
    databases: BTreeSet<String>,
    settings: Vec<(&'static str, String)>,
}

impl<'h> Place<'h> {
    /// Connects and makes sure that nobody else does the same.
    pub(super) async fn open(host: &'h Host, timeout: Duration) -> Result<Self, RunError> {
        let mut observer = Link::open(&host.home()).await?;
        let role = observer
            .text(
                "SELECT CASE WHEN rolsuper THEN 'super' WHEN rolcreatedb THEN 'createdb' ELSE '' END \
                 FROM pg_catalog.pg_roles WHERE rolname = current_user",
            )
            .await
            .map_err(|failure| failure.during("read settings"))?;
        if role.is_empty() {
            return Err(RunError::Setup {
                what: "make databases".to_owned(),
                reason: format!("role {} needs CREATEDB or SUPERUSER", host.home().get_username()),
            });
        }
        let mut settings = vec![
            ("statement_timeout", timeout.as_millis().to_string()),
            // Nothing is known of the time zone of the server that the migrations are meant for. Anywhere but at UTC a
            // change from timestamp to timestamptz rewrites, which is what reviews assume.
            ("timezone", "Europe/Paris".to_owned()),
            ("jit", "off".to_owned()),
            ("max_parallel_workers_per_gather", "0".to_owned()),
            ("max_parallel_maintenance_workers", "0".to_owned()),
        ];
        if host.major() >= 14 {
            // A statement of a run that was killed ends soon after it.
            settings.push(("client_connection_check_interval", "5s".to_owned()));
        }
        if role == "super" {
            // Messages are read: `role "x" does not exist`.
            settings.push(("lc_messages", "C".to_owned()));
            // What stalls in lock-step is let go before the server takes it for a deadlock.
            settings.push(("deadlock_timeout", "30s".to_owned()));
        }
        let (roles, databases) = (BTreeSet::new(), BTreeSet::new());
        let mut place = Self { host, observer, made: Vec::new(), roles, databases, settings };
        place.queue().await?;
        place.sweep().await?;
        place.roles = place.roles().await?;
        place.databases = place.list("SELECT datname::text FROM pg_catalog.pg_database").await?;
        Ok(place)
    }

    /// The server's version: `17.10`.
    pub(super) fn version(&self) -> &str {
        self.host.version().split_whitespace().next().unwrap_or_default()
    }

    /// The major version.
    pub(super) fn major(&self) -> u16 {
        self.host.major()
    }

    /// Whether the server is the user's.
    pub(super) fn is_given(&self) -> bool {
        matches!(self.host, Host::Given(_))
    }

    /// The roles that it had before the run.
    pub(super) fn roles_before(&self) -> &BTreeSet<String> {
        &self.roles
    }

    /// Waits until no other run uses the server.
    async fn queue(&mut self) -> Result<(), RunError> {
        let begun = Instant::now();
        let sql = format!("SELECT pg_catalog.pg_try_advisory_lock({LOCK})::text");
        while self.observer.text(&sql).await.map_err(|f| f.during("take a lock"))? != "true" {
            if begun.elapsed() > QUEUE {
                return Err(RunError::Busy { server: place_of(&self.host.home()), seconds: QUEUE.as_secs() });
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    /// Drops what runs have left whose keepers were killed with them: databases of ours, by their names and owner, without
    /// a session of their run on the server. A run has one as long as it has databases.
    async fn sweep(&mut self) -> Result<(), RunError> {
        if !self.is_given() {
            return Ok(());
        }
        let sql = format!(
            "SELECT d.datname::text FROM pg_catalog.pg_database d
             WHERE d.datname ~ '^{NAMES}[0-9a-f]{{16}}_[0-9]+$'
                 AND pg_catalog.pg_get_userbyid(d.datdba) = current_user
                 AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                     WHERE a.datname = d.datname
                         OR a.application_name = pg_catalog.substring(d.datname::text, '^(.*)_[0-9]+$'))"
        );
        for name in self.list(&sql).await? {
            let drop = format!("DROP DATABASE IF EXISTS {}", quote_ident(&name));
            // Somebody may have come in between.
            let _ = self.observer.run(&drop).await;
        }
        Ok(())
    }

    /// Tells the keeper of roles that the run may make, so that they go if it is killed.
    pub(super) fn announce_roles<'n>(&self, names: impl Iterator<Item = &'n str>) {
        if let Host::Given(prepared) = self.host {
            names.filter(|name| !self.roles.contains(*name)).for_each(|name| prepared.announce_role(name));
        }
    }

    async fn list(&mut self, sql: &str) -> Result<BTreeSet<String>, RunError> {
        let names = self.observer.texts(sql).await.map_err(|f| f.during("list objects"))?;
        Ok(names.into_iter().collect())
    }

    /// Makes a database, empty or as a copy, and returns its name.
    pub(super) async fn create(&mut self, template: Option<&str>) -> Result<String, RunError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.host.create_database(template) {
                Ok(name) => {
                    self.made.push(name.clone());
                    return Ok(name);
                }
                // A session that has just ended may still be on its way out.
                Err(error) if is_in_use(&error) && tries < 20 => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Drops a database of ours.
    pub(super) fn drop(&mut self, name: &str) -> Result<(), RunError> {
        self.host.drop_database(name)?;
        self.made.retain(|made| made != name);
        Ok(())
    }

    /// How to reach a database of ours.
    pub(super) fn database(&self, name: &str) -> PgConnectOptions {
        let settings = self.settings.iter().map(|(name, value)| (*name, value.as_str()));
        self.host.options(name).options(settings)
    }

    /// How to reach the database that the server was given with.
    pub(super) fn home(&self) -> PgConnectOptions {
        self.host.home()
    }

    /// The roles that are there.
    pub(super) async fn roles(&mut self) -> Result<BTreeSet<String>, RunError> {
        self.list("SELECT rolname::text FROM pg_catalog.pg_roles").await
    }

    /// Drops roles that have appeared since, with nothing left that they own. Members of one another, and those that
    /// others depend on, go in the next round.
    pub(super) async fn drop_roles(
        &mut self,
        since: &BTreeSet<String>,
        ours: impl Fn(&str) -> bool,
    ) -> Result<(), RunError> {
        for _ in 0..3 {
            let roles = self.roles().await?;
            let mut left = roles.iter().filter(|name| !since.contains(*name) && ours(name)).peekable();
            if left.peek().is_none() {
                break;
            }
            for name in left {
                let _ = self.observer.run(&format!("DROP ROLE IF EXISTS {}", quote_ident(name))).await;
            }
        }
        Ok(())
    }

    /// Leaves the server as it was found, as far as it answers: the next run may use it. Of roles and databases that
    /// have appeared since, those that are `ours` go: on a server of the user's, somebody else may be at work.
    pub(super) async fn leave(mut self, ours: impl Fn(&str) -> bool) -> Result<(), RunError> {
        if self.observer.run("SELECT 1").await.is_err() {
            self.observer = Link::open(&self.home()).await?;
        }
        for name in std::mem::take(&mut self.made) {
            self.host.drop_database(&name)?;
        }
        for name in self.list("SELECT datname::text FROM pg_catalog.pg_database").await? {
            if !self.databases.contains(&name) && ours(&name) {
                let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote_ident(&name));
                self.observer.run(&sql).await.map_err(|f| f.during("drop a database"))?;
            }
        }
        let roles = std::mem::take(&mut self.roles);
        self.drop_roles(&roles, ours).await?;
        if let Host::Given(prepared) = self.host {
            prepared.forget_roles();
        }
        self.observer.close().await;
        Ok(())
    }
}

/// Whether a database has sessions and so cannot be copied (55006 object_in_use).
fn is_in_use(error: &Error) -> bool {
    match error {
        Error::Sql { source: sqlx::Error::Database(database), .. } => {
            database.code().is_some_and(|code| code == "55006")
        }
        _ => false,
    }
}
