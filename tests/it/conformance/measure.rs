//! What a server does when it runs a case: locks, new files, reads and builds, by the server's own word.
//!
//! A statement runs in a transaction of its own that is rolled back; before that, a second session reads the
//! first one's locks in `pg_locks`, and the first reads its own statistics and the files of all relations.
//! Statements that the server refuses in a transaction run outside one, against blockers: see [`super::step`].

use std::collections::BTreeMap;
use std::time::Duration;

use checkrail::ir::data::LockMode;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use super::step;
use super::suite::{self, Case, Facts};
use crate::harness::PgServer;

/// The database in which cases run.
pub const DATABASE: &str = "conformance";

/// How many rows a read must return to count as one of a whole table: the smallest table read in full has more,
/// those that are empty or read in part have fewer.
const WHOLE: i64 = 39;

/// How long one statement may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server with the bases, and sessions on a copy of one of them.
pub struct Bench<'s> {
    server: &'s PgServer,
    pub version: u16,
    /// Looks at locks and makes copies.
    pub observer: PgConnection,
    /// The base that was copied, while the copy is as good as new.
    copy: Option<String>,
    bases: Vec<String>,
}

/// A relation as it was before the statement.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Without its schema when that is `public`.
    pub name: String,
    pub kind: char,
    file: Option<i64>,
}

/// Relations by their OIDs.
pub type Relations = BTreeMap<i64, Relation>;

/// Runs statements that return nothing that matters, by the simple protocol: as psql does.
pub async fn run(session: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(session);
    match tokio::time::timeout(PATIENCE, done).await {
        Ok(done) => done.map(|_| ()),
        Err(_) => Err(sqlx::Error::Protocol(format!("took more than {PATIENCE:?}: {sql}"))),
    }
}

/// Opens a session. It keeps no prepared statements, which a case might discard.
pub async fn connect(server: &PgServer, database: &str) -> PgConnection {
    let url = format!("{}&statement-cache-capacity=0", server.url(database));
    PgConnection::connect(&url).await.expect("a session")
}

/// The SQLSTATE of an error; anything else is a fault of the test.
pub fn sqlstate(error: &sqlx::Error) -> String {
    let code = error.as_database_error().and_then(|e| e.code().map(std::borrow::Cow::into_owned));
    code.unwrap_or_else(|| panic!("{error}"))
}

/// The process that serves a session.
pub async fn pid(session: &mut PgConnection) -> i32 {
    sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(session).await.expect("a pid")
}

const RELATIONS: &str = "SELECT c.oid::int8, CASE WHEN n.nspname = 'public' THEN c.relname
      WHEN n.nspname LIKE 'pg\\_temp\\_%' THEN 'pg_temp.' || c.relname
      ELSE n.nspname || '.' || c.relname END::text, c.relkind::text, pg_relation_filenode(c.oid)::int8
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid >= 16384 AND n.nspname NOT LIKE 'pg\\_toast%'";

/// All relations that are not the server's own.
pub async fn relations(session: &mut PgConnection) -> Relations {
    let rows = sqlx::query(RELATIONS).fetch_all(session).await.expect("pg_class");
    let relation = |row: &sqlx::postgres::PgRow| {
        let kind: String = row.get(2);
        let kind = kind.chars().next().expect("relkind");
        (row.get(0), Relation { name: row.get(1), kind, file: row.get(3) })
    };
    rows.iter().map(relation).collect()
}

/// Scans and rows read of each table, in this session and not yet reported (`xact`) or as reported.
pub async fn reads(session: &mut PgConnection, xact: bool) -> BTreeMap<i64, (i64, i64)> {
    let which = if xact { "xact_" } else { "" };
    let sql = format!(
        "SELECT oid::int8, pg_stat_get_{which}numscans(oid), pg_stat_get_{which}tuples_returned(oid)
         FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'm', 'p')"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(session).await.expect("statistics");
    rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect()
}

/// One lock of a session.
pub struct Held {
    pub relation: i64,
    pub mode: LockMode,
    pub granted: bool,
}

/// The locks of another session on relations.
pub async fn locks(observer: &mut PgConnection, pid: i32) -> Vec<Held> {
    let rows = sqlx::query(
        "SELECT relation::int8, mode, granted FROM pg_locks
         WHERE pid = $1 AND locktype = 'relation' AND relation >= 16384
         AND database = (SELECT oid FROM pg_database WHERE datname = $2)",
    )
    .bind(pid)
    .bind(DATABASE)
    .fetch_all(observer)
    .await
    .expect("pg_locks");
    rows.iter()
        .filter_map(|row| {
            let mode = mode(row.get(1))?;
            Some(Held { relation: row.get(0), mode, granted: row.get(2) })
        })
        .collect()
}

