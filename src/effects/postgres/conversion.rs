//! Type changes as such: whether the values stay byte for byte, what may go wrong, what may be lost.
//!
//! The server rewrites a table when the expression that converts a column is more than the column itself with
//! other labels on it (`ATColumnChangeRequiresRewrite`). The labels are binary casts (`pg_cast`, the same on
//! 13–18), domains without constraints, and length coercions that the support function of the type proves
//! needless.

use crate::ir::expr::{Expr, ExprShape};
use crate::ir::types::TypeName;
use crate::schema::model::{Domain, UserTypeKind};
use crate::schema::{Schema, builtin};

/// Whether a type change writes the table anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rewrite {
    /// The values stay as they are.
    No,
    /// They are converted.
    Yes,
    /// They stay only when the session's time zone is UTC.
    UnlessUtc,
}

impl Rewrite {
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::UnlessUtc, _) | (_, Self::UnlessUtc) => Self::UnlessUtc,
            (Self::No, Self::No) => Self::No,
        }
    }
}

/// Whether changing a column's type converts its values.
pub(super) fn rewrite(
    schema: &Schema,
    column: &str,
    from: &TypeName,
    to: &TypeName,
    using: Option<&Expr>,
) -> Rewrite {
    match using.map(|expr| &expr.shape) {
        None => cast(schema, from, to),
        Some(ExprShape::Column(name)) if *name == *column => cast(schema, from, to),
        Some(ExprShape::ColumnCast(name, ty)) if *name == *column => {
            cast(schema, from, ty).or(cast(schema, ty, to))
        }
        Some(_) => Rewrite::Yes,
    }
}

fn cast(schema: &Schema, from: &TypeName, to: &TypeName) -> Rewrite {
    if from == to {
        return Rewrite::No;
    }
    let (source, target) = (Resolved::of(schema, from), Resolved::of(schema, to));
    if target.constrained {
        return Rewrite::Yes;
    }
    let yes_if = |needed: bool| if needed { Rewrite::Yes } else { Rewrite::No };
    // What comes out of a domain or of a cast no longer says how long it is.
    let same = source.base.name == target.base.name;
    let old = (same && !source.domain).then_some(&source.base.modifiers[..]);
    let new = &target.base.modifiers[..];
    if source.base.array > 0 || target.base.array > 0 {
        // Elements are converted one by one, also where nothing would change.
        let both = source.base.array > 0 && target.base.array > 0;
        return yes_if(!both || !same || !(new.is_empty() || old == Some(new)));
    }
    if source.base.name.schema.is_some() || target.base.name.schema.is_some() {
        let text = |t: &Resolved| t.name() == "citext";
        if !same && !text(&source) && !text(&target) {
            return Rewrite::Yes;
        }
    }
    if same {
        return yes_if(shortens(source.name(), old, new));
    }
    let length = yes_if(shortens(target.name(), None, new));
    match (source.name(), target.name()) {
        ("timestamp", "timestamptz") | ("timestamptz", "timestamp") => Rewrite::UnlessUtc.or(length),
        (from, to) if is_binary_cast(from, to) => length,
        _ => Rewrite::Yes,
    }
}

/// A type with its domains resolved.
pub(super) struct Resolved {
    /// What values are made of.
    pub(super) base: TypeName,
    /// Whether a domain stood in front.
    pub(super) domain: bool,
    /// Whether one of the domains refuses values.
    pub(super) constrained: bool,
    /// Whether the type is the server's own or in the schema.
    pub(super) known: bool,
}

impl Resolved {
    pub(super) fn of(schema: &Schema, ty: &TypeName) -> Self {
        let mut out = Self { base: ty.clone(), domain: false, constrained: false, known: true };
        // As deep as a chain of domains may be: a broken model could hold a circle.
        for _ in 0..32 {
            let Some(domain) = domain(schema, &out.base) else { break };
            out.domain = true;
            out.constrained |= domain.is_constrained();
            out.base = domain.base.clone();
        }
        out.known = is_server_type(out.name()) || schema.user_type(&out.base.name).is_some();
        out
    }

    /// The name of the base type, without its schema.
    pub(super) fn name(&self) -> &str {
        &self.base.name.name
    }

    /// The operator classes that serve the type: an index keeps its file when these stay the same.
    pub(super) fn operator_family(&self) -> String {
        let name = match self.name() {
            "varchar" => "text",
            "cidr" => "inet",
            name if is_object_reference(name) => "oid",
            name => name,
        };
        format!("{name}{}", if self.base.array > 0 { "[]" } else { "" })
    }
}

