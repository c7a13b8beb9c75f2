//! Publications and what they publish.

use sqlx::postgres::types::Oid;

use crate::introspect::Error;
use crate::ir::table::Options;
use crate::name::ServerVersion;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Publication};

use super::Area;
use super::builder::Builder;
use super::row::Row;

pub(super) const AREA: Area = Area { what: "the publications", sql, build, expressions: &[], types: &[] };

fn sql(version: ServerVersion) -> String {
    let schemas = if version.at_least(15) {
        "(SELECT array_agg(n.nspname::text ORDER BY pn.oid) FROM pg_publication_namespace pn
          JOIN pg_namespace n ON n.oid = pn.pnnspid WHERE pn.pnpubid = p.oid)"
    } else {
        "NULL::text[]"
    };
    let generated = if version.at_least(18) { "p.pubgencols::text" } else { "'n'" };
    format!(
        "SELECT p.oid, p.pubname::text AS name, pg_get_userbyid(p.pubowner)::text AS owner,
                p.puballtables AS all_tables, p.pubinsert AS inserts, p.pubupdate AS updates,
                p.pubdelete AS deletes, p.pubtruncate AS truncates, p.pubviaroot AS via_root,
                {generated} AS generated,
                (SELECT array_agg(r.prrelid ORDER BY r.oid) FROM pg_publication_rel r
                 WHERE r.prpubid = p.oid) AS tables,
                {schemas} AS schemas, d.description AS comment
         FROM pg_publication p
         LEFT JOIN pg_description d ON d.classoid = 'pg_publication'::regclass AND d.objoid = p.oid"
    )
}

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let (oid, name) = (row.oid("oid")?, row.ident("name")?);
        if builder.is_member("pg_publication", oid) {
            continue;
        }
        let tables: Vec<Oid> = row.get::<Option<_>>("tables")?.unwrap_or_default();
        let publication = Publication {
            name: name.clone(),
            all_tables: row.flag("all_tables")?,
            tables: tables.into_iter().filter_map(|oid| builder.relation_name(oid.0).cloned()).collect(),
            schemas: row.idents("schemas")?,
            options: options(row)?,
            owner: builder.owner(row.ident("owner")?),
            comment: row.owned("comment")?,
        };
        builder.add(oid, ObjectKey::Publication(name), Object::Publication(publication));
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
