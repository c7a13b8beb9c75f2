//! Row-level security policies.

use crate::introspect::Error;
use crate::ir::access::{Grantee, PolicyCommand};
use crate::schema::model::Policy;

use super::Area;
use super::builder::Builder;
use super::row::Row;

pub(super) const AREA: Area = Area {
    what: "the policies",
    sql: |_| {
        "SELECT p.oid, p.polrelid AS relation, p.polname::text AS name, p.polpermissive AS permissive,
                p.polcmd::text AS command, 0 = ANY (p.polroles) AS for_all,
                (SELECT array_agg(rolname::text ORDER BY array_position(p.polroles, r.oid))
                 FROM pg_roles r WHERE r.oid = ANY (p.polroles)) AS roles,
                pg_get_expr(p.polqual, p.polrelid) AS using,
                pg_get_expr(p.polwithcheck, p.polrelid) AS check, d.description AS comment
         FROM pg_policy p
         LEFT JOIN pg_description d ON d.classoid = 'pg_policy'::regclass AND d.objoid = p.oid
         ORDER BY p.oid"
            .to_owned()
    },
    build,
    expressions: &["using", "check"],
    types: &[],
};

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let using = row.maybe("using")?.map(|text| builder.texts.expr(text));
        let check = row.maybe("check")?.map(|text| builder.texts.expr(text));
        let Some(table) = builder.table(row.oid("relation")?) else { continue };
        table.policies.push(Policy {
            name: row.ident("name")?,
            permissive: row.flag("permissive")?,
            command: match row.text("command")? {
                "r" => PolicyCommand::Select,
                "a" => PolicyCommand::Insert,
                "w" => PolicyCommand::Update,
                "d" => PolicyCommand::Delete,
                _ => PolicyCommand::All,
            },
            roles: if row.flag("for_all")? {
                vec![Grantee::Public]
            } else {
                row.idents("roles")?.into_iter().map(Grantee::Role).collect()
            },
            using,
            check,
            uses: Vec::new(),
            comment: row.owned("comment")?,
        });
    }
    Ok(())
}
