//! Roles, memberships, settings of roles, and default privileges.
//!
//! Roles belong to the whole server. Those that initdb makes are left out: the bootstrap superuser and `pg_*`.
//! Whether a role has a password is nobody's business.

use crate::introspect::Error;
use crate::ir::DdlOp;
use crate::ir::access::RoleOptions;
use crate::ir::object::ObjectKind;
use crate::name::{Ident, ServerVersion};
use crate::parse::postgres::piece;
use crate::quote::{quote_ident, quote_literal};
use crate::schema::acl::{BuiltIn, owner_entry};
use crate::schema::key::ObjectKey;
use crate::schema::model::{DefaultAcl, Membership, Object, Role};

use super::Area;
use super::acl::{self, Subject};
use super::builder::Builder;
use super::row::Row;

pub(super) const ROLES: Area = Area {
    what: "the roles",
    sql: |_| {
        "SELECT r.oid, r.rolname::text AS name, r.rolsuper AS superuser, r.rolcreatedb AS create_db,
                    r.rolcreaterole AS create_role, r.rolinherit AS inherit, r.rolcanlogin AS login,
                    r.rolreplication AS replication, r.rolbypassrls AS bypass_rls,
                    r.rolconnlimit AS connection_limit,
                    CASE WHEN r.rolvaliduntil <> 'infinity' THEN r.rolvaliduntil::text END AS valid_until,
                    d.description AS comment
             FROM pg_roles r
             LEFT JOIN pg_shdescription d ON d.classoid = 'pg_authid'::regclass AND d.objoid = r.oid
             WHERE r.oid <> 10 AND r.rolname !~ '^pg_'"
            .to_owned()
    },
    build: roles,
    expressions: &[],
    types: &[],
};

fn roles(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let name = row.ident("name")?;
        // An attribute that is as in a plain CREATE ROLE is not stated.
        let on = |column| Ok::<_, Error>(row.flag(column)?.then_some(true));
        let limit: i32 = row.get("connection_limit")?;
        let role = Role {
            name: name.clone(),
            options: RoleOptions {
                superuser: on("superuser")?,
                create_db: on("create_db")?,
                create_role: on("create_role")?,
                inherit: (!row.flag("inherit")?).then_some(false),
                login: on("login")?,
                replication: on("replication")?,
                bypass_rls: on("bypass_rls")?,
                connection_limit: (limit != -1).then_some(limit),
                password: None,
                valid_until: row.owned("valid_until")?,
            },
            config: std::collections::BTreeMap::new(),
            memberships: Vec::new(),
            comment: row.owned("comment")?,
        };
        builder.add_role(row.oid("oid")?, role);
    }
    Ok(())
}

pub(super) const MEMBERSHIPS: Area = Area {
    what: "the memberships of roles",
    sql: memberships_sql,
    build: memberships,
    expressions: &[],
    types: &[],
};

fn memberships_sql(version: ServerVersion) -> String {
    // From 16 on, the same membership may be granted by several roles. What superusers grant counts as granted by
    // the one of initdb.
    let columns = if version.at_least(16) {
        "m.inherit_option AS inherits, m.set_option AS sets,
         CASE WHEN m.grantor <> 10 THEN pg_get_userbyid(m.grantor)::text END AS grantor"
    } else {
        "NULL::bool AS inherits, true AS sets, NULL::text AS grantor"
    };
    format!(
        "SELECT m.member, pg_get_userbyid(m.roleid)::text AS role, m.admin_option AS admin, {columns}
         FROM pg_auth_members m ORDER BY m.member, m.roleid, m.grantor"
    )
}

fn memberships(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let Some(member) = builder.role(row.oid("member")?) else { continue };
        member.memberships.push(Membership {
            role: row.ident("role")?,
            admin: row.flag("admin")?,
            inherit: row.get("inherits")?,
            set: row.flag("sets")?,
            grantor: row.maybe_ident("grantor")?,
        });
    }
    Ok(())
}

pub(super) const SETTINGS: Area = Area {
    what: "the settings of roles",
    sql: |_| {
        "SELECT s.setrole AS role, s.setconfig AS settings FROM pg_db_role_setting s
         WHERE s.setdatabase = 0 AND s.setrole <> 0"
            .to_owned()
    },
    build: settings,
    expressions: &[],
    types: &[],
};

/// Settings whose value is a list of names, kept with the quotes they need (`GUC_LIST_QUOTE`).
const NAME_LISTS: [&str; 5] = [
    "search_path",
    "temp_tablespaces",
    "local_preload_libraries",
    "session_preload_libraries",
    "shared_preload_libraries",
];

fn settings(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let settings = row.options("settings")?;
        let Some(role) = builder.role(row.oid("role")?) else { continue };
        for (name, value) in settings {
            let value = if NAME_LISTS.contains(&name.as_str()) {
                if value.is_empty() { "''".to_owned() } else { value }
            } else {
                quote_literal(&value)
            };
            // As the front end keeps the value of a statement.
            let setting = name.split('.').map(quote_ident).collect::<Vec<_>>().join(".");
            if let DdlOp::AlterRole(op) = piece::one(&format!("ALTER ROLE r SET {setting} TO {value}"))
                && let Some((_, Some(value))) = op.config
            {
                role.config.insert(name, value);
            }
        }
    }
    Ok(())
}

pub(super) const DEFAULTS: Area = Area {
    what: "the default privileges",
    sql: |_| {
        "SELECT d.oid, pg_get_userbyid(d.defaclrole)::text AS role, d.defaclnamespace AS schema,
                d.defaclobjtype::text AS kind, d.defaclacl::text[] AS acl
         FROM pg_default_acl d"
            .to_owned()
    },
    build: defaults,
    expressions: &[],
    types: &[],
};

fn defaults(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let kind = match row.text("kind")? {
            "r" => ObjectKind::Table,
            "S" => ObjectKind::Sequence,
            "f" => ObjectKind::Function,
            "T" => ObjectKind::Type,
            "n" => ObjectKind::Schema,
            "L" => ObjectKind::LargeObject,
            _ => continue,
        };
        let schema: Option<Ident> = match row.oid("schema")? {
            0 => None,
            oid => match builder.schema(oid) {
                Some(name) => Some(name.clone()),
                None => continue,
            },
        };
        let role = row.ident("role")?;
        let items: Option<Vec<String>> = row.get("acl")?;
        let stated = builder.owner(role.clone());
        let built_in = match schema {
            Some(_) => BuiltIn::default(),
            None => BuiltIn::of(kind, None, builder.version),
        };
        let entry = owner_entry(stated.as_ref());
        let acl = acl::acl(items.as_deref(), Subject { owner: &role, entry: &entry, built_in: &built_in });
        if acl.is_default() {
            continue;
        }
        let key = ObjectKey::DefaultAcl(stated, schema, kind);
        builder.add(row.oid("oid")?, key, Object::DefaultAcl(DefaultAcl { kind, acl }));
    }
    Ok(())
}
