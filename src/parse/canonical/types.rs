//! Types of expressions, as far as they follow from columns, constants and well-known functions; and which
//! casts the server puts in by itself (`pg_cast` with `castcontext = 'i'`, PostgreSQL 13–18).

use super::catalog::Catalog;
use super::tree::{Kind, Node, Value};
use crate::ir::types::TypeName;

/// The numeric types, each followed by those it is promoted to.
const NUMBERS: [&str; 6] = ["int2", "int4", "int8", "numeric", "float4", "float8"];
/// The same for points in time.
const TIMES: [&str; 3] = ["date", "timestamp", "timestamptz"];
/// Types of text: the server makes `text` of them wherever an operator or a function wants that.
const TEXTS: [&str; 5] = ["text", "varchar", "bpchar", "name", "char"];

fn rank(list: &[&str], ty: &TypeName) -> Option<usize> {
    if ty.array > 0 || ty.name.schema.as_ref().is_some_and(|s| *s != "pg_catalog") {
        return None;
    }
    list.iter().position(|name| ty.name.name == **name)
}

pub(super) fn is_number(ty: &TypeName) -> bool {
    rank(&NUMBERS, ty).is_some()
}

pub(super) fn is_time(ty: &TypeName) -> bool {
    rank(&TIMES, ty).is_some()
}

pub(super) fn is_text(ty: &TypeName) -> bool {
    rank(&TEXTS, ty).is_some()
}

/// The element type of an array.
pub(super) fn element(ty: &TypeName) -> Option<TypeName> {
    (ty.array > 0).then(|| TypeName { array: 0, ..ty.clone() })
}

/// Whether two names can be of the same type; modifiers aside.
pub(super) fn same_name(a: &TypeName, b: &TypeName) -> bool {
    let schemas = match (&a.name.schema, &b.name.schema) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    // The server keeps no number of dimensions.
    a.name.name == b.name.name && (a.array > 0) == (b.array > 0) && schemas
}

/// Whether two names can be of the same type.
pub(super) fn same(a: &TypeName, b: &TypeName) -> bool {
    same_name(a, b) && a.modifiers == b.modifiers
}

/// The type that both sides of an operator are brought to.
pub(super) fn common(a: &TypeName, b: &TypeName) -> Option<TypeName> {
    if same_name(a, b) {
        return Some(TypeName { modifiers: Vec::new(), ..a.clone() });
    }
    if let (Some(x), Some(y)) = (rank(&NUMBERS, a), rank(&NUMBERS, b)) {
        // With a floating point number on one side, all else becomes `float8`, the preferred type.
        let name = if x.max(y) >= 4 { "float8" } else { NUMBERS[x.max(y)] };
        return Some(TypeName::builtin(name));
    }
    if let (Some(x), Some(y)) = (rank(&TIMES, a), rank(&TIMES, b)) {
        return Some(TypeName::builtin(TIMES[x.max(y)]));
    }
    (is_text(a) && is_text(b)).then(|| TypeName::builtin("text"))
}

/// The type that an operator's side becomes because of the other side.
pub(super) fn promoted(operator: &str, side: &TypeName, other: &TypeName) -> Option<TypeName> {
    match operator {
        // There are powers of `numeric` and `float8` only.
        "^" if is_number(side) && is_number(other) => {
            let exact = side.is("numeric") || other.is("numeric");
            let inexact = [side, other].iter().any(|ty| ty.is("float4") || ty.is("float8"));
            Some(TypeName::builtin(if exact && !inexact { "numeric" } else { "float8" }))
        }
        // Intervals are multiplied and divided by `float8`.
        "*" | "/" if other.is("interval") && is_number(side) => Some(TypeName::builtin("float8")),
        _ => common(side, other),
    }
}

