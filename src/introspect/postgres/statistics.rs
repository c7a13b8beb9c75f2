//! Extended statistics.

use crate::introspect::Error;
use crate::ir::DdlOp;
use crate::parse::postgres::piece;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Statistics};

use super::Area;
use super::builder::Builder;
use super::row::Row;

pub(super) const AREA: Area = Area {
    what: "the extended statistics",
    sql: |_| {
        "SELECT s.oid, s.stxnamespace AS schema, s.stxname::text AS name, s.stxrelid AS relation,
                pg_get_userbyid(s.stxowner)::text AS owner, pg_get_statisticsobjdef(s.oid) AS definition,
                d.description AS comment
         FROM pg_statistic_ext s
         LEFT JOIN pg_description d ON d.classoid = 'pg_statistic_ext'::regclass AND d.objoid = s.oid"
            .to_owned()
    },
    build,
    expressions: &[],
    types: &[],
};

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let oid = row.oid("oid")?;
        let Some(name) = builder.qualified(row, "name")? else { continue };
        let Some(table) = builder.relation_name(row.oid("relation")?).cloned() else { continue };
        if builder.is_member("pg_statistic_ext", oid) {
            continue;
        }
        let text = row.text("definition")?;
        let DdlOp::CreateStatistics(op) = piece::one(text) else {
            return Err(row.unexpected(format!("cannot read the statistics {text}")));
        };
        let statistics = Statistics {
            name: name.clone(),
            table,
            kinds: op.kinds,
            exprs: op.exprs,
            owner: builder.owner(row.ident("owner")?),
            comment: row.owned("comment")?,
        };
        builder.add(oid, ObjectKey::Statistics(name), Object::Statistics(statistics));
    }
    Ok(())
}
