//! Conditions on facts: what they say of a subject, in three values, and why.
//!
//! In: a condition that was checked against the vocabulary, and a subject. Out: yes, no or unknown, the facts that
//! decided, and the condition in words.

use std::fmt;

use regex::Regex;

use crate::ir::types::TypeName;
use crate::schema::Schema;

use super::fact::{Fact, FactType, Subject, Value};

/// A condition on a subject.
#[derive(Clone)]
pub enum Condition {
    /// A test of one fact.
    Fact(&'static Fact, Test),
    /// All of them hold.
    All(Vec<Condition>),
    /// One of them holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

/// A test of a value.
#[derive(Clone)]
pub enum Test {
    /// There is one, or there is none; of a list, whether something is in it.
    Exists(bool),
    /// It is this.
    Equals(Literal),
    /// It is one of these.
    In(Vec<Literal>),
    /// The expression is found in the text.
    Matches(Regex),
    /// The text begins so.
    StartsWith(String),
    /// The text ends so.
    EndsWith(String),
    /// The text has it in it; of a list, it is in it; of subjects, one has this name.
    Contains(String),
    /// At least; of words, the place in their order.
    Min(i64, String),
    /// At most.
    Max(i64, String),
    /// One in the list is so.
    Any(Box<Test>),
    /// All in the list are so; true of an empty one.
    Every(Box<Test>),
    /// None in the list is so.
    None(Box<Test>),
    /// Their number is so.
    Count(Box<Test>),
    /// The subject is so.
    Is(Box<Condition>),
    /// All of these.
    All(Vec<Test>),
    /// Not so.
    Not(Box<Test>),
}

/// A value that a policy names.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(i64),
    /// A text or a word.
    Text(String),
    /// A type; without modifiers every one of its name.
    Type(TypeName),
    /// A list of texts, in this order.
    List(Vec<String>),
}

/// What a condition says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// The model cannot tell.
    Unknown,
}

impl Truth {
    fn negated(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }

    fn all(items: impl IntoIterator<Item = Self>) -> Self {
        let mut truth = Self::Yes;
        for item in items {
            match item {
                Self::No => return Self::No,
                Self::Unknown => truth = Self::Unknown,
                Self::Yes => {}
            }
        }
        truth
    }

    fn any(items: impl IntoIterator<Item = Self>) -> Self {
        Self::all(items.into_iter().map(Self::negated)).negated()
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

impl Condition {
    /// What it says of a subject.
    #[must_use]
    pub fn holds(&self, schema: &Schema, subject: &Subject<'_>) -> Truth {
        match self {
            Self::Fact(fact, test) => test.holds(fact, &fact.of(schema, subject), schema),
            Self::All(parts) => Truth::all(parts.iter().map(|part| part.holds(schema, subject))),
            Self::Any(parts) => Truth::any(parts.iter().map(|part| part.holds(schema, subject))),
            Self::Not(part) => part.holds(schema, subject).negated(),
        }
    }

    /// Whether two states of a subject differ in a fact that the condition asks about. `related` says that objects
    /// around it changed, on which some facts rest.
    #[must_use]
    pub fn differs(&self, schema: &Schema, before: &Subject<'_>, after: &Subject<'_>, related: bool) -> bool {
        match self {
            Self::Fact(fact, test) => {
                if fact.related && related {
                    return true;
                }
                let (old, new) = (fact.of(schema, before), fact.of(schema, after));
                match fact.ty {
                    FactType::One(_) | FactType::Many(_) => {
                        test.holds(fact, &old, schema) != test.holds(fact, &new, schema)
                    }
                    _ => old != new,
                }
            }
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().any(|part| part.differs(schema, before, after, related))
            }
            Self::Not(part) => part.differs(schema, before, after, related),
        }
    }

    /// The facts, with their values, that make it what it is: those of the parts that are as `truth`.
    pub fn decided(&self, truth: Truth, schema: &Schema, subject: &Subject<'_>, out: &mut Vec<String>) {
        match self {
            Self::Fact(fact, test) => {
                let value = fact.of(schema, subject);
                if test.holds(fact, &value, schema) == truth {
                    let text = format!("{} is {}", fact.name, value.text());
                    if !out.contains(&text) {
                        out.push(text);
                    }
                }
            }
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.decided(truth, schema, subject, out);
                }
            }
            Self::Not(part) => part.decided(truth.negated(), schema, subject, out),
        }
    }
}

impl Test {
    fn holds(&self, fact: &Fact, value: &Value<'_>, schema: &Schema) -> Truth {
        if *value == Value::Unknown {
            return Truth::Unknown;
        }
        match self {
            Self::All(tests) => return Truth::all(tests.iter().map(|test| test.holds(fact, value, schema))),
            Self::Not(test) => return test.holds(fact, value, schema).negated(),
            Self::Exists(wanted) => {
                let there = match value {
                    Value::None => false,
                    Value::List(items) => !items.is_empty(),
                    Value::Subjects(items) => !items.is_empty(),
                    _ => true,
                };
                return (there == *wanted).into();
            }
            _ => {}
        }
        match value {
            Value::List(items) => self.of_list(items, fact, schema),
            Value::Subjects(items) => self.of_subjects(items, fact, schema),
            value => self.of_scalar(value, fact).into(),
        }
    }

