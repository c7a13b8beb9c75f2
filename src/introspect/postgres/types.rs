//! Enums, composite types, domains, ranges, base types.

use crate::introspect::Error;
use crate::ir::object::ObjectKind;
use crate::ir::table::ConstraintKind;
use crate::name::{Ident, QName, ServerVersion};
use crate::quote::{quote_literal, quote_qname};
use crate::schema::builtin::multirange_name;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Constraint, Domain, UserType, UserTypeKind};

use super::Area;
use super::builder::Builder;
use super::columns::catalog_name;
use super::row::Row;

pub(super) const AREA: Area =
    Area { what: "the types", sql, build, expressions: &["default"], types: &["base", "subtype"] };

fn sql(version: ServerVersion) -> String {
    let multirange = if version.at_least(14) { "r.rngmultitypid" } else { "0::oid" };
    format!(
        "SELECT t.oid, t.typnamespace AS schema, t.typname::text AS name, t.typtype::text AS kind,
                t.typisdefined AS defined, pg_get_userbyid(t.typowner)::text AS owner, t.typacl::text[] AS acl,
                t.typrelid AS relation, t.typnotnull AS not_null, t.typdefault AS default_text,
                CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 0) END AS default,
                CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base,
                cn.nspname::text AS collation_schema, co.collname::text AS collation,
                e.labels,
                format_type(r.rngsubtype, NULL) AS subtype,
                CASE WHEN r.rngcanonical <> 0 THEN r.rngcanonical::regproc::text END AS canonical,
                CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::regproc::text END AS subtype_diff,
                CASE WHEN NOT o.opcdefault THEN o.opcname::text END AS opclass, opn.nspname::text AS opclass_schema,
                rn.nspname::text AS range_collation_schema, rc.collname::text AS range_collation,
                mr.typname::text AS multirange,
                t.typinput::regproc::text AS input, t.typoutput::regproc::text AS output,
                t.typlen AS length, t.typalign::text AS alignment, t.typstorage::text AS storage,
                t.typbyval AS by_value, t.typcategory::text AS category,
                d.description AS comment
         FROM pg_type t
         JOIN pg_namespace n ON n.oid = t.typnamespace
         LEFT JOIN pg_class c ON c.oid = t.typrelid
         LEFT JOIN pg_type b ON b.oid = t.typbasetype
         LEFT JOIN pg_collation co
             ON co.oid = t.typcollation AND t.typtype = 'd' AND t.typcollation <> b.typcollation
         LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
         LEFT JOIN (SELECT enumtypid, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels
                    FROM pg_enum GROUP BY enumtypid) e ON e.enumtypid = t.oid
         LEFT JOIN pg_range r ON r.rngtypid = t.oid
         LEFT JOIN pg_type rs ON rs.oid = r.rngsubtype
         LEFT JOIN pg_opclass o ON o.oid = r.rngsubopc
         LEFT JOIN pg_namespace opn ON opn.oid = o.opcnamespace
         LEFT JOIN pg_collation rc ON rc.oid = r.rngcollation AND r.rngcollation <> rs.typcollation
         LEFT JOIN pg_namespace rn ON rn.oid = rc.collnamespace
         LEFT JOIN pg_type mr ON mr.oid = {multirange}
         LEFT JOIN pg_description d
             ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
         WHERE t.typtype IN ('b', 'c', 'd', 'e', 'r', 'p') AND (t.typtype <> 'c' OR c.relkind = 'c')
           AND NOT EXISTS (SELECT FROM pg_type a WHERE a.typarray = t.oid)
           AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    )
}

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let oid = row.oid("oid")?;
        if builder.is_member("pg_type", oid) {
            continue;
        }
        let Some(name) = builder.qualified(row, "name")? else { continue };
        let kind = match row.text("kind")? {
            _ if !row.flag("defined")? => UserTypeKind::Shell,
            "e" => UserTypeKind::Enum(row.texts("labels")?),
            "c" => {
                UserTypeKind::Composite(builder.composites.remove(&row.oid("relation")?).unwrap_or_default())
            }
            "d" => UserTypeKind::Domain(Domain {
                base: builder.texts.data_type(row.text("base")?),
                collation: catalog_name(row.maybe("collation_schema")?, row.maybe("collation")?),
                default: row.maybe("default")?.map(|text| builder.texts.expr(text)),
                not_null: row.flag("not_null")?,
                constraints: Vec::new(),
            }),
            "r" => UserTypeKind::Range(range(builder, row, &name)?),
            _ => UserTypeKind::Base(base(row)?),
        };
        let owner = row.ident("owner")?;
        let domain = matches!(kind, UserTypeKind::Domain(_));
        let object_kind = if domain { ObjectKind::Domain } else { ObjectKind::Type };
        let user_type = UserType {
            name: name.clone(),
            kind,
            acl: builder.acl(row, "acl", object_kind, &owner)?,
            owner: builder.owner(owner),
            comment: row.owned("comment")?,
        };
        builder.add_type(oid, ObjectKey::Type(name), user_type);
    }
    Ok(())
}

