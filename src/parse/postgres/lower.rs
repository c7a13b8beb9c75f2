//! From the server's syntax tree to [`DdlOp`].
//!
//! In: the tree of one statement and where that statement stands in its source. Out: exactly one operation.
//! The tree is only borrowed. What has no counterpart in the IR becomes an [`Opaque`] that says so; no part of a
//! statement is dropped in silence, and nothing here panics.

mod access;
mod alter;
mod body;
mod constraint;
mod data;
mod expr;
mod fragment;
mod index;
mod misc;
pub(in crate::parse) mod names;
mod nodes;
mod object;
pub(in crate::parse) mod output;
mod query;
mod routine;
mod secret;
mod sequence;
mod session;
mod table;
#[cfg(test)]
mod tests;
mod text;
pub mod types;
mod view;
mod walk;

use std::cell::RefCell;

use pg_query::NodeEnum;
use pg_query::protobuf as pb;

use self::names::qname;
use super::print;
use crate::ir::data::SessionCommand;
use crate::ir::expr::Expr;
use crate::ir::object::ObjectKind;
use crate::ir::{DdlOp, Opaque, OpaqueReason};
use crate::parse::lexer::Token;
use crate::text::Span;

/// Where the statement stands.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The whole source, as it was given to the parser: placeholders are neutralised.
    pub text: &'a str,
    /// The statement's significant tokens, with places in `text`.
    pub tokens: &'a [Token],
    /// First to last byte of the text that was parsed, without the terminator.
    pub span: Span,
    /// For text that is not written in the source as it was parsed (the value of an `EXECUTE`): the place that
    /// everything in it has. The other fields then speak about that text.
    pub place: Option<Span>,
}

/// Lowers one statement. Must run where deep trees can be walked, see [`super::stack::with_large_stack`].
pub fn lower(stmt: &pb::RawStmt, context: &Context) -> DdlOp {
    Cx::new(*context).finish(stmt)
}

/// Lowers an expression that stands by itself.
///
/// # Errors
/// What of it has no counterpart in the IR.
pub fn expression(node: &pb::Node) -> Result<Expr, String> {
    let cx = Cx::new(Context { text: "", tokens: &[], span: Span::default(), place: None });
    let expr = cx.expr(node);
    match cx.problem() {
        Some(problem) => Err(problem),
        None => Ok(expr),
    }
}

/// The statement, or the part of one, that is being lowered.
struct Cx<'a> {
    context: Context<'a>,
    /// Where the parsed text begins: the tree's locations count from here.
    base: u32,
    /// The first part that the IR has no counterpart for.
    problem: RefCell<Option<String>>,
}

impl<'a> Cx<'a> {
    fn new(context: Context<'a>) -> Self {
        Self { context, base: context.span.start, problem: RefCell::new(None) }
    }

    /// Lowers the statement.
    fn finish(&self, stmt: &pb::RawStmt) -> DdlOp {
        let op = match stmt.stmt.as_ref().and_then(|s| s.node.as_ref()) {
            Some(node) => statement(self, node),
            None => self.unsupported_op("an empty statement"),
        };
        match self.problem() {
            Some(problem) => self.opaque(problem),
            None => op,
        }
    }

    /// Notes that a part of the statement cannot be represented.
    fn unsupported(&self, what: &str) {
        self.problem.borrow_mut().get_or_insert_with(|| what.to_owned());
    }

    /// As [`Self::unsupported`], for the whole statement.
    fn unsupported_op(&self, what: &str) -> DdlOp {
        self.unsupported(what);
        self.opaque(what.to_owned())
    }

    /// What could not be represented.
    fn problem(&self) -> Option<String> {
        self.problem.borrow().clone()
    }

    fn opaque(&self, reason: String) -> DdlOp {
        DdlOp::Opaque(Opaque { verb: self.verb(), object: None, reason: OpaqueReason::Unsupported(reason) })
    }

    /// The normalised SQL of an expression.
    fn print(&self, node: &pb::Node) -> String {
        print::expr(node).unwrap_or_else(|error| {
            self.unsupported(&error);
            String::new()
        })
    }

    /// The SQL of a statement, as libpg_query prints it.
    fn deparse(&self, node: &NodeEnum) -> String {
        print::statement(node.clone()).unwrap_or_else(|error| {
            self.unsupported(&error);
            String::new()
        })
    }
}

