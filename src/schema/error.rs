//! Errors that the server would raise for a statement.

use std::fmt;

/// An error foreseen by the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// The server's SQLSTATE, for example `42P01`.
    pub sqlstate: &'static str,
    /// What the server would say, in its words where they are known.
    pub message: String,
    /// The server's `DETAIL`, for example the objects that depend on what is dropped, one per line.
    pub detail: Option<String>,
}

impl SchemaError {
    /// An error with a SQLSTATE of PostgreSQL's appendix A.
    #[must_use]
    pub fn new(sqlstate: &'static str, message: impl Into<String>) -> Self {
        Self { sqlstate, message: message.into(), detail: None }
    }

    /// The same error with a `DETAIL`.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (SQLSTATE {})", self.message, self.sqlstate)
    }
}