/// Whether the server converts without being told to.
pub(super) fn implicit(from: &TypeName, to: &TypeName) -> bool {
    if same_name(from, to) {
        return to.modifiers.is_empty();
    }
    if !to.modifiers.is_empty() {
        return false;
    }
    if let (Some(from), Some(to)) = (element(from), element(to)) {
        return implicit(&from, &to);
    }
    let ranks = |list: &[&str]| matches!((rank(list, from), rank(list, to)), (Some(a), Some(b)) if a < b);
    ranks(&NUMBERS)
        || ranks(&TIMES)
        || (is_text(from) && (to.is("text") || to.is("varchar") || to.is("bpchar")))
        || (from.is("time") && (to.is("timetz") || to.is("interval")))
        || (from.is("cidr") && to.is("inet"))
        || ((is_number(from) || from.name.name.starts_with("reg")) && to.is("oid"))
        || (rank(&TEXTS, from).is_some() && to.is("regclass"))
}

/// The type of a constant without a cast.
fn natural(value: &Value) -> Option<TypeName> {
    let name = match value {
        Value::Null | Value::Text(_) => return None,
        Value::Bool(_) => "bool",
        Value::Bits(_) => "bit",
        Value::Number(digits) => match digits.parse::<i64>() {
            Ok(n) if i32::try_from(n).is_ok() => "int4",
            Ok(_) => "int8",
            Err(_) => "numeric",
        },
    };
    Some(TypeName::builtin(name))
}

/// The type of an expression, where it is known; domains are looked through.
pub(super) fn of(node: &Node, catalog: &dyn Catalog) -> Option<TypeName> {
    let ty = match node {
        Node::Column(_, _, ty) => ty.clone()?,
        Node::Literal(value, ty) => ty.clone().or_else(|| natural(value))?,
        Node::Cast(_, ty) => ty.clone(),
        Node::Apply(kind, name, parts) => match kind {
            Kind::Operator => operator(&name.name, parts, catalog)?,
            Kind::Function => match (builtin(&name.name, parts, catalog), &name.schema) {
                (Some(ty), None) => ty,
                (Some(ty), Some(schema)) if *schema == "pg_catalog" => ty,
                _ => catalog.result(name)?,
            },
            Kind::Any | Kind::All | Kind::AnyQuery | Kind::AllQuery => TypeName::builtin("bool"),
        },
        Node::Form(word, parts) => form(word, parts, catalog)?,
        Node::Word(word) => match word.as_str() {
            "current_user" | "session_user" | "current_schema" | "current_catalog" => {
                TypeName::builtin("name")
            }
            "current_date" => TypeName::builtin("date"),
            "localtimestamp" => TypeName::builtin("timestamp"),
            _ => return None,
        },
        Node::Name(_) => return None,
    };
    Some(base(&ty, catalog))
}

/// The type behind a domain.
pub(super) fn base(ty: &TypeName, catalog: &dyn Catalog) -> TypeName {
    let mut ty = ty.clone();
    // A domain over a domain over …; a model with a loop must not hang us.
    for _ in 0..8 {
        match catalog.base(&ty) {
            Some(base) => ty = base,
            None => break,
        }
    }
    ty
}

fn of_all<'n>(nodes: impl Iterator<Item = &'n Node>, catalog: &dyn Catalog) -> Option<TypeName> {
    let mut found: Option<TypeName> = None;
    for ty in nodes.filter_map(|node| of(node, catalog)) {
        found = match found {
            None => Some(ty),
            Some(before) => Some(common(&before, &ty)?),
        };
    }
    found
}

