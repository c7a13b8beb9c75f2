//! What libpg_query prints for us: whole statements, and expressions of the rarer kinds.

use pg_query::NodeEnum;
use pg_query::protobuf as pb;

use super::Printer;

/// The SQL of a statement, as libpg_query prints it.
///
/// # Errors
/// Its message, when it cannot print the tree.
pub fn statement(node: NodeEnum) -> Result<String, String> {
    let stmt =
        pb::RawStmt { stmt: Some(Box::new(pb::Node { node: Some(node) })), stmt_location: 0, stmt_len: 0 };
    let tree = pb::ParseResult { version: 0, stmts: vec![stmt] };
    pg_query::deparse(&tree, pg_query::DeparseOptions::default()).map_err(|error| error.to_string())
}

/// An empty `SELECT`, to be filled in: protocol buffers have no way to leave an enumeration out.
fn select() -> pb::SelectStmt {
    pb::SelectStmt {
        limit_option: pb::LimitOption::Default.into(),
        op: pb::SetOperation::SetopNone.into(),
        ..Default::default()
    }
}

impl Printer {
    /// Prints a sub-query.
    pub(super) fn statement(&mut self, node: &pb::Node) {
        match node.node.clone().map(statement) {
            Some(Ok(sql)) => self.push(&sql),
            Some(Err(error)) => self.error = Some(error),
            None => {}
        }
    }

    /// Prints an expression that has no printer of its own, as the one column of a `SELECT`.
    pub(super) fn fallback(&mut self, node: &pb::Node) {
        let target = pb::ResTarget { val: Some(Box::new(node.clone())), ..Default::default() };
        let target = pb::Node { node: Some(NodeEnum::ResTarget(Box::new(target))) };
        let wrapped = pb::SelectStmt { target_list: vec![target], ..select() };
        match statement(NodeEnum::SelectStmt(Box::new(wrapped))) {
            Ok(sql) => self.push(sql.strip_prefix("SELECT ").unwrap_or(&sql)),
            Err(error) => self.error = Some(error),
        }
    }
}