fn domain<'s>(schema: &'s Schema, ty: &TypeName) -> Option<&'s Domain> {
    match &schema.user_type(&ty.name)?.kind {
        UserTypeKind::Domain(domain) if ty.array == 0 => Some(domain),
        _ => None,
    }
}

fn is_object_reference(name: &str) -> bool {
    name == "oid"
        || matches!(
            name,
            "regclass"
                | "regcollation"
                | "regconfig"
                | "regdictionary"
                | "regnamespace"
                | "regoper"
                | "regoperator"
                | "regproc"
                | "regprocedure"
                | "regrole"
                | "regtype"
        )
}

/// `pg_cast.castmethod = 'b'`, and the casts of the extension `citext`.
fn is_binary_cast(from: &str, to: &str) -> bool {
    match (from, to) {
        ("varchar" | "text" | "xml" | "citext", "text" | "varchar" | "bpchar")
        | ("text" | "varchar", "citext")
        | ("cidr", "inet")
        | ("bit", "varbit")
        | ("varbit", "bit")
        | ("regproc", "regprocedure")
        | ("regprocedure", "regproc")
        | ("regoper", "regoperator")
        | ("regoperator", "regoper") => true,
        ("int4" | "oid", to) => to == "int4" || is_object_reference(to),
        (from, "int4" | "oid") => is_object_reference(from),
        _ => false,
    }
}

/// Whether a length or precision has to be enforced on values that had another one; `None` is one that is not
/// known.
fn shortens(name: &str, old: Option<&[String]>, new: &[String]) -> bool {
    if new.is_empty() || old == Some(new) {
        return false;
    }
    let number =
        |modifiers: &[String], at: usize| modifiers.get(at).and_then(|m| m.trim().parse::<i64>().ok());
    let old_number = |at: usize| old.and_then(|old| number(old, at));
    match name {
        "varchar" | "varbit" => old_number(0).is_none_or(|old| number(new, 0).is_none_or(|new| new < old)),
        "numeric" => {
            let scale = |modifiers: &[String]| number(modifiers, 1).unwrap_or(0);
            old_number(0).is_none_or(|precision| {
                number(new, 0).is_none_or(|new| new < precision) || old.map(scale) != Some(scale(new))
            })
        }
        "timestamp" | "timestamptz" | "time" | "timetz" => {
            let wanted = number(new, 0).unwrap_or(6);
            wanted < old_number(0).unwrap_or(6)
        }
        "interval" => interval_shortens(old.unwrap_or_default(), new),
        _ => true,
    }
}

/// `interval_support` in the server's source: the smallest field may not become coarser, nor the precision of
/// its seconds lower.
fn interval_shortens(old: &[String], new: &[String]) -> bool {
    let field = |modifiers: &[String]| {
        let fields = modifiers.first().map(|f| f.to_ascii_lowercase()).unwrap_or_default();
        ["second", "minute", "hour", "day", "month", "year"]
            .iter()
            .position(|unit| fields.ends_with(unit))
            .unwrap_or(0)
    };
    let precision =
        |modifiers: &[String]| modifiers.iter().find_map(|m| m.trim().parse::<u8>().ok()).unwrap_or(6);
    field(new) > field(old) || field(old) == 0 && precision(new) < precision(old)
}

/// Types whose casts are known: the server's, and `citext`.
fn is_server_type(name: &str) -> bool {
    builtin::is_type(name) || name == "citext"
}

/// Whether the type holds text.
pub(super) fn is_text(name: &str) -> bool {
    matches!(name, "text" | "varchar" | "bpchar" | "citext" | "name" | "char")
}

/// What a conversion may raise, by the values: SQLSTATE and message.
pub(super) fn errors(schema: &Schema, from: &TypeName, to: &TypeName) -> Vec<(&'static str, String)> {
    let (source, target) = (Resolved::of(schema, from), Resolved::of(schema, to));
    let mut found = Vec::new();
    let syntax = || format!("invalid input syntax for type {}", target.base);
    let range = || format!("{} out of range", target.base);
    let (f, t) = (source.name(), target.name());
    if source.base.array == 0 && target.base.array == 0 {
        if is_text(f) && !is_text(t) {
            found.push(match t {
                "date" | "time" | "timetz" | "timestamp" | "timestamptz" | "interval" => ("22007", syntax()),
                "xml" => ("2200N", "invalid XML content".to_owned()),
                _ => ("22P02", syntax()),
            });
        }
        if number_range(t).is_some_and(|new| number_range(f).is_some_and(|old| old > new) || is_text(f)) {
            found.push(("22003", range()));
        }
        let same = f == t && !source.domain;
        let old = same.then_some(&source.base.modifiers[..]);
        let new = &target.base.modifiers[..];
        match t {
            "varchar" | "bpchar" if is_text(f) && shortens("varchar", old, new) => {
                found.push(("22001", format!("value too long for type {}", target.base)));
            }
            "numeric" if shortens("numeric", old, new) && !holds_integers(f, new) => {
                found.push(("22003", "numeric field overflow".to_owned()));
            }
            "bit" if !new.is_empty() && old != Some(new) => {
                found.push(("22026", format!("bit string length does not match type {}", target.base)));
            }
            "varbit" if shortens("varbit", old, new) => {
                found.push(("22001", format!("bit string too long for type {}", target.base)));
            }
            _ => {}
        }
    }
    if target.constrained {
        found.push(("23514", format!("value for domain {to} violates check constraint")));
    }
    found
}

