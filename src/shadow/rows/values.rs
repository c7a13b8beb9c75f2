//! Values of types, as texts that the server reads.
//!
//! In: a type and a number. Out: for each number a value, the same every time, and another for another number as far
//! as the type has so many.

use std::collections::HashMap;

use crate::ir::types::TypeName;
use crate::name::QName;
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, UserTypeKind};

/// The first number of generated keys: rows that migrations add have small ones.
const FIRST: usize = 4001;

/// Types may hold themselves, through arrays.
const DEEPEST: usize = 8;

/// What is known of the types of a schema.
#[derive(Clone, Copy)]
pub(super) struct Values<'s> {
    pub(super) schema: &'s Schema,
    /// Values that satisfy the checks of domains.
    pub(super) domains: &'s HashMap<QName, Vec<String>>,
}

impl Values<'_> {
    /// The value with this number; none where the type is not known.
    pub(super) fn nth(self, ty: &TypeName, n: usize) -> Option<String> {
        self.deep(ty, n, DEEPEST)
    }

    fn deep(self, ty: &TypeName, n: usize, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        if ty.array > 0 {
            let element = self.deep(&TypeName { array: 0, ..ty.clone() }, n, depth)?;
            return Some(format!("{{{}}}", quoted(&element)));
        }
        if ty.name.schema.is_none() {
            return builtin(ty, n);
        }
        let Some(Object::Type(user)) = self.schema.get(&ObjectKey::Type(ty.name.clone())) else {
            return extension(ty, n);
        };
        match &user.kind {
            UserTypeKind::Enum(labels) => labels.get(n.checked_rem(labels.len())?).cloned(),
            UserTypeKind::Domain(domain) => match self.domains.get(&ty.name) {
                Some(solved) => solved.get(n.checked_rem(solved.len())?).cloned(),
                None => self.deep(&domain.base, n, depth),
            },
            UserTypeKind::Composite(attributes) => {
                let parts = attributes.iter().map(|(_, ty, _)| self.deep(ty, n, depth).map(|v| quoted(&v)));
                Some(format!("({})", parts.collect::<Option<Vec<_>>>()?.join(",")))
            }
            UserTypeKind::Range(options) => {
                let subtype = options.iter().find(|(name, _)| name.as_str() == "subtype")?;
                range_of(subtype.1.trim_start_matches("pg_catalog.").trim_matches('"'), n)
            }
            UserTypeKind::Base(_) | UserTypeKind::Shell => extension(ty, n),
        }
    }

    /// The type below a domain, and below what that is a domain over.
    pub(super) fn base(self, ty: &TypeName) -> TypeName {
        let mut ty = ty.clone();
        for _ in 0..DEEPEST {
            let Some(Object::Type(user)) = self.schema.get(&ObjectKey::Type(ty.name.clone())) else { break };
            let UserTypeKind::Domain(domain) = &user.kind else { break };
            let array = ty.array;
            ty = domain.base.clone();
            ty.array += array;
        }
        ty
    }

    /// The labels of an enum.
    pub(super) fn labels(self, ty: &TypeName) -> Option<Vec<String>> {
        let Some(Object::Type(user)) = self.schema.get(&ObjectKey::Type(ty.name.clone())) else {
            return None;
        };
        match &user.kind {
            UserTypeKind::Enum(labels) if ty.array == 0 => Some(labels.clone()),
            _ => None,
        }
    }
}

/// An element of an array or a composite value.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn modifier(ty: &TypeName, at: usize) -> Option<usize> {
    ty.modifiers.get(at)?.trim().parse().ok()
}

