//! The comparison of two trees.
//!
//! They have to be alike but for casts. A cast that only one of them has is looked over when the server would
//! have put it there by itself, or left it out because it says nothing; see [`droppable`].

use super::catalog::Catalog;
use super::tree::{Kind, Node, Place, Value};
use super::{types, value};
use crate::ir::types::TypeName;
use crate::name::QName;

/// What surrounds a part of a tree, as far as it decides which casts the server adds there.
#[derive(Clone, Copy)]
pub(super) enum Around<'n> {
    /// Nothing: the outermost part, a condition.
    Nothing,
    /// What is stored in something of this type.
    Target(&'n TypeName),
    /// One side of the operator; the other side in both trees.
    Beside(Option<&'n Node>, Option<&'n Node>, &'n str),
    /// An argument of a function.
    Argument,
    /// One of several values that become one type: the arms of `CASE`, the items of an array.
    Among,
}

/// Two trees, and the schemas that their names come from.
pub(super) struct Comparison<'a> {
    pub(super) a: &'a dyn Catalog,
    pub(super) b: &'a dyn Catalog,
    /// Steps that are left. Casts can be looked over in many ways; past this, trees count as different.
    pub(super) fuel: u32,
}

/// Operators whose sides are compared.
const COMPARING: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];

impl Comparison<'_> {
    pub(super) fn same(&mut self, a: &Node, b: &Node, around: Around<'_>) -> bool {
        if self.fuel == 0 {
            return false;
        }
        self.fuel -= 1;
        match (a, b) {
            (Node::Literal(left, was), Node::Literal(right, is)) => {
                return self.literals((left, was.as_ref()), (right, is.as_ref()), around);
            }
            (Node::Form(was, left), Node::Form(is, right)) => {
                return was == is && self.parts(was, left, right);
            }
            (Node::Apply(kind, was, left), Node::Apply(other, is, right)) => {
                return kind == other && same_name(was, is) && self.applied(*kind, &was.name, left, right);
            }
            (Node::Column(from, was, _), Node::Column(place, is, _)) => {
                return was == is && (from == place || *from == Place::Unknown || *place == Place::Unknown);
            }
            (Node::Name(was), Node::Name(is)) => return same_name(was, is),
            (Node::Word(was), Node::Word(is)) => return was == is,
            (Node::Cast(left, was), Node::Cast(right, is)) if types::same(was, is) => {
                return self.same(left, right, Around::Nothing)
                    // `(ARRAY['a'::varchar])::text[]` and `ARRAY['a']::text[]`
                    || (was.array > 0 && self.same(left, right, Around::Among));
            }
            _ => {}
        }
        if let Node::Cast(inner, ty) = a
            && droppable(inner, ty, around.side(false), self.a)
            && self.same(inner, b, around)
        {
            return true;
        }
        if let Node::Cast(inner, ty) = b
            && droppable(inner, ty, around.side(true), self.b)
            && self.same(a, inner, around)
        {
            return true;
        }
        false
    }

    fn parts(&mut self, word: &str, a: &[Node], b: &[Node]) -> bool {
        if a.len() != b.len() {
            return false;
        }
        let pairs = a.iter().zip(b);
        match word {
            // What is sorted by is an argument of some aggregates.
            "sort" => pairs.enumerate().all(|(at, (x, y))| {
                let around = if at == 0 { Around::Argument } else { Around::Nothing };
                self.same(x, y, around)
            }),
            "text" => match (a, b) {
                ([Node::Word(a)], [Node::Word(b)]) => super::words::same(a, b),
                _ => false,
            },
            "case" => {
                let last = a.len() - 1;
                let simple = a.first() != Some(&Node::none());
                pairs.enumerate().all(|(at, (x, y))| {
                    let around = match at {
                        0 => Around::Among,
                        at if at == last || at % 2 == 0 => Around::Among,
                        _ if simple => Around::Beside(a.first(), b.first(), "="),
                        _ => Around::Nothing,
                    };
                    self.same(x, y, around)
                })
            }
            "coalesce" | "greatest" | "least" | "array" | "row" | "limit" | "subscript" | "assign"
            | "rows" => pairs.into_iter().all(|(x, y)| self.same(x, y, Around::Among)),
            "nullif" | "distinct" if a.len() == 2 => {
                self.same(&a[0], &b[0], Around::Beside(Some(&a[1]), Some(&b[1]), "="))
                    && self.same(&a[1], &b[1], Around::Beside(Some(&a[0]), Some(&b[0]), "="))
            }
            "named" | "variadic" | "collate" => {
                pairs.into_iter().all(|(x, y)| self.same(x, y, Around::Argument))
            }
            _ => pairs.into_iter().all(|(x, y)| self.same(x, y, Around::Nothing)),
        }
    }

    fn applied(&mut self, kind: Kind, name: &str, a: &[Node], b: &[Node]) -> bool {
        if a.len() != b.len() {
            return false;
        }
        if kind == Kind::Function {
            return a.iter().zip(b).all(|(x, y)| self.same(x, y, Around::Argument));
        }
        let other = |list: &'_ [Node], at: usize| (list.len() == 2).then(|| 1 - at);
        (0..a.len()).all(|at| {
            let around = Around::Beside(other(a, at).map(|o| &a[o]), other(b, at).map(|o| &b[o]), name);
            self.same(&a[at], &b[at], around)
        })
    }

    fn literals(
        &self,
        a: (&Value, Option<&TypeName>),
        b: (&Value, Option<&TypeName>),
        around: Around<'_>,
    ) -> bool {
        match (a.1, b.1) {
            (None, None) => match around {
                Around::Target(ty) => value::same(a.0, b.0, ty) || value::same_bare(a.0, b.0),
                _ => value::same_bare(a.0, b.0),
            },
            (Some(s), Some(t)) => {
                if value::is_object(s) && types::same(s, t) {
                    return object_names(a.0, b.0);
                }
                // An implicit cast between types of text keeps the value.
                let texts = types::is_text(s) && types::is_text(t) && (s.modifiers == t.modifiers);
                // The fields of an interval have been cut off when it was read.
                let intervals = types::same_name(s, t) && s.is("interval");
                (types::same(s, t) || texts || intervals) && value::same(a.0, b.0, s)
            }
            (Some(ty), None) => self.typed(a.0, ty, b.0, around.side(true), self.b),
            (None, Some(ty)) => self.typed(b.0, ty, a.0, around.side(false), self.a),
        }
    }

    /// A constant with a type against one without, which has `beside` at its side.
    fn typed(
        &self,
        with: &Value,
        ty: &TypeName,
        without: &Value,
        around: Side<'_>,
        catalog: &dyn Catalog,
    ) -> bool {
        if value::is_object(ty) {
            return object_names(with, without);
        }
        if matches!((with, without), (Value::Null, Value::Null)) {
            return true;
        }
        match without {
            Value::Text(_) => {
                // In a comparison, the constant takes the type of the other side.
                if let Side::Beside(Some(other), name) = around
                    && COMPARING.contains(&name)
                    && let Some(other) = types::of(other, catalog)
                    && (types::is_number(&other) || types::is_time(&other))
                    && !types::same_name(&other, ty)
                {
                    return false;
                }
                value::same(with, without, &types::base(ty, catalog))
            }
            Value::Number(_) => {
                let node = Node::Literal(without.clone(), None);
                let natural = types::of(&node, catalog).is_some_and(|natural| types::same(&natural, ty));
                (natural || droppable(&node, ty, around, catalog)) && value::same(with, without, ty)
            }
            _ => value::same_bare(with, without) || value::same(with, without, ty),
        }
    }
}

