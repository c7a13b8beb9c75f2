//! What every server brings along: type names, casts between them, and what well-known extensions add.
//!
//! In: names. Out: answers to "can this name be missing?" and "does the server convert this by itself?". The
//! lists are `pg_type` and `pg_cast` of PostgreSQL 18.

use crate::ir::types::TypeName;

/// Types of `pg_catalog`, sorted. A user's type of the same name is only reached by a qualified name, since
/// `pg_catalog` is searched first.
#[rustfmt::skip]
const TYPES: &[&str] = &[
    "aclitem", "any", "anyarray", "anycompatible", "anycompatiblearray", "anycompatiblemultirange",
    "anycompatiblenonarray", "anycompatiblerange", "anyelement", "anyenum", "anymultirange", "anynonarray",
    "anyrange", "bigserial", "bit", "bool", "box", "bpchar", "bytea", "char", "cid", "cidr", "circle",
    "cstring", "date", "datemultirange", "daterange", "event_trigger", "fdw_handler", "float4", "float8",
    "gtsvector", "index_am_handler", "inet", "int2", "int2vector", "int4", "int4multirange", "int4range",
    "int8", "int8multirange", "int8range", "internal", "interval", "json", "jsonb", "jsonpath",
    "language_handler", "line", "lseg", "macaddr", "macaddr8", "money", "name", "numeric", "nummultirange",
    "numrange", "oid", "oidvector", "path", "pg_brin_bloom_summary", "pg_brin_minmax_multi_summary",
    "pg_ddl_command", "pg_dependencies", "pg_lsn", "pg_mcv_list", "pg_ndistinct", "pg_node_tree",
    "pg_snapshot", "point", "polygon", "record", "refcursor", "regclass", "regcollation", "regconfig",
    "regdictionary", "regnamespace", "regoper", "regoperator", "regproc", "regprocedure", "regrole",
    "regtype", "serial", "serial2", "serial4", "serial8", "smallserial", "table_am_handler", "text", "tid",
    "time", "timestamp", "timestamptz", "timetz", "trigger", "tsm_handler", "tsmultirange", "tsquery",
    "tsrange", "tstzmultirange", "tstzrange", "tsvector", "txid_snapshot", "unknown", "uuid", "varbit",
    "varchar", "void", "xid", "xid8", "xml",
];

/// Whether an unqualified name is a type of `pg_catalog`, the notations `serial` and relatives included.
#[must_use]
pub fn is_type(name: &str) -> bool {
    TYPES.binary_search(&name).is_ok()
}

/// How values of a built-in type are stored when nothing else is said (`pg_type.typstorage`); `None` for other types.
#[must_use]
pub fn storage(ty: &TypeName) -> Option<&'static str> {
    if ty.array > 0 {
        return Some("extended");
    }
    if ty.name.schema.is_some() || !is_type(&ty.name.name) {
        return None;
    }
    Some(match ty.name.name.as_str() {
        "cidr" | "inet" | "numeric" => "main",
        "bit" | "bpchar" | "bytea" | "json" | "jsonb" | "jsonpath" | "path" | "polygon" | "refcursor"
        | "text" | "tsvector" | "varbit" | "varchar" | "xml" | "pg_snapshot" | "txid_snapshot" => "extended",
        name if name.ends_with("range") => "extended",
        _ => "plain",
    })
}

/// The name that the server gives to the multirange type of a range type (`makeMultirangeTypeName`).
#[must_use]
pub fn multirange_name(range: &str) -> String {
    match range.find("range") {
        Some(at) => format!("{}multirange{}", &range[..at], &range[at + "range".len()..]),
        None => format!("{range}_multirange"),
    }
}

/// Extensions that add functions and types only, no relations and no schemas; sorted, with their types.
const PLAIN_EXTENSIONS: &[(&str, &[&str])] = &[
    ("amcheck", &[]),
    ("bloom", &[]),
    ("btree_gin", &[]),
    ("btree_gist", &[]),
    ("citext", &["citext"]),
    ("cube", &["cube"]),
    ("dblink", &[]),
    ("dict_int", &[]),
    ("earthdistance", &["earth"]),
    ("fuzzystrmatch", &[]),
    ("hstore", &["hstore"]),
    ("intarray", &["query_int"]),
    ("isn", &["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"]),
    ("lo", &["lo"]),
    ("ltree", &["lquery", "ltree", "ltxtquery"]),
    ("moddatetime", &[]),
    ("pageinspect", &[]),
    ("pg_prewarm", &[]),
    ("pg_trgm", &["gtrgm"]),
    ("pgcrypto", &[]),
    ("pgrowlocks", &[]),
    ("pgstattuple", &[]),
    ("plpgsql", &[]),
    ("postgres_fdw", &[]),
    ("seg", &["seg"]),
    ("tablefunc", &["tablefunc_crosstab_2", "tablefunc_crosstab_3", "tablefunc_crosstab_4"]),
    ("unaccent", &[]),
    ("uuid-ossp", &[]),
    ("vector", &["halfvec", "sparsevec", "vector"]),
];