    fn of_list(&self, items: &[std::borrow::Cow<'_, str>], fact: &Fact, schema: &Schema) -> Truth {
        let each = |test: &Self| -> Vec<Truth> {
            items.iter().map(|item| test.holds(fact, &Value::Text(item.as_ref().into()), schema)).collect()
        };
        match self {
            Self::Equals(Literal::List(wanted)) => {
                (items.len() == wanted.len() && items.iter().zip(wanted).all(|(a, b)| a == b)).into()
            }
            Self::Contains(wanted) => items.iter().any(|item| item == wanted).into(),
            Self::Any(test) => Truth::any(each(test)),
            Self::Every(test) => Truth::all(each(test)),
            Self::None(test) => Truth::any(each(test)).negated(),
            Self::Count(test) => test.of_scalar(&items.len().into(), fact).into(),
            _ => Truth::No,
        }
    }

    fn of_subjects(&self, items: &[Subject<'_>], fact: &Fact, schema: &Schema) -> Truth {
        let each =
            |test: &Self| -> Vec<Truth> { items.iter().map(|item| test.of_subject(item, schema)).collect() };
        match self {
            Self::Contains(name) => items.iter().any(|item| item.name() == name.as_str()).into(),
            Self::Any(test) => Truth::any(each(test)),
            Self::Every(test) => Truth::all(each(test)),
            Self::None(test) => Truth::any(each(test)).negated(),
            Self::Count(test) => test.of_scalar(&items.len().into(), fact).into(),
            Self::Is(condition) => match items {
                [one] => condition.holds(schema, one),
                _ => Truth::No,
            },
            _ => Truth::No,
        }
    }

    fn of_subject(&self, subject: &Subject<'_>, schema: &Schema) -> Truth {
        match self {
            Self::Is(condition) => condition.holds(schema, subject),
            _ => Truth::No,
        }
    }

    fn of_scalar(&self, value: &Value<'_>, fact: &Fact) -> bool {
        match self {
            Self::Equals(literal) => literal.equals(value),
            Self::In(literals) => literals.iter().any(|literal| literal.equals(value)),
            Self::Min(least, _) => place(value, fact).is_some_and(|number| number >= *least),
            Self::Max(most, _) => place(value, fact).is_some_and(|number| number <= *most),
            Self::Not(test) => !test.of_scalar(value, fact),
            Self::All(tests) => tests.iter().all(|test| test.of_scalar(value, fact)),
            Self::Matches(_) | Self::StartsWith(_) | Self::EndsWith(_) | Self::Contains(_) => {
                let text = match value {
                    Value::Text(text) => text.clone(),
                    Value::Type(ty) => ty.to_string().into(),
                    _ => return false,
                };
                match self {
                    Self::Matches(regex) => regex.is_match(&text),
                    Self::StartsWith(start) => text.starts_with(start.as_str()),
                    Self::EndsWith(end) => text.ends_with(end.as_str()),
                    Self::Contains(part) => text.contains(part.as_str()),
                    _ => false,
                }
            }
            _ => false,
        }
    }
}

/// A number, or the place of a word in the order of its type.
fn place(value: &Value<'_>, fact: &Fact) -> Option<i64> {
    match (value, fact.ty) {
        (Value::Number(number), _) => Some(*number),
        (Value::Text(word), FactType::Level(words)) => {
            words.iter().position(|w| w == word).and_then(|at| i64::try_from(at).ok())
        }
        _ => None,
    }
}

impl Literal {
    fn equals(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Bool(a), Value::Bool(b)) => a == b,
            (Self::Number(a), Value::Number(b)) => a == b,
            (Self::Text(a), Value::Text(b)) => a == b,
            (Self::Type(wanted), Value::Type(ty)) => {
                let schema = wanted.name.schema.is_none() || wanted.name.schema == ty.name.schema;
                let modifiers = wanted.modifiers.is_empty() || wanted.modifiers == ty.modifiers;
                schema && modifiers && wanted.name.name == ty.name.name && wanted.array == ty.array
            }
            _ => false,
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
            Self::Type(value) => write!(f, "{value}"),
            Self::List(items) => write!(f, "[{}]", items.join(", ")),
        }
    }
}

fn joined<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T], word: &str) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

/// In words, with the names of the policy: `type in (bigint, uuid) and not (default exists)`.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fact(fact, test) => write!(f, "{} {test}", fact.name),
            Self::All(parts) => joined(f, parts, " and "),
            Self::Any(parts) => {
                f.write_str("(")?;
                joined(f, parts, " or ")?;
                f.write_str(")")
            }
            Self::Not(part) => write!(f, "not ({part})"),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(true) => f.write_str("exists"),
            Self::Exists(false) => f.write_str("does not exist"),
            Self::Equals(literal) => write!(f, "is {literal}"),
            Self::In(literals) => {
                f.write_str("in (")?;
                joined(f, literals, ", ")?;
                f.write_str(")")
            }
            Self::Matches(regex) => write!(f, "matches {regex}"),
            Self::StartsWith(text) => write!(f, "starts with {text}"),
            Self::EndsWith(text) => write!(f, "ends with {text}"),
            Self::Contains(text) => write!(f, "contains {text}"),
            Self::Min(_, text) => write!(f, "at least {text}"),
            Self::Max(_, text) => write!(f, "at most {text}"),
            Self::Any(test) => write!(f, "any ({test})"),
            Self::Every(test) => write!(f, "every ({test})"),
            Self::None(test) => write!(f, "none ({test})"),
            Self::Count(test) => write!(f, "count {test}"),
            Self::Is(condition) => write!(f, "({condition})"),
            Self::All(tests) => joined(f, tests, " and "),
            Self::Not(test) => write!(f, "not {test}"),
        }
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