/// Whether a cast that the other tree lacks makes no difference: one that the server adds by itself, because
/// of what is around it in the other tree, or one to the type that the argument has anyway.
fn droppable(inner: &Node, ty: &TypeName, around: Side<'_>, catalog: &dyn Catalog) -> bool {
    let known = types::of(inner, catalog);
    let target = types::base(ty, catalog);
    // A domain over the same type: only what is stored is checked.
    if let Some(from) = &known {
        if types::same_name(from, &target) {
            return ty.modifiers.is_empty() || ty.modifiers == from.modifiers;
        }
        let texts = match (types::element(from), types::element(&target)) {
            (Some(from), Some(to)) => types::is_text(&from) && types::is_text(&to),
            _ => types::is_text(from) && types::is_text(&target),
        };
        if texts {
            return ty.modifiers.is_empty();
        }
    }
    // An array constructor is as its items.
    if let Node::Form(word, items) = inner
        && *word == "array"
        && let Some(element) = types::element(ty)
    {
        return items.iter().all(|item| match item {
            Node::Literal(Value::Text(_) | Value::Null, was) => {
                was.as_ref().is_none_or(|was| types::implicit(was, &element))
            }
            item => droppable(item, &element, Side::Among, catalog),
        });
    }
    match (around, &known) {
        (Side::Nothing, None) => types::is_text(ty) && ty.modifiers.is_empty(),
        (Side::Nothing, Some(_)) => false,
        (Side::Target(target), _) => types::same_name(target, ty),
        (Side::Beside(other, name), Some(from)) => match other.and_then(|o| types::of(o, catalog)) {
            Some(other) => {
                let other = types::element(&other).unwrap_or(other);
                types::promoted(name, from, &other).is_some_and(|common| types::same_name(&common, ty))
                    || (types::implicit(from, ty) && types::same_name(&other, ty))
            }
            None => types::is_text(ty) && types::implicit(from, ty),
        },
        (Side::Beside(other, _), None) => {
            (types::is_text(ty) && ty.modifiers.is_empty())
                || other.and_then(|o| types::of(o, catalog)).is_some_and(|other| {
                    types::same_name(&other, ty)
                        && (types::is_number(ty) || types::is_time(ty) || ty.array > 0)
                })
        }
        (Side::Argument | Side::Among, Some(from)) => {
            types::implicit(from, ty)
                // Extensions' types of text (`citext`) are made `text` of for functions that take text.
                || (ty.is("text") && from.name.name == "citext" && matches!(around, Side::Argument))
        }
        (Side::Argument | Side::Among, None) => {
            ty.modifiers.is_empty() && (types::is_text(ty) || types::is_number(ty))
        }
    }
}

/// What surrounds a part in the tree that lacks the cast.
#[derive(Clone, Copy)]
pub(super) enum Side<'n> {
    Nothing,
    Target(&'n TypeName),
    Beside(Option<&'n Node>, &'n str),
    Argument,
    Among,
}

impl<'n> Around<'n> {
    /// The surroundings in the first or the second tree.
    fn side(self, first: bool) -> Side<'n> {
        match self {
            Self::Nothing => Side::Nothing,
            Self::Target(ty) => Side::Target(ty),
            Self::Beside(a, b, name) => Side::Beside(if first { a } else { b }, name),
            Self::Argument => Side::Argument,
            Self::Among => Side::Among,
        }
    }
}

fn object_names(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => value::same_object(a, b),
        (a, b) => a == b,
    }
}

/// Whether two names can mean the same: one without a schema may be in any.
fn same_name(a: &QName, b: &QName) -> bool {
    let schemas = match (&a.schema, &b.schema) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    a.name == b.name && schemas
}