/// Lowers a statement of any kind.
fn statement(cx: &Cx, node: &NodeEnum) -> DdlOp {
    match node {
        NodeEnum::SelectStmt(s) => view::select_into(cx, s).unwrap_or_else(|| data::select(cx, node, s)),
        NodeEnum::InsertStmt(s) => data::insert(cx, s),
        NodeEnum::UpdateStmt(s) => data::update(cx, node, s),
        NodeEnum::DeleteStmt(s) => data::delete(cx, node, s),
        NodeEnum::MergeStmt(s) => data::merge(cx, node, s),
        NodeEnum::CopyStmt(s) => data::copy(cx, s),
        NodeEnum::TruncateStmt(s) => data::truncate(s),
        NodeEnum::LockStmt(s) => data::lock(s),
        NodeEnum::CreateStmt(s) => DdlOp::CreateTable(Box::new(table::create_table(cx, s))),
        NodeEnum::CreateForeignTableStmt(s) => table::create_foreign_table(cx, s),
        NodeEnum::AlterTableStmt(s) => alter::alter_table(cx, s),
        NodeEnum::AlterTableMoveAllStmt(s) => alter::move_all(cx, s),
        NodeEnum::CreateTableAsStmt(s) => view::create_as(cx, s),
        NodeEnum::ViewStmt(s) => view::create_view(cx, s),
        NodeEnum::IndexStmt(s) => index::create_index(cx, s),
        NodeEnum::CreateStatsStmt(s) => index::create_statistics(cx, s),
        NodeEnum::ReindexStmt(s) => index::reindex(s),
        NodeEnum::ClusterStmt(s) => index::cluster(s),
        NodeEnum::VacuumStmt(s) => index::vacuum(s),
        NodeEnum::RefreshMatViewStmt(s) => index::refresh(s),
        NodeEnum::CreateSeqStmt(s) => sequence::create_sequence(cx, s),
        NodeEnum::AlterSeqStmt(s) => sequence::alter_sequence(cx, s),
        NodeEnum::CompositeTypeStmt(s) => types::create_composite(cx, s),
        NodeEnum::CreateEnumStmt(s) => types::create_enum(s),
        NodeEnum::CreateRangeStmt(s) => types::create_range(s),
        NodeEnum::AlterEnumStmt(s) => types::alter_enum(s),
        NodeEnum::CreateDomainStmt(s) => types::create_domain(cx, s),
        NodeEnum::AlterDomainStmt(s) => types::alter_domain(cx, s),
        NodeEnum::CreateFunctionStmt(s) => routine::create_function(cx, s),
        NodeEnum::AlterFunctionStmt(s) => routine::alter_function(cx, s),
        NodeEnum::CreateTrigStmt(s) => routine::create_trigger(cx, s),
        NodeEnum::RuleStmt(s) => routine::create_rule(cx, s),
        NodeEnum::DoStmt(s) => body::do_block(cx, s),
        NodeEnum::CallStmt(s) => {
            let procedure = s.funccall.as_ref().map_or_else(|| qname(&[]), |call| qname(&call.funcname));
            DdlOp::Call { procedure }
        }
        NodeEnum::CreatePolicyStmt(s) => access::create_policy(cx, s),
        NodeEnum::AlterPolicyStmt(s) => access::alter_policy(cx, s),
        NodeEnum::GrantStmt(s) => access::grant(cx, s),
        NodeEnum::GrantRoleStmt(s) => access::grant_role(s),
        NodeEnum::AlterDefaultPrivilegesStmt(s) => access::default_privileges(cx, s),
        NodeEnum::CreateRoleStmt(s) => access::create_role(cx, s),
        NodeEnum::AlterRoleStmt(s) => access::alter_role(cx, s),
        NodeEnum::AlterRoleSetStmt(s) => access::alter_role_set(s),
        NodeEnum::DropOwnedStmt(s) => object::drop_owned(s),
        NodeEnum::ReassignOwnedStmt(s) => object::reassign_owned(s),
        NodeEnum::DropStmt(s) => object::drop(cx, s),
        NodeEnum::DropRoleStmt(s) => object::drop_role(s),
        NodeEnum::DropUserMappingStmt(s) => object::drop_user_mapping(s),
        NodeEnum::DropdbStmt(s) => {
            let force = names::defs(&s.options).any(|option| option.defname == "force");
            object::drop_named(ObjectKind::Database, &s.dbname, s.missing_ok, force)
        }
        NodeEnum::DropTableSpaceStmt(s) => {
            object::drop_named(ObjectKind::Tablespace, &s.tablespacename, s.missing_ok, false)
        }
        NodeEnum::DropSubscriptionStmt(s) => {
            let cascade = s.behavior() == pb::DropBehavior::DropCascade;
            object::drop_named(ObjectKind::Subscription, &s.subname, s.missing_ok, cascade)
        }
        NodeEnum::RenameStmt(s) => object::rename(cx, s),
        NodeEnum::AlterObjectSchemaStmt(s) => object::set_schema(cx, s),
        NodeEnum::AlterOwnerStmt(s) => object::owner_to(cx, s),
        NodeEnum::CommentStmt(s) => object::comment(cx, s),
        NodeEnum::VariableSetStmt(s) => session::set_variable(s),
        NodeEnum::ConstraintsSetStmt(s) => session::set_constraints(s),
        NodeEnum::TransactionStmt(s) => session::transaction(s),
        NodeEnum::ExplainStmt(s) => match session::explained(s) {
            Some(inner) => {
                let part = cx.explained();
                let op = statement(&part, inner);
                part.problem().map_or(op, |problem| cx.unsupported_op(&problem))
            }
            None => DdlOp::Session(SessionCommand { verb: "EXPLAIN" }),
        },
        _ => misc::lower(cx, node)
            .or_else(|| session::command(node))
            .unwrap_or_else(|| cx.unsupported_op("this kind of statement")),
    }
}
