//! Privileges, roles and row-level security policies.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, DropBehavior, GrantTargetType};

use super::Cx;
use super::names::{
    arg, defs, grantee, grantees, ident, idents, items, number, relation_of, role, role_specs, roles, truth,
    value,
};
use super::object::{granted, object_kind, schemas};
use super::session::set_sql;
use crate::ir::DdlOp;
use crate::ir::access::{
    AlterDefaultPrivileges, AlterPolicy, AlterRole, CreatePolicy, CreateRole, Grant, GrantRole, GrantTarget,
    Grantee, PolicyCommand, Privilege, RoleOptions,
};
use crate::name::Ident;

fn grant_stmt(cx: &Cx, stmt: &pb::GrantStmt) -> Grant {
    let kind = object_kind(stmt.objtype());
    let target = match stmt.targtype() {
        GrantTargetType::AclTargetAllInSchema => GrantTarget::AllInSchemas(schemas(&stmt.objects)),
        // Default privileges name only a kind of object.
        GrantTargetType::AclTargetDefaults => GrantTarget::Objects(Vec::new()),
        GrantTargetType::AclTargetObject | GrantTargetType::Undefined => {
            GrantTarget::Objects(granted(cx, kind, &stmt.objects))
        }
    };
    let privilege = |node: &pb::Node| match &node.node {
        Some(NodeEnum::AccessPriv(privilege)) => {
            let name = if privilege.priv_name.is_empty() { "all" } else { &privilege.priv_name };
            Some(Privilege { name: Ident::from(name.to_ascii_uppercase()), columns: idents(&privilege.cols) })
        }
        _ => None,
    };
    Grant {
        grant: stmt.is_grant,
        privileges: stmt.privileges.iter().filter_map(privilege).collect(),
        kind,
        target,
        grantees: grantees(&stmt.grantees),
        grant_option: stmt.grant_option,
        grantor: stmt.grantor.as_ref().map(grantee),
        cascade: stmt.behavior() == DropBehavior::DropCascade,
    }
}

pub(super) fn grant(cx: &Cx, stmt: &pb::GrantStmt) -> DdlOp {
    DdlOp::Grant(grant_stmt(cx, stmt))
}

pub(super) fn grant_role(stmt: &pb::GrantRoleStmt) -> DdlOp {
    // A role that is granted has the place of a privilege in the grammar.
    let granted = |node: &pb::Node| match &node.node {
        Some(NodeEnum::AccessPriv(privilege)) => ident(&privilege.priv_name),
        _ => None,
    };
    let mut op = GrantRole {
        grant: stmt.is_grant,
        roles: stmt.granted_roles.iter().filter_map(granted).collect(),
        grantees: grantees(&stmt.grantee_roles),
        admin: None,
        inherit: None,
        set: None,
        grantor: stmt.grantor.as_ref().map(grantee),
        cascade: stmt.behavior() == DropBehavior::DropCascade,
    };
    for def in defs(&stmt.opt) {
        let on = Some(truth(arg(def)));
        match &*def.defname {
            "admin" => op.admin = on,
            "inherit" => op.inherit = on,
            "set" => op.set = on,
            _ => {}
        }
    }
    DdlOp::GrantRole(op)
}

pub(super) fn default_privileges(cx: &Cx, stmt: &pb::AlterDefaultPrivilegesStmt) -> DdlOp {
    let Some(action) = &stmt.action else { return cx.unsupported_op("default privileges without an action") };
    let option = |name: &str| {
        let found = defs(&stmt.options).find(|d| d.defname == name);
        items(found.and_then(arg))
    };
    DdlOp::AlterDefaultPrivileges(Box::new(AlterDefaultPrivileges {
        for_roles: grantees(option("roles")),
        schemas: schemas(option("schemas")),
        grant: grant_stmt(cx, action),
    }))
}

/// Reads one attribute of a role; false when it is none.
fn role_option(options: &mut RoleOptions, def: &pb::DefElem) -> bool {
    let value_node = arg(def);
    let on = || Some(truth(value_node));
    match &*def.defname {
        "superuser" => options.superuser = on(),
        "createdb" => options.create_db = on(),
        "createrole" => options.create_role = on(),
        "inherit" => options.inherit = on(),
        "canlogin" => options.login = on(),
        "isreplication" => options.replication = on(),
        "bypassrls" => options.bypass_rls = on(),
        "connectionlimit" => {
            options.connection_limit = number(value_node).and_then(|n| i32::try_from(n).ok());
        }
        // Only whether there is one.
        "password" => options.password = Some(value_node.is_some()),
        "validUntil" => options.valid_until = value_node.map(value),
        _ => return false,
    }
    true
}

