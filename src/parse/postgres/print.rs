//! Expression trees to normalised SQL.
//!
//! In: a node of PostgreSQL's raw parse tree. Out: text that parses to the same tree, with folded names,
//! upper-case keywords, the SQL standard's names of types, and parentheses only where the grammar needs them;
//! two expressions that differ only in spelling give the same text. Sub-queries and the rarer JSON and XML
//! forms are printed by libpg_query.

mod call;
mod constant;
mod fallback;
mod operator;
#[cfg(test)]
pub(crate) mod tests;
mod window;

pub(in crate::parse) use self::constant::value_function_name;
pub use self::fallback::statement;
use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, BoolExprType, BoolTestType, CoercionForm, NullTestType, SubLinkType};

use self::operator::Level;
use super::lower::types::type_name;
use crate::quote::{quote_ident, quote_label};

/// The normalised SQL of an expression.
///
/// # Errors
/// The message of libpg_query when a part that is left to it cannot be printed.
pub fn expr(node: &pb::Node) -> Result<String, String> {
    let mut printer = Printer { out: String::new(), error: None };
    printer.node(node, Level::Or);
    match printer.error {
        None => Ok(printer.out),
        Some(error) => Err(error),
    }
}

/// Text under construction.
struct Printer {
    out: String,
    error: Option<String>,
}

impl Printer {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Prints a child; in parentheses when it binds less tightly than `min`.
    fn child(&mut self, node: Option<&pb::Node>, min: Level) {
        if let Some(node) = node {
            self.node(node, min);
        }
    }

    fn node(&mut self, node: &pb::Node, min: Level) {
        let Some(inner) = &node.node else { return };
        if operator::level(inner) < min {
            self.push("(");
            self.inner(node, inner);
            self.push(")");
        } else {
            self.inner(node, inner);
        }
    }

