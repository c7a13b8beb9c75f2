//! Columns of tables and views, and attributes of composite types.

use crate::introspect::Error;
use crate::ir::table::Generated;
use crate::name::{Ident, QName, ServerVersion};
use crate::schema::model::{Column, NotNull, Object, ViewColumn};

use super::Area;
use super::builder::Builder;
use super::row::Row;

pub(super) const AREA: Area =
    Area { what: "the columns", sql, build, expressions: &["default"], types: &["type"] };

fn sql(version: ServerVersion) -> String {
    let compression = if version.at_least(14) { "a.attcompression::text" } else { "''::text" };
    // Only sub-queries see the catalogs: a join would make the planner sort everything.
    format!(
        "SELECT a.attrelid AS relation, a.attnum AS number, a.attname::text AS name,
                format_type(a.atttypid, a.atttypmod) AS type,
                cn.nspname::text AS collation_schema, co.collname::text AS collation,
                a.attnotnull AS not_null, a.attidentity::text AS identity, a.attgenerated::text AS generated,
                pg_get_expr(df.adbin, df.adrelid) AS default,
                CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage,
                {compression} AS compression, a.attstattarget::int4 AS statistics,
                a.attoptions AS options, a.attfdwoptions AS server_options, a.attislocal AS local,
                a.attacl::text[] AS acl, pg_get_userbyid(c.relowner)::text AS owner, d.description AS comment
         FROM pg_attribute a
         JOIN pg_class c ON c.oid = a.attrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_type t ON t.oid = a.atttypid
         LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
         LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
         LEFT JOIN pg_attrdef df ON df.adrelid = a.attrelid AND df.adnum = a.attnum
         LEFT JOIN pg_description d
             ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
         WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
           AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
         ORDER BY a.attrelid, a.attnum"
    )
}

/// A name in a schema, with those of `pg_catalog` bare.
pub(super) fn catalog_name(schema: Option<&str>, name: Option<&str>) -> Option<QName> {
    let name = name?;
    Some(match schema {
        Some(schema) if schema != "pg_catalog" => QName::qualified(schema, name),
        _ => QName::bare(name),
    })
}

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let (relation, name) = (row.oid("relation")?, row.ident("name")?);
        builder.number_column(relation, row.get("number")?, name.clone());
        let data_type = builder.texts.data_type(row.text("type")?);
        let collation = catalog_name(row.maybe("collation_schema")?, row.maybe("collation")?);
        let is_table = match builder.relation(relation) {
            Some(Object::Table(_)) => true,
            Some(_) => false,
            None => {
                builder.composites.entry(relation).or_default().push((name, data_type, collation));
                continue;
            }
        };
        let acl = builder.bare_acl(row, "acl", &row.ident("owner")?)?;
        let comment = row.owned("comment")?;
        if !is_table {
            if let Some(view) = builder.view(relation) {
                view.columns.push(ViewColumn { name, data_type: Some(data_type), comment, acl });
            }
            continue;
        }
        let text = row.maybe("default")?;
        let expr = text.map(|text| builder.texts.expr(text));
        let (default, generated) = match (expr, row.text("generated")?) {
            (expr, "") => (expr, None),
            (expr, kind) => (None, expr.map(|expr| Generated { expr, stored: kind == "s" })),
        };
        let column = Column {
            collation,
            default,
            generated,
            identity: match row.text("identity")? {
                "a" => Some(true),
                "d" => Some(false),
                _ => None,
            },
            // From 18 on, its constraint says more.
            not_null: row.flag("not_null")?.then(NotNull::default),
            storage: row.maybe("storage")?.and_then(storage).map(Ident::new),
            compression: match row.text("compression")? {
                "p" => Some("pglz".into()),
                "l" => Some("lz4".into()),
                _ => None,
            },
            statistics: row.get::<Option<i32>>("statistics")?.filter(|target| *target >= 0),
            options: row.options("options")?,
            foreign_options: row.options("server_options")?,
            comment,
            acl,
            inherited: !row.flag("local")?,
            ..Column::new(name, data_type)
        };
        if let Some(table) = builder.table(relation) {
            table.columns.push(column);
        }
    }
    Ok(())
}

/// The storage by its letter.
fn storage(letter: &str) -> Option<&'static str> {
    match letter {
        "p" => Some("plain"),
        "e" => Some("external"),
        "m" => Some("main"),
        "x" => Some("extended"),
        _ => None,
    }
}