fn form(word: &str, parts: &[Node], catalog: &dyn Catalog) -> Option<TypeName> {
    Some(match word {
        "and" | "or" | "not" | "is null" | "is not null" | "distinct" | "exists" | "is" => {
            TypeName::builtin("bool")
        }
        // Test, condition, value, condition, value, …, otherwise.
        "case" => {
            let values = parts.iter().skip(2).step_by(2).chain(parts.last());
            of_all(values, catalog)?
        }
        "coalesce" | "greatest" | "least" => of_all(parts.iter(), catalog)?,
        "nullif" => of(parts.first()?, catalog)?,
        "array" => TypeName { array: 1, ..of_all(parts.iter(), catalog)? },
        "aggregate" | "collate" => of(parts.first()?, catalog)?,
        "scalar" => match parts.first()? {
            Node::Form(select, slots) if *select == "select" => match slots.get(1)? {
                Node::Form(_, targets) => of(targets.first()?, catalog)?,
                _ => return None,
            },
            _ => return None,
        },
        "target" => of(parts.get(1)?, catalog)?,
        "subscript" => element(&of(parts.first()?, catalog)?)?,
        _ => return None,
    })
}

fn operator(name: &str, parts: &[Node], catalog: &dyn Catalog) -> Option<TypeName> {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return None };
    let sides = || (of(first, catalog), of(last, catalog));
    Some(match name {
        "=" | "<>" | "<" | "<=" | ">" | ">=" | "~~" | "!~~" | "~~*" | "!~~*" | "~" | "!~" | "~*" | "!~*"
        | "@>" | "<@" | "&&" | "@@" | "?" | "?|" | "?&" => TypeName::builtin("bool"),
        "->>" | "#>>" => TypeName::builtin("text"),
        "->" | "#>" => of(first, catalog)?,
        "||" => match sides() {
            (Some(a), _) if a.array > 0 || a.is("jsonb") || a.is("tsvector") || a.is("bytea") => a,
            (_, Some(b)) if b.array > 0 || b.is("jsonb") || b.is("tsvector") || b.is("bytea") => b,
            (Some(_), _) | (_, Some(_)) => TypeName::builtin("text"),
            (None, None) => return None,
        },
        "^" => match sides() {
            (Some(a), Some(b)) => promoted("^", &a, &b)?,
            _ => return None,
        },
        "+" | "-" | "*" | "/" | "%" => match sides() {
            (Some(a), Some(b)) if is_number(&a) && is_number(&b) => common(&a, &b)?,
            (Some(a), Some(b)) if is_time(&a) && is_time(&b) && name == "-" => {
                TypeName::builtin(if a.is("date") && b.is("date") { "int4" } else { "interval" })
            }
            (Some(a), Some(b)) if a.is("date") && b.is("interval") => TypeName::builtin("timestamp"),
            (Some(a), Some(b)) if a.is("date") && is_number(&b) => a,
            (Some(a), Some(b)) if is_time(&a) && b.is("interval") => a,
            (Some(a), Some(b)) if a.is("interval") && is_time(&b) => b,
            (Some(a), Some(b)) if a.is("interval") && (b.is("interval") || is_number(&b)) => a,
            (Some(a), Some(b)) if is_number(&a) && b.is("interval") => b,
            // A constant without a type takes that of the other side; a time has intervals added.
            (Some(a), None) if is_number(&a) || a.is("interval") => a,
            (None, Some(b)) if is_number(&b) => b,
            (Some(a), None) if (a.is("timestamp") || a.is("timestamptz")) && name == "+" => a,
            _ => return None,
        },
        _ => return None,
    })
}

