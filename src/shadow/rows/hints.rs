//! What a check suggests as values.
//!
//! In: the text of an expression. Out: candidates for columns of a type: the literals in it, numbers beside them,
//! strings that match its patterns, strings of the lengths that it names. Which of them satisfy it the server says.

use rand::SeedableRng;
use rand::distr::Distribution;
use rand::rngs::StdRng;

use crate::ir::types::TypeName;
use crate::name::Dialect;
use crate::parse::lexer::{Lexer, TokenKind};

/// Candidates of one kind.
const MOST: usize = 40;

/// How long a string may be that a check asks for.
const LONGEST: usize = 5_000;

/// What a text suggests.
#[derive(Debug, Default)]
pub(super) struct Hints {
    /// String literals that are compared, in any way.
    texts: Vec<String>,
    /// Regular expressions.
    patterns: Vec<String>,
    /// Texts that match `LIKE`.
    likes: Vec<String>,
    numbers: Vec<String>,
    /// Whether lengths are asked for.
    measures: bool,
}

impl Hints {
    /// Adds what an expression suggests.
    pub(super) fn read(&mut self, sql: &str) {
        let tokens: Vec<(TokenKind, &str)> = Lexer::new(sql, Dialect::PostgreSql)
            .filter(|t| !t.kind.is_trivia())
            .map(|t| (t.kind, t.span.slice(sql)))
            .collect();
        let mut last_operator = "";
        for (kind, text) in tokens {
            match kind {
                TokenKind::String | TokenKind::EscapeString => {
                    let value = unquoted(text);
                    match last_operator {
                        "~" | "~*" => push(&mut self.patterns, value),
                        "~~" | "~~*" | "like" => {
                            push(&mut self.likes, value.replace('%', "").replace('_', "a"));
                        }
                        "!~" | "!~*" | "!~~" => {}
                        _ => push(&mut self.texts, value),
                    }
                }
                TokenKind::Number => push(&mut self.numbers, text.to_owned()),
                TokenKind::Operator => last_operator = text,
                TokenKind::Ident => match text.to_ascii_lowercase().as_str() {
                    "like" | "ilike" => last_operator = "like",
                    "and" | "or" => last_operator = "",
                    word => self.measures |= word.contains("length"),
                },
                _ => {}
            }
        }
    }

    /// Candidates for a type, which is no domain.
    pub(super) fn values(&self, ty: &TypeName) -> Vec<String> {
        let mut found = Vec::new();
        if ty.array > 0 {
            self.arrays(ty, &mut found);
            return found;
        }
        match ty.name.name.as_str() {
            "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" | "money" | "oid" => {
                self.numbers(&mut found);
            }
            "text" | "varchar" | "bpchar" | "name" | "citext" | "char" => self.strings(&mut found),
            "bytea" => {
                for length in self.lengths() {
                    for first in 1..=3 {
                        push(&mut found, format!("\\x{}", format!("{first:02x}").repeat(length)));
                    }
                }
            }
            "date" | "timestamp" | "timestamptz" => {
                let is_moment = |text: &&String| {
                    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('-')
                        || text.ends_with("infinity")
                };
                for text in self.texts.iter().filter(is_moment) {
                    push(&mut found, text.clone());
                    let day = text.get(..10).and_then(|day| day.parse::<jiff::civil::Date>().ok());
                    let near = day.into_iter().flat_map(|day| [day.tomorrow(), day.yesterday()]);
                    near.flatten().for_each(|day| push(&mut found, day.to_string()));
                }
            }
            "bool" => found.extend(["t".to_owned(), "f".to_owned()]),
            "json" | "jsonb" => {
                let keys: Vec<String> = self.texts.iter().map(|key| format!("{}: 1", json(key))).collect();
                push(&mut found, format!("{{{}}}", keys.join(", ")));
                for text in ["{}", "[]", "\"a\"", "1", "true", "null", "[1]"] {
                    push(&mut found, text.to_owned());
                }
            }
            "interval" => {
                let is_interval = |text: &&String| text.contains(':') || text.contains(' ');
                self.texts.iter().filter(is_interval).for_each(|text| push(&mut found, text.clone()));
            }
            "uuid" | "inet" | "cidr" | "macaddr" => {
                let fits = |text: &&String| text.len() > 6 && text.contains(['-', '.', ':']);
                self.texts.iter().filter(fits).for_each(|text| push(&mut found, text.clone()));
            }
            _ => {}
        }
        found
    }

    /// Those of the texts that an enum has.
    pub(super) fn labels(&self, labels: &[String]) -> Vec<String> {
        self.texts.iter().filter(|text| labels.contains(text)).cloned().collect()
    }

    fn numbers(&self, found: &mut Vec<String>) {
        for text in self.numbers.iter().chain(&self.texts) {
            match text.parse::<i64>() {
                Ok(number) => {
                    for near in [number, number.saturating_add(1), number.saturating_sub(1)] {
                        push(found, near.to_string());
                    }
                    push(found, number.saturating_neg().to_string());
                }
                Err(_) if text.parse::<f64>().is_ok_and(f64::is_finite) => push(found, text.clone()),
                Err(_) => {}
            }
        }
    }

