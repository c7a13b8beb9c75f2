//! Extensions, and the objects that belong to them: they come and go with it and are not the user's.

use crate::introspect::Error;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Extension, Object};

use super::Area;
use super::builder::Builder;
use super::row::Row;

pub(super) const MEMBERS: Area = Area {
    what: "the members of extensions",
    sql: |_| {
        "SELECT classid::regclass::text AS catalog, objid AS oid FROM pg_depend
         WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'"
            .to_owned()
    },
    build: |builder, rows| {
        for row in rows {
            builder.add_member(row.text("catalog")?, row.oid("oid")?);
        }
        Ok(())
    },
    expressions: &[],
    types: &[],
};

pub(super) const AREA: Area = Area {
    what: "the extensions",
    sql: |_| {
        "SELECT e.oid, e.extname::text AS name, n.nspname::text AS in_schema, e.extversion AS version,
                CASE WHEN d.description IS DISTINCT FROM a.comment THEN d.description END AS comment
         FROM pg_extension e
         JOIN pg_namespace n ON n.oid = e.extnamespace
         LEFT JOIN pg_description d ON d.classoid = 'pg_extension'::regclass AND d.objoid = e.oid
         LEFT JOIN pg_available_extensions() a ON a.name = e.extname
         WHERE e.extname <> 'plpgsql'"
            .to_owned()
    },
    build,
    expressions: &[],
    types: &[],
};

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let name = row.ident("name")?;
        let extension = Extension {
            name: name.clone(),
            schema: row.maybe_ident("in_schema")?,
            version: row.owned("version")?,
            comment: row.owned("comment")?,
        };
        builder.add(row.oid("oid")?, ObjectKey::Extension(name), Object::Extension(extension));
    }
    Ok(())
}
