//! Statements inside others: the actions of rules, the bodies of functions in the SQL standard's form, `WITH`
//! queries that write.

use pg_query::NodeEnum;
use pg_query::protobuf as pb;

use super::query::Output;
use super::reader::{Reader, names};
use super::scope::Level;
use super::tree::Node;
use super::types;
use crate::name::Ident;
use crate::parse::postgres::lower::names::{inner, relation, text};
use crate::parse::postgres::lower::output;
use crate::parse::postgres::print;

impl Reader<'_> {
    /// A statement, and what it returns.
    pub(super) fn statement(&mut self, node: &NodeEnum) -> (Node, Output) {
        match node {
            NodeEnum::SelectStmt(select) => self.select(select, true),
            NodeEnum::InsertStmt(insert) => self.write(insert.with_clause.as_ref(), |r| r.insert(insert)),
            NodeEnum::UpdateStmt(update) => self.write(update.with_clause.as_ref(), |r| r.update(update)),
            NodeEnum::DeleteStmt(delete) => self.write(delete.with_clause.as_ref(), |r| r.delete(delete)),
            NodeEnum::ReturnStmt(n) => {
                (Node::form("return", vec![self.opt(n.returnval.as_deref())]), (Vec::new(), false))
            }
            NodeEnum::List(list) => {
                let parts = list.items.iter().filter_map(|i| i.node.as_ref());
                let parts: Vec<Node> = parts.map(|node| self.statement(node).0).collect();
                // The list of a body holds one list of statements.
                let node = match <[Node; 1]>::try_from(parts) {
                    Ok([Node::Form(word, parts)]) if word == "statements" => Node::Form(word, parts),
                    Ok(one) => Node::form("statements", one.into()),
                    Err(parts) => Node::form("statements", parts),
                };
                (node, (Vec::new(), false))
            }
            other => (super::reader::other(print::statement(other.clone())), (Vec::new(), false)),
        }
    }

    fn write(
        &mut self,
        with: Option<&pb::WithClause>,
        read: impl FnOnce(&mut Self) -> (Node, Output),
    ) -> (Node, Output) {
        self.scopes.levels.push(Level::default());
        let with = self.with(with);
        let (node, output) = read(self);
        self.scopes.levels.pop();
        if with == Node::none() { (node, output) } else { (Node::form("with", vec![with, node]), output) }
    }

    fn insert(&mut self, n: &pb::InsertStmt) -> (Node, Output) {
        let (target, stars) = n.relation.as_ref().map_or((Node::none(), None), |r| self.range(r));
        // The server lists the columns that values are given for.
        let mut columns: Vec<Node> = n.cols.iter().map(target_name).collect();
        let (source, given) = match inner(n.select_stmt.as_deref()) {
            Some(NodeEnum::SelectStmt(select)) => self.select(select, false),
            _ => (Node::word("default values"), (Vec::new(), true)),
        };
        if columns.is_empty()
            && let Some(stars) = &stars
        {
            columns = stars.iter().take(given.0.len()).map(|(name, _)| Node::word(&**name)).collect();
        }
        let conflict = n.on_conflict_clause.as_deref().map_or_else(Node::none, |c| self.conflict(c));
        let (returning, output) = self.returning(n.returning_clause.as_ref(), &stars);
        let overriding = Node::word(n.r#override.to_string());
        let parts = vec![target, Node::form("columns", columns), overriding, source, conflict, returning];
        (Node::form("insert", parts), output)
    }

    fn conflict(&mut self, n: &pb::OnConflictClause) -> Node {
        let mut on = Vec::new();
        if let Some(infer) = &n.infer {
            on.push(Node::word(&*infer.conname));
            for element in &infer.index_elems {
                if let Some(NodeEnum::IndexElem(element)) = &element.node {
                    on.push(match element.expr.as_deref() {
                        Some(expr) => self.expr(expr),
                        None => self.scopes.bare(&Ident::new(&element.name)),
                    });
                    on.push(names(&element.opclass));
                }
            }
            on.push(self.opt(infer.where_clause.as_deref()));
        }
        let set = self.assignments(&n.target_list);
        let filter = self.opt(n.where_clause.as_deref());
        let action = Node::word(n.action.to_string());
        Node::form("on conflict", vec![action, Node::form("infer", on), set, filter])
    }

    fn update(&mut self, n: &pb::UpdateStmt) -> (Node, Output) {
        let (target, stars) = n.relation.as_ref().map_or((Node::none(), None), |r| self.range(r));
        let (from, _) = self.from(&n.from_clause);
        let set = self.assignments(&n.target_list);
        let filter = self.opt(n.where_clause.as_deref());
        let (returning, output) = self.returning(n.returning_clause.as_ref(), &stars);
        (Node::form("update", vec![target, set, from, filter, returning]), output)
    }

    fn delete(&mut self, n: &pb::DeleteStmt) -> (Node, Output) {
        let (target, stars) = n.relation.as_ref().map_or((Node::none(), None), |r| self.range(r));
        let (using, _) = self.from(&n.using_clause);
        let filter = self.opt(n.where_clause.as_deref());
        let (returning, output) = self.returning(n.returning_clause.as_ref(), &stars);
        (Node::form("delete", vec![target, using, filter, returning]), output)
    }

    fn assignments(&mut self, nodes: &[pb::Node]) -> Node {
        let mut parts = Vec::new();
        for node in nodes {
            let Some(NodeEnum::ResTarget(target)) = &node.node else { continue };
            let value = match inner(target.val.as_deref()) {
                Some(NodeEnum::MultiAssignRef(many)) => {
                    let source = self.opt(many.source.as_deref());
                    Node::form("one of", vec![Node::word(many.colno.to_string()), source])
                }
                _ => self.opt(target.val.as_deref()),
            };
            parts.push(Node::form("assign", vec![target_name(node), value]));
        }
        Node::form("set", parts)
    }

    fn returning(
        &mut self,
        clause: Option<&pb::ReturningClause>,
        stars: &super::from::Stars,
    ) -> (Node, Output) {
        let Some(clause) = clause else { return (Node::none(), (Vec::new(), true)) };
        let mut parts = Vec::new();
        let mut columns = Vec::new();
        let mut complete = true;
        for node in &clause.exprs {
            let Some(NodeEnum::ResTarget(target)) = &node.node else { continue };
            let found = match self.star(target, stars) {
                Some(Some(found)) => found,
                other => {
                    complete &= other.is_none();
                    let label = output::targets(std::slice::from_ref(node)).pop().flatten();
                    vec![(label.unwrap_or_else(|| Ident::new("*")), self.opt(target.val.as_deref()))]
                }
            };
            for (label, value) in found {
                columns.push((label, types::of(&value, self.catalog)));
                parts.push(value);
            }
        }
        (Node::form("returning", parts), (columns, complete))
    }

    /// `CREATE RULE`: event, condition and actions; the name and the table are compared by the caller.
    pub(super) fn rule(&mut self, n: &pb::RuleStmt) -> Node {
        if let Some(table) = n.relation.as_ref().and_then(|r| self.catalog.relation(&relation(r))) {
            self.scopes.levels.push(super::scope::rows(&table));
        }
        let condition = self.opt(n.where_clause.as_deref());
        let mut parts = vec![
            Node::word(n.event.to_string()),
            Node::word(if n.instead { "instead" } else { "also" }),
            condition,
        ];
        for action in &n.actions {
            if let Some(action) = &action.node {
                parts.push(self.statement(action).0);
            }
        }
        Node::form("rule", parts)
    }
}

fn target_name(node: &pb::Node) -> Node {
    match &node.node {
        Some(NodeEnum::ResTarget(target)) => {
            let fields = target.indirection.iter().filter_map(text);
            let path: Vec<&str> = std::iter::once(target.name.as_str()).chain(fields).collect();
            Node::word(path.join("."))
        }
        _ => names(std::slice::from_ref(node)),
    }
}
