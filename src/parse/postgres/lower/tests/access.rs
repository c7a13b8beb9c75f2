//! Privileges, roles and policies.

use super::lowered;
use crate::ir::access::{GrantTarget, Grantee, PolicyCommand, Privilege};
use crate::ir::object::ObjectKind;
use crate::name::Ident;

fn role(name: &str) -> Grantee {
    Grantee::Role(Ident::new(name))
}

#[test]
fn grants() {
    let g = lowered!(
        Grant,
        "GRANT SELECT (a, b), INSERT ON s.t, u TO joe, PUBLIC, CURRENT_USER WITH GRANT OPTION"
    );
    assert!(g.grant && g.grant_option && g.kind == ObjectKind::Table);
    let columns = vec![Ident::new("a"), Ident::new("b")];
    assert_eq!(
        g.privileges,
        [
            Privilege { name: Ident::new("SELECT"), columns },
            Privilege { name: Ident::new("INSERT"), columns: Vec::new() }
        ]
    );
    assert_eq!(g.grantees, [role("joe"), Grantee::Public, Grantee::Session("CURRENT_USER")]);
    let GrantTarget::Objects(objects) = g.target else { panic!() };
    assert_eq!(objects[0].to_string(), "s.t");

    let g =
        lowered!(Grant, "REVOKE GRANT OPTION FOR ALL ON FUNCTION f(int), g() FROM a GRANTED BY b CASCADE");
    assert!(!g.grant && g.grant_option && g.cascade && g.privileges.is_empty());
    assert_eq!(g.grantor, Some(role("b")));
    let GrantTarget::Objects(objects) = g.target else { panic!() };
    assert_eq!((objects[0].to_string(), objects[1].to_string()), ("f(integer)".into(), "g()".into()));

    let g = lowered!(Grant, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA a, b TO c");
    assert_eq!(g.target, GrantTarget::AllInSchemas(vec![Ident::new("a"), Ident::new("b")]));
    let g = lowered!(Grant, "GRANT ALL (a) ON t TO b");
    assert_eq!((g.privileges[0].name.as_str(), g.privileges[0].columns.len()), ("ALL", 1));
    let g = lowered!(Grant, "GRANT SET, ALTER SYSTEM ON PARAMETER x.y TO b");
    assert_eq!((g.kind, g.privileges[1].name.as_str()), (ObjectKind::Parameter, "ALTER SYSTEM"));
}

#[test]
fn memberships() {
    let g = lowered!(GrantRole, "GRANT a, \"B\" TO c WITH ADMIN TRUE, INHERIT FALSE GRANTED BY d");
    assert_eq!((g.admin, g.inherit, g.set), (Some(true), Some(false), None));
    assert_eq!((g.roles.len(), &g.grantees[..]), (2, &[role("c")][..]));
    let g = lowered!(GrantRole, "REVOKE ADMIN OPTION FOR a FROM c CASCADE");
    assert!(!g.grant && g.cascade && g.admin == Some(false));
    let g = lowered!(GrantRole, "ALTER GROUP a DROP USER b, c");
    assert_eq!((g.grant, g.roles.len(), g.grantees.len()), (false, 1, 2));
}

#[test]
fn default_privileges() {
    let d = lowered!(
        AlterDefaultPrivileges,
        "ALTER DEFAULT PRIVILEGES FOR ROLE a, CURRENT_USER IN SCHEMA s REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
    );
    assert_eq!(d.for_roles, [role("a"), Grantee::Session("CURRENT_USER")]);
    assert_eq!((d.schemas.len(), d.grant.kind, d.grant.grant), (1, ObjectKind::Function, false));
    assert_eq!(d.grant.target, GrantTarget::Objects(Vec::new()));
}

#[test]
fn roles_never_keep_a_password() {
    let sql = "CREATE USER u PASSWORD 's3cret' NOSUPERUSER CONNECTION LIMIT 3 IN ROLE a ROLE b ADMIN c VALID UNTIL 'x'";
    let r = lowered!(CreateRole, sql);
    assert!(!format!("{r:?}").contains("s3cret"));
    let o = &r.options;
    assert_eq!(
        (o.password, o.login, o.superuser, o.connection_limit),
        (Some(true), Some(true), Some(false), Some(3))
    );
    assert_eq!((r.member_of.len(), r.members.len(), r.admins.len()), (1, 1, 1));
    assert_eq!(o.valid_until.as_deref(), Some("x"));
    assert_eq!(lowered!(CreateRole, "CREATE ROLE r").options.login, None);
    let r = lowered!(AlterRole, "ALTER ROLE r ENCRYPTED PASSWORD 's3cret'");
    assert!(!format!("{r:?}").contains("s3cret"));
    assert_eq!(lowered!(AlterRole, "ALTER ROLE r PASSWORD NULL").options.password, Some(false));
    let r = lowered!(AlterRole, "ALTER ROLE ALL IN DATABASE d SET search_path TO a, 'b c'");
    assert_eq!((r.name, r.database.as_deref()), (None, Some("d")));
    assert_eq!(r.config, Some(("search_path".into(), Some("a, 'b c'".into()))));
    let r = lowered!(AlterRole, "ALTER ROLE r RESET ALL");
    assert_eq!(r.config, Some(("*".into(), None)));
}

#[test]
fn policies() {
    let p = lowered!(
        CreatePolicy,
        "CREATE POLICY p ON s.t AS RESTRICTIVE FOR UPDATE TO a USING (b) WITH CHECK (c)"
    );
    assert!(!p.permissive && p.command == PolicyCommand::Update);
    assert_eq!((p.using.unwrap().sql.as_str(), p.check.unwrap().sql.as_str()), ("b", "c"));
    let p = lowered!(CreatePolicy, "CREATE POLICY p ON t");
    assert!(p.permissive && p.command == PolicyCommand::All);
    assert_eq!(p.roles, [Grantee::Public]);
    let p = lowered!(AlterPolicy, "ALTER POLICY p ON t USING (a IN (SELECT b FROM m))");
    assert!(p.roles.is_empty() && p.check.is_none());
    assert_eq!(p.using.unwrap().relations.len(), 1);
}