fn builtin(ty: &TypeName, n: usize) -> Option<String> {
    let name = ty.name.name.as_str();
    let number = FIRST + n;
    let small = n % 200 + 1;
    Some(match name {
        "int2" | "int4" | "int8" | "oid" | "xid" | "cid" | "xid8" => number.to_string(),
        "float4" | "float8" => format!("{number}.5"),
        "money" => format!("{number}.25"),
        "numeric" => numeric(ty, n),
        "bool" => if n.is_multiple_of(2) { "t" } else { "f" }.to_owned(),
        "text" | "varchar" | "bpchar" | "name" | "refcursor" => string(modifier(ty, 0), n),
        "char" => char::from(b'a' + u8::try_from(n % 26).unwrap_or_default()).to_string(),
        "bytea" => format!("\\x{number:08x}"),
        "date" | "timestamp" | "timestamptz" => moment(name, n),
        "time" => format!("03:{:02}:05", n % 60),
        "timetz" => format!("03:{:02}:05+01", n % 60),
        "interval" => format!("{} days", n + 1),
        "uuid" => format!("00000000-0000-4000-8000-{number:012}"),
        "json" | "jsonb" => format!("{{\"a\": {number}}}"),
        "jsonpath" => format!("$.\"a{number}\""),
        "xml" => format!("<a>{number}</a>"),
        "inet" => format!("10.0.{}.{small}", n / 200 % 250),
        "cidr" => format!("10.{}.{small}.0/24", n / 200 % 250),
        "macaddr" => format!("08:00:2b:01:02:{small:02x}"),
        "macaddr8" => format!("08:00:2b:01:02:03:04:{small:02x}"),
        "bit" => bits(modifier(ty, 0).unwrap_or(1), n),
        "varbit" => bits(modifier(ty, 0).unwrap_or(8).min(8), n),
        "point" => format!("({number},0)"),
        "line" => format!("{{1,-1,{number}}}"),
        "lseg" => format!("[(0,0),({number},1)]"),
        "box" => format!("({number},1),({},0)", number - 1),
        "path" => format!("[(0,0),({number},1)]"),
        "polygon" => format!("((0,0),({number},0),({number},1))"),
        "circle" => format!("<({number},0),1>"),
        "tsvector" => format!("'a':1 'b{number}':2"),
        "tsquery" => format!("'a' & 'b{number}'"),
        "pg_lsn" => format!("0/{number:X}"),
        "tid" => format!("(0,{small})"),
        "pg_snapshot" | "txid_snapshot" => format!("{number}:{number}:"),
        "regclass" => "pg_catalog.pg_class".to_owned(),
        "regtype" => "integer".to_owned(),
        "regproc" => "pg_catalog.now".to_owned(),
        "regprocedure" => "pg_catalog.now()".to_owned(),
        "regoper" => "pg_catalog.!!=".to_owned(),
        "regoperator" => "pg_catalog.+(integer,integer)".to_owned(),
        "regrole" => "pg_monitor".to_owned(),
        "regnamespace" => "pg_catalog".to_owned(),
        "regconfig" => "pg_catalog.simple".to_owned(),
        "regdictionary" => "pg_catalog.simple".to_owned(),
        "regcollation" => "pg_catalog.\"C\"".to_owned(),
        "int2vector" | "oidvector" => format!("1 {number}"),
        "int4range" | "int8range" | "numrange" | "tsrange" | "tstzrange" | "daterange" => {
            return range_of(subtype(name), n);
        }
        "int4multirange" | "int8multirange" | "nummultirange" | "tsmultirange" | "tstzmultirange"
        | "datemultirange" => {
            let range = range_of(subtype(&name.replace("multirange", "range")), n)?;
            format!("{{{range}}}")
        }
        _ => return extension(ty, n),
    })
}

/// Types of well-known extensions, by name: where they live is up to whoever installs them.
fn extension(ty: &TypeName, n: usize) -> Option<String> {
    let number = FIRST + n;
    Some(match ty.name.name.as_str() {
        "citext" => number.to_string(),
        "hstore" => format!("\"a\"=>\"{number}\""),
        "ltree" => format!("a.b{number}"),
        "lquery" => format!("a.b{number}.*"),
        "cube" => format!("({number})"),
        "isbn" | "isbn13" => "978-0-393-04002-9".to_owned(),
        "vector" | "halfvec" => {
            let rest = vec!["0"; modifier(ty, 0).unwrap_or(3).saturating_sub(1)];
            format!("[{}]", std::iter::once("1").chain(rest).collect::<Vec<_>>().join(","))
        }
        "geometry" | "geography" => format!("POINT({} 0)", n % 90),
        _ => return None,
    })
}

