//! The statement kinds.

use super::Nested;
use super::Opaque;
use super::access::{
    AlterDefaultPrivileges, AlterPolicy, AlterRole, CreatePolicy, CreateRole, Grant, GrantRole,
};
use super::data::{
    Copy, Delete, Insert, LockTable, Merge, Select, SessionCommand, SetVariable, Transaction, Truncate,
    Update,
};
use super::index::{Cluster, CreateIndex, RefreshMatview, Reindex, Vacuum};
use super::object::{
    AlterExtension, AlterPublication, Comment, CreateExtension, CreatePublication, CreateSchema,
    CreateStatistics, Drop, Misc, OwnerTo, Rename, SetSchema,
};
use super::routine::{AlterFunction, CreateFunction, CreateRule, CreateTrigger};
use super::table::{AlterTable, CreateMatview, CreateTable, CreateView};
use super::types::{AlterDomain, AlterEnum, AlterSequence, CreateDomain, CreateSequence, CreateType};
use crate::name::{Ident, QName};

/// What a statement does. `schema`, `effects` and `emit` match it without a wildcard, so that a new kind does
/// not compile until all three handle it.
#[derive(Clone, Debug, PartialEq)]
pub enum DdlOp {
    /// `CREATE TABLE`, `CREATE FOREIGN TABLE`, `CREATE TABLE … AS`, `SELECT … INTO`.
    CreateTable(Box<CreateTable>),
    /// `ALTER TABLE | INDEX | VIEW | MATERIALIZED VIEW | FOREIGN TABLE | SEQUENCE | TYPE` with table actions.
    AlterTable(AlterTable),
    /// `CREATE INDEX`.
    CreateIndex(Box<CreateIndex>),
    /// `CREATE [OR REPLACE] VIEW`.
    CreateView(Box<CreateView>),
    /// `CREATE MATERIALIZED VIEW`.
    CreateMatview(Box<CreateMatview>),
    /// `CREATE SEQUENCE`.
    CreateSequence(CreateSequence),
    /// `ALTER SEQUENCE` with sequence options.
    AlterSequence(AlterSequence),
    /// `CREATE TYPE`.
    CreateType(CreateType),
    /// `ALTER TYPE … ADD VALUE | RENAME VALUE`.
    AlterEnum(AlterEnum),
    /// `CREATE DOMAIN`.
    CreateDomain(Box<CreateDomain>),
    /// `ALTER DOMAIN`.
    AlterDomain(AlterDomain),
    /// `CREATE [OR REPLACE] FUNCTION | PROCEDURE`.
    CreateFunction(Box<CreateFunction>),
    /// `ALTER FUNCTION | PROCEDURE | ROUTINE` with function options.
    AlterFunction(Box<AlterFunction>),
    /// `CREATE [CONSTRAINT] TRIGGER`.
    CreateTrigger(Box<CreateTrigger>),
    /// `CREATE RULE`.
    CreateRule(CreateRule),
    /// `CREATE POLICY`.
    CreatePolicy(CreatePolicy),
    /// `ALTER POLICY`.
    AlterPolicy(AlterPolicy),
    /// `GRANT` or `REVOKE` on objects.
    Grant(Grant),
    /// `GRANT` or `REVOKE` of role membership.
    GrantRole(GrantRole),
    /// `ALTER DEFAULT PRIVILEGES`.
    AlterDefaultPrivileges(Box<AlterDefaultPrivileges>),
    /// `CREATE ROLE | USER | GROUP`.
    CreateRole(CreateRole),
    /// `ALTER ROLE`.
    AlterRole(AlterRole),
    /// `DROP OWNED BY`.
    DropOwned {
        /// Whose objects and grants.
        roles: Vec<Ident>,
        /// Whether dependents go too.
        cascade: bool,
    },
    /// `REASSIGN OWNED BY … TO …`.
    ReassignOwned {
        /// The old owners.
        roles: Vec<Ident>,
        /// The new owner.
        to: Ident,
    },
    /// `CREATE SCHEMA`, with the statements written inside it.
    CreateSchema(CreateSchema),
    /// `CREATE EXTENSION`.
    CreateExtension(CreateExtension),
    /// `ALTER EXTENSION`.
    AlterExtension(AlterExtension),
    /// `CREATE STATISTICS`.
    CreateStatistics(CreateStatistics),
    /// `CREATE PUBLICATION`.
    CreatePublication(Box<CreatePublication>),
    /// `ALTER PUBLICATION`.
    AlterPublication(Box<AlterPublication>),
    /// `COMMENT ON`.
    Comment(Comment),
    /// `DROP` of any kind of object.
    Drop(Drop),
    /// `ALTER … RENAME`.
    Rename(Rename),
    /// `ALTER … SET SCHEMA`.
    SetSchema(SetSchema),
    /// `ALTER … OWNER TO`.
    OwnerTo(OwnerTo),
    /// Understood, but without effect on relations: operators, casts, text search, collations, languages,
    /// event triggers, servers, subscriptions, databases, tablespaces, security labels and the like.
    Misc(Misc),
    /// `REINDEX`.
    Reindex(Reindex),
    /// `CLUSTER`.
    Cluster(Cluster),
    /// `VACUUM` and `ANALYZE`.
    Vacuum(Vacuum),
    /// `REFRESH MATERIALIZED VIEW`.
    RefreshMatview(RefreshMatview),
    /// `TRUNCATE`.
    Truncate(Truncate),
    /// `INSERT`.
    Insert(Box<Insert>),
    /// `UPDATE`.
    Update(Box<Update>),
    /// `DELETE`.
    Delete(Box<Delete>),
    /// `MERGE`.
    Merge(Box<Merge>),
    /// `SELECT`, `VALUES`, `TABLE`.
    Select(Box<Select>),
    /// `COPY`.
    Copy(Box<Copy>),
    /// `LOCK TABLE`.
    LockTable(LockTable),
    /// `BEGIN`, `COMMIT`, `ROLLBACK`, savepoints and two-phase commands.
    Transaction(Transaction),
    /// `SET`, `RESET`, `SET CONSTRAINTS`, `SET ROLE`.
    Set(SetVariable),
    /// `DO`: the statements found in its body.
    Do(DoBlock),
    /// `CALL`.
    Call {
        /// The procedure.
        procedure: QName,
    },
    /// Commands of a session that change nothing: `SHOW`, `EXPLAIN`, `LISTEN`, `DISCARD`, `CHECKPOINT`, …
    Session(SessionCommand),
    /// Not read.
    Opaque(Opaque),
}

/// The body of a `DO` block.
#[derive(Clone, Debug, PartialEq)]
pub struct DoBlock {
    /// Language, folded.
    pub language: Ident,
    /// The block's source text.
    pub body: String,
    /// The statements that could be read, in order.
    pub statements: Vec<Nested>,
    /// Why parts of the body could not be read; empty when all of it was.
    pub unread: Vec<String>,
    /// The message of the `RAISE EXCEPTION` in which the block certainly ends.
    pub raises: Option<String>,
}

impl DoBlock {
    /// Whether parts of it may run or not, or could not be read.
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        !self.unread.is_empty() || self.statements.iter().any(|n| n.conditional || n.guarded)
    }
}