/// A mode as `pg_locks` calls it; `None` for predicate locks.
fn mode(name: &str) -> Option<LockMode> {
    Some(match name {
        "AccessShareLock" => LockMode::AccessShare,
        "RowShareLock" => LockMode::RowShare,
        "RowExclusiveLock" => LockMode::RowExclusive,
        "ShareUpdateExclusiveLock" => LockMode::ShareUpdateExclusive,
        "ShareLock" => LockMode::Share,
        "ShareRowExclusiveLock" => LockMode::ShareRowExclusive,
        "ExclusiveLock" => LockMode::Exclusive,
        "AccessExclusiveLock" => LockMode::AccessExclusive,
        _ => return None,
    })
}

/// The word for a `relkind`; `None` for what has no lock of its own in the suite.
fn kind_word(kind: char) -> Option<&'static str> {
    Some(match kind {
        'r' | 'p' => "",
        'v' => "view",
        'm' => "matview",
        'i' | 'I' => "index",
        'S' => "sequence",
        'f' => "foreign",
        'c' => "composite",
        _ => return None,
    })
}

impl<'s> Bench<'s> {
    pub async fn new(server: &'s PgServer) -> Self {
        let mut observer = connect(server, "postgres").await;
        let version: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::int / 10000")
            .fetch_one(&mut observer)
            .await
            .expect("a version");
        let version = u16::try_from(version).expect("a small number");
        run(&mut observer, "SET allow_in_place_tablespaces = on").await.expect("SET");
        run(&mut observer, "CREATE TABLESPACE ts1 LOCATION ''").await.expect("a tablespace");
        Self { server, version, observer, copy: None, bases: Vec::new() }
    }

    /// Opens a session on the copy.
    pub async fn connect(&self) -> PgConnection {
        connect(self.server, DATABASE).await
    }

    /// What the server does with a case. Each gets a session of its own: a session that knows a partition's
    /// bound already does not lock its parent for it again. `None` when this version refuses what comes before.
    pub async fn measure(&mut self, case: &Case) -> Option<Facts> {
        let (setup, sql) = case.statements();
        self.fresh(&case.base).await;
        let mut worker = self.connect().await;
        for statement in &setup {
            self.copy = None;
            if let Err(error) = run(&mut worker, statement).await {
                let known = case.on(self.version);
                assert!(known.is_none(), "{}: {statement}: {error}", case.id);
                return None;
            }
        }
        if !case.has("outside") {
            let facts = self.in_transaction(&mut worker, &sql).await;
            // 25001: not in a transaction block; 2D000: a body that ends transactions.
            if !matches!(facts.error.as_deref(), Some("25001" | "2D000")) {
                worker.close().await.expect("closed");
                return Some(facts);
            }
        }
        self.copy = None;
        Some(step::outside(self, worker, &sql).await)
    }

