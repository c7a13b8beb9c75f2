//! Mermaid's `erDiagram`, which GitHub and GitLab draw in Markdown.
//!
//! Its grammar takes words of letters, digits and a few signs only for columns and types; what does not fit is written
//! with `_`, and the real name in the comment.

use std::fmt::Write as _;

use crate::review::picture::{Column, Picture};

use super::Columns;
use super::measure::title;

/// Writes a diagram.
#[must_use]
pub fn render(picture: &Picture, columns: Columns) -> String {
    let columns = columns.settle(picture);
    let mut out = String::from("erDiagram\n");
    for table in &picture.tables {
        let name = quoted(&title(table));
        let shown: Vec<&Column> = match columns {
            Columns::None => Vec::new(),
            Columns::Keys => {
                table.columns.iter().filter(|c| c.primary || c.foreign || c.change.is_some()).collect()
            }
            Columns::All | Columns::Auto => table.columns.iter().collect(),
        };
        if shown.is_empty() {
            let _ = writeln!(out, "    {name}");
            continue;
        }
        let _ = writeln!(out, "    {name} {{");
        for column in shown {
            let mut line = format!("        {} {}", word(&column.data_type), word(&column.name));
            let keys: Vec<&str> =
                [(column.primary, "PK"), (column.foreign, "FK"), (column.unique && !column.primary, "UK")]
                    .into_iter()
                    .filter_map(|(is, key)| is.then_some(key))
                    .collect();
            if !keys.is_empty() {
                let _ = write!(line, " {}", keys.join(", "));
            }
            let mut remarks = Vec::new();
            if word(&column.name) != column.name {
                remarks.push(column.name.clone());
            }
            if column.not_null && !column.primary {
                remarks.push("not null".to_owned());
            }
            if !remarks.is_empty() {
                let _ = write!(line, " {}", quoted(&remarks.join(", ")));
            }
            let _ = writeln!(out, "{line}");
        }
        out.push_str("    }\n");
    }
    for reference in &picture.references {
        let (from, to) = (&picture.tables[reference.from], &picture.tables[reference.to]);
        let one = if reference.optional { "|o" } else { "||" };
        let many = if reference.single { "o|" } else { "o{" };
        let names: Vec<&str> =
            reference.columns.iter().filter_map(|i| Some(from.columns.get(*i)?.name.as_str())).collect();
        let _ = writeln!(
            out,
            "    {} {one}--{many} {} : {}",
            quoted(&title(to)),
            quoted(&title(from)),
            quoted(&names.join(", "))
        );
    }
    out
}

/// A text in quotes, which nothing escapes.
fn quoted(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| match c {
            '"' => '\'',
            '%' | '\\' => '_',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    // An empty text is none.
    if text.trim().is_empty() { "\" \"".to_owned() } else { format!("\"{text}\"") }
}

/// A word of the grammar: a letter, then letters, digits, `_`, `-`, `[]` and `()`.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-[]()".contains(c);
    let mut out: String = text.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    if !out.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        out.insert(0, '_');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_grammar_takes() {
        assert_eq!(word("numeric(10,2)[]"), "numeric(10_2)[]");
        assert_eq!(word("1st"), "_1st");
        assert_eq!(word(""), "_");
        assert_eq!(quoted("a\"b\n%"), "\"a'b _\"");
        assert_eq!(quoted(""), "\" \"");
    }
}
