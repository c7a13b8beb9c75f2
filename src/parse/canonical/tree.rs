//! The tree that is compared: spelled out, names resolved, columns known by their place.

use crate::ir::types::TypeName;
use crate::name::{Ident, QName};

/// A part of an expression or a query.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// A construct with a meaning of its own, and its parts.
    Form(&'static str, Vec<Node>),
    /// A keyword, a label, a number: compared as it is.
    Word(String),
    /// A function or an operator, and what it is applied to.
    Apply(Kind, QName, Vec<Node>),
    /// A column, or a whole row where the name is `*`.
    Column(Place, Ident, Option<TypeName>),
    /// A constant; the type when one is written.
    Literal(Value, Option<TypeName>),
    /// Something in another type.
    Cast(Box<Node>, TypeName),
    /// A relation, a collation, a named window.
    Name(QName),
}

/// How something is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A function.
    Function,
    /// An operator with one or two sides.
    Operator,
    /// `x op ANY (array)`.
    Any,
    /// `x op ALL (array)`.
    All,
    /// `x op ANY (SELECT …)`, `IN` included.
    AnyQuery,
    /// `x op ALL (SELECT …)`.
    AllQuery,
}

/// Where a column is from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    /// An item in `FROM`: how many queries deep, and the how manieth there. Aliases do not matter by that.
    At(usize, usize),
    /// By a name that no `FROM` defines: `NEW`, the function's own name, an alias of a join.
    Named(Ident),
    /// Both sides of `FULL JOIN … USING`.
    Merged(usize),
    /// Not to be told: the columns of what stands in `FROM` are not all known.
    Unknown,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// Digits as written, with a sign.
    Number(String),
    Text(String),
    /// `B'…'` and `X'…'`, with the letter.
    Bits(String),
}

impl Node {
    pub(super) fn form(word: &'static str, parts: Vec<Self>) -> Self {
        Self::Form(word, parts)
    }

    /// A word that says all.
    pub(super) fn word(word: impl Into<String>) -> Self {
        Self::Word(word.into())
    }

    /// What is not there.
    pub(super) fn none() -> Self {
        Self::form("", Vec::new())
    }

    pub(super) fn operator(name: &str, parts: Vec<Self>) -> Self {
        Self::Apply(Kind::Operator, QName::bare(name), parts)
    }

    pub(super) fn function(name: &str, parts: Vec<Self>) -> Self {
        Self::Apply(Kind::Function, QName::bare(name), parts)
    }

    pub(super) const fn null() -> Self {
        Self::Literal(Value::Null, None)
    }

    /// `AND` or `OR` of all terms, those of terms of the same kind included; one term is itself.
    pub(super) fn junction(word: &'static str, terms: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(terms.len());
        for term in terms {
            match term {
                Self::Form(inner, parts) if inner == word => flat.extend(parts),
                term => flat.push(term),
            }
        }
        if flat.len() == 1
            && let Some(only) = flat.pop()
        {
            return only;
        }
        Self::form(word, flat)
    }

    /// Whether a column occurs in it; sub-queries are not looked into.
    pub(super) fn has_column(&self) -> bool {
        match self {
            Self::Column(..) => true,
            Self::Form(word, _) if *word == "select" => false,
            Self::Form(_, parts) | Self::Apply(_, _, parts) => parts.iter().any(Self::has_column),
            Self::Cast(inner, _) => inner.has_column(),
            Self::Literal(..) | Self::Name(_) | Self::Word(_) => false,
        }
    }
}
