//! Constants: the same value in another spelling.
//!
//! The server reads a constant when a statement is made and prints it in its own way: `'24 hours'::interval` as
//! `'24:00:00'`, `'t'::boolean` as `true`, `'{"a":1}'::jsonb` with a space.

use std::fmt::Write as _;

use super::tree::Value;
use super::types::{element, is_number, is_text, same_name};
use crate::ir::types::TypeName;

/// Whether two constants are the same value, the one with the type that is given, the other perhaps without.
pub(super) fn same(a: &Value, b: &Value, ty: &TypeName) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Null, _) | (_, Value::Null) => false,
        _ => {
            let (a, b) = (text(a), text(b));
            a == b || matches!((normal(&a, ty), normal(&b, ty)), (Some(a), Some(b)) if a == b)
        }
    }
}

/// Whether two constants without a type are the same: a text can stand for what it reads as.
pub(super) fn same_bare(a: &Value, b: &Value) -> bool {
    let reads = |text: &str, other: &Value| match other {
        Value::Bool(value) => boolean(text) == Some(*value),
        Value::Number(digits) => number(text).is_some() && number(text) == number(digits),
        Value::Bits(bits) => bits.get(1..) == Some(text),
        Value::Null | Value::Text(_) => false,
    };
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => number(a) == number(b),
        (Value::Text(_), Value::Text(_)) => a == b,
        (Value::Text(text), other) | (other, Value::Text(text)) => reads(text, other),
        _ => a == b,
    }
}

/// A boolean as the server reads it: any unambiguous beginning of the words.
pub(super) fn boolean(text: &str) -> Option<bool> {
    let text = text.trim().to_ascii_lowercase();
    match text.as_str() {
        "1" | "on" => return Some(true),
        "0" | "of" | "off" => return Some(false),
        "" => return None,
        _ => {}
    }
    if "true".starts_with(&text) || "yes".starts_with(&text) {
        Some(true)
    } else if "false".starts_with(&text) || "no".starts_with(&text) {
        Some(false)
    } else {
        None
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(text) | Value::Text(text) => text.clone(),
        Value::Bits(text) => text.get(1..).unwrap_or("").to_owned(),
    }
}

/// A number as sign, digits and places after the point: an exponent and leading zeros are written out, zeros at
/// the end stay, since they are the scale of a `numeric`.
pub(super) fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = whole.chars().chain(fraction.chars()).filter(|c| *c != '_').collect();
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) || !(-200..=200).contains(&exponent) {
        return None;
    }
    let places = i32::try_from(fraction.chars().filter(|c| *c != '_').count()).ok()? - exponent;
    let mut digits = digits;
    if places < 0 {
        digits.extend(std::iter::repeat_n('0', places.unsigned_abs() as usize));
    }
    let places = usize::try_from(places.max(0)).ok()?;
    while digits.len() <= places {
        digits.insert(0, '0');
    }
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let whole = whole.trim_start_matches('0');
    let zero = whole.is_empty() && fraction.chars().all(|c| c == '0');
    let sign = if negative && !zero { "-" } else { "" };
    Some(format!("{sign}{}.{fraction}", if whole.is_empty() { "0" } else { whole }))
}

/// The value in one spelling; `None` for what has only one, or cannot be read.
fn normal(text: &str, ty: &TypeName) -> Option<String> {
    if let Some(element) = element(ty) {
        let items = array(text)?;
        let item = |item: &Option<String>| match item {
            None => "NULL".to_owned(),
            Some(item) => format!("{:?}", normal(item, &element).unwrap_or_else(|| item.clone())),
        };
        return Some(items.iter().map(item).collect::<Vec<_>>().join(","));
    }
    if ty.name.schema.as_ref().is_some_and(|s| *s != "pg_catalog") || is_text(ty) {
        return None;
    }
    let trim = |n: String| n.trim_end_matches('0').to_owned();
    match ty.name.name.as_str() {
        "bool" => boolean(text).map(|b| b.to_string()),
        "float4" | "float8" => number(text).map(trim),
        _ if is_number(ty) || ty.name.name == "oid" => number(text),
        "interval" => super::time::interval(text),
        "timestamptz" => super::time::timestamp(text, true),
        "timestamp" => super::time::timestamp(text, false),
        "date" => super::time::timestamp(text, false).map(|t| t.trim_end_matches(" 0").to_owned()),
        "time" => super::time::time_of_day(text).map(|t| t.to_string()),
        "jsonb" => serde_json::from_str::<serde_json::Value>(text).ok().map(|v| v.to_string()),
        "uuid" => Some(
            text.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect::<String>(),
        )
        .filter(|hex| hex.len() == 32),
        "inet" => Some(text.trim_end_matches("/32").to_ascii_lowercase()),
        "bytea" => bytes(text),
        "bit" | "varbit" => Some(text.to_owned()),
        _ => None,
    }
}

/// The bytes of a `bytea`, in hexadecimal digits.
fn bytes(text: &str) -> Option<String> {
    if let Some(hex) = text.strip_prefix("\\x") {
        return Some(hex.to_ascii_lowercase());
    }
    let plain = !text.contains('\\');
    plain.then(|| {
        text.bytes().fold(String::new(), |mut hex, byte| {
            // Infallible: writing to a string.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    })
}

/// The items of a one-dimensional array constant; `None` for `NULL` items.
fn array(text: &str) -> Option<Vec<Option<String>>> {
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut items = Vec::new();
    if inside.trim().is_empty() {
        return Some(items);
    }
    let (mut item, mut quoted, mut was_quoted) = (String::new(), false, false);
    let mut chars = inside.chars();
    let finish = |item: &mut String, was_quoted: bool| {
        let text = std::mem::take(item);
        let text = if was_quoted { text } else { text.trim().to_owned() };
        (was_quoted || !text.eq_ignore_ascii_case("null")).then_some(text)
    };
    while let Some(c) = chars.next() {
        match c {
            '\\' => item.push(chars.next()?),
            '"' => {
                quoted = !quoted;
                was_quoted = true;
            }
            ',' if !quoted => {
                items.push(finish(&mut item, was_quoted));
                was_quoted = false;
            }
            '{' | '}' if !quoted => return None,
            c if was_quoted && !quoted && c.is_whitespace() => {}
            c => item.push(c),
        }
    }
    items.push(finish(&mut item, was_quoted));
    Some(items)
}

/// Whether two names in constants (`'public.s'::regclass`) can mean the same.
pub(super) fn same_object(a: &str, b: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let (mut parts, mut part, mut quoted) = (Vec::new(), String::new(), false);
        for c in text.trim().chars() {
            match c {
                '"' => quoted = !quoted,
                '.' if !quoted => parts.push(std::mem::take(&mut part)),
                c if quoted => part.push(c),
                c => part.extend(c.to_lowercase()),
            }
        }
        parts.push(part);
        parts
    };
    let (a, b) = (parts(a), parts(b));
    a == b || (a.len() != b.len() && a.last() == b.last())
}

/// Whether constants of a type are names of objects.
pub(super) fn is_object(ty: &TypeName) -> bool {
    ["regclass", "regproc", "regprocedure", "regtype", "regconfig", "regrole", "regnamespace"]
        .iter()
        .any(|name| same_name(ty, &TypeName::builtin(name)))
}