/// The options of a range type, as the front end keeps them.
fn range(builder: &mut Builder, row: &Row, name: &QName) -> Result<Vec<(Ident, String)>, Error> {
    let mut options: Vec<(Ident, String)> = Vec::new();
    let subtype = row.maybe("subtype")?.map(|ty| builder.texts.data_type(ty).sql());
    options.extend(subtype.map(|ty| ("subtype".into(), ty)));
    let mut push = |option: &str, value: Option<QName>| {
        options.extend(value.map(|name| (Ident::new(option), quote_qname(&name))));
    };
    push("subtype_opclass", catalog_name(row.maybe("opclass_schema")?, row.maybe("opclass")?));
    push("collation", catalog_name(row.maybe("range_collation_schema")?, row.maybe("range_collation")?));
    for option in ["canonical", "subtype_diff"] {
        // `regproc` quotes and qualifies.
        options.extend(row.maybe(option)?.map(|function| (Ident::new(option), function.to_owned())));
    }
    if let Some(multirange) = row.maybe("multirange")?
        && multirange != multirange_name(&name.name)
    {
        options.push(("multirange_type_name".into(), quote_qname(&name.sibling(multirange))));
    }
    Ok(options)
}

/// The options of a base type that differ from the defaults.
fn base(row: &Row) -> Result<Vec<(Ident, String)>, Error> {
    let mut options: Vec<(Ident, String)> = Vec::new();
    let mut push = |option: &str, value: String| options.push((Ident::new(option), value));
    push("input", row.text("input")?.to_owned());
    push("output", row.text("output")?.to_owned());
    let length: i16 = row.get("length")?;
    if length > 0 {
        push("internallength", length.to_string());
    }
    if row.flag("by_value")? {
        push("passedbyvalue", "true".to_owned());
    }
    match row.text("alignment")? {
        "c" => push("alignment", "char".to_owned()),
        "s" => push("alignment", "int2".to_owned()),
        "d" => push("alignment", "double".to_owned()),
        _ => {}
    }
    match row.text("storage")? {
        "e" => push("storage", "external".to_owned()),
        "x" => push("storage", "extended".to_owned()),
        "m" => push("storage", "main".to_owned()),
        _ => {}
    }
    if row.text("category")? != "U" {
        push("category", quote_literal(row.text("category")?));
    }
    if let Some(default) = row.maybe("default_text")? {
        push("default", quote_literal(default));
    }
    Ok(options)
}

pub(super) const CHECKS: Area = Area {
    what: "the checks of domains",
    sql: |_| {
        "SELECT c.contypid AS domain, c.conname::text AS name, c.convalidated AS validated,
                pg_get_expr(c.conbin, 0) AS expression, d.description AS comment
         FROM pg_constraint c
         LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid
         WHERE c.contypid <> 0 AND c.contype = 'c'
         ORDER BY c.oid"
            .to_owned()
    },
    build: checks,
    expressions: &["expression"],
    types: &[],
};

fn checks(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let Some(text) = row.maybe("expression")? else { continue };
        let kind = ConstraintKind::Check(builder.texts.expr(text));
        let Some(UserTypeKind::Domain(domain)) = builder.user_type(row.oid("domain")?).map(|t| &mut t.kind)
        else {
            continue;
        };
        domain.constraints.push(Constraint {
            name: row.ident("name")?,
            kind,
            deferrable: false,
            initially_deferred: false,
            validated: row.flag("validated")?,
            enforced: true,
            no_inherit: false,
            inherited: false,
            comment: row.owned("comment")?,
        });
    }
    Ok(())
}