    /// Prints nodes with commas between.
    fn list(&mut self, nodes: &[pb::Node]) {
        for (i, node) in nodes.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.node(node, Level::Or);
        }
    }

    /// Prints `NAME(a, b)`.
    fn form(&mut self, name: &str, args: &[pb::Node]) {
        self.push(name);
        self.push("(");
        self.list(args);
        self.push(")");
    }

    /// Prints a node without parentheses. The recursion goes through here for every level of a tree, so what
    /// needs room on the stack is kept out.
    fn inner(&mut self, node: &pb::Node, inner: &NodeEnum) {
        match inner {
            NodeEnum::AExpr(n) => self.a_expr(n),
            NodeEnum::BoolExpr(n) => self.bool_expr(n),
            NodeEnum::FuncCall(n) => self.call(n),
            NodeEnum::TypeCast(n) => self.cast(n),
            NodeEnum::CollateClause(n) => self.collate(n),
            NodeEnum::NullTest(n) => self.null_test(n),
            NodeEnum::BooleanTest(n) => self.boolean_test(n),
            NodeEnum::CaseExpr(n) => self.case(n),
            NodeEnum::CoalesceExpr(n) => self.form("COALESCE", &n.args),
            NodeEnum::MinMaxExpr(n) => self.form(min_max(n), &n.args),
            NodeEnum::RowExpr(n) => self.form(row(n), &n.args),
            NodeEnum::AArrayExpr(n) => self.array(n),
            NodeEnum::AIndirection(n) => self.indirection(n),
            NodeEnum::SubLink(n) => self.sub_link(n),
            NodeEnum::NamedArgExpr(n) => self.named_arg(n),
            NodeEnum::GroupingFunc(n) => self.form("GROUPING", &n.args),
            NodeEnum::List(n) => self.form("", &n.items),
            _ => self.leaf(node, inner),
        }
    }

    /// Nodes without children, and those left to libpg_query.
    fn leaf(&mut self, node: &pb::Node, inner: &NodeEnum) {
        match inner {
            NodeEnum::AConst(n) => self.constant(n),
            NodeEnum::ColumnRef(n) => self.column(n),
            NodeEnum::ParamRef(n) => self.push(&format!("${}", n.number)),
            NodeEnum::SqlvalueFunction(n) => self.value_function(n),
            NodeEnum::MergeSupportFunc(_) => self.push("MERGE_ACTION()"),
            NodeEnum::SetToDefault(_) => self.push("DEFAULT"),
            NodeEnum::CurrentOfExpr(n) => {
                self.push("CURRENT OF ");
                self.push(&quote_ident(&n.cursor_name));
            }
            // Only in a few places that take no other expression.
            NodeEnum::AStar(_) => self.push("*"),
            NodeEnum::String(n) => self.push(&quote_ident(&n.sval)),
            NodeEnum::TypeName(n) => self.type_name(n),
            _ => self.fallback(node),
        }
    }

    fn type_name(&mut self, name: &pb::TypeName) {
        match type_name(name) {
            Ok(name) => self.push(&name.sql()),
            Err(error) => self.error = Some(error),
        }
    }

    fn cast(&mut self, cast: &pb::TypeCast) {
        self.child(cast.arg.as_deref(), Level::Cast);
        self.push("::");
        if let Some(name) = &cast.type_name {
            self.type_name(name);
        }
    }

    fn collate(&mut self, clause: &pb::CollateClause) {
        self.child(clause.arg.as_deref(), Level::Collate);
        self.push(" COLLATE ");
        self.names(&clause.collname);
    }

    fn null_test(&mut self, test: &pb::NullTest) {
        self.child(test.arg.as_deref(), Level::Is.next());
        let not = test.nulltesttype() == NullTestType::IsNotNull;
        self.push(if not { " IS NOT NULL" } else { " IS NULL" });
    }

    fn boolean_test(&mut self, test: &pb::BooleanTest) {
        self.child(test.arg.as_deref(), Level::Is.next());
        self.push(match test.booltesttype() {
            BoolTestType::IsTrue | BoolTestType::Undefined => " IS TRUE",
            BoolTestType::IsNotTrue => " IS NOT TRUE",
            BoolTestType::IsFalse => " IS FALSE",
            BoolTestType::IsNotFalse => " IS NOT FALSE",
            BoolTestType::IsUnknown => " IS UNKNOWN",
            BoolTestType::IsNotUnknown => " IS NOT UNKNOWN",
        });
    }

    fn array(&mut self, array: &pb::AArrayExpr) {
        self.push("ARRAY[");
        self.list(&array.elements);
        self.push("]");
    }

    fn named_arg(&mut self, arg: &pb::NamedArgExpr) {
        self.push(&quote_ident(&arg.name));
        self.push(" => ");
        self.child(arg.arg.as_deref(), Level::Or);
    }

    /// A name of one or more parts, as in `COLLATE` or a function call.
    fn names(&mut self, parts: &[pb::Node]) {
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                self.push(".");
            }
            if let Some(NodeEnum::String(name)) = &part.node {
                self.push(&quote_ident(&name.sval));
            }
        }
    }

    fn column(&mut self, column: &pb::ColumnRef) {
        for (i, field) in column.fields.iter().enumerate() {
            if i > 0 {
                self.push(".");
            }
            match &field.node {
                Some(NodeEnum::String(name)) => self.push(&quote_ident(&name.sval)),
                Some(NodeEnum::AStar(_)) => self.push("*"),
                _ => {}
            }
        }
    }

    fn bool_expr(&mut self, expr: &pb::BoolExpr) {
        let (word, level) = match expr.boolop() {
            BoolExprType::AndExpr => (" AND ", Level::And),
            BoolExprType::OrExpr => (" OR ", Level::Or),
            BoolExprType::NotExpr | BoolExprType::Undefined => {
                self.push("NOT ");
                self.child(expr.args.first(), Level::Not);
                return;
            }
        };
        for (i, arg) in expr.args.iter().enumerate() {
            if i > 0 {
                self.push(word);
            }
            // The grammar flattens only on the left, where it leaves no node of the same kind.
            self.node(arg, level.next());
        }
    }

    fn case(&mut self, case: &pb::CaseExpr) {
        self.push("CASE");
        if case.arg.is_some() {
            self.push(" ");
            self.child(case.arg.as_deref(), Level::Or);
        }
        for arm in &case.args {
            if let Some(NodeEnum::CaseWhen(when)) = &arm.node {
                self.push(" WHEN ");
                self.child(when.expr.as_deref(), Level::Or);
                self.push(" THEN ");
                self.child(when.result.as_deref(), Level::Or);
            }
        }
        if case.defresult.is_some() {
            self.push(" ELSE ");
            self.child(case.defresult.as_deref(), Level::Or);
        }
        self.push(" END");
    }

    /// `(row).field`, `array[1]`, `array[1:2]`.
    fn indirection(&mut self, n: &pb::AIndirection) {
        let arg = n.arg.as_ref().and_then(|a| a.node.as_ref());
        let subscript =
            matches!(n.indirection.first().and_then(|i| i.node.as_ref()), Some(NodeEnum::AIndices(_)));
        let bare = match arg {
            Some(NodeEnum::ParamRef(_)) => true,
            Some(NodeEnum::ColumnRef(_)) => subscript,
            Some(NodeEnum::SubLink(link)) => link.sub_link_type() == SubLinkType::ExprSublink,
            _ => false,
        };
        if bare {
            self.child(n.arg.as_deref(), Level::Or);
        } else {
            self.push("(");
            self.child(n.arg.as_deref(), Level::Or);
            self.push(")");
        }
        for step in &n.indirection {
            match &step.node {
                Some(NodeEnum::String(field)) => {
                    self.push(".");
                    self.push(&quote_label(&field.sval));
                }
                Some(NodeEnum::AStar(_)) => self.push(".*"),
                Some(NodeEnum::AIndices(index)) => {
                    self.push("[");
                    self.child(index.lidx.as_deref(), Level::Or);
                    if index.is_slice {
                        self.push(":");
                    }
                    self.child(index.uidx.as_deref(), Level::Or);
                    self.push("]");
                }
                _ => {}
            }
        }
    }

    fn sub_link(&mut self, link: &pb::SubLink) {
        match link.sub_link_type() {
            SubLinkType::ExistsSublink => self.push("EXISTS "),
            SubLinkType::ArraySublink => self.push("ARRAY"),
            SubLinkType::AnySublink if link.oper_name.is_empty() => {
                self.child(link.testexpr.as_deref(), Level::In.next());
                self.push(" IN ");
            }
            SubLinkType::AnySublink => self.quantified(link.testexpr.as_deref(), &link.oper_name, " ANY "),
            SubLinkType::AllSublink => self.quantified(link.testexpr.as_deref(), &link.oper_name, " ALL "),
            _ => {}
        }
        self.push("(");
        if let Some(select) = &link.subselect {
            self.statement(select);
        }
        self.push(")");
    }
}

fn min_max(n: &pb::MinMaxExpr) -> &'static str {
    if n.op() == pb::MinMaxOp::IsGreatest { "GREATEST" } else { "LEAST" }
}

fn row(n: &pb::RowExpr) -> &'static str {
    if n.row_format() == CoercionForm::CoerceImplicitCast { "" } else { "ROW" }
}
