//! The migration tools whose folders are understood, and the ways they hand a file to the server.

use std::fmt;
use std::str::FromStr;

use super::error::{SourceError, near_misses};

/// A migration tool's way of naming, ordering and running files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layout {
    /// Any `.sql` files, in natural order.
    Plain,
    /// `V1__name.sql`, `U2__name.sql` of the Rust crate.
    Refinery,
    /// `V1.2__name.sql`, `U1.2__…` (undo), `R__…` (repeatable), `B1__…` (baseline).
    Flyway,
    /// `1_name.sql` or `1_name.up.sql` and `1_name.down.sql` of the Rust crate.
    Sqlx,
    /// `<version>_name/up.sql`, `down.sql`, `metadata.toml`.
    Diesel,
    /// `1_name.up.sql`, `1_name.down.sql`.
    GolangMigrate,
    /// `1_name.sql` with `-- +goose Up` and `-- +goose Down`.
    Goose,
    /// `1_name.sql` with `-- migrate:up` and `-- migrate:down`.
    Dbmate,
    /// `<timestamp>_name/migration.sql`, `migration_lock.toml`.
    Prisma,
    /// `supabase/migrations/<timestamp>_name.sql`.
    Supabase,
    /// `meta/_journal.json` and `0000_name.sql`; from version 1 `<timestamp>_name/migration.sql` beside `snapshot.json`.
    Drizzle,
    /// `sqitch.plan`, `deploy/`, `revert/`, `verify/`.
    Sqitch,
}

impl Layout {
    /// Every layout, in the order they are listed to users.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &[
            Self::Plain,
            Self::Refinery,
            Self::Flyway,
            Self::Sqlx,
            Self::Diesel,
            Self::GolangMigrate,
            Self::Goose,
            Self::Dbmate,
            Self::Prisma,
            Self::Supabase,
            Self::Drizzle,
            Self::Sqitch,
        ]
    }

    /// The name used on the command line and in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Refinery => "refinery",
            Self::Flyway => "flyway",
            Self::Sqlx => "sqlx",
            Self::Diesel => "diesel",
            Self::GolangMigrate => "golang-migrate",
            Self::Goose => "goose",
            Self::Dbmate => "dbmate",
            Self::Prisma => "prisma",
            Self::Supabase => "supabase",
            Self::Drizzle => "drizzle",
            Self::Sqitch => "sqitch",
        }
    }

    /// What a folder of this layout holds, in words for error messages.
    #[must_use]
    pub const fn holds(self) -> &'static str {
        match self {
            Self::Plain => ".sql files",
            Self::Refinery => "V1__name.sql files",
            Self::Flyway => "V1__name.sql, R__name.sql or B1__name.sql files",
            Self::Sqlx => "1_name.sql or 1_name.up.sql files",
            Self::Diesel => "1_name/up.sql files",
            Self::GolangMigrate => "1_name.up.sql files",
            Self::Goose => "1_name.sql files with `-- +goose Up`",
            Self::Dbmate => "1_name.sql files with `-- migrate:up`",
            Self::Prisma => "1_name/migration.sql files",
            Self::Supabase => "20240101000000_name.sql files",
            Self::Drizzle => "meta/_journal.json, or 1_name/migration.sql beside snapshot.json",
            Self::Sqitch => "sqitch.plan with a deploy folder",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Layout {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let wanted = text.trim().to_ascii_lowercase().replace('_', "-");
        let short = match wanted.as_str() {
            "migrate" | "golang" => "golang-migrate",
            other => other,
        };
        Self::all().iter().copied().find(|layout| layout.as_str() == short).ok_or_else(|| {
            let names = || Self::all().iter().map(|layout| layout.as_str());
            SourceError::UnknownLayout {
                name: text.to_owned(),
                near: near_misses(&wanted, names()),
                known: names().collect::<Vec<_>>().join(", "),
            }
        })
    }
}

/// How a tool sends one script to the server, which decides the transactions around its statements.
///
/// `BEGIN` and `COMMIT` written in the script itself act on top of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Runner {
    /// The tool opens a transaction, runs the whole script in it and commits.
    Single,
    /// The tool opens one transaction for this script and every other pending one, and commits after the last.
    Shared,
    /// Each statement is sent by itself without a transaction around it, as `psql -f` does: every statement
    /// commits on its own.
    PerStatement,
    /// The whole script is one message of the simple query protocol. The server runs several statements in one
    /// message as a single implicit transaction, so a statement that refuses to run in a transaction works only
    /// when it is alone in its script (PostgreSQL manual, "Multiple Statements in a Simple Query").
    MultiStatementQuery,
    /// One transaction, unless the tool sees a statement that cannot run in one: then each statement is sent by
    /// itself. Flyway recognises on PostgreSQL `CREATE|DROP DATABASE|TABLESPACE|SUBSCRIPTION`, `ALTER SYSTEM`,
    /// `CREATE|DROP [UNIQUE] INDEX CONCURRENTLY`, `REINDEX SCHEMA|DATABASE|SYSTEM`, `VACUUM`, `DISCARD ALL`
    /// (and nothing else: not `REINDEX … CONCURRENTLY`, not `DETACH PARTITION CONCURRENTLY`), and refuses a
    /// script that mixes both kinds unless `flyway.mixed` is set
    /// (`flyway-database-postgresql/…/PostgreSQLParser.java`, `flyway-core/…/ParserSqlScript.java`).
    SingleUnlessForbidden,
    /// Consecutive statements share a transaction; a statement that the tool knows cannot run in one is sent by
    /// itself between them. The Supabase CLI recognises `CREATE|DROP [UNIQUE] INDEX CONCURRENTLY`,
    /// `REINDEX … CONCURRENTLY`, `VACUUM`, `ALTER SYSTEM` and `CLUSTER` (supabase/cli pull requests 5671, 6276).
    SplitAroundForbidden,
}

/// A [`Runner`] and the reason it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Habit {
    pub(super) runner: Runner,
    pub(super) reason: &'static str,
}

impl Habit {
    pub(super) const fn new(runner: Runner, reason: &'static str) -> Self {
        Self { runner, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for layout in Layout::all() {
            assert_eq!(layout.as_str().parse::<Layout>().unwrap(), *layout);
            assert!(!layout.holds().is_empty());
        }
        assert_eq!("Golang_Migrate".parse::<Layout>().unwrap(), Layout::GolangMigrate);
    }

    #[test]
    fn unknown_names_get_a_suggestion_and_the_list() {
        let error = "fly-way".parse::<Layout>().unwrap_err().to_string();
        assert!(error.contains("did you mean flyway?"), "{error}");
        assert!(error.contains("plain, refinery, flyway, sqlx"), "{error}");
        let error = "liquor".parse::<Layout>().unwrap_err().to_string();
        assert!(!error.contains("did you mean"), "{error}");
    }
}
