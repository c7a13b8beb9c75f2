//! Literals of types whose order is known without a server: numbers and times.

use std::cmp::Ordering;

use crate::ir::types::TypeName;

/// A literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Sign, digits before and after the point without needless zeros.
    Number(bool, String, String),
    /// A date, or a time stamp in UTC or without a zone, as sortable text.
    Time(String),
    /// Text, whose order depends on the collation.
    Text(String),
    /// A value of any other type: equal when it is written alike, otherwise unknown.
    Other(String),
}

impl Value {
    /// The order of two values, where it is known.
    pub(super) fn cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a_negative, a_whole, a_part), Self::Number(b_negative, b_whole, b_part)) => {
                let size = (a_whole.len(), a_whole, a_part).cmp(&(b_whole.len(), b_whole, b_part));
                Some(match (a_negative, b_negative) {
                    (false, false) => size,
                    (true, true) => size.reverse(),
                    (false, true) => Ordering::Greater,
                    (true, false) => Ordering::Less,
                })
            }
            (Self::Time(a), Self::Time(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) | (Self::Other(a), Self::Other(b)) => {
                (a == b).then_some(Ordering::Equal)
            }
            _ => None,
        }
    }

    /// Whether two values are certainly not the same. Text that differs may still be equal in a
    /// nondeterministic collation; those are rare, and partition keys cannot have them before 18.
    pub(super) fn differs(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a != b,
            _ => self.cmp(other).is_some_and(Ordering::is_ne),
        }
    }
}

/// A value written as SQL: a number, or a literal in quotes with or without a cast.
pub(super) fn of_sql(ty: &TypeName, sql: &str) -> Option<Value> {
    let sql = sql.trim();
    let Some(rest) = sql.strip_prefix('\'') else { return of_literal(ty, sql) };
    let mut text = String::new();
    let mut chars = rest.chars().peekable();
    loop {
        match chars.next()? {
            '\'' if chars.peek() == Some(&'\'') => {
                chars.next();
                text.push('\'');
            }
            '\'' => break,
            other => text.push(other),
        }
    }
    of_literal(ty, &text)
}

/// A value from a literal's text without quotes.
pub(super) fn of_literal(ty: &TypeName, text: &str) -> Option<Value> {
    if ty.array > 0 || ty.name.schema.is_some() {
        return Some(Value::Other(text.to_owned()));
    }
    match ty.name.name.as_str() {
        "int2" | "int4" | "int8" | "numeric" => number(text),
        "date" | "timestamp" | "timestamptz" => time(text),
        "text" | "varchar" | "bpchar" | "uuid" => Some(Value::Text(text.to_owned())),
        "bool" => match text.to_ascii_lowercase().as_str() {
            "t" | "true" => Some(Value::Text("true".to_owned())),
            "f" | "false" => Some(Value::Text("false".to_owned())),
            _ => None,
        },
        _ => Some(Value::Other(text.to_owned())),
    }
}

fn number(text: &str) -> Option<Value> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && part.is_empty() || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole = whole.trim_start_matches('0').to_owned();
    let part = part.trim_end_matches('0').to_owned();
    let negative = negative && !(whole.is_empty() && part.is_empty());
    Some(Value::Number(negative, whole, part))
}

/// ISO dates of four-digit years, with a time of day or without; a zone must be UTC.
fn time(text: &str) -> Option<Value> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(10)?;
    let shape = |text: &str, pattern: &str| {
        text.len() == pattern.len()
            && text
                .bytes()
                .zip(pattern.bytes())
                .all(|(b, p)| if p == b'0' { b.is_ascii_digit() } else { b == p })
    };
    if !shape(date, "0000-00-00") {
        return None;
    }
    let rest = rest.trim_start_matches(['T', ' ']);
    let rest =
        ["+00:00", "+00", "-00", "Z", " UTC"].iter().find_map(|z| rest.strip_suffix(z)).unwrap_or(rest);
    let (clock, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let clock = match clock {
        "" => "00:00:00".to_owned(),
        c if shape(c, "00:00") => format!("{c}:00"),
        c if shape(c, "00:00:00") => c.to_owned(),
        _ => return None,
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Value::Time(format!("{date} {clock}.{}", fraction.trim_end_matches('0'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(ty: &str, a: &str, b: &str) -> Option<Ordering> {
        let ty = TypeName::builtin(ty);
        of_sql(&ty, a)?.cmp(&of_sql(&ty, b)?)
    }

    #[test]
    fn numbers_compare_by_value() {
        assert_eq!(order("int4", "9", "10"), Some(Ordering::Less));
        assert_eq!(order("int8", "-9", "-10"), Some(Ordering::Greater));
        assert_eq!(order("numeric", "1.50", "1.5"), Some(Ordering::Equal));
        assert_eq!(order("numeric", "0.05", "0.5"), Some(Ordering::Less));
        assert_eq!(order("int4", "-0", "0"), Some(Ordering::Equal));
        assert_eq!(order("int4", "one", "1"), None);
    }

    #[test]
    fn times_compare_in_utc_only() {
        assert_eq!(order("date", "'2024-01-31'", "'2024-02-01'"), Some(Ordering::Less));
        assert_eq!(order("timestamptz", "'2024-02-01'", "'2024-02-01 00:00:00+00'"), Some(Ordering::Equal));
        assert_eq!(
            order("timestamp", "'2024-02-01T10:00'", "'2024-02-01 10:00:00.5'::timestamp"),
            Some(Ordering::Less)
        );
        assert_eq!(order("timestamptz", "'2024-02-01 00:00:00+02'", "'2024-02-01'"), None);
        assert_eq!(order("date", "'1 May 2024'", "'2024-02-01'"), None);
    }

    #[test]
    fn text_is_equal_or_not() {
        assert_eq!(order("text", "'a'", "'a'"), Some(Ordering::Equal));
        assert_eq!(order("text", "'a'", "'b'"), None);
        assert_eq!(of_sql(&TypeName::builtin("text"), "'it''s'"), Some(Value::Text("it's".to_owned())));
        assert_eq!(of_sql(&TypeName::builtin("text"), "'open"), None);
    }
}
