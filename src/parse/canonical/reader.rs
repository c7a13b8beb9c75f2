//! From the server's syntax tree to the tree that is compared: expressions.
//!
//! What the server rewrites when it reads a statement is rewritten here, and what its printer adds is taken
//! away: `BETWEEN`, `IN` and row comparisons are written out, junctions flattened, casts to the type that a
//! column has anyway dropped, `ELSE NULL` added.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, BoolExprType, BoolTestType, NullTestType, a_const::Val};

use super::catalog::Catalog;
use super::scope::Scopes;
use super::tree::{Kind, Node, Place, Value};
use super::types;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::parse::postgres::lower::names::{inner, qname, text, texts};
use crate::parse::postgres::lower::output;
use crate::parse::postgres::lower::types::type_name;
use crate::parse::postgres::print;

/// Reads trees against a schema.
pub(super) struct Reader<'a> {
    pub(super) catalog: &'a dyn Catalog,
    pub(super) scopes: Scopes,
}

impl Reader<'_> {
    pub(super) fn opt(&mut self, node: Option<&pb::Node>) -> Node {
        node.map_or_else(Node::none, |node| self.expr(node))
    }

    pub(super) fn all(&mut self, nodes: &[pb::Node]) -> Vec<Node> {
        nodes.iter().map(|node| self.expr(node)).collect()
    }

    /// An expression.
    pub(super) fn expr(&mut self, node: &pb::Node) -> Node {
        let Some(inner) = &node.node else { return Node::none() };
        match inner {
            NodeEnum::AConst(n) => constant(n),
            NodeEnum::ColumnRef(n) => self.column(n),
            NodeEnum::TypeCast(n) => self.cast(n),
            NodeEnum::AExpr(n) => self.operator(n),
            NodeEnum::FuncCall(n) => self.call(n),
            NodeEnum::BoolExpr(n) => self.junction(n),
            NodeEnum::NullTest(n) => {
                let not = n.nulltesttype() == NullTestType::IsNotNull;
                let arg = self.opt(n.arg.as_deref());
                Node::form(if not { "is not null" } else { "is null" }, vec![arg])
            }
            NodeEnum::BooleanTest(n) => {
                let arg = self.opt(n.arg.as_deref());
                Node::form("is", vec![Node::word(boolean_test(n.booltesttype())), arg])
            }
            NodeEnum::CaseExpr(n) => self.case(n),
            NodeEnum::CoalesceExpr(n) => Node::form("coalesce", self.all(&n.args)),
            NodeEnum::MinMaxExpr(n) => {
                let greatest = n.op() == pb::MinMaxOp::IsGreatest;
                Node::form(if greatest { "greatest" } else { "least" }, self.all(&n.args))
            }
            NodeEnum::RowExpr(n) => Node::form("row", self.all(&n.args)),
            NodeEnum::AArrayExpr(n) => Node::form("array", self.all(&n.elements)),
            NodeEnum::SubLink(n) => self.sub_query(n),
            NodeEnum::CollateClause(n) => {
                let mut name = qname(&n.collname);
                name.schema = name.schema.filter(|s| *s != "pg_catalog");
                Node::form("collate", vec![self.opt(n.arg.as_deref()), Node::Name(name)])
            }
            NodeEnum::AIndirection(n) => self.indirection(n),
            NodeEnum::SqlvalueFunction(n) => value_function(n),
            NodeEnum::NamedArgExpr(n) => {
                let arg = self.opt(n.arg.as_deref());
                Node::form("named", vec![Node::word(&*n.name), arg])
            }
            NodeEnum::List(n) => Node::form("row", self.all(&n.items)),
            NodeEnum::GroupingFunc(n) => Node::form("grouping", self.all(&n.args)),
            NodeEnum::ParamRef(n) => Node::word(format!("${}", n.number)),
            NodeEnum::SetToDefault(_) => Node::word("default"),
            NodeEnum::AStar(_) => Node::word("*"),
            NodeEnum::GroupingSet(n) => Node::form(
                "grouping set",
                vec![Node::word(n.kind.to_string()), Node::form("row", self.all(&n.content))],
            ),
            // The rarer JSON and XML forms are compared by their normalised text.
            NodeEnum::XmlExpr(n) => {
                let mut parts = vec![Node::word(n.op.to_string()), Node::word(&*n.name)];
                parts.push(Node::form("named", self.targets(&n.named_args)));
                parts.extend(self.all(&n.args));
                Node::form("xml", parts)
            }
            _ => other(print::expr(node)),
        }
    }

    /// Values with names.
    fn targets(&mut self, nodes: &[pb::Node]) -> Vec<Node> {
        let target = |node: &pb::Node| match &node.node {
            Some(NodeEnum::ResTarget(target)) => {
                let label = output::targets(std::slice::from_ref(node)).pop().flatten();
                let label = label.map_or_else(Node::none, |label| Node::word(&*label));
                Node::form("target", vec![label, self.opt(target.val.as_deref())])
            }
            _ => self.expr(node),
        };
        nodes.iter().map(target).collect()
    }

    fn column(&mut self, column: &pb::ColumnRef) -> Node {
        let fields: Vec<Ident> = column.fields.iter().map(|f| Ident::new(text(f).unwrap_or("*"))).collect();
        match &fields[..] {
            [name] if *name == "*" => Node::word("*"),
            [name] => self.scopes.bare(name),
            [qualifier, name] => self.scopes.qualified(None, qualifier, name),
            [.., schema, table, name] => self.scopes.qualified(Some(schema), table, name),
            [] => Node::none(),
        }
    }

    fn cast(&mut self, cast: &pb::TypeCast) -> Node {
        let arg = self.opt(cast.arg.as_deref());
        match cast.type_name.as_ref().map(type_name) {
            Some(Ok(ty)) => self.cast_to(arg, ty),
            _ => Node::form("cast", vec![arg]),
        }
    }

    /// A cast, unless it says nothing: the type is that of the argument already.
    fn cast_to(&self, arg: Node, ty: TypeName) -> Node {
        match arg {
            Node::Literal(Value::Text(text), None) if ty.is("bool") => match super::value::boolean(&text) {
                Some(value) => Node::Literal(Value::Bool(value), None),
                None => Node::Literal(Value::Text(text), Some(ty)),
            },
            Node::Literal(Value::Bool(value), None) if ty.is("bool") => {
                Node::Literal(Value::Bool(value), None)
            }
            // `INTERVAL '90' MINUTE`
            Node::Literal(Value::Text(text), None) if ty.is("interval") => {
                Node::Literal(Value::Text(super::time::with_unit(text, &ty.modifiers)), Some(ty))
            }
            Node::Literal(value @ (Value::Text(_) | Value::Null), None) => Node::Literal(value, Some(ty)),
            Node::Literal(value @ Value::Number(_), None) if types::is_number(&ty) => {
                Node::Literal(value, Some(ty))
            }
            Node::Literal(value, Some(was)) if was == ty => Node::Literal(value, Some(was)),
            arg => match types::of(&arg, self.catalog) {
                // An unadorned type keeps the length of the argument.
                Some(was)
                    if types::same_name(&was, &ty)
                        && (ty.modifiers.is_empty() || ty.modifiers == was.modifiers) =>
                {
                    arg
                }
                _ => Node::Cast(Box::new(arg), ty),
            },
        }
    }

    fn junction(&mut self, n: &pb::BoolExpr) -> Node {
        let args = self.all(&n.args);
        match n.boolop() {
            BoolExprType::AndExpr => Node::junction("and", args),
            BoolExprType::OrExpr => Node::junction("or", args),
            BoolExprType::NotExpr | BoolExprType::Undefined => Node::form("not", args),
        }
    }

    /// Test, condition and value of each arm, value otherwise.
    fn case(&mut self, n: &pb::CaseExpr) -> Node {
        let mut parts = vec![self.opt(n.arg.as_deref())];
        for arm in &n.args {
            if let Some(NodeEnum::CaseWhen(when)) = &arm.node {
                parts.push(self.opt(when.expr.as_deref()));
                parts.push(self.opt(when.result.as_deref()));
            }
        }
        parts.push(n.defresult.as_deref().map_or_else(Node::null, |node| self.expr(node)));
        Node::form("case", parts)
    }

    fn indirection(&mut self, n: &pb::AIndirection) -> Node {
        let mut node = self.opt(n.arg.as_deref());
        for step in &n.indirection {
            node = match &step.node {
                Some(NodeEnum::AIndices(index)) => {
                    let low = self.opt(index.lidx.as_deref());
                    let high = self.opt(index.uidx.as_deref());
                    let word = if index.is_slice { "slice" } else { "subscript" };
                    Node::form(word, vec![node, low, high])
                }
                Some(NodeEnum::String(field)) => {
                    // `(t).a` is `t.a` when `t` is in `FROM`.
                    if let Node::Column(place @ (Place::At(..) | Place::Named(_)), name, _) = &node
                        && *name == "*"
                    {
                        self.field(place, &Ident::new(&field.sval))
                    } else {
                        Node::form("field", vec![node, Node::word(&*field.sval)])
                    }
                }
                _ => Node::form("fields", vec![node]),
            };
        }
        node
    }

    fn field(&self, place: &Place, name: &Ident) -> Node {
        if let Place::At(depth, index) = place
            && let Some(item) = self.scopes.levels.get(*depth).and_then(|l| l.items.get(*index))
        {
            return item.column(*depth, *index, name);
        }
        Node::Column(place.clone(), name.clone(), None)
    }

    fn sub_query(&mut self, link: &pb::SubLink) -> Node {
        use pb::SubLinkType as T;
        let kind = link.sub_link_type();
        let named = kind == T::ArraySublink || kind == T::ExprSublink;
        let select = |reader: &mut Self| match inner(link.subselect.as_deref()) {
            Some(NodeEnum::SelectStmt(select)) => reader.select(select, false).0,
            _ => Node::none(),
        };
        match kind {
            T::ExistsSublink => {
                let query = select(self);
                Node::form("exists", vec![without_targets(query)])
            }
            T::AnySublink | T::AllSublink => {
                let test = self.opt(link.testexpr.as_deref());
                let name = operator_name(&link.oper_name);
                let name = if name.name.is_empty() { QName::bare("=") } else { name };
                let kind = if kind == T::AnySublink { Kind::AnyQuery } else { Kind::AllQuery };
                let query = select(self);
                Node::Apply(kind, name, vec![test, query])
            }
            _ if named => {
                let query = select(self);
                Node::form(if kind == T::ArraySublink { "array of" } else { "scalar" }, vec![query])
            }
            _ => Node::form("query", vec![select(self)]),
        }
    }
}

