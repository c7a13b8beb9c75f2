//! What migration tools say they have run: their history tables.
//!
//! In: a database. Out: a [`History`] for each table found, whose entries are in the order in which the tool ran
//! them, with what is no longer applied left out. Tables are recognised by name and columns, since several tools
//! call theirs `schema_migrations`.

pub mod checksum;

use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use crate::name::QName;
use crate::quote::quote_qname;

use self::checksum::Checksum;
use super::{Error, Options, Target, connect, on_runtime};

const WHAT: &str = "the migration tool's history table";

/// A migration tool that keeps a history table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the tools' names")]
pub enum Tool {
    Refinery,
    Flyway,
    Sqlx,
    Diesel,
    Goose,
    GolangMigrate,
    /// Also Rails and others that keep versions as text.
    Dbmate,
    Prisma,
    Supabase,
    Drizzle,
    Sqitch,
}

impl Tool {
    /// The name of the layout whose folders the tool runs.
    #[must_use]
    pub const fn layout(self) -> &'static str {
        match self {
            Self::Refinery => "refinery",
            Self::Flyway => "flyway",
            Self::Sqlx => "sqlx",
            Self::Diesel => "diesel",
            Self::Goose => "goose",
            Self::GolangMigrate => "golang-migrate",
            Self::Dbmate => "dbmate",
            Self::Prisma => "prisma",
            Self::Supabase => "supabase",
            Self::Drizzle => "drizzle",
            Self::Sqitch => "sqitch",
        }
    }

    /// The tool by its history table and the table's columns, each with its type.
    fn of(table: &QName, columns: &[(String, String)]) -> Option<Self> {
        let has = |name: &str| columns.iter().any(|(n, _)| n == name);
        let ty = |name: &str| columns.iter().find(|(n, _)| n == name).map_or("", |(_, ty)| ty.as_str());
        Some(match table.name.as_str() {
            "refinery_schema_history" if has("checksum") => Self::Refinery,
            "flyway_schema_history" | "schema_version" if has("installed_rank") => Self::Flyway,
            "_sqlx_migrations" if has("checksum") => Self::Sqlx,
            "__diesel_schema_migrations" => Self::Diesel,
            "goose_db_version" if has("is_applied") => Self::Goose,
            "schema_migrations" if has("dirty") => Self::GolangMigrate,
            "schema_migrations" if table.in_schema("supabase_migrations") => Self::Supabase,
            "schema_migrations" if ty("version").starts_with("character") || ty("version") == "text" => {
                Self::Dbmate
            }
            "_prisma_migrations" if has("migration_name") => Self::Prisma,
            "__drizzle_migrations" if has("hash") => Self::Drizzle,
            "changes" if table.in_schema("sqitch") => Self::Sqitch,
            _ => return None,
        })
    }

    /// The query for its rows: `version`, `name`, `checksum` (text), `bytes`, `state` (`applied`, `failed`,
    /// `undone`, `baseline`), in the order of running.
    fn query(self, table: &str) -> String {
        let rows = match self {
            Self::Refinery => {
                "version::text AS version, name::text AS name, checksum::text AS checksum, \
                 'applied' AS state FROM {} ORDER BY {}.version"
            }
            Self::Flyway => {
                "version::text AS version, description::text AS name, checksum::text AS checksum, \
                 CASE WHEN type LIKE 'UNDO%' OR type = 'DELETE' THEN 'undone' WHEN NOT success THEN 'failed' \
                 WHEN type LIKE '%BASELINE%' THEN 'baseline' ELSE 'applied' END AS state \
                 FROM {} WHERE type <> 'SCHEMA' ORDER BY installed_rank"
            }
            Self::Sqlx => {
                "version::text AS version, description AS name, encode(checksum, 'hex') AS checksum, \
                 CASE WHEN success THEN 'applied' ELSE 'failed' END AS state FROM {} ORDER BY {}.version"
            }
            Self::Diesel | Self::Dbmate => {
                "version::text AS version, NULL::text AS name, NULL::text AS checksum, \
                 'applied' AS state FROM {} ORDER BY {}.version"
            }
            Self::Goose => {
                "version_id::text AS version, NULL::text AS name, NULL::text AS checksum, \
                 CASE WHEN is_applied THEN 'applied' ELSE 'undone' END AS state \
                 FROM {} WHERE version_id > 0 ORDER BY id"
            }
            Self::GolangMigrate => {
                "version::text AS version, NULL::text AS name, NULL::text AS checksum, \
                 CASE WHEN dirty THEN 'failed' ELSE 'applied' END AS state FROM {}"
            }
            Self::Prisma => {
                "NULL::text AS version, migration_name::text AS name, checksum::text AS checksum, \
                 CASE WHEN rolled_back_at IS NOT NULL THEN 'undone' WHEN finished_at IS NULL THEN 'failed' \
                 ELSE 'applied' END AS state FROM {} ORDER BY started_at, migration_name"
            }
            Self::Supabase => {
                "version::text AS version, NULL::text AS name, NULL::text AS checksum, \
                 'applied' AS state FROM {} ORDER BY {}.version"
            }
            Self::Drizzle => {
                "NULL::text AS version, NULL::text AS name, hash::text AS checksum, \
                 'applied' AS state FROM {} ORDER BY created_at, id"
            }
            Self::Sqitch => {
                "change::text AS version, change::text AS name, NULL::text AS checksum, \
                 'applied' AS state FROM {} ORDER BY committed_at, change_id"
            }
        };
        format!("SELECT {}", rows.replace("{}", table))
    }
}

/// How a row of a history stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It ran.
    Applied,
    /// It was begun and not finished: the database may be anywhere between.
    Failed,
    /// Everything up to its version counts as run.
    Baseline,
}

