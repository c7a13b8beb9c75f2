//! Where a database is: connection strings, and the places in which the tools of the ecosystem keep them.
//!
//! In: the text of a connection string, of a `.env` file, or the environment. Out: a [`Target`], which shows
//! user, host and database, and never a password.

use std::fmt;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use super::Error;

/// A database to read. What the connection string leaves out comes from the variables that libpq knows
/// (`PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGDATABASE`, `PGSSLMODE`, …) and from `~/.pgpass`.
#[derive(Clone)]
pub struct Target {
    options: PgConnectOptions,
}

impl Target {
    /// Whether a text is meant as the connection string of a PostgreSQL server.
    #[must_use]
    pub fn is_url(text: &str) -> bool {
        ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
    }

    /// Reads a connection string: `postgres://user:password@host:port/database?sslmode=require`. A socket's
    /// folder is given as `?host=/folder`.
    ///
    /// # Errors
    /// [`Error::Address`].
    pub fn parse(url: &str) -> Result<Self, Error> {
        if !Self::is_url(url) {
            return Err(Error::Address("it does not begin with postgres://".to_owned()));
        }
        match PgConnectOptions::from_str(url) {
            Ok(options) => Ok(Self { options }),
            Err(error) => Err(Error::connecting(String::new(), &error)),
        }
    }

    /// The value of `DATABASE_URL` in the text of a `.env` file; other variables are none of our business. Quotes
    /// and `export` are understood as the dotenv libraries do; the last assignment counts.
    #[must_use]
    pub fn in_dotenv(text: &str) -> Option<String> {
        let value = |line: &str| {
            let line = line.trim_start();
            let line = line.strip_prefix("export ").map_or(line, str::trim_start);
            let value = line.strip_prefix("DATABASE_URL")?.trim_start().strip_prefix('=')?.trim();
            Some(unquoted(value))
        };
        text.lines().filter_map(value).next_back().filter(|value| !value.is_empty())
    }

    /// The driver's options for it.
    pub(super) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// The database's name: by default the user's.
    #[must_use]
    pub fn database(&self) -> &str {
        self.options.get_database().unwrap_or_else(|| self.options.get_username())
    }

    /// The same server with another database.
    #[must_use]
    pub fn with_database(&self, database: &str) -> Self {
        Self { options: self.options.clone().database(database) }
    }
}

/// The value of an assignment: within quotes, or up to a comment.
fn unquoted(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote)
            && let Some(end) = rest.find(quote)
        {
            return rest[..end].to_owned();
        }
    }
    value.split(" #").next().unwrap_or(value).trim_end().to_owned()
}

/// User, place and database, without the password.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (options, database) = (&self.options, self.database());
        match options.get_socket() {
            Some(socket) => {
                let socket = socket.display();
                write!(
                    f,
                    "postgres://{}@localhost:{}/{database}",
                    options.get_username(),
                    options.get_port()
                )?;
                write!(f, "?host={socket}")
            }
            None => {
                let (user, host, port) = (options.get_username(), options.get_host(), options.get_port());
                write!(f, "postgres://{user}@{host}:{port}/{database}")
            }
        }
    }
}

/// As [`fmt::Display`].
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        let target =
            Target::parse("postgresql://ann:s3cret@db.example:6000/shop?sslmode=disable").expect("valid");
        assert_eq!(target.to_string(), "postgres://ann@db.example:6000/shop");
        assert_eq!(format!("{target:?}"), "Target(postgres://ann@db.example:6000/shop)");
        assert_eq!(target.with_database("x").database(), "x");
        for bad in [
            "mysql://ann:s3cret@h/d",
            "postgres://ann:s3cret@h:port/d",
            "postgres://ann:s3cret@h/d?port=s3cret",
        ] {
            let error = Target::parse(bad).expect_err("not valid").to_string();
            assert!(!error.contains("s3cret"), "{error}");
            assert!(error.contains("not valid"), "{error}");
        }
    }

    #[test]
    fn sockets() {
        let target = Target::parse("postgres://ann@localhost/shop?host=/run/pg&port=5433").expect("valid");
        assert_eq!(target.to_string(), "postgres://ann@localhost:5433/shop?host=/run/pg");
    }

    #[test]
    fn only_one_variable_of_a_dotenv_file() {
        let text = "# DATABASE_URL=no\nOTHER=1\nDATABASE_URL=postgres://a/b # why\n export DATABASE_URL = \"postgres://c/d#e\"\n";
        assert_eq!(Target::in_dotenv(text).as_deref(), Some("postgres://c/d#e"));
        assert_eq!(Target::in_dotenv("DATABASE_URL='x y'\r\n").as_deref(), Some("x y"));
        assert_eq!(Target::in_dotenv("DATABASE_URL=\nDATABASE_URLS=2"), None);
        assert_eq!(Target::in_dotenv("DATABASE_URL=a#b # c").as_deref(), Some("a#b"));
    }
}
