//! Whether values survive a change of type.

use crate::ir::types::TypeName;

/// Whether every value of one type is a value of another, so that the way there and back changes nothing.
/// A conversion that fails for some values but alters none counts as keeping them.
pub(super) fn keeps(from: &TypeName, to: &TypeName) -> bool {
    if from == to || is_unlimited_string(to) {
        return true;
    }
    if (from.array > 0) != (to.array > 0) {
        return false;
    }
    if from.name == to.name {
        return same_type(from, to);
    }
    // Whole numbers that do not fit are refused, and so are strings that are too long. A user-defined type (no
    // name here) reads back what strings say: an enum's labels, a domain's values.
    matches!(
        (built_in(from), built_in(to)),
        ("int2" | "int4" | "int8", "int2" | "int4" | "int8" | "numeric")
            | ("int2" | "int4" | "float4", "float8")
            | ("int2", "float4")
            | ("bool", "int2" | "int4" | "int8")
            | ("text" | "varchar", "varchar" | "")
            | ("jsonb", "json")
            | ("cidr", "inet")
            | ("bit", "varbit")
            | ("date", "timestamp" | "timestamptz")
    )
}

/// Whether a value of one type always fits another.
pub(super) fn fits(from: &TypeName, to: &TypeName) -> bool {
    if from == to || is_unlimited_string(to) {
        return true;
    }
    let limit = |ty: &TypeName| ty.modifiers.first().and_then(|m| m.parse::<u32>().ok());
    match (built_in(from), built_in(to)) {
        _ if (from.array > 0) != (to.array > 0) => false,
        ("int2", "int4" | "int8" | "numeric" | "float4" | "float8")
        | ("int4", "int8" | "numeric" | "float8")
        | ("int8", "numeric")
        | ("float4", "float8")
        | ("date", "timestamp" | "timestamptz")
        | ("jsonb", "json")
        | ("json", "jsonb")
        | ("timestamp", "timestamptz")
        | ("timestamptz", "timestamp")
        | ("cidr", "inet") => to.modifiers.is_empty(),
        ("varchar", "varchar") => match (limit(from), limit(to)) {
            (_, None) => true,
            (Some(old), Some(new)) => old <= new,
            (None, Some(_)) => false,
        },
        (a, b) => a == b && from.name == to.name && to.modifiers.is_empty(),
    }
}

fn same_type(from: &TypeName, to: &TypeName) -> bool {
    match built_in(from) {
        // Digits behind the point are rounded away, those before it refused.
        "numeric" => {
            let scale = |ty: &TypeName| match ty.modifiers.as_slice() {
                [] => None,
                [_] => Some(0),
                [_, scale, ..] => scale.parse::<i32>().ok(),
            };
            match (scale(from), scale(to)) {
                (_, None) => true,
                (Some(old), Some(new)) => old <= new,
                (None, Some(_)) => false,
            }
        }
        "time" | "timetz" | "timestamp" | "timestamptz" | "interval" => {
            let digits = |ty: &TypeName| ty.modifiers.last().and_then(|m| m.parse::<i32>().ok()).unwrap_or(6);
            let fields = |ty: &TypeName| ty.modifiers.iter().any(|m| m.parse::<i32>().is_err());
            digits(from) <= digits(to) && !fields(to)
        }
        _ => true,
    }
}

fn is_unlimited_string(ty: &TypeName) -> bool {
    ty.array == 0 && ty.modifiers.is_empty() && matches!(built_in(ty), "text" | "varchar")
}

/// The catalog's name of a built-in type; empty for others.
fn built_in(ty: &TypeName) -> &str {
    if ty.name.schema.is_none() { ty.name.name.as_str() } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty(text: &str) -> TypeName {
        let (name, modifiers) = text.split_once('(').unwrap_or((text, ""));
        let modifiers = modifiers.trim_end_matches(')');
        let modifiers = modifiers.split(',').filter(|m| !m.is_empty()).map(str::to_owned).collect();
        TypeName { modifiers, ..TypeName::builtin(name) }
    }

    #[test]
    fn what_is_rounded_is_lost_and_what_is_refused_is_not() {
        for (from, to, kept) in [
            ("int8", "int4", true),
            ("varchar(40)", "varchar(20)", true),
            ("numeric(10,4)", "numeric(10,2)", false),
            ("numeric(10,2)", "numeric(12,4)", true),
            ("numeric", "int4", false),
            ("timestamptz", "date", false),
            ("timestamptz(3)", "timestamptz", true),
            ("timestamptz", "timestamptz(3)", false),
            ("text", "int4", false),
            ("uuid", "text", true),
            ("json", "jsonb", false),
            ("float8", "float4", false),
        ] {
            assert_eq!(keeps(&ty(from), &ty(to)), kept, "{from} → {to}");
        }
    }

    #[test]
    fn what_may_not_fit_is_told() {
        for (from, to, fit) in [
            ("int8", "int4", false),
            ("int4", "int8", true),
            ("varchar(20)", "varchar(40)", true),
            ("varchar(40)", "varchar(20)", false),
            ("text", "varchar(20)", false),
            ("text", "int4", false),
            ("numeric(10,2)", "numeric", true),
        ] {
            assert_eq!(fits(&ty(from), &ty(to)), fit, "{from} → {to}");
        }
    }
}