    fn lengths(&self) -> Vec<usize> {
        if !self.measures {
            return Vec::new();
        }
        let mut lengths = Vec::new();
        for length in self.numbers.iter().filter_map(|n| n.parse::<usize>().ok()).filter(|n| *n <= LONGEST) {
            for near in [length, length + 1, length.saturating_sub(1)] {
                if near > 0 && !lengths.contains(&near) {
                    lengths.push(near);
                }
            }
        }
        lengths
    }

    fn strings(&self, found: &mut Vec<String>) {
        for text in &self.texts {
            push(found, text.clone());
        }
        let mut stems: Vec<String> = self.likes.clone();
        for pattern in &self.patterns {
            stems.extend(matching(pattern));
        }
        stems.iter().for_each(|stem| push(found, stem.clone()));
        let lengths = self.lengths();
        for length in &lengths {
            for stem in stems.iter().chain(&self.texts).take(4) {
                push(found, filled(stem, *length, 'a'));
            }
            for n in 0..3 {
                push(found, filled(&format!("a{}", 4001 + n), *length, 'a'));
            }
        }
        for (n, stem) in self.likes.iter().chain(&self.texts).take(4).enumerate() {
            push(found, format!("{stem}{}", 4001 + n));
        }
        for text in ["a", "A", "a_b", "a-b", "a.b", "a@b.example", "https://a.example/b", "/a", "1"] {
            push(found, text.to_owned());
        }
    }

    fn arrays(&self, ty: &TypeName, found: &mut Vec<String>) {
        let element = TypeName { array: 0, ..ty.clone() };
        let elements = self.values(&element);
        for some in elements.chunks(1).take(5).chain(elements.chunks(2).take(2)) {
            let some: Vec<String> = some.iter().map(|v| super::values::quoted(v)).collect();
            push(found, format!("{{{}}}", some.join(",")));
        }
        push(found, "{}".to_owned());
    }
}

fn push(list: &mut Vec<String>, value: String) {
    if list.len() < MOST && !list.contains(&value) && !value.contains('\0') {
        list.push(value);
    }
}

/// Strings that match a regular expression, the same every time.
fn matching(pattern: &str) -> Vec<String> {
    // What the pattern leaves open at its ends may be empty.
    let inner = pattern.trim_start_matches('^');
    let inner = inner.strip_suffix('$').filter(|rest| !rest.ends_with('\\')).unwrap_or(inner);
    let mut found = Vec::new();
    for longest in [1, 4, 16] {
        let Ok(regex) = rand_regex::Regex::compile(&format!("(?-u:{inner})"), longest)
            .or_else(|_| rand_regex::Regex::compile(inner, longest))
        else {
            continue;
        };
        for seed in 0..3 {
            let mut random = StdRng::seed_from_u64(seed);
            let text: Result<String, _> = regex.sample(&mut random);
            let plain = |text: &String| !text.chars().any(char::is_control);
            found.extend(text.ok().filter(plain));
        }
    }
    found
}

/// A text brought to a length.
fn filled(text: &str, length: usize, with: char) -> String {
    text.chars().chain(std::iter::repeat(with)).take(length).collect()
}

fn json(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The value of a string literal.
pub(super) fn unquoted(literal: &str) -> String {
    let escapes = literal.starts_with(['e', 'E']);
    let Some(start) = literal.find('\'') else { return literal.to_owned() };
    let inner = literal[start + 1..].strip_suffix('\'').unwrap_or(&literal[start + 1..]).replace("''", "'");
    if escapes { inner.replace("\\\\", "\\").replace("\\n", "\n").replace("\\t", "\t") } else { inner }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(sql: &str, ty: &str) -> Vec<String> {
        let mut hints = Hints::default();
        hints.read(sql);
        hints.values(&TypeName::builtin(ty))
    }

    #[test]
    fn checks_suggest_values() {
        assert_eq!(
            &values("((state)::text = ANY (ARRAY['new'::text, 'it''s'::text]))", "text")[..2],
            ["new", "it's"]
        );
        assert!(values("percent >= 0 AND percent <= 100", "int4").contains(&"1".to_owned()));
        assert!(values("length(TRIM(BOTH FROM name)) > 10", "text").iter().any(|v| v.len() == 11));
        let codes = values("code ~ '^[A-Z]{3}-\\d{2}$'::text", "text");
        assert!(codes[0].len() == 6 && codes[0].as_bytes()[3] == b'-', "{codes:?}");
        assert!(
            values("id ~~ 'usr_%' AND length(id) = 10", "text")
                .iter()
                .any(|v| v.starts_with("usra") && v.len() == 10)
        );
        assert!(values("data ? 'name'", "jsonb")[0].contains("\"name\": 1"));
    }
}
