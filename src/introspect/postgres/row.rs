//! Rows of a catalog query, column by column.

use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgConnection, PgRow, Postgres};
use sqlx::{Decode, Row as _, Type};

use crate::introspect::Error;
use crate::name::Ident;

/// A row.
pub(super) struct Row {
    row: PgRow,
    what: &'static str,
}

/// Runs a query.
pub(super) async fn fetch(
    connection: &mut PgConnection,
    what: &'static str,
    sql: String,
) -> Result<Vec<Row>, Error> {
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).persistent(false);
    match query.fetch_all(connection).await {
        Ok(rows) => Ok(rows.into_iter().map(|row| Row { row, what }).collect()),
        Err(error) => Err(Error::reading(what, &error)),
    }
}

impl Row {
    /// A value of a column.
    pub(super) fn get<'r, T>(&'r self, column: &'static str) -> Result<T, Error>
    where
        T: Decode<'r, Postgres> + Type<Postgres>,
    {
        self.row.try_get(column).map_err(|error| Error::reading(self.what, &error))
    }

    /// A text.
    pub(super) fn text(&self, column: &'static str) -> Result<&str, Error> {
        self.get(column)
    }

    /// A text that may be null.
    pub(super) fn maybe(&self, column: &'static str) -> Result<Option<&str>, Error> {
        self.get(column)
    }

    /// A comment, or another text to keep.
    pub(super) fn owned(&self, column: &'static str) -> Result<Option<String>, Error> {
        self.get(column)
    }

    /// A name.
    pub(super) fn ident(&self, column: &'static str) -> Result<Ident, Error> {
        self.text(column).map(Ident::new)
    }

    /// A name that may be null.
    pub(super) fn maybe_ident(&self, column: &'static str) -> Result<Option<Ident>, Error> {
        Ok(self.maybe(column)?.map(Ident::new))
    }

    /// An object id.
    pub(super) fn oid(&self, column: &'static str) -> Result<u32, Error> {
        self.get::<Oid>(column).map(|oid| oid.0)
    }

    /// A truth value.
    pub(super) fn flag(&self, column: &'static str) -> Result<bool, Error> {
        self.get(column)
    }

    /// A list of texts; null is none.
    pub(super) fn texts(&self, column: &'static str) -> Result<Vec<String>, Error> {
        Ok(self.get::<Option<Vec<String>>>(column)?.unwrap_or_default())
    }

    /// A list of names; null is none.
    pub(super) fn idents(&self, column: &'static str) -> Result<Vec<Ident>, Error> {
        Ok(self.texts(column)?.into_iter().map(Ident::from).collect())
    }

    /// A list of column numbers; null is none.
    pub(super) fn numbers(&self, column: &'static str) -> Result<Vec<i16>, Error> {
        Ok(self.get::<Option<Vec<i16>>>(column)?.unwrap_or_default())
    }

    /// Storage parameters: `name=value` texts.
    pub(super) fn options(&self, column: &'static str) -> Result<Vec<(String, String)>, Error> {
        let pair = |text: String| match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (text, "true".to_owned()),
        };
        Ok(self.texts(column)?.into_iter().map(pair).collect())
    }

    /// An error about what the row holds.
    pub(super) fn unexpected(&self, reason: impl Into<String>) -> Error {
        Error::Read { what: self.what, reason: reason.into() }
    }
}
