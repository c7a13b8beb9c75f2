//! JSON: the report as it is.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::review::Review;
use crate::review::model::Report;

use super::visible::escaped_json;

/// The report as pretty-printed JSON with a final line break.
#[must_use]
pub fn render(review: &Review) -> String {
    let mut text = Vec::with_capacity(size(&review.report));
    // Serialising cannot fail: the report has string keys only and no maps with other ones.
    let _ = review.report.serialize(&mut Serializer::with_formatter(&mut text, Indented::default()));
    text.push(b'\n');
    escaped_json(String::from_utf8(text).unwrap_or_default())
}

/// The JSON Schema of the report.
#[must_use]
pub fn schema() -> String {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(Report)).unwrap_or_default();
    text.push('\n');
    text
}

/// About how long the text will be, so that it need not be moved while it grows.
fn size(report: &Report) -> usize {
    let statements: usize = report.migrations.iter().map(|m| m.statements.len()).sum();
    let scripts: usize = report.rollback.iter().map(|r| r.sql.len()).sum();
    let diff = report.schema_diff.as_ref().map_or(0, String::len);
    4096 + statements * 900 + report.findings.len() * 1200 + (scripts + diff) * 9 / 8
}

/// Two blanks for each level, as `serde_json` writes them by itself, which puts them one by one.
#[derive(Default)]
struct Indented {
    depth: usize,
    /// Whether the innermost list or object that ended last, or is open, has a value.
    filled: bool,
}

/// How deep blanks come in one piece; the report is not that deep.
const DEEPEST: usize = 16;

/// The end of an entry and the beginning of the next.
const BREAK: &[u8] = b",\n                                ";

impl Indented {
    fn open(&mut self, writer: &mut (impl Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(bracket)
    }

    fn close(&mut self, writer: &mut (impl Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.filled {
            self.line(writer, true)?;
        }
        writer.write_all(bracket)
    }

    /// A line break and the blanks after it; a comma before it where it is not the `first`.
    fn line(&self, writer: &mut (impl Write + ?Sized), first: bool) -> io::Result<()> {
        let at_once = self.depth.min(DEEPEST);
        writer.write_all(&BREAK[usize::from(first)..2 + 2 * at_once])?;
        (at_once..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.line(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.line(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn blanks_are_those_of_serde_json() {
        let mut deep = json!([[], {}, [1, "a", null], {"a": {"b": [true, {}]}, "c": []}]);
        for _ in 0..20 {
            deep = json!({"in": [deep, 1]});
        }
        for value in [deep, json!({}), Value::Null] {
            let mut text = Vec::new();
            value.serialize(&mut Serializer::with_formatter(&mut text, Indented::default())).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), serde_json::to_string_pretty(&value).unwrap());
        }
    }
}