/// Whether a `numeric` of this precision and scale holds every number of an integer type.
fn holds_integers(integer: &str, modifiers: &[String]) -> bool {
    let digits = match integer {
        "int2" => 5,
        "int4" => 10,
        "int8" => 19,
        _ => return modifiers.is_empty(),
    };
    let number = |at: usize| modifiers.get(at).map_or(Some(0), |m| m.trim().parse::<i64>().ok());
    modifiers.is_empty()
        || number(0).zip(number(1)).is_some_and(|(precision, scale)| precision - scale >= digits)
}

/// How large the numbers are that a type holds, for comparison.
fn number_range(name: &str) -> Option<u8> {
    Some(match name {
        "int2" => 1,
        "int4" | "oid" => 2,
        "int8" | "money" => 3,
        "float4" => 4,
        "float8" => 5,
        "numeric" => 6,
        _ => return None,
    })
}

/// Whether the new type does not hold all values of the old one: they are cut or rounded, or the statement
/// fails.
pub(super) fn narrows(schema: &Schema, from: &TypeName, to: &TypeName) -> bool {
    let (source, target) = (Resolved::of(schema, from), Resolved::of(schema, to));
    if source.base.array > 0 || target.base.array > 0 {
        return false;
    }
    let same = source.name() == target.name();
    let old = same.then_some(&source.base.modifiers[..]);
    let new = &target.base.modifiers[..];
    let (f, t) = (source.name(), target.name());
    let is_stamp = |name: &str| matches!(name, "timestamp" | "timestamptz");
    if is_text(f) && is_text(t) {
        // A length is kept from one kind of text to another.
        return matches!(t, "varchar" | "bpchar") && shortens("varchar", Some(&source.base.modifiers), new);
    }
    if same && matches!(t, "numeric" | "varbit" | "time" | "timetz" | "interval") {
        return shortens(t, old, new);
    }
    if let (Some(old_range), Some(new_range)) = (number_range(f), number_range(t)) {
        let fraction = |name: &str| matches!(name, "numeric" | "float4" | "float8" | "money");
        return old_range > new_range
            || fraction(f) && !fraction(t)
            || t == "numeric" && !same && !holds_integers(f, new)
            || matches!((f, t), ("int4" | "int8" | "float8", "float4") | ("int8", "float8"));
    }
    is_stamp(f) && matches!(t, "date" | "time" | "timetz")
        || is_stamp(f) && is_stamp(t) && shortens(t, Some(&source.base.modifiers), new)
        || (f, t) == ("inet", "cidr")
}

/// Whether code that reads or writes the column sees another type: not between kinds of text, nor when only a
/// length changes.
pub(super) fn is_other_type(schema: &Schema, from: &TypeName, to: &TypeName) -> bool {
    let (source, target) = (Resolved::of(schema, from), Resolved::of(schema, to));
    let text = is_text(source.name()) && is_text(target.name());
    (source.base.array > 0) != (target.base.array > 0) || source.base.name != target.base.name && !text
}

/// Whether values that the old type accepts may be refused by the new one.
pub(super) fn refuses(schema: &Schema, from: &TypeName, to: &TypeName) -> bool {
    !errors(schema, from, to).is_empty()
}

/// Whether a time zone setting is UTC all year.
pub(super) fn is_utc(zone: &str) -> bool {
    let zone = zone.trim_matches('\'').to_ascii_lowercase();
    let zone = zone.strip_prefix("etc/").unwrap_or(&zone);
    matches!(
        zone,
        "utc"
            | "uct"
            | "gmt"
            | "gmt0"
            | "gmt+0"
            | "gmt-0"
            | "greenwich"
            | "universal"
            | "zulu"
            | "z"
            | "0"
            | "+00"
            | "+00:00"
            | "-00"
    )
}

#[cfg(test)]
#[path = "conversion_test.rs"]
mod tests;
