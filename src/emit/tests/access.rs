//! Privileges, roles and policies.

use super::{Sample, e, id, ids, q, ty};
use crate::ir::DdlOp;
use crate::ir::access::{
    AlterDefaultPrivileges, AlterPolicy, AlterRole, CreatePolicy, CreateRole, Grant, GrantRole, GrantTarget,
    Grantee, PolicyCommand, Privilege, RoleOptions,
};
use crate::ir::object::{ObjectKind, ObjectName};
use crate::name::QName;

pub(super) fn samples() -> Vec<Sample> {
    [policies(), grants(), memberships(), default_privileges(), roles()].concat()
}

fn role(name: &str) -> Grantee {
    Grantee::Role(id(name))
}

fn policies() -> Vec<Sample> {
    let open = CreatePolicy {
        name: id("p"),
        table: q("app.t"),
        permissive: true,
        command: PolicyCommand::All,
        roles: vec![Grantee::Public],
        using: Some(e("true")),
        check: None,
    };
    let narrow = CreatePolicy {
        name: id("My policy"),
        permissive: false,
        command: PolicyCommand::Insert,
        roles: vec![role("app"), Grantee::Session("CURRENT_USER")],
        using: None,
        check: Some(e("owner = current_user")),
        ..open.clone()
    };
    vec![
        (DdlOp::CreatePolicy(open), "CREATE POLICY p ON app.t\n    USING (true)"),
        (
            DdlOp::CreatePolicy(narrow),
            "CREATE POLICY \"My policy\" ON app.t\n    AS RESTRICTIVE\n    FOR INSERT\n    \
             TO app, CURRENT_USER\n    WITH CHECK (owner = current_user)",
        ),
        (
            DdlOp::AlterPolicy(AlterPolicy {
                name: id("p"),
                table: q("t"),
                roles: vec![Grantee::Public],
                using: Some(e("a")),
                check: Some(e("b")),
            }),
            "ALTER POLICY p ON t\n    TO PUBLIC\n    USING (a)\n    WITH CHECK (b)",
        ),
    ]
}

fn privilege(name: &str, columns: &[&str]) -> Privilege {
    Privilege { name: id(name), columns: ids(columns) }
}

fn on(kind: ObjectKind, objects: Vec<ObjectName>) -> Grant {
    Grant {
        grant: true,
        privileges: Vec::new(),
        kind,
        target: GrantTarget::Objects(objects),
        grantees: vec![role("app")],
        grant_option: false,
        grantor: None,
        cascade: false,
    }
}

fn grants() -> Vec<Sample> {
    let table = on(ObjectKind::Table, vec![ObjectName::of(q("app.t")), ObjectName::of(q("u"))]);
    let function = ObjectName { args: Some(vec![ty("int4")]), ..ObjectName::of(q("f")) };
    vec![
        (
            DdlOp::Grant(Grant {
                privileges: vec![privilege("SELECT", &[]), privilege("UPDATE", &["a", "B"])],
                grantees: vec![role("app"), Grantee::Public],
                grant_option: true,
                grantor: Some(Grantee::Session("CURRENT_ROLE")),
                ..table.clone()
            }),
            "GRANT SELECT, UPDATE (a, \"B\") ON TABLE app.t, u TO app, PUBLIC WITH GRANT OPTION \
             GRANTED BY CURRENT_ROLE",
        ),
        (
            DdlOp::Grant(Grant { grant: false, grant_option: true, cascade: true, ..table }),
            "REVOKE GRANT OPTION FOR ALL ON TABLE app.t, u FROM app CASCADE",
        ),
        (
            DdlOp::Grant(Grant {
                privileges: vec![privilege("EXECUTE", &[])],
                ..on(ObjectKind::Function, vec![function])
            }),
            "GRANT EXECUTE ON FUNCTION f(integer) TO app",
        ),
        (DdlOp::Grant(on(ObjectKind::View, vec![ObjectName::of(q("v"))])), "GRANT ALL ON TABLE v TO app"),
        (
            DdlOp::Grant(on(ObjectKind::Server, vec![ObjectName::of(q("s"))])),
            "GRANT ALL ON FOREIGN SERVER s TO app",
        ),
        (
            DdlOp::Grant(Grant {
                target: GrantTarget::AllInSchemas(ids(&["a", "b"])),
                ..on(ObjectKind::Sequence, Vec::new())
            }),
            "GRANT ALL ON ALL SEQUENCES IN SCHEMA a, b TO app",
        ),
        (
            DdlOp::Grant(Grant {
                privileges: vec![privilege("ALTER SYSTEM", &[])],
                ..on(ObjectKind::Parameter, vec![ObjectName::of(QName::bare("work_mem"))])
            }),
            "GRANT ALTER SYSTEM ON PARAMETER work_mem TO app",
        ),
    ]
}

