//! Expressions and queries of MySQL and SQLite: their normalised text and the facts about them.

use std::ops::ControlFlow;

use sqlparser::ast::{
    self, BinaryOperator, Expr as Tree, ObjectNamePart, UnaryOperator, Value, Visit, VisitMut, VisitorMut,
};
use sqlparser::parser::Parser;

use super::cursor::{Cursor, Parsed, unquote};
use super::keywords::is_reserved;
use super::walk::{Walk, add, function_name, ident, outermost, output_of};
use super::{front, types};
use crate::ir::expr::{Conjunct, Expr, ExprFacts, ExprShape, Query, QueryFacts};
use crate::name::{Dialect, Ident};

/// The expression that is all of the cursor.
pub(super) fn expression(cursor: &Cursor) -> Parsed<Expr> {
    if cursor.is_done() {
        return Err(cursor.expected("an expression"));
    }
    let tree = front::read(cursor.rest(), cursor.start(), cursor.dialect, Parser::parse_expr)?;
    Ok(from_tree(tree, cursor.dialect))
}

/// The query that is all of the cursor.
pub(super) fn query(cursor: &Cursor) -> Parsed<Query> {
    let tree = front::read(cursor.rest(), cursor.start(), cursor.dialect, Parser::parse_query)?;
    let mut walk = Walk::new();
    let _ = tree.visit(&mut walk);
    Ok(from_walk(walk, cursor.rest(), &tree))
}

/// A query's facts.
pub(super) fn from_walk(walk: Walk, sql: &str, tree: &ast::Query) -> Query {
    let filtered = outermost(tree).is_some_and(|select| select.selection.is_some());
    Query::from(QueryFacts {
        sql: sql.to_owned(),
        scopes: walk.scopes,
        functions: walk.functions,
        types: walk.types,
        output: output_of(tree),
        sources: Vec::new(),
        filtered,
        locks_rows: walk.locks_rows,
        writes: Vec::new(),
    })
}

/// An expression from its tree.
pub(super) fn from_tree(mut tree: Tree, dialect: Dialect) -> Expr {
    let _ = VisitMut::visit(&mut tree, &mut Normal(dialect));
    let mut walk = Walk::outside();
    let _ = Visit::visit(&tree, &mut walk);
    let mut scopes = walk.scopes;
    let columns = scopes.remove(0).columns;
    let mut relations = Vec::new();
    for scope in &mut scopes {
        scope.parent = scope.parent.and_then(|parent| parent.checked_sub(1));
        for relation in &scope.relations {
            add(&mut relations, relation.name.clone());
        }
    }
    let mut conjuncts = Vec::new();
    terms(&tree, dialect, &mut conjuncts);
    Expr::from(ExprFacts {
        sql: tree.to_string(),
        columns,
        functions: walk.functions,
        relations,
        scopes,
        sequences: Vec::new(),
        types: walk.types,
        label: None,
        shape: shape(&tree, dialect),
        conjuncts,
    })
}

/// Makes spellings equal: quotes only where a name needs them, functions in lower case.
struct Normal(Dialect);

impl VisitorMut for Normal {
    type Break = ();

