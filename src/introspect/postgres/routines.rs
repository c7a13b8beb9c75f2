//! Functions and procedures. Aggregates are among the other objects.

use crate::introspect::Error;
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::parse::postgres::piece;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Function, Object};

use super::Area;
use super::builder::Builder;
use super::row::Row;

pub(super) const AREA: Area = Area {
    what: "the functions",
    sql: |_| {
        "SELECT p.oid, p.pronamespace AS schema, p.proname::text AS name, pg_get_functiondef(p.oid) AS definition,
                pg_get_userbyid(p.proowner)::text AS owner, p.proacl::text[] AS acl, d.description AS comment
         FROM pg_proc p
         JOIN pg_namespace n ON n.oid = p.pronamespace
         LEFT JOIN pg_description d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
         WHERE p.prokind IN ('f', 'p', 'w') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid
                           AND e.deptype IN ('e', 'i'))"
            .to_owned()
    },
    build,
    expressions: &[],
    types: &[],
};

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let Some(name) = builder.qualified(row, "name")? else { continue };
        let text = row.text("definition")?;
        let DdlOp::CreateFunction(mut def) = piece::one(text) else {
            return Err(row.unexpected(format!("cannot read the function {name}")));
        };
        // The server's text always says OR REPLACE.
        def.or_replace = false;
        // It prints `bit` and `character` for types without a length.
        def.args
            .iter_mut()
            .map(|arg| &mut arg.data_type)
            .chain(&mut def.returns)
            .for_each(|ty| ty.modifiers.clear());
        let owner = row.ident("owner")?;
        let key = ObjectKey::function(name, &def.signature());
        let function = Function {
            def: *def,
            uses: Vec::new(),
            acl: builder.acl(row, "acl", ObjectKind::Function, &owner)?,
            owner: builder.owner(owner),
            comment: row.owned("comment")?,
        };
        builder.add(row.oid("oid")?, key, Object::Function(function));
    }
    Ok(())
}