/// What `EXISTS` selects does not matter, unless it makes or takes away rows.
fn without_targets(query: Node) -> Node {
    match query {
        Node::Form(word, mut slots) if word == "select" => {
            let plain = |node: &Node| match node {
                Node::Form(word, parts) if *word == "target" => {
                    matches!(parts.get(1), Some(Node::Column(..) | Node::Literal(..)))
                        || parts.get(1) == Some(&Node::word("*"))
                }
                _ => false,
            };
            let distinct = slots.first().is_some_and(|d| *d != Node::none());
            if !distinct
                && let Some(Node::Form(_, targets)) = slots.get_mut(1)
                && targets.iter().all(plain)
            {
                targets.clear();
            }
            Node::Form(word, slots)
        }
        query => query,
    }
}

/// A construct that is compared by its text.
pub(super) fn other(text: Result<String, String>) -> Node {
    Node::form("text", vec![text.map_or_else(Node::word, Node::word)])
}

/// The name of an operator; the schema of the built-in ones is dropped.
pub(super) fn operator_name(parts: &[pb::Node]) -> QName {
    let mut name = qname(parts);
    name.schema = name.schema.filter(|s| *s != "pg_catalog");
    name
}

fn constant(n: &pb::AConst) -> Node {
    let value = match &n.val {
        None => Value::Null,
        Some(Val::Ival(n)) => Value::Number(n.ival.to_string()),
        Some(Val::Fval(n)) => Value::Number(n.fval.clone()),
        Some(Val::Boolval(n)) => Value::Bool(n.boolval),
        Some(Val::Sval(n)) => Value::Text(n.sval.clone()),
        Some(Val::Bsval(n)) => Value::Bits(n.bsval.clone()),
    };
    Node::Literal(value, None)
}

fn boolean_test(test: BoolTestType) -> &'static str {
    match test {
        BoolTestType::IsTrue | BoolTestType::Undefined => "true",
        BoolTestType::IsNotTrue => "not true",
        BoolTestType::IsFalse => "false",
        BoolTestType::IsNotFalse => "not false",
        BoolTestType::IsUnknown => "unknown",
        BoolTestType::IsNotUnknown => "not unknown",
    }
}

/// `CURRENT_TIMESTAMP` and its relatives. Without a precision it is `now()`.
fn value_function(n: &pb::SqlValueFunction) -> Node {
    let name = print::value_function_name(n.op());
    match &*name.to_ascii_lowercase() {
        "current_timestamp" if n.typmod < 0 => Node::function("now", Vec::new()),
        "user" | "current_role" | "current_user" => Node::word("current_user"),
        name if n.typmod < 0 => Node::word(name),
        name => Node::form("precise", vec![Node::word(name), Node::word(n.typmod.to_string())]),
    }
}

/// The texts of a list, as a node.
pub(super) fn names(nodes: &[pb::Node]) -> Node {
    Node::form("names", texts(nodes).map(Node::word).collect())
}