/// The types that an extension adds, when it is known to add nothing else that has a name of its own but
/// functions; `None` for every other extension.
#[must_use]
pub fn extension_types(name: &str) -> Option<&'static [&'static str]> {
    let at = PLAIN_EXTENSIONS.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    Some(PLAIN_EXTENSIONS[at].1)
}

/// The extension that adds a type, when it is one of the well-known ones.
#[must_use]
pub fn type_owner(name: &str) -> Option<&'static str> {
    PLAIN_EXTENSIONS.iter().find(|(_, types)| types.contains(&name)).map(|(extension, _)| *extension)
}

/// Whether the server brings an operator class of this name (`pg_opclass` of 18).
#[must_use]
pub fn is_opclass(name: &str) -> bool {
    const BASES: &str = "aclitem array bit bool box bpchar bytea char cid cidr circle date enum float4 float8 inet int2 \
        int4 int8 interval jsonb kd_point macaddr macaddr8 money multirange name numeric oid oidvector pg_lsn point poly \
        quad_point range record text tid time timestamp timestamptz timetz tsquery tsvector uuid varbit varchar xid xid8";
    const KINDS: [&str; 7] =
        ["_bloom", "_minmax_multi", "_minmax", "_inclusion", "_pattern", "_path", "_image"];
    let Some(stem) = name.strip_suffix("_ops") else { return false };
    let base = KINDS.iter().find_map(|kind| stem.strip_suffix(kind)).unwrap_or(stem);
    BASES.split_whitespace().any(|known| known == base)
}

/// Whether values of a built-in type have no default operator class for GIN, unless an extension brings one.
#[must_use]
pub fn lacks_inverted(ty: &TypeName) -> bool {
    let indexed = matches!(ty.name.name.as_str(), "jsonb" | "tsvector");
    ty.array == 0 && ty.name.schema.is_none() && is_type(&ty.name.name) && !indexed
}

/// The extension that brings an operator class, when it is one of the well-known ones.
#[must_use]
pub fn opclass_owner(name: &str) -> Option<&'static str> {
    match name {
        "gin_trgm_ops" | "gist_trgm_ops" => Some("pg_trgm"),
        "gin_hstore_ops" | "gist_hstore_ops" => Some("hstore"),
        "gist_ltree_ops" | "gist__ltree_ops" => Some("ltree"),
        "gin__int_ops" | "gist__int_ops" | "gist__intbig_ops" => Some("intarray"),
        "vector_l2_ops" | "vector_ip_ops" | "vector_cosine_ops" => Some("vector"),
        _ => None,
    }
}

/// Whether a type of `pg_catalog` has no operator class by which a B-tree or hash index could hold it. (`pg_opclass`
/// of 18; the extensions in use add none either.)
#[must_use]
pub fn lacks_order(name: &str, method: &str) -> bool {
    let neither = ["box", "circle", "json", "jsonpath", "line", "lseg", "path", "point", "polygon", "xml"];
    match method {
        "btree" => neither.contains(&name) || matches!(name, "cid" | "xid"),
        "hash" => {
            neither.contains(&name) || matches!(name, "bit" | "varbit" | "tsvector" | "tsquery" | "money")
        }
        _ => false,
    }
}

/// Functions with which an extension's name is usually met in defaults; dropping the extension takes what uses
/// them.
#[must_use]
pub fn extension_functions(name: &str) -> &'static [&'static str] {
    match name {
        "uuid-ossp" => &[
            "uuid_generate_v1",
            "uuid_generate_v1mc",
            "uuid_generate_v3",
            "uuid_generate_v4",
            "uuid_generate_v5",
            "uuid_nil",
        ],
        "unaccent" => &["unaccent"],
        "moddatetime" => &["moddatetime"],
        _ => &[],
    }
}

/// Casts of `pg_cast` that an assignment uses, by source type; sorted. Binary-compatible ones among strings are
/// covered by the automatic conversion to strings.
const ASSIGNMENT_CASTS: &[(&str, &[&str])] = &[
    ("bit", &["varbit"]),
    ("box", &["polygon"]),
    ("cidr", &["inet"]),
    ("date", &["timestamp", "timestamptz"]),
    ("float4", &["float8", "int2", "int4", "int8", "numeric"]),
    ("float8", &["float4", "int2", "int4", "int8", "numeric"]),
    ("inet", &["cidr"]),
    ("int2", &["float4", "float8", "int4", "int8", "numeric", "oid"]),
    ("int4", &["float4", "float8", "int2", "int8", "money", "numeric", "oid"]),
    ("int8", &["float4", "float8", "int2", "int4", "money", "numeric", "oid"]),
    ("interval", &["time"]),
    ("json", &["jsonb"]),
    ("jsonb", &["json"]),
    ("macaddr", &["macaddr8"]),
    ("macaddr8", &["macaddr"]),
    ("money", &["numeric"]),
    ("numeric", &["float4", "float8", "int2", "int4", "int8", "money"]),
    ("oid", &["int4", "int8"]),
    ("path", &["polygon"]),
    ("point", &["box"]),
    ("polygon", &["path"]),
    ("time", &["interval", "timetz"]),
    ("timestamp", &["date", "time", "timestamptz"]),
    ("timestamptz", &["date", "time", "timestamp", "timetz"]),
    ("timetz", &["time"]),
    ("varbit", &["bit"]),
];

