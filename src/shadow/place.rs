//! Where migrations run: a server, the databases that are made on it, and the cleaning up.
//!
//! A server that is not ours (`--shadow-url`) is left as it was: databases and roles that appear during a run are
//! dropped at its end, and those of a run that was killed at the beginning of the next.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;

use super::link::{Failure, Link, place_of};
use super::run_error::RunError;
use crate::quote::{quote_ident, quote_literal};

/// The beginning of the names of our databases.
const PREFIX: &str = "checkrail_shadow_";
/// How long another run on the same server is waited for.
const QUEUE: Duration = Duration::from_secs(60);
/// Key of the advisory lock that one run holds: the bytes of "chkrail".
const LOCK: i64 = 0x63_686b_7261_696c;

/// A server with a session for looking after it.
pub(super) struct Place {
    options: PgConnectOptions,
    /// A session in no database of ours: reads locks, makes and drops databases.
    pub(super) observer: Link,
    /// The server's version as it names itself.
    pub(super) version: String,
    /// The major version.
    pub(super) major: u16,
    suffix: String,
    made: Vec<String>,
    roles: BTreeSet<String>,
    databases: BTreeSet<String>,
    settings: Vec<(&'static str, String)>,
}

impl Place {
    /// The major version of a server.
    pub(super) async fn ask_major(url: &str) -> Result<u16, RunError> {
        let mut link = Link::open(&parse(url)?).await?;
        let number = link.text("SHOW server_version_num").await.map_err(|f| f.during("read settings"))?;
        link.close().await;
        Ok(major(&number))
    }

    /// Connects and makes sure that nobody else does the same.
    pub(super) async fn open(url: &str, timeout: Duration) -> Result<Self, RunError> {
        let options = parse(url)?;
        let mut observer = Link::open(&options).await?;
        let read = |failure: Failure| failure.during("read settings");
        let version = observer.text("SHOW server_version").await.map_err(read)?;
        let number = observer.text("SHOW server_version_num").await.map_err(read)?;
        let role = observer
            .text(
                "SELECT CASE WHEN rolsuper THEN 'super' WHEN rolcreatedb THEN 'createdb' ELSE '' END \
                 FROM pg_catalog.pg_roles WHERE rolname = current_user",
            )
            .await
            .map_err(read)?;
        if role.is_empty() {
            return Err(RunError::Setup {
                what: "create databases".to_owned(),
                reason: format!("role {} needs CREATEDB or SUPERUSER", options.get_username()),
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
        if role == "super" {
            // Messages are read: `role "x" does not exist`.
            settings.push(("lc_messages", "C".to_owned()));
            // What stalls in lock-step is let go before the server takes it for a deadlock.
            settings.push(("deadlock_timeout", "30s".to_owned()));
        }
        let nanos = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.subsec_nanos());
        let mut place = Self {
            suffix: format!("{:x}_{nanos:x}", std::process::id()),
            version: version.split_whitespace().next().unwrap_or_default().to_owned(),
            major: major(&number),
            options,
            observer,
            made: Vec::new(),
            roles: BTreeSet::new(),
            databases: BTreeSet::new(),
            settings,
        };
        place.queue().await?;
        place.sweep().await?;
        place.roles = place.list("SELECT rolname::text FROM pg_catalog.pg_roles").await?;
        place.databases = place.list("SELECT datname::text FROM pg_catalog.pg_database").await?;
        Ok(place)
    }

    /// Waits until no other run uses the server.
    async fn queue(&mut self) -> Result<(), RunError> {
        let begun = Instant::now();
        let sql = format!("SELECT pg_catalog.pg_try_advisory_lock({LOCK})::text");
        while self.observer.text(&sql).await.map_err(|f| f.during("take a lock"))? != "true" {
            if begun.elapsed() > QUEUE {
                return Err(RunError::Busy { server: place_of(&self.options), seconds: QUEUE.as_secs() });
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    /// Drops what a run left that was killed.
    async fn sweep(&mut self) -> Result<(), RunError> {
        let sql = format!(
            "SELECT datname::text FROM pg_catalog.pg_database d WHERE pg_catalog.starts_with(datname::text, {}) \
             AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)",
            quote_literal(PREFIX)
        );
        for name in self.list(&sql).await? {
            let _ = self.observer.run(&format!("DROP DATABASE IF EXISTS {}", quote_ident(&name))).await;
        }
        Ok(())
    }

    async fn list(&mut self, sql: &str) -> Result<BTreeSet<String>, RunError> {
        let names = self.observer.texts(sql).await.map_err(|f| f.during("list objects"))?;
        Ok(names.into_iter().collect())
    }

    /// Makes a database, empty or as a copy.
    pub(super) async fn create(&mut self, hint: &str, template: Option<&str>) -> Result<String, RunError> {
        let name = format!("{PREFIX}{}_{hint}", self.suffix);
        let template = template.unwrap_or("template1");
        let sql = format!("CREATE DATABASE {} TEMPLATE {}", quote_ident(&name), quote_ident(template));
        let mut tries = 0;
        // A session that has just ended may still be on its way out.
        while let Err(failure) = self.observer.run(&sql).await {
            let busy = matches!(&failure, Failure::Refused(e) if e.sqlstate == "55006");
            tries += 1;
            if !busy || tries > 20 {
                return Err(failure.during("create a database"));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.made.push(name.clone());
        Ok(name)
    }

    /// Drops a database of ours.
    pub(super) async fn drop(&mut self, name: &str) -> Result<(), RunError> {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote_ident(name));
        self.observer.run(&sql).await.map_err(|f| f.during("drop a database"))?;
        self.made.retain(|made| made != name);
        Ok(())
    }

    /// How to reach a database of ours.
    pub(super) fn database(&self, name: &str) -> PgConnectOptions {
        let settings = self.settings.iter().map(|(name, value)| (*name, value.as_str()));
        self.options.clone().database(name).options(settings)
    }

    /// How to reach the database that the server was given with.
    pub(super) fn home(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Leaves the server as it was found, as far as it answers. Of roles and databases that have appeared since,
    /// those that are `ours` go: somebody else may be at work on the server.
    pub(super) async fn leave(mut self, ours: impl Fn(&str) -> bool) -> Result<(), RunError> {
        if self.observer.run("SELECT 1").await.is_err() {
            self.observer = Link::open(&self.options).await?;
        }
        for name in std::mem::take(&mut self.made) {
            self.drop(&name).await?;
        }
        for name in self.list("SELECT datname::text FROM pg_catalog.pg_database").await? {
            if !self.databases.contains(&name) && ours(&name) {
                self.drop(&name).await?;
            }
        }
        // Members of one another; a role that others depend on goes in the next round.
        for _ in 0..3 {
            for name in self.list("SELECT rolname::text FROM pg_catalog.pg_roles").await? {
                if !self.roles.contains(&name) && ours(&name) {
                    let _ = self.observer.run(&format!("DROP ROLE IF EXISTS {}", quote_ident(&name))).await;
                }
            }
        }
        self.observer.close().await;
        Ok(())
    }
}

fn parse(url: &str) -> Result<PgConnectOptions, RunError> {
    // The driver's message about a URL may repeat parts of it, but not the password.
    let options = PgConnectOptions::from_str(url)
        .map_err(|e| RunError::Connect { server: "of --shadow-url".to_owned(), reason: e.to_string() })?;
    Ok(options.application_name("checkrail verify"))
}

/// `180004` is 18.4.
fn major(number: &str) -> u16 {
    number.parse::<u32>().ok().and_then(|n| u16::try_from(n / 10_000).ok()).unwrap_or(0)
}
