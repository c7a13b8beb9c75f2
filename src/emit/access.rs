//! Privileges, roles and policies.

use super::expr;
use super::line::{Line, commas};
use super::object::{columns, grantee, grantees, ident, literal, object, option_name, relation, role};
use crate::ir::access::{
    AlterDefaultPrivileges, AlterPolicy, AlterRole, CreatePolicy, CreateRole, Grant, GrantRole, GrantTarget,
    Grantee, PolicyCommand, Privilege, RoleOptions,
};
use crate::ir::expr::Expr;
use crate::ir::object::ObjectKind;
use crate::name::{Dialect, Ident};

/// `CREATE POLICY`, one clause per line; what is the default is left out.
pub(super) fn create_policy(create: &CreatePolicy, dialect: Dialect) -> String {
    let for_all = create.command == PolicyCommand::All;
    let to_public = create.roles.is_empty() || create.roles == [Grantee::Public];
    let line = Line::new("CREATE POLICY")
        .word(ident(&create.name, dialect))
        .clause("ON", Some(relation(&create.table, dialect)))
        .line(if create.permissive { "" } else { "AS RESTRICTIVE" })
        .line(if for_all { String::new() } else { format!("FOR {}", create.command.keyword()) })
        .line(if to_public { String::new() } else { format!("TO {}", grantees(&create.roles)) });
    policy_conditions(line, create.using.as_ref(), create.check.as_ref())
}

/// `ALTER POLICY`.
pub(super) fn alter_policy(alter: &AlterPolicy, dialect: Dialect) -> String {
    let line = Line::new("ALTER POLICY")
        .word(ident(&alter.name, dialect))
        .clause("ON", Some(relation(&alter.table, dialect)))
        .line(if alter.roles.is_empty() { String::new() } else { format!("TO {}", grantees(&alter.roles)) });
    policy_conditions(line, alter.using.as_ref(), alter.check.as_ref())
}

fn policy_conditions(line: Line, using: Option<&Expr>, check: Option<&Expr>) -> String {
    line.line(using.map_or(String::new(), |using| format!("USING {}", expr::enclosed(using))))
        .line(check.map_or(String::new(), |check| format!("WITH CHECK {}", expr::enclosed(check))))
        .done()
}

/// `GRANT` or `REVOKE` on objects.
pub(super) fn grant(grant: &Grant, dialect: Dialect) -> String {
    let target = match &grant.target {
        GrantTarget::Objects(objects) => {
            format!("{} {}", kind(grant.kind), commas(objects, |o| object(grant.kind, o, dialect)))
        }
        GrantTarget::AllInSchemas(schemas) => {
            format!("ALL {} IN SCHEMA {}", kinds(grant.kind), columns(schemas, dialect))
        }
    };
    grant_on(Line::new(""), grant, &target, dialect)
}

/// `ALTER DEFAULT PRIVILEGES`.
pub(super) fn alter_default_privileges(alter: &AlterDefaultPrivileges, dialect: Dialect) -> String {
    let for_roles = (!alter.for_roles.is_empty()).then(|| grantees(&alter.for_roles));
    let schemas = (!alter.schemas.is_empty()).then(|| columns(&alter.schemas, dialect));
    let line =
        Line::new("ALTER DEFAULT PRIVILEGES").clause("FOR ROLE", for_roles).clause("IN SCHEMA", schemas);
    grant_on(line, &alter.grant, kinds(alter.grant.kind), dialect)
}

fn grant_on(line: Line, grant: &Grant, target: &str, dialect: Dialect) -> String {
    let privileges = if grant.privileges.is_empty() {
        "ALL".into()
    } else {
        commas(&grant.privileges, |one| privilege(one, dialect))
    };
    line.word(if grant.grant { "GRANT" } else { "REVOKE" })
        .when(!grant.grant && grant.grant_option, "GRANT OPTION FOR")
        .word(privileges)
        .clause("ON", Some(target))
        .word(if grant.grant { "TO" } else { "FROM" })
        .word(grantees(&grant.grantees))
        .when(grant.grant && grant.grant_option, "WITH GRANT OPTION")
        .clause("GRANTED BY", grant.grantor.as_ref().map(grantee))
        .when(!grant.grant && grant.cascade, "CASCADE")
        .done()
}

fn privilege(privilege: &Privilege, dialect: Dialect) -> String {
    Line::new(&*privilege.name).list("", &columns(&privilege.columns, dialect)).done()
}

/// What `GRANT` calls a kind of object: every relation but a sequence is a table to it.
fn kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::ForeignTable | ObjectKind::Column => {
            "TABLE"
        }
        ObjectKind::Server => "FOREIGN SERVER",
        ObjectKind::Aggregate => "FUNCTION",
        other => other.keyword(),
    }
}

