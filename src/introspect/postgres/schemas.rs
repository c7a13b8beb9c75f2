//! Schemas.

use crate::introspect::Error;
use crate::ir::object::ObjectKind;
use crate::schema::acl::{BuiltIn, owner_entry};
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
        // Nobody who runs migrations made `public`; since 15 it belongs to the database's owner by way of a role.
        let standing = builder.version.at_least(15) && owner == "pg_database_owner";
        let given = public && (standing || !builder.version.at_least(15) && builder.is_bootstrap(&owner));
        let stated = if given { None } else { builder.owner(owner.clone()) };
        let entry = owner_entry(if public && standing { Some(&owner) } else { stated.as_ref() });
        let built_in = BuiltIn::of(ObjectKind::Schema, Some(&key), builder.version);
        let items: Option<Vec<String>> = row.get("acl")?;
        let acl = acl::acl(items.as_deref(), Subject { owner: &owner, entry: &entry, built_in: &built_in });
        let namespace = Namespace {
            name: name.clone(),
            owner: stated,
            acl,
            comment: row.owned("comment")?.filter(|text| !(public && text == STANDARD_COMMENT)),
        };
        builder.name_schema(oid, name);
        builder.add(oid, key, Object::Schema(namespace));
    }
    Ok(())
}