/// One migration that a tool ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its version, where the tool keeps one.
    pub version: Option<String>,
    /// Its name, where the tool keeps one.
    pub name: Option<String>,
    /// What tells whether the file is still what ran.
    pub checksum: Option<Checksum>,
    /// How it stands.
    pub state: State,
}

/// What one tool says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The tool.
    pub tool: Tool,
    /// Its table.
    pub table: QName,
    /// What it ran, in order.
    pub applied: Vec<Applied>,
}

const TABLES: &str = "SELECT n.nspname::text AS schema, c.relname::text AS name, \
    array_agg(a.attname::text ORDER BY a.attnum) AS columns, \
    array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum) AS types \
    FROM pg_catalog.pg_class c \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
    WHERE c.relkind IN ('r', 'p') AND c.relname IN ('refinery_schema_history', 'flyway_schema_history', \
    'schema_version', '_sqlx_migrations', '__diesel_schema_migrations', 'goose_db_version', \
    'schema_migrations', '_prisma_migrations', '__drizzle_migrations', 'changes') \
    GROUP BY n.nspname, c.relname ORDER BY n.nspname <> 'public', n.nspname, c.relname";

/// The histories that a database holds; those in `public` first.
///
/// # Errors
/// Every [`Error`].
pub fn histories(target: &Target, options: &Options) -> Result<Vec<History>, Error> {
    on_runtime(async {
        let mut connection = connect::connect(target, options).await?;
        let found = read(&mut connection, options).await;
        let _ = sqlx::Connection::close(connection).await;
        found
    })
}

async fn read(connection: &mut PgConnection, options: &Options) -> Result<Vec<History>, Error> {
    connect::begin(connection, options).await?;
    let mut found = Vec::new();
    for row in fetch(connection, TABLES.to_owned()).await? {
        let table = QName::qualified(get::<String>(&row, "schema")?, get::<String>(&row, "name")?);
        let names: Vec<String> = get(&row, "columns")?;
        let columns: Vec<(String, String)> =
            names.into_iter().zip(get::<Vec<String>>(&row, "types")?).collect();
        let Some(tool) = Tool::of(&table, &columns) else { continue };
        // Refinery's checksum depends on the width of its version.
        let wide = columns.iter().any(|(name, ty)| name == "version" && ty == "bigint");
        let rows = fetch(connection, tool.query(&quote_qname(&table))).await?;
        let applied = rows.iter().map(|row| entry(tool, wide, row)).collect::<Result<Vec<_>, _>>()?;
        found.push(History { tool, table, applied: standing(applied) });
    }
    connect::end(connection).await?;
    Ok(found)
}

/// A row; without a state it takes away what an earlier one says.
fn entry(tool: Tool, wide: bool, row: &PgRow) -> Result<(Option<State>, Applied), Error> {
    let checksum: Option<String> = get(row, "checksum")?;
    let text: String = get(row, "state")?;
    let state = match text.as_str() {
        "undone" => None,
        "failed" => Some(State::Failed),
        "baseline" => Some(State::Baseline),
        _ => Some(State::Applied),
    };
    let applied = Applied {
        version: get(row, "version")?,
        name: get(row, "name")?,
        checksum: checksum.and_then(|text| Checksum::parse(tool, wide, &text)),
        state: state.unwrap_or(State::Applied),
    };
    Ok((state, applied))
}

/// What stands at the end: a later row about the same migration replaces the earlier one.
fn standing(rows: Vec<(Option<State>, Applied)>) -> Vec<Applied> {
    let mut standing: Vec<Applied> = Vec::new();
    for (state, applied) in rows {
        let same = |other: &Applied| match (&applied.version, &applied.name) {
            (Some(version), _) => other.version.as_ref() == Some(version),
            (None, Some(name)) => other.version.is_none() && other.name.as_ref() == Some(name),
            (None, None) => false,
        };
        standing.retain(|other| !same(other));
        if state.is_some() {
            standing.push(applied);
        }
    }
    standing
}

async fn fetch(connection: &mut PgConnection, sql: String) -> Result<Vec<PgRow>, Error> {
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).persistent(false);
    query.fetch_all(connection).await.map_err(|error| Error::reading(WHAT, &error))
}

fn get<'r, T>(row: &'r PgRow, column: &str) -> Result<T, Error>
where
    T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    row.try_get(column).map_err(|error| Error::reading(WHAT, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_told_apart_by_their_columns() {
        let tool = |schema: &str, table: &str, columns: &[(&str, &str)]| {
            let columns: Vec<_> = columns.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
            Tool::of(&QName::qualified(schema, table), &columns)
        };
        let migrate = [("version", "bigint"), ("dirty", "boolean")];
        assert_eq!(tool("public", "schema_migrations", &migrate), Some(Tool::GolangMigrate));
        let text = [("version", "character varying(128)")];
        assert_eq!(tool("public", "schema_migrations", &text), Some(Tool::Dbmate));
        assert_eq!(tool("supabase_migrations", "schema_migrations", &text), Some(Tool::Supabase));
        assert_eq!(tool("public", "changes", &[("change", "text")]), None);
        assert_eq!(tool("public", "schema_version", &[("id", "integer")]), None);
    }

    #[test]
    fn what_was_undone_is_not_applied() {
        let row = |version: &str, state| {
            let applied = Applied {
                version: Some(version.to_owned()),
                name: None,
                checksum: None,
                state: State::Applied,
            };
            (state, applied)
        };
        let rows = vec![
            row("1", Some(State::Applied)),
            row("2", Some(State::Applied)),
            row("1", None),
            row("3", None),
            row("2", Some(State::Failed)),
        ];
        let left: Vec<_> = standing(rows).into_iter().map(|a| a.version.expect("a version")).collect();
        assert_eq!(left, ["2"]);
    }
}
