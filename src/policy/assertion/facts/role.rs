//! Facts about roles.

use crate::policy::assertion::fact::FactType::{Bool, List, Number, Text};
use crate::policy::assertion::fact::Value;
use crate::schema::Schema;
use crate::schema::model::{Object, Role};

use super::facts;

facts! { Role;
    "name" Text, "its name" => |_, r| (&r.name).into();
    "login" Bool, "whether it may log in" => |_, r| r.options.login.unwrap_or(false).into();
    "superuser" Bool, "whether it is a superuser" => |_, r| r.options.superuser.unwrap_or(false).into();
    "bypassrls" Bool, "whether row-level security does not hold for it" => |_, r| r.options.bypass_rls.unwrap_or(false).into();
    "createdb" Bool, "whether it may make databases" => |_, r| r.options.create_db.unwrap_or(false).into();
    "createrole" Bool, "whether it may make roles" => |_, r| r.options.create_role.unwrap_or(false).into();
    "replication" Bool, "whether it may replicate" => |_, r| r.options.replication.unwrap_or(false).into();
    "inherit" Bool, "whether it has the privileges of its roles without `SET ROLE`" => |_, r| r.options.inherit.unwrap_or(true).into();
    "connection_limit" Number, "how many connections it may have, where limited" =>
        |_, r| r.options.connection_limit.filter(|limit| *limit >= 0).map(i64::from).into();
    "password" Bool, "whether a migration gives it a password" => |_, r| r.options.password.unwrap_or(false).into();
    "valid_until" Text, "until when its password holds" => |_, r| r.options.valid_until.as_ref().into();
    "member_of" List, "the roles that it is a member of" => |_, r| Value::list(r.memberships.iter().map(|m| &m.role));
    "members" List, "the roles that are members of it", related => members;
    "settings" List, "the names of the settings that it begins with" => |_, r| Value::list(r.config.keys());
    "comment" Text, "its comment" => |_, r| r.comment.as_ref().into();
}

fn members<'a>(schema: &'a Schema, role: &'a Role) -> Value<'a> {
    Value::list(schema.objects().filter_map(|(_, object)| match object {
        Object::Role(member) if member.memberships.iter().any(|m| m.role == role.name) => Some(&member.name),
        _ => None,
    }))
}