/// What well-known functions return (`pg_proc`).
fn builtin(name: &str, parts: &[Node], catalog: &dyn Catalog) -> Option<TypeName> {
    let argument = |n: usize| parts.get(n).and_then(|p| of(p, catalog));
    let name = match name {
        "lower" | "upper" if argument(0).is_some_and(|t| !is_text(&t)) => return None,
        "lower"
        | "upper"
        | "btrim"
        | "ltrim"
        | "rtrim"
        | "concat"
        | "concat_ws"
        | "format"
        | "left"
        | "right"
        | "lpad"
        | "rpad"
        | "replace"
        | "substr"
        | "regexp_replace"
        | "split_part"
        | "string_agg"
        | "to_char"
        | "md5"
        | "encode"
        | "repeat"
        | "reverse"
        | "initcap"
        | "translate"
        | "quote_ident"
        | "quote_literal"
        | "current_setting"
        | "jsonb_extract_path_text"
        | "json_extract_path_text"
        | "array_to_string"
        | "chr"
        | "version"
        | "host"
        | "jsonb_typeof"
        | "json_typeof" => "text",
        "substring" | "overlay" if argument(0).is_some_and(|t| is_text(&t)) => "text",
        "length" | "char_length" | "character_length" | "octet_length" | "bit_length" | "position"
        | "strpos" | "array_length" | "cardinality" | "jsonb_array_length" | "json_array_length"
        | "array_upper" | "array_lower" | "ascii" | "masklen" | "num_nonnulls" | "num_nulls" => "int4",
        "count"
        | "row_number"
        | "rank"
        | "dense_rank"
        | "nextval"
        | "currval"
        | "pg_relation_size"
        | "pg_total_relation_size"
        | "pg_database_size" => "int8",
        "now"
        | "clock_timestamp"
        | "statement_timestamp"
        | "transaction_timestamp"
        | "to_timestamp"
        | "make_timestamptz" => "timestamptz",
        "date" | "to_date" | "make_date" => "date",
        "date_part" => "float8",
        "random" | "sqrt" | "ln" | "exp" | "power" | "similarity" => match argument(0) {
            Some(t) if t.is("numeric") => "numeric",
            _ => "float8",
        },
        "extract" | "to_number" => "numeric",
        "gen_random_uuid" | "uuid_generate_v4" | "uuid_generate_v1" => "uuid",
        "jsonb_build_object" | "jsonb_build_array" | "to_jsonb" | "jsonb_agg" | "jsonb_object_agg"
        | "jsonb_set" | "jsonb_strip_nulls" | "jsonb_extract_path" => "jsonb",
        "json_build_object" | "json_build_array" | "to_json" | "json_agg" | "json_object_agg"
        | "row_to_json" => "json",
        "to_tsvector" | "setweight" => "tsvector",
        "to_tsquery" | "plainto_tsquery" | "websearch_to_tsquery" | "phraseto_tsquery" => "tsquery",
        "bool_and"
        | "bool_or"
        | "every"
        | "starts_with"
        | "has_table_privilege"
        | "pg_has_role"
        | "pg_is_in_recovery" => "bool",
        "age" | "make_interval" | "justify_days" | "justify_hours" => "interval",
        "digest" | "decode" | "hmac" | "gen_random_bytes" | "sha256" | "convert_to" => "bytea",
        "string_to_array" | "regexp_split_to_array" | "regexp_match" => {
            return Some(TypeName { array: 1, ..TypeName::builtin("text") });
        }
        "array_agg" => return argument(0).map(|t| TypeName { array: 1, ..t }),
        "array_append" | "array_remove" | "array_cat" | "max" | "min" | "abs" | "lag" | "lead"
        | "first_value" | "last_value" | "any_value" | "array_replace" => return argument(0),
        "array_prepend" => return argument(1),
        "unnest" => return argument(0).and_then(|t| element(&t)),
        "sum" => match argument(0)? {
            t if t.is("int2") || t.is("int4") => "int8",
            t if t.is("int8") => "numeric",
            t => return Some(t),
        },
        "avg" => match argument(0)? {
            t if t.is("float4") || t.is("float8") => "float8",
            t if t.is("interval") => "interval",
            t if is_number(&t) => "numeric",
            _ => return None,
        },
        "round" | "trunc" | "ceil" | "ceiling" | "floor" => match argument(0)? {
            t if t.is("numeric") => "numeric",
            t if is_number(&t) => "float8",
            _ => return None,
        },
        "date_trunc" => match argument(1)? {
            t if t.is("date") => "timestamptz",
            t => return Some(t),
        },
        "timezone" => match argument(1)? {
            t if t.is("timestamptz") => "timestamp",
            t if t.is("timestamp") => "timestamptz",
            _ => return None,
        },
        _ => return None,
    };
    Some(TypeName::builtin(name))
}
