//! Schemas as files: the shape of a database, and the sizes of its relations, for where the database is not.
//!
//! In: a [`Schema`] with what is known about it. Out: JSON that changes only where the schema does, and the same
//! schema again. Objects are held as the SQL that makes them, so that a person can read and compare them, and so
//! that the file does not depend on how the model is built. Nothing here reads or writes files.

mod file;
mod read;
mod sql;
#[cfg(test)]
mod tests;
mod write;

use crate::schema::Schema;

pub use self::file::File;
pub use self::sql::Parts;

/// A schema and what is known about it besides its objects.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The schema, with the sizes of its relations where a server was asked.
    pub schema: Schema,
    /// What the reader of the database was not allowed to see, in words.
    pub hidden: Vec<String>,
}

/// Why a text is no snapshot that can be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not JSON, or not of this form.
    #[error("not a snapshot of checkrail: {0}")]
    Form(#[from] serde_json::Error),
    /// Made by a later release.
    #[error("the snapshot has format {found}, and this release reads format {known}: make it anew")]
    Format {
        /// The file's version.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// A server version that is not supported.
    #[error("{0}")]
    Version(String),
    /// A statement that does not fit the rest: the file was edited.
    #[error("{object}: {why}: {sql}")]
    Statement {
        /// The object that it belongs to.
        object: String,
        /// The statement.
        sql: String,
        /// What is wrong.
        why: String,
    },
}

impl Snapshot {
    /// The snapshot as JSON with a final line break: the same bytes for the same schema.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Serialising cannot fail: all keys are strings.
        let mut text = serde_json::to_string_pretty(&write::file(self)).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The statements that make the schema on an empty database of its dialect and version: the same bytes for the
    /// same schema.
    #[must_use]
    pub fn to_sql(&self, parts: Parts) -> String {
        sql::script(self, parts)
    }

    /// Columns whose types are not known, because their tables were made from queries: what makes them as SQL does not
    /// run.
    #[must_use]
    pub fn untyped(&self) -> Vec<String> {
        sql::untyped(&self.schema)
    }

    /// Reads a snapshot. Run it with a large stack ([`crate::parse::with_large_stack`]).
    ///
    /// # Errors
    /// Any [`enum@Error`].
    pub fn from_json(text: &str) -> Result<Self, Error> {
        #[derive(serde::Deserialize)]
        struct Head {
            version: Option<u32>,
        }
        // The version first: a later format may have keys that are not known here.
        let head: Head = serde_json::from_str(text)?;
        match head.version {
            Some(file::VERSION) | None => read::snapshot(serde_json::from_str(text)?),
            Some(found) => Err(Error::Format { found, known: file::VERSION }),
        }
    }
}

/// The JSON Schema of snapshots.
#[must_use]
pub fn json_schema() -> String {
    serde_json::to_string_pretty(&schemars::schema_for!(File)).unwrap_or_default() + "\n"
}
