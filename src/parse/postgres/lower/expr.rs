//! Expressions: their normalised text and the facts about them.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, AExprKind, BoolExprType, NullTestType, a_const::Val};

use super::Cx;
use super::names::{builtin_qname, constant, inner, texts};
use super::types::type_name;
use super::walk::{Walk, add};
use crate::ir::expr::{Conjunct, Expr, ExprFacts, ExprShape, RelationRef};
use crate::name::{Ident, QName};
use crate::parse::postgres::print::{self, value_function_name};

impl Cx<'_> {
    /// An expression.
    pub(super) fn expr(&self, node: &pb::Node) -> Expr {
        self.expr_within(node, None)
    }

    /// An expression of a statement with a `WITH`, whose names are not relations.
    pub(super) fn expr_within(&self, node: &pb::Node, with: Option<&pb::WithClause>) -> Expr {
        let sql = print::expr(node).unwrap_or_else(|error| {
            self.unsupported(&error);
            String::new()
        });
        // Every expression that any test lowers is also a test of the printer.
        #[cfg(test)]
        print::tests::assert_round_trip(node, &sql);
        let mut walk = Walk::within(with);
        walk.open(None);
        walk.node(node, 0);
        let mut columns = std::mem::take(&mut walk.scopes[0].columns);
        outer_columns(&walk, &mut columns);
        let Walk { mut scopes, functions, types, sequences, .. } = walk;
        scopes.remove(0);
        for scope in &mut scopes {
            scope.parent = scope.parent.and_then(|p| p.checked_sub(1));
        }
        let mut relations = Vec::new();
        for relation in scopes.iter().flat_map(|s| &s.relations) {
            add(&mut relations, relation.name.clone());
        }
        let mut conjuncts = Vec::new();
        terms(node, &mut conjuncts);
        let (label, shape) = (super::output::label(node), shape(node));
        Expr::from(ExprFacts {
            sql,
            columns,
            functions,
            relations,
            scopes,
            sequences,
            types,
            label,
            shape,
            conjuncts,
        })
    }

    /// An expression that may be absent.
    pub(super) fn opt_expr(&self, node: Option<&pb::Node>) -> Option<Expr> {
        node.map(|node| self.expr(node))
    }
}

/// Adds the columns of sub-queries that can only come from outside: those with a qualifier that no level from
/// theirs to the outermost defines.
fn outer_columns(walk: &Walk, columns: &mut Vec<(Option<Ident>, Ident)>) {
    let defines = |level: usize, name: &Ident| {
        let relation = |r: &RelationRef| r.alias.as_ref().unwrap_or(&r.name.name) == name;
        walk.scopes[level].relations.iter().any(relation)
            || walk.scopes[level].derived.contains(name)
            || walk.joins.iter().any(|(at, alias)| *at == level && *name == *alias)
    };
    for (index, scope) in walk.scopes.iter().enumerate().skip(1) {
        for (qualifier, column) in &scope.columns {
            let Some(name) = qualifier else { continue };
            let mut levels = std::iter::successors(Some(index), |i| walk.scopes[*i].parent);
            if !levels.any(|level| defines(level, name)) {
                add(columns, (qualifier.clone(), column.clone()));
            }
        }
    }
}

/// The one name of a column without a qualifier.
fn bare_column(node: &NodeEnum) -> Option<Ident> {
    match node {
        NodeEnum::ColumnRef(column) => match &column.fields[..] {
            [pb::Node { node: Some(NodeEnum::String(name)) }] => Some(Ident::new(&name.sval)),
            _ => None,
        },
        _ => None,
    }
}

fn shape(node: &pb::Node) -> ExprShape {
    let Some(node) = &node.node else { return ExprShape::Other };
    match node {
        NodeEnum::AConst(c) => match &c.val {
            None => ExprShape::Null,
            Some(Val::Boolval(b)) => ExprShape::Bool(b.boolval),
            Some(_) => ExprShape::Literal(constant(c)),
        },
        NodeEnum::ColumnRef(_) => bare_column(node).map_or(ExprShape::Other, ExprShape::Column),
        NodeEnum::FuncCall(call) => ExprShape::Call(builtin_qname(&call.funcname)),
        NodeEnum::SqlvalueFunction(f) => ExprShape::Call(QName::bare(value_function_name(f.op()))),
        NodeEnum::TypeCast(cast) => cast_shape(cast),
        _ => ExprShape::Other,
    }
}

