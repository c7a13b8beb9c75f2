//! Facts about grants, and the grants of an object: what one grantee was given on it by one grantor.

use crate::ir::access::Grantee;
use crate::ir::object::ObjectKind;
use crate::name::Ident;
use crate::policy::assertion::fact::FactType::{Bool, List, Text};
use crate::policy::assertion::fact::{GrantItem, Value};
use crate::schema::acl::Acl;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Role, Table};

use super::facts;

facts! { Grant;
    "object" Text, "what it is on, qualified; a column as `schema.table.column`, a role by its name" =>
        |g| g.object.clone().into();
    "object_kind" Text, "the kind of that: `table`, `column`, `sequence`, `schema`, `function`, `role`, …" =>
        |g| g.object_kind.clone().into();
    "schema" Text, "the schema that it is in" => |g| g.schema.into();
    "grantee" Text, "who has it; `PUBLIC` for everybody" => |g| g.grantee.clone().into();
    "public" Bool, "whether everybody has it" => |g| (g.grantee == "PUBLIC").into();
    "grantor" Text, "who gave it; nothing for the owner" => |g| g.grantor.into();
    "privileges" List, "what was given: `SELECT`, `INSERT`, …; `MEMBER` for a role" => |g| Value::list(&g.privileges);
    "grantable" Bool, "whether some of it may be given on (`GRANT OPTION`, `ADMIN`)" => |g| g.grantable.into();
    "future" Bool, "whether it is on objects that are made later (`ALTER DEFAULT PRIVILEGES`)" => |g| g.future.into();
}

/// Everything that was granted on an object and its columns; of a role, the memberships in others.
pub(in crate::policy) fn of_object<'a>(key: &'a ObjectKey, object: &'a Object) -> Vec<GrantItem<'a>> {
    let schema = match key {
        ObjectKey::Schema(name) => Some(name),
        key => key.namespace(),
    };
    let kind = object.kind();
    let acl = match object {
        Object::Table(table) => return of_table(table),
        Object::Role(role) => return of_role(role),
        Object::DefaultAcl(default) => {
            let ObjectKey::DefaultAcl(_, schema, _) = key else { return Vec::new() };
            let mut items = items(&default.acl, key.to_string(), schema.as_ref(), default.kind);
            for item in &mut items {
                item.future = true;
            }
            return items;
        }
        Object::View(view) => {
            let columns = view.columns.iter().flat_map(|column| {
                let name = format!("{key}.{}", column.name);
                items(&column.acl, name, schema, ObjectKind::Column)
            });
            let mut all = items(&view.acl, key.to_string(), schema, kind);
            all.extend(columns);
            return all;
        }
        Object::Schema(o) => &o.acl,
        Object::Sequence(o) => &o.acl,
        Object::Type(o) => &o.acl,
        Object::Function(o) => &o.acl,
        Object::Other(o) => {
            return items(&o.acl, o.name.clone(), None, kind);
        }
        Object::Index(_) | Object::Extension(_) | Object::Publication(_) | Object::Statistics(_) => {
            return Vec::new();
        }
    };
    items(acl, key.to_string(), schema, kind)
}

/// Everything that was granted on a table and its columns.
pub(super) fn of_table(table: &Table) -> Vec<GrantItem<'_>> {
    let schema = table.name.schema.as_ref();
    let kind = if matches!(table.kind, crate::schema::model::TableKind::Foreign(_)) {
        ObjectKind::ForeignTable
    } else {
        ObjectKind::Table
    };
    let mut all = items(&table.acl, table.name.to_string(), schema, kind);
    for column in &*table.columns {
        all.extend(items(&column.acl, format!("{}.{}", table.name, column.name), schema, ObjectKind::Column));
    }
    all
}

fn items<'a>(
    acl: &'a Acl,
    object: String,
    schema: Option<&'a Ident>,
    kind: ObjectKind,
) -> Vec<GrantItem<'a>> {
    acl.items()
        .map(|(grantor, grantee, held)| GrantItem {
            object: object.clone(),
            schema,
            object_kind: kind.keyword().to_ascii_lowercase().replace(' ', "-"),
            future: false,
            grantee: grantee.to_string(),
            grantor,
            privileges: held.keys().map(Ident::as_str).collect(),
            grantable: held.values().any(|option| *option),
        })
        .collect()
}

fn of_role(role: &Role) -> Vec<GrantItem<'_>> {
    role.memberships
        .iter()
        .map(|membership| GrantItem {
            object: membership.role.to_string(),
            schema: None,
            object_kind: "role".to_owned(),
            future: false,
            grantee: Grantee::Role(role.name.clone()).to_string(),
            grantor: membership.grantor.as_ref(),
            privileges: vec!["MEMBER"],
            grantable: membership.admin,
        })
        .collect()
}