/// The same for many objects: `ALL … IN SCHEMA` and default privileges.
fn kinds(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Sequence => "SEQUENCES",
        ObjectKind::Function | ObjectKind::Aggregate => "FUNCTIONS",
        ObjectKind::Procedure => "PROCEDURES",
        ObjectKind::Routine => "ROUTINES",
        ObjectKind::Type | ObjectKind::Domain | ObjectKind::CompositeType => "TYPES",
        ObjectKind::Schema => "SCHEMAS",
        ObjectKind::LargeObject => "LARGE OBJECTS",
        _ => "TABLES",
    }
}

/// `GRANT` or `REVOKE` of role membership.
pub(super) fn grant_role(grant: &GrantRole, dialect: Dialect) -> String {
    let options = [("ADMIN", grant.admin), ("INHERIT", grant.inherit), ("SET", grant.set)];
    let given: Vec<(&str, bool)> =
        options.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let revoked = given.first().filter(|_| !grant.grant).map(|(name, _)| format!("{name} OPTION FOR"));
    let with = match given.as_slice() {
        _ if !grant.grant => None,
        [] => None,
        // The only form before PostgreSQL 16.
        [("ADMIN", true)] => Some("ADMIN OPTION".to_owned()),
        many => Some(commas(many, |(name, on)| format!("{name} {}", if *on { "TRUE" } else { "FALSE" }))),
    };
    Line::new(if grant.grant { "GRANT" } else { "REVOKE" })
        .clause("", revoked)
        .word(columns(&grant.roles, dialect))
        .word(if grant.grant { "TO" } else { "FROM" })
        .word(grantees(&grant.grantees))
        .clause("WITH", with)
        .clause("GRANTED BY", grant.grantor.as_ref().map(grantee))
        .when(!grant.grant && grant.cascade, "CASCADE")
        .done()
}

/// `CREATE ROLE`.
pub(super) fn create_role(create: &CreateRole, dialect: Dialect) -> String {
    let some = |list: &[Ident]| (!list.is_empty()).then(|| commas(list, role));
    let line = Line::new("CREATE ROLE").word(role(&create.name));
    role_options(line, &create.options, dialect)
        .clause("IN ROLE", some(&create.member_of))
        .clause("ROLE", some(&create.members))
        .clause("ADMIN", some(&create.admins))
        .done()
}

/// `ALTER ROLE`.
pub(super) fn alter_role(alter: &AlterRole, dialect: Dialect) -> String {
    let line = Line::new("ALTER ROLE")
        .word(alter.name.as_ref().map_or("ALL".into(), role))
        .clause("IN DATABASE", alter.database.as_ref().map(|name| ident(name, dialect)));
    match &alter.config {
        // The value is SQL already: it may be a list.
        Some((name, Some(value))) => {
            line.clause("SET", Some(format!("{} = {value}", option_name(name)))).done()
        }
        Some((name, None)) if name == "*" => line.word("RESET ALL").done(),
        Some((name, None)) => line.clause("RESET", Some(option_name(name))).done(),
        None => role_options(line, &alter.options, dialect).done(),
    }
}

fn role_options(line: Line, options: &RoleOptions, dialect: Dialect) -> Line {
    let flags = [
        ("SUPERUSER", "NOSUPERUSER", options.superuser),
        ("CREATEDB", "NOCREATEDB", options.create_db),
        ("CREATEROLE", "NOCREATEROLE", options.create_role),
        ("INHERIT", "NOINHERIT", options.inherit),
        ("LOGIN", "NOLOGIN", options.login),
        ("REPLICATION", "NOREPLICATION", options.replication),
        ("BYPASSRLS", "NOBYPASSRLS", options.bypass_rls),
    ];
    let line = flags.into_iter().fold(line, |line, (on, off, value)| {
        line.clause("", value.map(|value| if value { on } else { off }))
    });
    line.clause("CONNECTION LIMIT", options.connection_limit.map(|limit| limit.to_string()))
        .clause("", options.password.map(|set| if set { "/* PASSWORD not kept */" } else { "PASSWORD NULL" }))
        .clause("VALID UNTIL", options.valid_until.as_ref().map(|until| literal(until, dialect)))
}

/// `DROP OWNED BY`.
pub(super) fn drop_owned(roles: &[Ident], cascade: bool) -> String {
    Line::new("DROP OWNED BY").word(commas(roles, role)).when(cascade, "CASCADE").done()
}

/// `REASSIGN OWNED BY`.
pub(super) fn reassign_owned(roles: &[Ident], to: &Ident) -> String {
    Line::new("REASSIGN OWNED BY").word(commas(roles, role)).clause("TO", Some(role(to))).done()
}