    /// Makes sure that the copy is as the base is, and that nobody is on it.
    async fn fresh(&mut self, base: &str) {
        if self.copy.as_deref() == Some(base) {
            return;
        }
        let template = format!("base_{base}");
        if !self.bases.iter().any(|b| b == base) {
            self.base(base, &template).await;
            self.bases.push(base.to_owned());
        }
        let observer = &mut self.observer;
        run(observer, &format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")).await.expect("dropped");
        let roles: Vec<String> = sqlx::query_scalar(
            "SELECT quote_ident(rolname) FROM pg_roles
             WHERE oid >= 16384 AND rolname NOT IN ('reader', 'keeper')",
        )
        .fetch_all(&mut *observer)
        .await
        .expect("roles");
        let databases: Vec<String> = sqlx::query_scalar(
            "SELECT quote_ident(datname) FROM pg_database
             WHERE oid >= 16384 AND datname <> 'postgres' AND datname NOT LIKE 'base%'",
        )
        .fetch_all(&mut *observer)
        .await
        .expect("databases");
        for database in databases {
            run(observer, &format!("DROP DATABASE {database}")).await.expect("an empty database");
        }
        for role in roles {
            run(observer, &format!("DROP ROLE {role}")).await.expect("a role without objects");
        }
        for gone in ["ROLE reader", "ROLE keeper", "TABLESPACE ts1 LOCATION ''"] {
            // A case may have dropped it.
            let _ = run(observer, &format!("CREATE {gone}")).await;
        }
        run(observer, &format!("CREATE DATABASE {DATABASE} TEMPLATE {template}")).await.expect("a copy");
        self.copy = Some(base.to_owned());
    }

    async fn base(&mut self, base: &str, template: &str) {
        run(&mut self.observer, &format!("CREATE DATABASE {template} TEMPLATE template0"))
            .await
            .expect("a base");
        let mut session = connect(self.server, template).await;
        for statement in suite::base(base) {
            let made = run(&mut session, &statement).await;
            // The roles of one base are those of the other.
            if !statement.starts_with("CREATE ROLE") {
                made.unwrap_or_else(|e| panic!("{base}: {statement}: {e}"));
            }
        }
        session.close().await.expect("closed");
    }

    async fn in_transaction(&mut self, worker: &mut PgConnection, sql: &str) -> Facts {
        let pid = pid(worker).await;
        run(worker, "BEGIN").await.expect("BEGIN");
        let before = relations(worker).await;
        let reads_before = reads(worker, true).await;
        let mut facts = Facts::default();
        match run(worker, sql).await {
            Err(error) => facts.error = Some(sqlstate(&error)),
            Ok(()) => {
                let held = locks(&mut self.observer, pid).await;
                add_locks(&mut facts, &before, held.iter().map(|l| (l.relation, l.mode)));
                // The statement may have changed who is asking.
                let role: String = sqlx::query_scalar("SELECT current_user::text")
                    .fetch_one(&mut *worker)
                    .await
                    .expect("a role");
                if role != "postgres" {
                    run(worker, "RESET ROLE").await.expect("RESET ROLE");
                }
                let after = relations(worker).await;
                add_files(&mut facts, &before, &after);
                let reads_after = reads(worker, true).await;
                add_reads(&mut facts, &before, &reads_before, &reads_after);
                // Deferred constraints would speak up at the end.
                if let Err(error) = run(worker, "SET CONSTRAINTS ALL IMMEDIATE").await {
                    facts = Facts { error: Some(sqlstate(&error)), ..Facts::default() };
                }
            }
        }
        let ended = run(worker, "ROLLBACK").await;
        ended.expect("ROLLBACK");
        facts
    }
}

/// The strongest mode of each relation that existed before.
pub fn add_locks(facts: &mut Facts, before: &Relations, held: impl Iterator<Item = (i64, LockMode)>) {
    for (oid, mode) in held {
        let Some(relation) = before.get(&oid) else { continue };
        let Some(kind) = kind_word(relation.kind) else { continue };
        let lock = facts.locks.entry(relation.name.clone()).or_insert((kind, mode));
        lock.1 = lock.1.max(mode);
    }
}

/// Tables with another file than before were rewritten; an index with a new one (also when an index of the same
/// name took its place) was built.
pub fn add_files(facts: &mut Facts, before: &Relations, after: &Relations) {
    let moved = |oid: &i64, old: &Relation| {
        let file = after.get(oid).and_then(|new| new.file);
        old.file.is_some() && file.is_some() && file != old.file
    };
    let tables = before.iter().filter(|(oid, old)| matches!(old.kind, 'r' | 'm') && moved(oid, old));
    facts.rewrites.extend(tables.map(|(_, old)| old.name.clone()));
    let files: BTreeMap<&str, Option<i64>> =
        before.values().filter(|r| r.kind == 'i').map(|r| (r.name.as_str(), r.file)).collect();
    let built = after.values().filter(|new| {
        new.kind == 'i' && files.get(new.name.as_str()).is_some_and(|old| old.is_some() && *old != new.file)
    });
    facts.builds.extend(built.map(|new| bare(&new.name)));
}

/// Indexes are told without their schema.
fn bare(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_owned()
}

/// What was read between two readings of the statistics.
pub fn add_reads(
    facts: &mut Facts,
    relations: &Relations,
    before: &BTreeMap<i64, (i64, i64)>,
    after: &BTreeMap<i64, (i64, i64)>,
) {
    for (oid, relation) in relations {
        let Some((scans, rows)) = after.get(oid) else { continue };
        let (old_scans, old_rows) = before.get(oid).copied().unwrap_or_default();
        if *scans <= old_scans {
            continue;
        }
        let place = if rows - old_rows >= WHOLE { &mut facts.scans } else { &mut facts.maybe };
        place.insert(relation.name.clone());
    }
}
