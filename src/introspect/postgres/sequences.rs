//! Sequences, alone and behind columns.

use crate::introspect::Error;
use crate::ir::object::ObjectKind;
use crate::ir::types::TypeName;
use crate::schema::model::{Object, Sequence};

use super::Area;
use super::builder::Builder;
use super::relations::persistence;
use super::row::Row;

pub(super) const AREA: Area = Area {
    what: "the sequences",
    sql: |_| {
        "SELECT c.oid, c.relnamespace AS schema, c.relname::text AS name, c.relpersistence::text AS persistence,
                pg_get_userbyid(c.relowner)::text AS owner, c.relacl::text[] AS acl,
                format_type(s.seqtypid, NULL) AS type, s.seqstart AS start, s.seqincrement AS increment,
                s.seqmax AS max, s.seqmin AS min, s.seqcache AS cache, s.seqcycle AS cycle,
                p.refobjid AS of_table, p.refobjsubid::int2 AS of_column, p.deptype::text = 'i' AS identity,
                d.description AS comment
         FROM pg_sequence s
         JOIN pg_class c ON c.oid = s.seqrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_depend p
             ON p.classid = 'pg_class'::regclass AND p.objid = c.oid AND p.objsubid = 0
            AND p.refclassid = 'pg_class'::regclass AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i')
         LEFT JOIN pg_description d
             ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
         WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
            .to_owned()
    },
    build,
    expressions: &[],
    types: &["type"],
};

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let oid = row.oid("oid")?;
        if builder.is_member("pg_class", oid) {
            continue;
        }
        let Some(name) = builder.qualified(row, "name")? else { continue };
        let owned_by = match row.get::<Option<sqlx::postgres::types::Oid>>("of_table")? {
            Some(table) => {
                let column = builder.column_names(table.0, &[row.get("of_column")?]).into_iter().next();
                builder.relation_name(table.0).cloned().zip(column)
            }
            None => None,
        };
        let data_type = builder.texts.data_type(row.text("type")?);
        let increment: i64 = row.get("increment")?;
        let (lowest, highest) = limits(&data_type);
        let (usual_min, usual_max) = if increment > 0 { (1, highest) } else { (lowest, -1) };
        let (min, max, start): (i64, i64, i64) = (row.get("min")?, row.get("max")?, row.get("start")?);
        let first = if increment > 0 { min } else { max };
        let owner = row.ident("owner")?;
        let sequence = Sequence {
            name: name.clone(),
            data_type,
            increment,
            min_value: Some(min).filter(|min| *min != usual_min),
            max_value: Some(max).filter(|max| *max != usual_max),
            start: Some(start).filter(|start| *start != first),
            cache: row.get("cache")?,
            cycle: row.flag("cycle")?,
            identity: owned_by.is_some() && row.get::<Option<bool>>("identity")?.unwrap_or_default(),
            owned_by,
            persistence: persistence(row.text("persistence")?),
            acl: builder.acl(row, "acl", ObjectKind::Sequence, &owner)?,
            owner: builder.owner(owner),
            comment: row.owned("comment")?,
        };
        builder.add_relation(oid, name, Object::Sequence(sequence));
    }
    Ok(())
}

/// The limits of an integer type.
fn limits(data_type: &TypeName) -> (i64, i64) {
    match data_type.name.name.as_str() {
        "int2" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "int4" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    }
}
