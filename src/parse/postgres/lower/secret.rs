//! Statements that are kept as text, and options of foreign tables, without the passwords in them.

use pg_query::NodeEnum;
use pg_query::protobuf as pb;

use super::names;
use crate::ir::table::Options;
use crate::name::Dialect;
use crate::parse::postgres::print;
use crate::parse::secret::{self, NOT_KEPT};

/// The text of a statement as it may be kept and shown: the source's own where no password stands in it.
pub(super) fn text(node: &NodeEnum, source: &str) -> String {
    let mut bare = node.clone();
    let had_password = match &mut bare {
        NodeEnum::CreateUserMappingStmt(s) => strip(&mut s.options),
        NodeEnum::CreateForeignServerStmt(s) => strip(&mut s.options),
        NodeEnum::CreateFdwStmt(s) => strip(&mut s.options),
        NodeEnum::CreateSubscriptionStmt(s) => connection(&mut s.conninfo),
        // Other statements are not written again from here.
        _ => false,
    };
    let printed = if had_password { print::statement(bare).ok() } else { None };
    match printed {
        Some(sql) => sql.replacen(' ', &format!(" {NOT_KEPT} "), 1),
        None => secret::masked(source, Dialect::PostgreSql).into_owned(),
    }
}

/// The options of a foreign table or its column, without those that nobody should read.
pub(super) fn options(nodes: &[pb::Node]) -> Options {
    let mut options = names::options(nodes);
    options.retain(|(name, _)| !secret::is_secret(name));
    options
}

/// Takes secret options away; whether there were any.
fn strip(list: &mut Vec<pb::Node>) -> bool {
    let before = list.len();
    list.retain(
        |node| !matches!(&node.node, Some(NodeEnum::DefElem(def)) if secret::is_secret(&def.defname)),
    );
    list.len() != before
}

/// Takes the password out of a connection string; whether there was one.
fn connection(text: &mut String) -> bool {
    match secret::without_password(text) {
        Some(bare) => {
            *text = bare;
            true
        }
        None => false,
    }
}