fn string(limit: Option<usize>, n: usize) -> String {
    let text = (FIRST + n).to_string();
    match limit {
        Some(limit) if limit < text.len() => {
            let digits = "0123456789abcdefghijklmnopqrstuvwxyz".as_bytes();
            let mut left = n;
            let mut short = Vec::new();
            for _ in 0..limit {
                short.push(digits[left % digits.len()]);
                left /= digits.len();
            }
            short.reverse();
            String::from_utf8(short).unwrap_or_default()
        }
        _ => text,
    }
}

fn numeric(ty: &TypeName, n: usize) -> String {
    let Some(precision) = modifier(ty, 0) else { return format!("{}.5", FIRST + n) };
    let scale = modifier(ty, 1).unwrap_or(0);
    let whole = match precision.saturating_sub(scale) {
        0 => 0,
        1 => n % 9 + 1,
        2 => n % 90 + 10,
        3 => n % 900 + 100,
        _ => FIRST + n,
    };
    match scale {
        0 => whole.to_string(),
        1 => format!("{whole}.5"),
        _ => format!("{whole}.{:02}", n % 90 + 10),
    }
}

fn bits(width: usize, n: usize) -> String {
    let bits = format!("{:b}", n + 1);
    let cut = &bits[bits.len().saturating_sub(width)..];
    format!("{cut:0>width$}")
}

fn moment(name: &str, n: usize) -> String {
    let day = format!("20{:02}-{:02}-{:02}", 20 + n / 336 % 60, n / 28 % 12 + 1, n % 28 + 1);
    match name {
        "date" => day,
        "timestamp" => format!("{day} 03:04:05.678"),
        _ => format!("{day} 03:04:05.678+00"),
    }
}

fn subtype(range: &str) -> &str {
    match range {
        "int4range" => "int4",
        "int8range" => "int8",
        "numrange" => "numeric",
        "tsrange" => "timestamp",
        "tstzrange" => "timestamptz",
        _ => "date",
    }
}

/// Ranges that do not overlap for different numbers.
fn range_of(subtype: &str, n: usize) -> Option<String> {
    Some(match subtype {
        "int2" | "int4" | "integer" | "int8" | "bigint" | "numeric" | "float8" | "double precision" => {
            format!("[{},{})", FIRST + 10 * n, FIRST + 10 * n + 5)
        }
        "date" => format!("[{},{})", moment("date", 2 * n), moment("date", 2 * n + 1)),
        "timestamp" | "timestamp without time zone" => {
            format!("[\"{}\",\"{}\")", moment("timestamp", 2 * n), moment("timestamp", 2 * n + 1))
        }
        "timestamptz" | "timestamp with time zone" => {
            format!("[\"{}\",\"{}\")", moment("timestamptz", 2 * n), moment("timestamptz", 2 * n + 1))
        }
        "text" => format!("[a{n:03},a{n:03}z)"),
        "inet" => format!("[10.0.{n}.1,10.0.{n}.9)"),
        "time" | "time without time zone" => format!("[{:02}:00,{:02}:30)", n % 24, n % 24),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nth(name: &str, modifiers: &[&str], n: usize) -> String {
        let modifiers = modifiers.iter().map(|m| (*m).to_owned()).collect();
        builtin(&TypeName { modifiers, ..TypeName::builtin(name) }, n).unwrap()
    }

    #[test]
    fn values_fit_their_types() {
        assert_eq!(nth("varchar", &["2"], 37), "11");
        assert_eq!(nth("varchar", &["20"], 0), "4001");
        assert_eq!(nth("numeric", &["3", "2"], 4), "5.14");
        assert_eq!(nth("numeric", &["2", "2"], 0), "0.10");
        assert_eq!(nth("bit", &["3"], 1), "010");
        assert_eq!(nth("timestamptz", &[], 29), "2020-02-02 03:04:05.678+00");
    }
}
