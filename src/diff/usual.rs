//! What is the default when it is not said: a definition that says it is the same as one that does not.

use crate::ir::access::RoleOptions;
use crate::ir::index::IndexKey;
use crate::ir::routine::CreateFunction;
use crate::ir::table::Options;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};

/// Brings a function's planner settings to one form (PostgreSQL documentation, CREATE FUNCTION: `COST` is 1 for
/// C and internal functions and 100 for others, `ROWS` is 1000).
pub(super) fn function(def: &mut CreateFunction) {
    let cost = if matches!(def.language.as_str(), "c" | "internal") { "1" } else { "100" };
    def.cost = def.cost.take().filter(|c| c != cost);
    def.rows = def.rows.take().filter(|r| r != "1000" && r != "0");
    def.parallel = def.parallel.take().filter(|p| *p != "unsafe");
}

/// A role's attributes without those that say the default (PostgreSQL documentation, CREATE ROLE).
pub(super) fn role(options: &RoleOptions) -> RoleOptions {
    RoleOptions {
        superuser: options.superuser.filter(|on| *on),
        create_db: options.create_db.filter(|on| *on),
        create_role: options.create_role.filter(|on| *on),
        inherit: options.inherit.filter(|on| !*on),
        login: options.login.filter(|on| *on),
        replication: options.replication.filter(|on| *on),
        bypass_rls: options.bypass_rls.filter(|on| *on),
        connection_limit: options.connection_limit.filter(|limit| *limit >= 0),
        // Whether there is one is never read from a server.
        password: None,
        valid_until: options.valid_until.clone().filter(|until| until != "infinity"),
    }
}

/// The options of a publication without those that say the default.
pub(super) fn publication(options: &Options) -> Options {
    let usual = |name: &str, value: &str| {
        let bare: String = value.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
        match name {
            "publish" => bare == "insert,update,delete,truncate",
            "publish_via_partition_root" => bare == "false",
            "publish_generated_columns" => bare == "none",
            _ => false,
        }
    };
    options.iter().filter(|(name, value)| !usual(name, value)).cloned().collect()
}

/// The options of a range type without the name of its multirange type, when that is the one the server makes
/// up: `range` in the name becomes `multirange`, or `_multirange` is added (`makeMultirangeTypeName`).
pub(super) fn range(name: &QName, options: &[(Ident, String)]) -> Vec<(Ident, String)> {
    let made_up = match name.name.rfind("range") {
        Some(at) => format!("{}multi{}", &name.name[..at], &name.name[at..]),
        None => format!("{}_multirange", name.name),
    };
    let usual = |option: &str, value: &str| {
        option == "multirange_type_name"
            && value.rsplit('.').next().is_some_and(|v| v.trim_matches('"') == made_up)
    };
    options.iter().filter(|(option, value)| !usual(option, value)).cloned().collect()
}

/// Whether an operator class is the one that a key of this type has anyway (`pg_opclass.opcdefault`).
pub(super) fn opclass(method: &str, key: &IndexKey, ty: Option<&TypeName>) -> bool {
    let Some(name) = &key.opclass else { return true };
    if name.schema.as_ref().is_some_and(|s| *s != "pg_catalog") || !key.opclass_options.is_empty() {
        return false;
    }
    let Some(ty) = ty else { return false };
    if ty.array > 0 {
        return name.name == "array_ops" && matches!(method, "gin" | "btree" | "hash");
    }
    if ty.name.schema.is_some() {
        return name.name == "enum_ops" && matches!(method, "btree" | "hash");
    }
    let own = match ty.name.name.as_str() {
        "varchar" => "text",
        other => other,
    };
    let usual = match (method, own) {
        ("gist" | "btree" | "hash", own) if own.ends_with("multirange") => "multirange_ops".to_owned(),
        ("gist" | "spgist" | "btree" | "hash", own) if own.ends_with("range") => "range_ops".to_owned(),
        ("btree" | "hash", "cidr") => "inet_ops".to_owned(),
        ("btree" | "hash", own) => format!("{own}_ops"),
        ("gin", own @ ("jsonb" | "tsvector")) => format!("{own}_ops"),
        ("gist", own @ ("point" | "box" | "circle" | "tsvector" | "tsquery")) => format!("{own}_ops"),
        ("gist", "polygon") => "poly_ops".to_owned(),
        ("spgist", "text") => "text_ops".to_owned(),
        ("spgist", "inet" | "cidr") => "inet_ops".to_owned(),
        ("spgist", "point") => "quad_point_ops".to_owned(),
        ("brin", own) => format!("{own}_minmax_ops"),
        _ => return false,
    };
    name.name == *usual
}
