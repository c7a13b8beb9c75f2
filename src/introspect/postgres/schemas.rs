//! Schemas.

use crate::introspect::Error;
use crate::ir::object::ObjectKind;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Namespace, Object};

use super::Area;
use super::acl::{self, Subject};
use super::builder::Builder;
use super::row::Row;

pub(super) const AREA: Area = Area {
    what: "the schemas",
    sql: |_| {
        "SELECT n.oid, n.nspname::text AS name, pg_get_userbyid(n.nspowner)::text AS owner,
                n.nspacl::text[] AS acl, d.description AS comment
         FROM pg_namespace n
         LEFT JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid
         WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
            .to_owned()
    },
    build,
    expressions: &[],
    types: &[],
};

/// What initdb says about the schema `public`.
const STANDARD_COMMENT: &str = "standard public schema";

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let (oid, name, owner) = (row.oid("oid")?, row.ident("name")?, row.ident("owner")?);
        if builder.is_member("pg_namespace", oid) {
            continue;
        }
        let public = name == "public";
        let key = ObjectKey::Schema(name.clone());
        let items: Option<Vec<String>> = row.get("acl")?;
        let subject = Subject {
            kind: ObjectKind::Schema,
            key: Some(&key),
            owner: Some(&owner),
            version: builder.version,
            bare: false,
        };
        let acl = acl::acl(items.as_deref(), subject);
        // Nobody who runs migrations made `public`; since 15 it belongs to the database's owner by way of a role.
        let given = public
            && if builder.version.at_least(15) {
                owner == "pg_database_owner"
            } else {
                builder.is_bootstrap(&owner)
            };
        let namespace = Namespace {
            name: name.clone(),
            owner: if given { None } else { builder.owner(owner) },
            acl,
            comment: row.owned("comment")?.filter(|text| !(public && text == STANDARD_COMMENT)),
        };
        builder.name_schema(oid, name);
        builder.add(oid, key, Object::Schema(namespace));
    }
    Ok(())
}