fn cast_shape(cast: &pb::TypeCast) -> ExprShape {
    let (Some(arg), Some(Ok(target))) = (&cast.arg, cast.type_name.as_ref().map(type_name)) else {
        return ExprShape::Other;
    };
    match shape(arg) {
        ExprShape::Literal(text) if target.is("bool") => match text.as_str() {
            "t" | "true" => ExprShape::Bool(true),
            "f" | "false" => ExprShape::Bool(false),
            _ => ExprShape::Literal(text),
        },
        constant @ (ExprShape::Null | ExprShape::Bool(_) | ExprShape::Literal(_)) => constant,
        ExprShape::Column(column) => ExprShape::ColumnCast(column, target),
        ExprShape::ColumnCast(..) | ExprShape::Call(_) | ExprShape::Other => ExprShape::Other,
    }
}

/// The text of a literal, also under casts.
fn literal(node: &pb::Node) -> Option<String> {
    match shape(node) {
        ExprShape::Literal(text) => Some(text),
        ExprShape::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

fn terms(node: &pb::Node, out: &mut Vec<Conjunct>) {
    match &node.node {
        Some(NodeEnum::BoolExpr(expr)) if expr.boolop() == BoolExprType::AndExpr => {
            for arg in &expr.args {
                terms(arg, out);
            }
        }
        Some(NodeEnum::BoolExpr(expr)) if expr.boolop() == BoolExprType::OrExpr => {
            out.push(alternatives(&expr.args, terms));
        }
        Some(NodeEnum::BoolExpr(expr)) => match &expr.args[..] {
            [arg] => negated(arg, out),
            _ => out.push(Conjunct::Other),
        },
        Some(NodeEnum::NullTest(test)) => out.push(null_test(test, false)),
        Some(NodeEnum::AExpr(expr)) => {
            let before = out.len();
            comparison(expr, out);
            if out.len() == before {
                out.push(Conjunct::Other);
            }
        }
        _ => out.push(Conjunct::Other),
    }
}

/// The terms of `NOT …`: the server's prover, too, moves the `NOT` inwards.
fn negated(node: &pb::Node, out: &mut Vec<Conjunct>) {
    match &node.node {
        Some(NodeEnum::BoolExpr(expr)) => match expr.boolop() {
            BoolExprType::AndExpr => out.push(alternatives(&expr.args, negated)),
            BoolExprType::OrExpr => expr.args.iter().for_each(|arg| negated(arg, out)),
            _ => expr.args.iter().for_each(|arg| terms(arg, out)),
        },
        Some(NodeEnum::NullTest(test)) => out.push(null_test(test, true)),
        Some(NodeEnum::AExpr(expr)) if expr.kind() == AExprKind::AexprOp => {
            let mut plain = Vec::new();
            comparison(expr, &mut plain);
            out.push(match plain.pop() {
                Some(Conjunct::Compare { column, op, value }) => match negator(&op) {
                    Some(op) => Conjunct::Compare { column, op: op.to_owned(), value },
                    None => Conjunct::Other,
                },
                _ => Conjunct::Other,
            });
        }
        _ => out.push(Conjunct::Other),
    }
}

fn null_test(test: &pb::NullTest, negated: bool) -> Conjunct {
    let is_null = (test.nulltesttype() == NullTestType::IsNull) != negated;
    match inner(test.arg.as_deref()).and_then(bare_column) {
        Some(column) if is_null => Conjunct::Null(column),
        Some(column) => Conjunct::NotNull(column),
        None => Conjunct::Other,
    }
}

/// Terms of which one holds. A side of which nothing is understood could be anything.
fn alternatives(args: &[pb::Node], read: fn(&pb::Node, &mut Vec<Conjunct>)) -> Conjunct {
    let mut sides = Vec::new();
    for arg in args {
        let mut side = Vec::new();
        read(arg, &mut side);
        side.retain(|term| *term != Conjunct::Other);
        if side.is_empty() {
            return Conjunct::Other;
        }
        sides.push(side);
    }
    Conjunct::Or(sides)
}

/// The operator that holds when the other does not, nulls apart.
fn negator(op: &str) -> Option<&'static str> {
    Some(match op {
        "=" => "<>",
        "<>" => "=",
        "<" => ">=",
        "<=" => ">",
        ">" => "<=",
        ">=" => "<",
        _ => return None,
    })
}

/// The column of a comparison. A cast to a text type keeps equality (the server itself adds such casts when
/// it prints `varchar` columns), a cast to anything else does not.
fn compared_column(node: &pb::Node, op: &str) -> Option<Ident> {
    match shape(node) {
        ExprShape::Column(name) => Some(name),
        ExprShape::ColumnCast(name, target)
            if matches!(op, "=" | "<>") && (target.is("text") || target.is("varchar")) =>
        {
            Some(name)
        }
        _ => None,
    }
}

fn comparison(expr: &pb::AExpr, out: &mut Vec<Conjunct>) {
    let [op] = &texts(&expr.name).collect::<Vec<_>>()[..] else { return };
    let (Some(left), Some(right)) = (&expr.lexpr, &expr.rexpr) else { return };
    let compare =
        |column: Ident, op: &str, value: String| Conjunct::Compare { column, op: op.to_owned(), value };
    match expr.kind() {
        AExprKind::AexprOp => {
            let Some(mirrored) = mirror(op) else { return };
            if let (Some(column), Some(value)) = (compared_column(left, op), literal(right)) {
                out.push(compare(column, op, value));
            } else if let (Some(value), Some(column)) = (literal(left), compared_column(right, op)) {
                out.push(compare(column, mirrored, value));
            }
        }
        AExprKind::AexprBetween => {
            let Some(NodeEnum::List(bounds)) = &right.node else { return };
            if let [low, high] = &bounds.items[..]
                && let (Some(column), Some(low), Some(high)) =
                    (compared_column(left, ">="), literal(low), literal(high))
            {
                out.push(compare(column.clone(), ">=", low));
                out.push(compare(column, "<=", high));
            }
        }
        AExprKind::AexprNotBetween => {
            let Some(NodeEnum::List(bounds)) = &right.node else { return };
            if let [low, high] = &bounds.items[..]
                && let (Some(column), Some(low), Some(high)) =
                    (compared_column(left, "<"), literal(low), literal(high))
            {
                let below = compare(column.clone(), "<", low);
                out.push(Conjunct::Or(vec![vec![below], vec![compare(column, ">", high)]]));
            }
        }
        AExprKind::AexprIn | AExprKind::AexprOpAll if *op == "<>" => {
            if let (Some(column), Some(values)) = (compared_column(left, op), literals(right)) {
                out.extend(values.into_iter().map(|value| compare(column.clone(), op, value)));
            }
        }
        AExprKind::AexprIn | AExprKind::AexprOpAny if *op == "=" => {
            if let (Some(column), Some(values)) = (compared_column(left, op), literals(right)) {
                out.push(Conjunct::In { column, values });
            }
        }
        _ => {}
    }
}

/// The literals of `(…)` after `IN`, or of `ARRAY[…]`, also under a cast.
fn literals(node: &pb::Node) -> Option<Vec<String>> {
    match &node.node {
        Some(NodeEnum::List(list)) => list.items.iter().map(literal).collect(),
        Some(NodeEnum::AArrayExpr(array)) => array.elements.iter().map(literal).collect(),
        Some(NodeEnum::TypeCast(cast)) => match inner(cast.arg.as_deref()) {
            Some(NodeEnum::AArrayExpr(_)) => literals(cast.arg.as_ref()?),
            _ => None,
        },
        _ => None,
    }
}

/// The operator with its sides exchanged.
fn mirror(op: &str) -> Option<&'static str> {
    Some(match op {
        "=" => "=",
        "<>" => "<>",
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        _ => return None,
    })
}