pub(super) fn create_role(cx: &Cx, stmt: &pb::CreateRoleStmt) -> DdlOp {
    let mut op = CreateRole {
        name: Ident::new(&stmt.role),
        options: RoleOptions::default(),
        member_of: Vec::new(),
        members: Vec::new(),
        admins: Vec::new(),
    };
    if stmt.stmt_type() == pb::RoleStmtType::RolestmtUser {
        op.options.login = Some(true);
    }
    for def in defs(&stmt.options) {
        let list = || roles(items(arg(def)));
        match &*def.defname {
            "addroleto" => op.member_of.extend(list()),
            "rolemembers" => op.members.extend(list()),
            "adminmembers" => op.admins.extend(list()),
            // Ignored by the server since 8.1.
            "sysid" => {}
            other => {
                if !role_option(&mut op.options, def) {
                    cx.unsupported(&format!("the role option {other}"));
                }
            }
        }
    }
    DdlOp::CreateRole(op)
}

pub(super) fn alter_role(cx: &Cx, stmt: &pb::AlterRoleStmt) -> DdlOp {
    let Some(spec) = &stmt.role else { return cx.unsupported_op("ALTER ROLE without a role") };
    let mut options = RoleOptions::default();
    for def in defs(&stmt.options) {
        if def.defname == "rolemembers" {
            // `ALTER GROUP … ADD | DROP USER` is another spelling of GRANT and REVOKE.
            return DdlOp::GrantRole(GrantRole {
                grant: stmt.action >= 0,
                roles: vec![role(spec)],
                grantees: role_specs(items(arg(def))).map(grantee).collect(),
                admin: None,
                inherit: None,
                set: None,
                grantor: None,
                cascade: false,
            });
        }
        if !role_option(&mut options, def) {
            cx.unsupported(&format!("the role option {}", def.defname));
        }
    }
    DdlOp::AlterRole(AlterRole { name: Some(role(spec)), options, config: None, database: None })
}

pub(super) fn alter_role_set(stmt: &pb::AlterRoleSetStmt) -> DdlOp {
    DdlOp::AlterRole(AlterRole {
        name: stmt.role.as_ref().map(role),
        options: RoleOptions::default(),
        config: stmt.setstmt.as_ref().map(config),
        database: ident(&stmt.database),
    })
}

/// `SET name TO value` as a pair; `RESET` and `TO DEFAULT` have no value, `RESET ALL` is `*`.
fn config(set: &pb::VariableSetStmt) -> (String, Option<String>) {
    match set.kind() {
        pb::VariableSetKind::VarResetAll => ("*".to_owned(), None),
        pb::VariableSetKind::VarSetValue => (set.name.to_ascii_lowercase(), Some(set_sql(set))),
        _ => (set.name.to_ascii_lowercase(), None),
    }
}

pub(super) fn create_policy(cx: &Cx, stmt: &pb::CreatePolicyStmt) -> DdlOp {
    let mut roles = grantees(&stmt.roles);
    if roles.is_empty() {
        roles.push(Grantee::Public);
    }
    DdlOp::CreatePolicy(CreatePolicy {
        name: Ident::new(&stmt.policy_name),
        table: relation_of(stmt.table.as_ref()),
        permissive: stmt.permissive,
        command: match &*stmt.cmd_name {
            "select" => PolicyCommand::Select,
            "insert" => PolicyCommand::Insert,
            "update" => PolicyCommand::Update,
            "delete" => PolicyCommand::Delete,
            _ => PolicyCommand::All,
        },
        roles,
        using: cx.opt_expr(stmt.qual.as_deref()),
        check: cx.opt_expr(stmt.with_check.as_deref()),
    })
}

pub(super) fn alter_policy(cx: &Cx, stmt: &pb::AlterPolicyStmt) -> DdlOp {
    DdlOp::AlterPolicy(AlterPolicy {
        name: Ident::new(&stmt.policy_name),
        table: relation_of(stmt.table.as_ref()),
        roles: grantees(&stmt.roles),
        using: cx.opt_expr(stmt.qual.as_deref()),
        check: cx.opt_expr(stmt.with_check.as_deref()),
    })
}
