//! Privileges, roles and row-level security policies.

use std::fmt;

use super::expr::Expr;
use super::object::{ObjectKind, ObjectName};
use crate::name::{Ident, QName};

/// A grantee: a role, `PUBLIC`, or one of the session keywords.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grantee {
    /// `PUBLIC`.
    Public,
    /// A role by name.
    Role(Ident),
    /// `CURRENT_USER`, `CURRENT_ROLE` or `SESSION_USER`, upper case.
    Session(&'static str),
}

impl fmt::Display for Grantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("PUBLIC"),
            Self::Role(name) => write!(f, "{name}"),
            Self::Session(keyword) => f.write_str(keyword),
        }
    }
}

/// One privilege of a `GRANT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Privilege {
    /// Upper-case keyword, for example `SELECT`; `ALL` with columns for `ALL (a, b)`.
    pub name: Ident,
    /// Columns, when it is a column privilege.
    pub columns: Vec<Ident>,
}

/// What a `GRANT` is about.
#[derive(Clone, Debug, PartialEq)]
pub enum GrantTarget {
    /// Objects by name.
    Objects(Vec<ObjectName>),
    /// `ALL … IN SCHEMA`.
    AllInSchemas(Vec<Ident>),
}

/// `GRANT` or `REVOKE` on objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// `GRANT` (true) or `REVOKE`.
    pub grant: bool,
    /// Privileges; empty means `ALL`.
    pub privileges: Vec<Privilege>,
    /// Kind of object. `TABLE` also names views, materialized views, foreign tables and sequences.
    pub kind: ObjectKind,
    /// On what.
    pub target: GrantTarget,
    /// To or from whom.
    pub grantees: Vec<Grantee>,
    /// `WITH GRANT OPTION`, or `GRANT OPTION FOR` when revoking.
    pub grant_option: bool,
    /// `GRANTED BY`.
    pub grantor: Option<Grantee>,
    /// `CASCADE`, when revoking.
    pub cascade: bool,
}

/// `GRANT role TO role` or `REVOKE role FROM role`.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantRole {
    /// `GRANT` (true) or `REVOKE`.
    pub grant: bool,
    /// The roles granted.
    pub roles: Vec<Ident>,
    /// The members.
    pub grantees: Vec<Grantee>,
    /// `WITH ADMIN …`.
    pub admin: Option<bool>,
    /// `WITH INHERIT …` (16+).
    pub inherit: Option<bool>,
    /// `WITH SET …` (16+).
    pub set: Option<bool>,
    /// `GRANTED BY`.
    pub grantor: Option<Grantee>,
    /// `CASCADE`, when revoking.
    pub cascade: bool,
}

/// `ALTER DEFAULT PRIVILEGES`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterDefaultPrivileges {
    /// `FOR ROLE`; empty means the current role.
    pub for_roles: Vec<Grantee>,
    /// `IN SCHEMA`; empty means everywhere.
    pub schemas: Vec<Ident>,
    /// The grant; its target is an empty object list.
    pub grant: Grant,
}

/// Attributes of a role; `None` leaves them as they are, or the default when creating.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoleOptions {
    /// `SUPERUSER`.
    pub superuser: Option<bool>,
    /// `CREATEDB`.
    pub create_db: Option<bool>,
    /// `CREATEROLE`.
    pub create_role: Option<bool>,
    /// `INHERIT`.
    pub inherit: Option<bool>,
    /// `LOGIN`.
    pub login: Option<bool>,
    /// `REPLICATION`.
    pub replication: Option<bool>,
    /// `BYPASSRLS`.
    pub bypass_rls: Option<bool>,
    /// `CONNECTION LIMIT`.
    pub connection_limit: Option<i32>,
    /// Whether a password is set (true) or removed; the password itself is never kept.
    pub password: Option<bool>,
    /// `VALID UNTIL`.
    pub valid_until: Option<String>,
}

/// `CREATE ROLE | USER | GROUP`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateRole {
    /// Its name.
    pub name: Ident,
    /// Attributes; `login` is already set for `CREATE USER`.
    pub options: RoleOptions,
    /// `IN ROLE`.
    pub member_of: Vec<Ident>,
    /// `ROLE`.
    pub members: Vec<Ident>,
    /// `ADMIN`.
    pub admins: Vec<Ident>,
}

/// `ALTER ROLE`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterRole {
    /// Which; `ALL` is `None`.
    pub name: Option<Ident>,
    /// Attributes that change.
    pub options: RoleOptions,
    /// `SET name TO value`, the value as SQL text, or `RESET name` (`None`); `RESET ALL` is `*`.
    pub config: Option<(String, Option<String>)>,
    /// `IN DATABASE`.
    pub database: Option<Ident>,
}

/// The commands a policy applies to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the SQL keyword of the same name")]
pub enum PolicyCommand {
    #[default]
    All,
    Select,
    Insert,
    Update,
    Delete,
}

impl PolicyCommand {
    /// The SQL keyword.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// `CREATE POLICY`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatePolicy {
    /// Its name.
    pub name: Ident,
    /// The table.
    pub table: QName,
    /// `PERMISSIVE`, the default.
    pub permissive: bool,
    /// The command.
    pub command: PolicyCommand,
    /// `TO`; never empty (`PUBLIC` by default).
    pub roles: Vec<Grantee>,
    /// `USING`.
    pub using: Option<Expr>,
    /// `WITH CHECK`.
    pub check: Option<Expr>,
}

/// `ALTER POLICY`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterPolicy {
    /// Which.
    pub name: Ident,
    /// The table.
    pub table: QName,
    /// New roles; empty leaves them.
    pub roles: Vec<Grantee>,
    /// New `USING`.
    pub using: Option<Expr>,
    /// New `WITH CHECK`.
    pub check: Option<Expr>,
}