    fn pre_visit_ident(&mut self, name: &mut ast::Ident) -> ControlFlow<()> {
        let plain = name.value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !is_reserved(&name.value);
        if plain {
            name.quote_style = None;
        } else if name.quote_style.is_some() {
            name.value = ident(name).to_string();
            name.quote_style = Some(if self.0 == Dialect::MySql { '`' } else { '"' });
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_value(&mut self, value: &mut ast::ValueWithSpan) -> ControlFlow<()> {
        // `0x123` is printed as `X'…'`, where the server wants pairs of digits.
        if let Value::HexStringLiteral(digits) = &mut value.value
            && digits.len() % 2 == 1
        {
            digits.insert(0, '0');
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Tree) -> ControlFlow<()> {
        if let Tree::Function(function) = expr {
            for part in &mut function.name.0 {
                if let ObjectNamePart::Identifier(name) = part {
                    // Only what is a keyword as well is written like one: `CURRENT_TIMESTAMP`.
                    let upper = name.value.to_ascii_uppercase();
                    name.value =
                        if upper.starts_with("CURRENT_") { upper } else { name.value.to_ascii_lowercase() };
                }
            }
        }
        ControlFlow::Continue(())
    }
}

fn shape(tree: &Tree, dialect: Dialect) -> ExprShape {
    match tree {
        Tree::Nested(inner) => shape(inner, dialect),
        Tree::Value(value) => match &value.value {
            Value::Null => ExprShape::Null,
            Value::Boolean(value) => ExprShape::Bool(*value),
            _ => literal(tree, dialect).map_or(ExprShape::Other, ExprShape::Literal),
        },
        Tree::UnaryOp { .. } | Tree::Prefixed { .. } => {
            literal(tree, dialect).map_or(ExprShape::Other, ExprShape::Literal)
        }
        Tree::Identifier(name) => ExprShape::Column(ident(name)),
        Tree::Function(function) => ExprShape::Call(function_name(&function.name)),
        Tree::Cast { expr, data_type, .. } => match shape(expr, dialect) {
            ExprShape::Column(name) => ExprShape::ColumnCast(name, types::of_cast(&data_type.to_string())),
            constant @ (ExprShape::Null | ExprShape::Bool(_) | ExprShape::Literal(_)) => constant,
            ExprShape::ColumnCast(..) | ExprShape::Call(_) | ExprShape::Other => ExprShape::Other,
        },
        _ => ExprShape::Other,
    }
}

/// The text of a literal without quotes, a sign in front of a number included.
fn literal(tree: &Tree, dialect: Dialect) -> Option<String> {
    match tree {
        Tree::Nested(inner) => literal(inner, dialect),
        Tree::Value(value) => match &value.value {
            Value::Number(digits, _) => Some(digits.clone()),
            Value::SingleQuotedString(text) | Value::NationalStringLiteral(text) => {
                Some(unquote(&format!("'{text}'"), dialect))
            }
            Value::DoubleQuotedString(text) => Some(unquote(&format!("\"{text}\""), dialect)),
            Value::HexStringLiteral(text) | Value::SingleQuotedByteStringLiteral(text) => Some(text.clone()),
            Value::Boolean(value) => Some(value.to_string()),
            _ => None,
        },
        Tree::UnaryOp { op: UnaryOperator::Minus, expr } => {
            literal(expr, dialect).map(|text| format!("-{text}"))
        }
        Tree::UnaryOp { op: UnaryOperator::Plus, expr } => literal(expr, dialect),
        Tree::Prefixed { value, .. } => literal(value, dialect),
        _ => None,
    }
}

fn terms(tree: &Tree, dialect: Dialect, out: &mut Vec<Conjunct>) {
    match tree {
        Tree::Nested(inner) => terms(inner, dialect, out),
        Tree::BinaryOp { left, op: BinaryOperator::And, right } => {
            terms(left, dialect, out);
            terms(right, dialect, out);
        }
        Tree::IsNotNull(inner) => out.push(column(inner).map_or(Conjunct::Other, Conjunct::NotNull)),
        Tree::BinaryOp { left, op, right } => {
            out.push(comparison(left, op, right, dialect).unwrap_or(Conjunct::Other));
        }
        Tree::Between { expr, negated: false, low, high } => {
            let bounds = literal(low, dialect).zip(literal(high, dialect));
            match column(expr).zip(bounds) {
                Some((column, (low, high))) => {
                    out.push(Conjunct::Compare { column: column.clone(), op: ">=".into(), value: low });
                    out.push(Conjunct::Compare { column, op: "<=".into(), value: high });
                }
                None => out.push(Conjunct::Other),
            }
        }
        Tree::InList { expr, list, negated: false } => {
            let values: Option<Vec<String>> = list.iter().map(|item| literal(item, dialect)).collect();
            out.push(match column(expr).zip(values) {
                Some((column, values)) => Conjunct::In { column, values },
                None => Conjunct::Other,
            });
        }
        _ => out.push(Conjunct::Other),
    }
}

fn comparison(left: &Tree, op: &BinaryOperator, right: &Tree, dialect: Dialect) -> Option<Conjunct> {
    let (op, mirrored) = match op {
        BinaryOperator::Eq => ("=", "="),
        BinaryOperator::NotEq => ("<>", "<>"),
        BinaryOperator::Lt => ("<", ">"),
        BinaryOperator::LtEq => ("<=", ">="),
        BinaryOperator::Gt => (">", "<"),
        BinaryOperator::GtEq => (">=", "<="),
        _ => return None,
    };
    if let (Some(column), Some(value)) = (column(left), literal(right, dialect)) {
        return Some(Conjunct::Compare { column, op: op.into(), value });
    }
    let (value, column) = literal(left, dialect).zip(column(right))?;
    Some(Conjunct::Compare { column, op: mirrored.into(), value })
}

fn column(tree: &Tree) -> Option<Ident> {
    match tree {
        Tree::Identifier(name) => Some(ident(name)),
        Tree::Nested(inner) => column(inner),
        _ => None,
    }
}
