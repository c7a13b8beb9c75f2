//! The queries of an application, as its tools keep them.
//!
//! In: a file, or a folder with all below it. Out: texts with their places. Read are SQL files, sqlc's among them, the
//! `.sqlx/query-*.json` of sqlx, and exports of `pg_stat_statements` as CSV or JSON. Which text is a query is not
//! decided here.

use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::disk;
use super::error::SourceError;
use crate::text::{FileId, SourceFile, SourceMap, Span, offset};

/// Text that holds queries.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryText {
    /// Where it stands.
    pub file: FileId,
    /// Its place: of the text itself in an SQL file, of the line with it elsewhere.
    pub span: Span,
    /// One query; nothing where the place is a script of them.
    pub sql: Option<String>,
}

/// Reads the queries of a file or a folder into `map`.
///
/// # Errors
/// What cannot be read; a file that is named and holds none.
pub fn queries(path: &Utf8Path, map: &mut SourceMap) -> Result<Vec<QueryText>, SourceError> {
    if !disk::is_dir(path)? {
        let found = of_file(path, map)?;
        return match found {
            Some(found) => Ok(found),
            None => Err(SourceError::Contradictory(format!(
                "{path} holds no queries that can be read: name SQL files, .sqlx files, or a CSV or JSON with a query column"
            ))),
        };
    }
    let mut all = Vec::new();
    for file in disk::list_hidden(path)? {
        if is_query_file(&file) {
            all.extend(of_file(&path.join(&file), map)?.unwrap_or_default());
        }
    }
    Ok(all)
}

fn is_query_file(path: &Utf8Path) -> bool {
    let extension = path.extension().unwrap_or("").to_ascii_lowercase();
    let is_down = path.as_str().ends_with(".down.sql");
    matches!(extension.as_str(), "sql" | "csv" | "json") && !is_down
}

/// The queries of a file; nothing where it is something else.
fn of_file(path: &Utf8Path, map: &mut SourceMap) -> Result<Option<Vec<QueryText>>, SourceError> {
    let text = disk::read_text(path)?;
    let extension = path.extension().unwrap_or("").to_ascii_lowercase();
    let found: Option<Vec<(Range<usize>, String)>> = match extension.as_str() {
        "json" => json(&text),
        "csv" => csv(&text),
        _ => {
            let span = Span::new(0, offset(text.len()));
            let file = map.add(SourceFile::new(shown(path), text));
            return Ok(Some(vec![QueryText { file, span, sql: None }]));
        }
    };
    let Some(found) = found else { return Ok(None) };
    let file = map.add(SourceFile::new(shown(path), text));
    let text = |(at, sql): (Range<usize>, String)| QueryText {
        file,
        span: Span::new(offset(at.start), offset(at.end)),
        sql: Some(sql),
    };
    Ok(Some(found.into_iter().map(text).collect()))
}

fn shown(path: &Utf8Path) -> Utf8PathBuf {
    disk::tidy(path)
}

/// sqlx's file of one query, or a list of records with a query each, whole or one on a line.
fn json(text: &str) -> Option<Vec<(Range<usize>, String)>> {
    let records: Vec<Value> = match serde_json::from_str(text) {
        Ok(Value::Array(records)) => records,
        Ok(record @ Value::Object(_)) => vec![record],
        _ => text.lines().map(serde_json::from_str).collect::<Result<_, _>>().ok()?,
    };
    let mut found = Vec::new();
    let mut from = 0;
    for record in &records {
        let query = record.get("query")?.as_str()?;
        let database = record.get("db_name").and_then(Value::as_str);
        if database.is_some_and(|name| name != "PostgreSQL") {
            continue;
        }
        // The line of the member; a record may have others before it.
        let at = text.get(from..)?.find("\"query\"").map_or(from, |at| from + at);
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        found.push((at..end, query.to_owned()));
        from = (at + 1).min(text.len());
    }
    Some(found)
}

/// The records of a CSV file that has a column `query`.
fn csv(text: &str) -> Option<Vec<(Range<usize>, String)>> {
    let mut records = records(text).into_iter();
    let (_, head) = records.next()?;
    let column = head.iter().position(|name| name.trim().eq_ignore_ascii_case("query"))?;
    let found = records.filter_map(|(at, mut cells)| {
        (column < cells.len())
            .then(|| (at, cells.swap_remove(column)))
            .filter(|(_, sql)| !sql.trim().is_empty())
    });
    Some(found.collect())
}

/// RFC 4180: cells between commas, in quotes where they hold commas or line breaks.
fn records(text: &str) -> Vec<(Range<usize>, Vec<String>)> {
    let mut all = Vec::new();
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if quoted && chars.peek().is_some_and(|(_, next)| *next == '"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                all.push((start..at, std::mem::take(&mut cells)));
                start = at + 1;
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        all.push((start..text.len(), cells));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    fn found(files: &[(&str, &str)], path: &str) -> Vec<(String, u32, Option<String>)> {
        let folder = Folder::new(files);
        let mut map = SourceMap::default();
        let texts = queries(&folder.path(path), &mut map).expect("queries");
        texts
            .into_iter()
            .map(|t| {
                let file = map.file(t.file);
                (file.path.file_name().unwrap_or("").to_owned(), file.line_col(t.span.start).line, t.sql)
            })
            .collect()
    }

    #[test]
    fn folders_are_read_with_hidden_ones() {
        let sqlx = r#"{
  "db_name": "PostgreSQL",
  "query": "SELECT 1",
  "describe": {}
}"#;
        let files = [
            ("p/.sqlx/query-1.json", sqlx),
            ("p/package.json", "{\"name\": \"x\"}"),
            ("p/q/users.sql", "-- name: A :one\nSELECT 1;"),
            ("p/q/users.down.sql", "SELECT 2;"),
            ("p/.sqlx/query-2.json", r#"{"db_name": "MySQL", "query": "SELECT `1`"}"#),
        ];
        let found = found(&files, "p");
        let sql = Some("SELECT 1".to_owned());
        assert_eq!(found, [("query-1.json".to_owned(), 3, sql), ("users.sql".to_owned(), 1, None)]);
    }

    #[test]
    fn exports_have_a_query_column() {
        let csv = "calls,query\n1,\"SELECT a,\n\"\"b\"\" FROM t\"\r\n2,SELECT 2\n3,\n";
        let sql = |text: &str| Some(text.to_owned());
        let rows = found(&[("e.csv", csv)], "e.csv");
        assert_eq!(rows[0], ("e.csv".into(), 2, sql("SELECT a,\n\"b\" FROM t")));
        assert_eq!(rows[1], ("e.csv".into(), 4, sql("SELECT 2")));
        assert_eq!(rows.len(), 2);
        let lines = "{\"query\": \"SELECT 1\"}\n{\"calls\": 2, \"query\": \"SELECT 2\"}\n";
        let rows = found(&[("e.json", lines)], "e.json");
        assert_eq!(rows[1], ("e.json".into(), 2, sql("SELECT 2")));
        let array = "[\n {\"query\": \"SELECT 1\"},\n {\"query\": \"SELECT 2\"}]";
        assert_eq!(found(&[("e.json", array)], "e.json")[1].1, 3);
        let folder = Folder::new(&[("e.csv", "a,b\n1,2\n")]);
        assert!(queries(&folder.path("e.csv"), &mut SourceMap::default()).is_err());
    }
}