const STRINGS: &[&str] = &["bpchar", "char", "name", "text", "varchar"];

/// Types between which [`assignable`] knows every cast.
const KNOWN: &[&str] = &[
    "bit",
    "bool",
    "bytea",
    "cidr",
    "date",
    "float4",
    "float8",
    "inet",
    "int2",
    "int4",
    "int8",
    "interval",
    "json",
    "jsonb",
    "macaddr",
    "money",
    "numeric",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "uuid",
    "varbit",
    "xml",
];

/// Whether a value of one built-in type is stored into a column of another without a `USING`; `None` when one
/// of them is not a built-in type whose casts are known here.
#[must_use]
pub fn assignable(from: &TypeName, to: &TypeName) -> Option<bool> {
    if from.name == to.name && from.array == to.array {
        return Some(true);
    }
    let (source, target) = (builtin(from)?, builtin(to)?);
    if (from.array > 0) != (to.array > 0) {
        // Every type is assigned to a string through its output function; nothing else crosses the border.
        return Some(from.array > 0 && STRINGS.contains(&target));
    }
    if source == target || STRINGS.contains(&target) {
        return Some(true);
    }
    Some(
        ASSIGNMENT_CASTS
            .binary_search_by(|(known, _)| (*known).cmp(source))
            .is_ok_and(|at| ASSIGNMENT_CASTS[at].1.contains(&target)),
    )
}

/// Whether a foreign key may compare these two built-in types; `None` when it cannot be told here. Follows
/// `transformFkeyCheckAttrs`'s search for an equality operator: one of the key's operator family, or an
/// implicit cast of the referencing type to the referenced one.
#[must_use]
pub fn comparable_key(referencing: &TypeName, referenced: &TypeName) -> Option<bool> {
    if referencing.array > 0 || referenced.array > 0 {
        return (referencing.array > 0 && referenced.array > 0 && referencing.name == referenced.name)
            .then_some(true);
    }
    let (from, to) = (builtin(referencing)?, builtin(referenced)?);
    let family = |name: &str| match name {
        "int2" | "int4" | "int8" => 1,
        "float4" | "float8" => 2,
        "text" | "varchar" | "bpchar" | "name" | "char" => 3,
        "date" | "timestamp" | "timestamptz" => 4,
        "cidr" | "inet" => 5,
        "bit" | "varbit" => 6,
        _ => 0,
    };
    let implicit = matches!(
        (from, to),
        ("int2" | "int4" | "int8", "numeric" | "float4" | "float8")
            | ("numeric", "float4" | "float8")
            | ("time", "timetz" | "interval")
            | ("macaddr", "macaddr8")
            | ("macaddr8", "macaddr")
    );
    Some(from == to || (family(from) != 0 && family(from) == family(to)) || implicit)
}

fn builtin(ty: &TypeName) -> Option<&str> {
    let name = ty.name.name.as_str();
    (ty.name.schema.is_none() && (KNOWN.contains(&name) || STRINGS.contains(&name))).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty(name: &str) -> TypeName {
        TypeName::builtin(name)
    }

    #[test]
    fn lists_are_sorted() {
        assert!(TYPES.is_sorted());
        assert!(PLAIN_EXTENSIONS.is_sorted_by_key(|(name, _)| *name));
        assert!(ASSIGNMENT_CASTS.is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn casts() {
        assert_eq!(assignable(&ty("text"), &ty("int4")), Some(false));
        assert_eq!(assignable(&ty("int4"), &ty("text")), Some(true));
        assert_eq!(assignable(&ty("int8"), &ty("int4")), Some(true));
        assert_eq!(assignable(&ty("bool"), &ty("int4")), Some(false));
        assert_eq!(assignable(&ty("text"), &ty("citext")), None);
        assert_eq!(comparable_key(&ty("text"), &ty("int4")), Some(false));
        assert_eq!(comparable_key(&ty("int4"), &ty("int8")), Some(true));
        assert_eq!(comparable_key(&ty("numeric"), &ty("int4")), Some(false));
    }
}
