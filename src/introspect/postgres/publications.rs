//! Publications and what they publish.

use sqlx::postgres::types::Oid;

use crate::introspect::Error;
use crate::ir::object::PublishedPart;
use crate::ir::table::Options;
use crate::name::ServerVersion;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Publication};

use super::Area;
use super::builder::Builder;
use super::row::Row;

pub(super) const AREA: Area =
    Area { what: "the publications", sql, build, expressions: &["filter"], types: &[] };

fn sql(version: ServerVersion) -> String {
    let schemas = if version.at_least(15) {
        "(SELECT array_agg(n.nspname::text ORDER BY pn.oid) FROM pg_publication_namespace pn
          JOIN pg_namespace n ON n.oid = pn.pnnspid WHERE pn.pnpubid = p.oid)"
    } else {
        "NULL::text[]"
    };
    let (filter, columns) = if version.at_least(15) {
        (
            "pg_get_expr(r.prqual, r.prrelid)",
            "(SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
              WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs))",
        )
    } else {
        ("NULL::text", "NULL::text[]")
    };
    let generated = if version.at_least(18) { "p.pubgencols::text" } else { "'n'" };
    format!(
        "SELECT p.oid, p.pubname::text AS name, pg_get_userbyid(p.pubowner)::text AS owner,
                p.puballtables AS all_tables, p.pubinsert AS inserts, p.pubupdate AS updates,
                p.pubdelete AS deletes, p.pubtruncate AS truncates, p.pubviaroot AS via_root,
                {generated} AS generated,
                r.prrelid AS relation, {filter} AS filter, {columns} AS columns,
                {schemas} AS schemas, d.description AS comment
         FROM pg_publication p
         LEFT JOIN pg_publication_rel r ON r.prpubid = p.oid
         LEFT JOIN pg_description d ON d.classoid = 'pg_publication'::regclass AND d.objoid = p.oid
         ORDER BY p.oid, r.oid"
    )
}

/// One row for each table of a publication; those without tables have one row too.
fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    let mut found: Vec<(u32, Publication)> = Vec::new();
    for row in rows {
        let (oid, name) = (row.oid("oid")?, row.ident("name")?);
        if builder.is_member("pg_publication", oid) {
            continue;
        }
        if found.last().is_none_or(|(last, _)| *last != oid) {
            let publication = Publication {
                name,
                all_tables: row.flag("all_tables")?,
                tables: Vec::new(),
                parts: Vec::new(),
                schemas: row.idents("schemas")?,
                options: options(row)?,
                owner: builder.owner(row.ident("owner")?),
                comment: row.owned("comment")?,
            };
            found.push((oid, publication));
        }
        let Some((_, publication)) = found.last_mut() else { continue };
        let relation: Option<Oid> = row.get("relation")?;
        let Some(table) = relation.and_then(|oid| builder.relation_name(oid.0).cloned()) else { continue };
        let (columns, filter) = (row.idents("columns")?, row.maybe("filter")?);
        if !columns.is_empty() || filter.is_some() {
            let filter = filter.map(|text| builder.texts.expr(text));
            publication.parts.push(PublishedPart { table: table.clone(), columns, filter });
        }
        publication.tables.push(table);
    }
    for (oid, publication) in found {
        builder.add(oid, ObjectKey::Publication(publication.name.clone()), Object::Publication(publication));
    }
    Ok(())
}

/// The options that are not the default.
fn options(row: &Row) -> Result<Options, Error> {
    let mut options = Options::new();
    let mut published = Vec::new();
    for (column, word) in
        [("inserts", "insert"), ("updates", "update"), ("deletes", "delete"), ("truncates", "truncate")]
    {
        if row.flag(column)? {
            published.push(word);
        }
    }
    if published.len() < 4 {
        options.push(("publish".to_owned(), published.join(", ")));
    }
    if row.flag("via_root")? {
        options.push(("publish_via_partition_root".to_owned(), "true".to_owned()));
    }
    if row.text("generated")? == "s" {
        options.push(("publish_generated_columns".to_owned(), "stored".to_owned()));
    }
    Ok(options)
}
