//! Names: identifiers as the server stores them, qualified names, dialects and server versions.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// An identifier after folding: the form the server's catalogs hold. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ident(Arc<str>);

impl Ident {
    /// Takes text that is already folded.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The identifier's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Ident {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Ident {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Ident {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Ident {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Ident {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for Ident {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Ident {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

/// A name with an optional schema. `Display` is for people; only `emit` quotes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QName {
    /// Schema, when written or resolved.
    pub schema: Option<Ident>,
    /// The object's own name.
    pub name: Ident,
}

impl QName {
    /// An unqualified name.
    #[must_use]
    pub fn bare(name: impl Into<Ident>) -> Self {
        Self { schema: None, name: name.into() }
    }

    /// A qualified name.
    #[must_use]
    pub fn qualified(schema: impl Into<Ident>, name: impl Into<Ident>) -> Self {
        Self { schema: Some(schema.into()), name: name.into() }
    }

    /// The same schema with another name.
    #[must_use]
    pub fn sibling(&self, name: impl Into<Ident>) -> Self {
        Self { schema: self.schema.clone(), name: name.into() }
    }

    /// Whether the schema is the given one.
    #[must_use]
    pub fn in_schema(&self, schema: &str) -> bool {
        self.schema.as_deref() == Some(schema)
    }
}

impl fmt::Display for QName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

impl fmt::Debug for QName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

/// The SQL dialects checkrail reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// PostgreSQL, the dialect with full coverage.
    #[default]
    PostgreSql,
    /// MySQL and MariaDB.
    MySql,
    /// SQLite.
    Sqlite,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: &'static [Self] = &[Self::PostgreSql, Self::MySql, Self::Sqlite];

    /// The name used on the command line and in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PostgreSql => "postgresql",
            Self::MySql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dialect {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "postgresql" | "postgres" | "pg" => Ok(Self::PostgreSql),
            "mysql" | "mariadb" => Ok(Self::MySql),
            "sqlite" | "sqlite3" => Ok(Self::Sqlite),
            other => Err(format!("unknown dialect {other:?}: use postgresql, mysql or sqlite")),
        }
    }
}

/// A major version of the PostgreSQL server under review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServerVersion(u16);

impl ServerVersion {
    /// Oldest version whose behaviour was measured.
    pub const OLDEST: Self = Self(13);
    /// Newest version whose behaviour was measured; the default.
    pub const NEWEST: Self = Self(18);

    /// A supported major version.
    ///
    /// # Errors
    /// A sentence naming the supported range.
    pub fn new(major: u16) -> Result<Self, String> {
        let version = Self(major);
        if (Self::OLDEST..=Self::NEWEST).contains(&version) {
            Ok(version)
        } else {
            Err(format!(
                "server version {major} is not supported: use {} to {}",
                Self::OLDEST.0,
                Self::NEWEST.0
            ))
        }
    }

    /// The major version number.
    #[must_use]
    pub const fn major(self) -> u16 {
        self.0
    }

    /// Whether this server is of the given major version or newer.
    #[must_use]
    pub const fn at_least(self, major: u16) -> bool {
        self.0 >= major
    }
}

impl Default for ServerVersion {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for ServerVersion {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let major = text.split('.').next().unwrap_or(text);
        let major = major.parse().map_err(|_| format!("{text:?} is not a server version"))?;
        Self::new(major)
    }
}
