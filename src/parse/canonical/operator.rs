//! Operators: the forms with words are written out as the server does.

use pg_query::protobuf::{self as pb, AExprKind};

use super::reader::{Reader, operator_name};
use super::tree::{Kind, Node, Value};
use crate::name::QName;
use crate::parse::postgres::lower::names::{inner, items};

impl Reader<'_> {
    pub(super) fn operator(&mut self, n: &pb::AExpr) -> Node {
        let name = operator_name(&n.name);
        let (left, right) = (n.lexpr.as_deref(), n.rexpr.as_deref());
        match n.kind() {
            AExprKind::AexprOpAny => self.with_array(Kind::Any, name, left, right),
            AExprKind::AexprOpAll => self.with_array(Kind::All, name, left, right),
            AExprKind::AexprDistinct => self.distinct(left, right),
            AExprKind::AexprNotDistinct => match self.distinct(left, right) {
                Node::Form("is not null", parts) => Node::form("is null", parts),
                distinct => Node::form("not", vec![distinct]),
            },
            AExprKind::AexprNullif => {
                let parts = vec![self.opt(left), self.opt(right)];
                Node::form("nullif", parts)
            }
            AExprKind::AexprIn => self.in_list(&name, left, right),
            AExprKind::AexprBetween => self.between(left, right, false, false),
            AExprKind::AexprNotBetween => self.between(left, right, true, false),
            AExprKind::AexprBetweenSym => self.between(left, right, false, true),
            AExprKind::AexprNotBetweenSym => self.between(left, right, true, true),
            AExprKind::Undefined
            | AExprKind::AexprOp
            | AExprKind::AexprLike
            | AExprKind::AexprIlike
            | AExprKind::AexprSimilar => {
                let sides: Vec<Node> = [left, right].into_iter().flatten().map(|n| self.expr(n)).collect();
                applied(name, sides)
            }
        }
    }

    fn with_array(
        &mut self,
        kind: Kind,
        name: QName,
        left: Option<&pb::Node>,
        right: Option<&pb::Node>,
    ) -> Node {
        let parts = vec![self.opt(left), self.opt(right)];
        Node::Apply(kind, name, parts)
    }

    fn distinct(&mut self, left: Option<&pb::Node>, right: Option<&pb::Node>) -> Node {
        let (left, right) = (self.opt(left), self.opt(right));
        match (left, right) {
            (side, Node::Literal(Value::Null, None)) | (Node::Literal(Value::Null, None), side) => {
                Node::form("is not null", vec![side])
            }
            // Rows differ when a column does.
            (Node::Form(a, left), Node::Form(b, right))
                if a == "row" && b == "row" && left.len() == right.len() =>
            {
                let pair = |(l, r)| Node::form("distinct", vec![l, r]);
                Node::junction("or", left.into_iter().zip(right).map(pair).collect())
            }
            (left, right) => Node::form("distinct", vec![left, right]),
        }
    }

    /// Constants become an array, what names columns a comparison each (`transformAExprIn`).
    fn in_list(&mut self, name: &QName, left: Option<&pb::Node>, right: Option<&pb::Node>) -> Node {
        let negated = name.name == "<>";
        let test = self.opt(left);
        let list = self.all(items(inner(right)));
        let (columns, constants): (Vec<Node>, Vec<Node>) = list.iter().cloned().partition(Node::has_column);
        let is_row = |node: &Node| matches!(node, Node::Form(word, _) if *word == "row");
        let (mut terms, singles) = if constants.len() > 1 && !list.iter().any(is_row) {
            let array = Node::form("array", constants);
            let kind = if negated { Kind::All } else { Kind::Any };
            (vec![Node::Apply(kind, name.clone(), vec![test.clone(), array])], columns)
        } else {
            (Vec::new(), list)
        };
        terms.extend(singles.into_iter().map(|item| applied(name.clone(), vec![test.clone(), item])));
        Node::junction(if negated { "and" } else { "or" }, terms)
    }

    fn between(
        &mut self,
        left: Option<&pb::Node>,
        right: Option<&pb::Node>,
        negated: bool,
        symmetric: bool,
    ) -> Node {
        let value = self.opt(left);
        let mut bounds = self.all(items(inner(right)));
        let (Some(high), Some(low)) = (bounds.pop(), bounds.pop()) else { return Node::none() };
        let range = |low: &Node, high: &Node| {
            let compare = |op, bound: &Node| Node::operator(op, vec![value.clone(), bound.clone()]);
            if negated {
                Node::junction("or", vec![compare("<", low), compare(">", high)])
            } else {
                Node::junction("and", vec![compare(">=", low), compare("<=", high)])
            }
        };
        if symmetric {
            let both = vec![range(&low, &high), range(&high, &low)];
            Node::junction(if negated { "and" } else { "or" }, both)
        } else {
            range(&low, &high)
        }
    }
}

/// An operator on its sides. Rows are compared column by column, where that is the same.
fn applied(name: QName, mut sides: Vec<Node>) -> Node {
    let word = match &*name.name {
        "=" => "and",
        "<>" => "or",
        _ => "",
    };
    if !word.is_empty()
        && let [Node::Form(a, left), Node::Form(b, right)] = &sides[..]
        && *a == "row"
        && *b == "row"
        && left.len() == right.len()
    {
        let pairs = left
            .iter()
            .zip(right)
            .map(|(l, r)| Node::Apply(Kind::Operator, name.clone(), vec![l.clone(), r.clone()]));
        return Node::junction(word, pairs.collect());
    }
    // The grammar negates constants itself; an exception is one in parentheses, which the server prints.
    if name.name == "-"
        && let [Node::Literal(Value::Number(digits), None)] = &mut sides[..]
    {
        let negated = match digits.strip_prefix('-') {
            Some(positive) => positive.to_owned(),
            None => format!("-{digits}"),
        };
        return Node::Literal(Value::Number(negated), None);
    }
    Node::Apply(Kind::Operator, name, sides)
}