fn memberships() -> Vec<Sample> {
    let plain = GrantRole {
        grant: true,
        roles: ids(&["reader", "Writer"]),
        grantees: vec![role("app"), Grantee::Session("SESSION_USER")],
        admin: None,
        inherit: None,
        set: None,
        grantor: None,
        cascade: false,
    };
    vec![
        (DdlOp::GrantRole(plain.clone()), "GRANT reader, \"Writer\" TO app, SESSION_USER"),
        (
            DdlOp::GrantRole(GrantRole { admin: Some(true), grantor: Some(role("dba")), ..plain.clone() }),
            "GRANT reader, \"Writer\" TO app, SESSION_USER WITH ADMIN OPTION GRANTED BY dba",
        ),
        (
            DdlOp::GrantRole(GrantRole {
                admin: Some(true),
                inherit: Some(false),
                set: Some(true),
                ..plain.clone()
            }),
            "GRANT reader, \"Writer\" TO app, SESSION_USER WITH ADMIN TRUE, INHERIT FALSE, SET TRUE",
        ),
        (
            DdlOp::GrantRole(GrantRole {
                grant: false,
                inherit: Some(false),
                cascade: true,
                ..plain.clone()
            }),
            "REVOKE INHERIT OPTION FOR reader, \"Writer\" FROM app, SESSION_USER CASCADE",
        ),
        (
            DdlOp::GrantRole(GrantRole { grant: false, ..plain }),
            "REVOKE reader, \"Writer\" FROM app, SESSION_USER",
        ),
    ]
}

fn default_privileges() -> Vec<Sample> {
    let alter = |for_roles: Vec<Grantee>, schemas: &[&str], grant: Grant| {
        DdlOp::AlterDefaultPrivileges(Box::new(AlterDefaultPrivileges {
            for_roles,
            schemas: ids(schemas),
            grant,
        }))
    };
    let select = Grant { privileges: vec![privilege("SELECT", &[])], ..on(ObjectKind::Table, Vec::new()) };
    let kinds = [
        (ObjectKind::Function, "ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO app"),
        (ObjectKind::Routine, "ALTER DEFAULT PRIVILEGES GRANT ALL ON ROUTINES TO app"),
        (ObjectKind::Type, "ALTER DEFAULT PRIVILEGES GRANT ALL ON TYPES TO app"),
        (ObjectKind::Schema, "ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO app"),
        (ObjectKind::LargeObject, "ALTER DEFAULT PRIVILEGES GRANT ALL ON LARGE OBJECTS TO app"),
    ];
    let mut samples: Vec<Sample> =
        kinds.into_iter().map(|(kind, text)| (alter(Vec::new(), &[], on(kind, Vec::new())), text)).collect();
    samples.push((
        alter(vec![role("owner"), Grantee::Session("CURRENT_USER")], &["a", "b"], select.clone()),
        "ALTER DEFAULT PRIVILEGES FOR ROLE owner, CURRENT_USER IN SCHEMA a, b GRANT SELECT ON TABLES TO app",
    ));
    samples.push((
        alter(Vec::new(), &[], Grant { grant: false, ..select }),
        "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM app",
    ));
    samples
}

fn roles() -> Vec<Sample> {
    let all = |on: bool| RoleOptions {
        superuser: Some(on),
        create_db: Some(on),
        create_role: Some(on),
        inherit: Some(on),
        login: Some(on),
        replication: Some(on),
        bypass_rls: Some(on),
        connection_limit: Some(-1),
        password: Some(on),
        valid_until: Some("infinity".into()),
    };
    let alter = |name: Option<&str>, options: RoleOptions, config: Option<(&str, Option<&str>)>| {
        DdlOp::AlterRole(AlterRole {
            name: name.map(id),
            options,
            config: config.map(|(name, value)| (name.into(), value.map(String::from))),
            database: name.is_none().then(|| id("db")),
        })
    };
    vec![
        (
            DdlOp::CreateRole(CreateRole {
                name: id("App"),
                options: all(true),
                member_of: ids(&["a", "b"]),
                members: ids(&["c"]),
                admins: ids(&["d"]),
            }),
            "CREATE ROLE \"App\" SUPERUSER CREATEDB CREATEROLE INHERIT LOGIN REPLICATION BYPASSRLS \
             CONNECTION LIMIT -1 /* PASSWORD not kept */ VALID UNTIL 'infinity' IN ROLE a, b ROLE c ADMIN d",
        ),
        (
            alter(Some("app"), all(false), None),
            "ALTER ROLE app NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOLOGIN NOREPLICATION NOBYPASSRLS \
             CONNECTION LIMIT -1 PASSWORD NULL VALID UNTIL 'infinity'",
        ),
        (
            alter(None, RoleOptions::default(), Some(("search_path", Some("app")))),
            "ALTER ROLE ALL IN DATABASE db SET search_path = app",
        ),
        (alter(Some("app"), RoleOptions::default(), Some(("x.y", None))), "ALTER ROLE app RESET x.y"),
        (alter(Some("app"), RoleOptions::default(), Some(("*", None))), "ALTER ROLE app RESET ALL"),
        (
            DdlOp::DropOwned { roles: ids(&["a", "CURRENT_USER"]), cascade: true },
            "DROP OWNED BY a, CURRENT_USER CASCADE",
        ),
        (
            DdlOp::ReassignOwned { roles: ids(&["a", "b"]), to: id("SESSION_USER") },
            "REASSIGN OWNED BY a, b TO SESSION_USER",
        ),
    ]
}
