//! Indexes, those of constraints too.

use crate::introspect::Error;
use crate::ir::DdlOp;
use crate::ir::index::{CreateIndex, IndexKey};
use crate::ir::table::ReplicaIdentity;
use crate::name::{Ident, ServerVersion};
use crate::parse::postgres::piece;
use crate::schema::model::{Index, Object};

use super::Area;
use super::builder::Builder;
use super::constraints::without_catalog;
use super::row::Row;

pub(super) const AREA: Area = Area { what: "the indexes", sql, build, expressions: &[], types: &[] };

fn sql(version: ServerVersion) -> String {
    let distinct = if version.at_least(15) { "i.indnullsnotdistinct" } else { "false" };
    // The definitions of plain keys say nothing that the columns do not.
    format!(
        "SELECT c.oid, c.relnamespace AS schema, c.relname::text AS name, i.indrelid AS relation,
                i.indisunique AS is_unique, m.amname::text AS method, i.indisvalid AS valid,
                i.indisclustered AS clustered, i.indisreplident AS identity, {distinct} AS nulls_not_distinct,
                string_to_array(i.indkey::text, ' ')::int2[] AS columns, i.indnkeyatts AS keys, c.reloptions AS options,
                s.spcname::text AS tablespace, k.conname::text AS for_constraint, h.inhparent AS parent,
                CASE WHEN k.contype IN ('p', 'u') AND m.amname = 'btree' THEN NULL
                     ELSE pg_get_indexdef(c.oid) END AS definition,
                a.labels, a.numbers, a.targets, d.description AS comment
         FROM pg_index i
         JOIN pg_class c ON c.oid = i.indexrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_am m ON m.oid = c.relam
         JOIN LATERAL (
             SELECT array_agg(attname::text ORDER BY attnum) AS labels,
                    array_agg(attnum::int2 ORDER BY attnum) FILTER (WHERE attstattarget >= 0) AS numbers,
                    array_agg(attstattarget::int4 ORDER BY attnum) FILTER (WHERE attstattarget >= 0) AS targets
             FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
         ) a ON true
         LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
         LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
         LEFT JOIN pg_inherits h ON h.inhrelid = c.oid
         LEFT JOIN pg_description d
             ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
         WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
         ORDER BY c.oid"
    )
}

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    // Their names first: an index may be older than the one it was attached to.
    for row in rows {
        if let Some(name) = builder.qualified(row, "name")? {
            builder.name_relation(row.oid("oid")?, name);
        }
    }
    for row in rows {
        let (oid, relation) = (row.oid("oid")?, row.oid("relation")?);
        let Some(name) = builder.relation_name(oid).cloned() else { continue };
        let Some(table) = builder.relation_name(relation).cloned() else { continue };
        if builder.is_member("pg_class", oid) || builder.relation(relation).is_none() {
            continue;
        }
        if let Some(table) = builder.table(relation) {
            if row.flag("clustered")? {
                table.clustered_on = Some(name.name.clone());
            }
            if row.flag("identity")? {
                table.replica_identity = ReplicaIdentity::Index(name.name.clone());
            }
        }
        let mut index = Index {
            name: name.clone(),
            table,
            unique: row.flag("is_unique")?,
            method: row.ident("method")?,
            keys: Vec::new(),
            include: Vec::new(),
            labels: row.idents("labels")?,
            predicate: None,
            nulls_not_distinct: row.flag("nulls_not_distinct")?,
            valid: row.flag("valid")?,
            constraint: row.maybe_ident("for_constraint")?,
            parent: match row.get::<Option<sqlx::postgres::types::Oid>>("parent")? {
                Some(parent) => builder.relation_name(parent.0).cloned(),
                None => None,
            },
            statistics: statistics(row)?,
            options: row.options("options")?,
            tablespace: row.maybe_ident("tablespace")?,
            comment: row.owned("comment")?,
        };
        if let Some(text) = row.maybe("definition")? {
            let op = definition(row, text)?;
            (index.keys, index.include, index.predicate) = (op.keys, op.include, op.predicate);
        } else {
            let mut columns = builder.column_names(relation, &row.numbers("columns")?);
            let keys = usize::try_from(row.get::<i16>("keys")?).unwrap_or_default();
            index.include = columns.split_off(keys.min(columns.len()));
            index.keys = columns.into_iter().map(IndexKey::column).collect();
        }
        builder.add_relation(oid, name, Object::Index(index));
    }
    Ok(())
}

/// Statistics targets by column number.
fn statistics(row: &Row) -> Result<Vec<(Ident, i32)>, Error> {
    let targets: Vec<i32> = row.get::<Option<_>>("targets")?.unwrap_or_default();
    let numbers = row.numbers("numbers")?.into_iter().map(|n| Ident::from(n.to_string()));
    Ok(numbers.zip(targets).collect())
}

/// Keys and predicate, from the text of `CREATE INDEX`.
fn definition(row: &Row, text: &str) -> Result<CreateIndex, Error> {
    match piece::one(text) {
        DdlOp::CreateIndex(op) => {
            let mut op = *op;
            op.keys.iter_mut().for_each(plain_names);
            Ok(op)
        }
        _ => Err(row.unexpected(format!("cannot read the index {text}"))),
    }
}

/// Names of collations and operator classes as they are written: those of `pg_catalog` bare.
pub(super) fn plain_names(key: &mut IndexKey) {
    key.collation.iter_mut().chain(&mut key.opclass).for_each(without_catalog);
}
