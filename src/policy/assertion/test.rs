//! Conditions and tests out of YAML. The vocabulary is known while reading, so that every mistake has its line and
//! column.

use std::fmt;

use regex::{Regex, RegexBuilder};
use serde::Deserializer;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use crate::policy::did_you_mean;

use super::condition::{Condition, Literal, Test};
use super::fact::{Fact, FactType, Kind};
use super::literal::{Scalar, expected, literal};

/// Bytes of a compiled expression.
const MAX_REGEX: usize = 1 << 20;

/// Reads a word, a key or a text, and makes something of it; what `make` complains about has the word's place.
pub(super) struct Word<F>(pub(super) F);

impl<'de, T, F: FnOnce(&str) -> Result<T, String>> DeserializeSeed<'de> for Word<F> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> Result<T, String>> Visitor<'_> for Word<F> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

/// A condition on subjects of a kind: a mapping of facts, or a list of conditions that all hold.
#[derive(Clone, Copy)]
pub(super) struct ConditionOf(pub(super) Kind);

enum Key {
    All,
    Any,
    Not,
    Fact(&'static Fact),
}

impl<'de> DeserializeSeed<'de> for ConditionOf {
    type Value = Condition;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Condition, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ConditionOf {
    type Value = Condition;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a mapping of facts of a {}, or of all, any and not", self.0.name())
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Condition, M::Error> {
        let mut parts = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        while let Some(key) = map.next_key_seed(Word(|word: &str| self.key(word, &mut seen)))? {
            parts.push(match key {
                Key::All => Condition::All(map.next_value_seed(ListOf(self))?),
                Key::Any => Condition::Any(map.next_value_seed(ListOf(self))?),
                Key::Not => Condition::Not(Box::new(map.next_value_seed(self)?)),
                Key::Fact(fact) => {
                    let test = map.next_value_seed(TestOf { name: fact.name, ty: fact.ty })?;
                    Condition::Fact(fact, test)
                }
            });
        }
        one_or_all(parts)
            .ok_or_else(|| M::Error::custom("the condition is empty: name a fact and what it is to be"))
    }
    fn visit_seq<S: SeqAccess<'de>>(self, seq: S) -> Result<Condition, S::Error> {
        let parts = ListOf(self).visit_seq(seq)?;
        one_or_all(parts).ok_or_else(|| S::Error::custom("the list of conditions is empty"))
    }
}

impl ConditionOf {
    fn key(self, word: &str, seen: &mut Vec<String>) -> Result<Key, String> {
        if seen.iter().any(|s| s == word) {
            return Err(format!("{word:?} stands here twice: combine them under `all`"));
        }
        seen.push(word.to_owned());
        match word {
            "all" => Ok(Key::All),
            "any" => Ok(Key::Any),
            "not" => Ok(Key::Not),
            name => self.0.fact(name).map(Key::Fact).ok_or_else(|| {
                let names = self.0.facts().iter().map(|f| f.name).chain(["all", "any", "not"]);
                let hint = did_you_mean(name, names);
                let hint = if hint.is_empty() { elsewhere(self.0, name) } else { hint };
                format!("a {} has no fact {name:?}{hint}", self.0.name())
            }),
        }
    }
}

/// Where a fact is that was looked for at the wrong subject.
fn elsewhere(kind: Kind, name: &str) -> String {
    let near = kind.facts().iter().find_map(|fact| match fact.ty {
        FactType::One(other) | FactType::Many(other) if other.fact(name).is_some() => {
            Some((fact.name, other))
        }
        _ => None,
    });
    match near {
        Some((fact, other)) => format!(": that is a fact of a {}, which `{fact}` leads to", other.name()),
        None => "; docs/assertion-facts.md lists them".to_owned(),
    }
}

fn one_or_all(mut parts: Vec<Condition>) -> Option<Condition> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(Condition::All(parts)),
    }
}

/// A list of what one seed reads.
#[derive(Clone, Copy)]
struct ListOf<S>(S);

impl<'de, S: DeserializeSeed<'de> + Copy> DeserializeSeed<'de> for ListOf<S> {
    type Value = Vec<S::Value>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, S: DeserializeSeed<'de> + Copy> Visitor<'de> for ListOf<S> {
    type Value = Vec<S::Value>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.0)? {
            items.push(item);
        }
        if items.is_empty() {
            return Err(A::Error::custom("the list is empty"));
        }
        Ok(items)
    }
}

/// A test of a fact, or of an item of one.
#[derive(Clone, Copy)]
pub(super) struct TestOf {
    pub(super) name: &'static str,
    pub(super) ty: FactType,
}

impl<'de> DeserializeSeed<'de> for TestOf {
    type Value = Test;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Test, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TestOf {
    type Value = Test;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} for {}, or a mapping of {}",
            expected(self.ty),
            self.name,
            operators(self.ty).join(", ")
        )
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Test, E> {
        self.equals(&Scalar::Bool(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Test, E> {
        self.equals(&Scalar::Number(value))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Test, E> {
        self.equals(&Scalar::Number(i64::try_from(value).unwrap_or(i64::MAX)))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Test, E> {
        self.equals(&Scalar::Text(text))
    }
    fn visit_unit<E: Error>(self) -> Result<Test, E> {
        Err(E::custom(format!("nothing is said of {}: for none write `exists: false`", self.name)))
    }
    fn visit_seq<S: SeqAccess<'de>>(self, seq: S) -> Result<Test, S::Error> {
        match self.ty {
            FactType::Bool | FactType::One(_) | FactType::Many(_) => {
                Err(S::Error::custom(format!("{} takes {}, not a list", self.name, expected(self.ty))))
            }
            FactType::List => Ok(Test::Equals(Literal::List(texts(seq)?))),
            _ => Ok(Test::In(ListOf(LiteralOf(self)).visit_seq(seq)?)),
        }
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Test, M::Error> {
        if let FactType::One(kind) = self.ty {
            let condition = ConditionOf(kind).deserialize(MapAccessDeserializer::new(map))?;
            return Ok(Test::Is(Box::new(condition)));
        }
        let mut tests = Vec::new();
        while let Some(operator) = map.next_key_seed(Word(|word: &str| self.operator(word)))? {
            tests.push(map.next_value_seed(OperandOf { operator, test: self })?);
        }
        match tests.len() {
            0 => Err(M::Error::custom(format!("nothing is said of {}", self.name))),
            1 => Ok(tests.remove(0)),
            _ => Ok(Test::All(tests)),
        }
    }
}

/// The operators that a type has.
pub(super) const fn operators(ty: FactType) -> &'static [&'static str] {
    match ty {
        FactType::Bool => &["equals", "not"],
        FactType::Number => &["equals", "in", "min", "max", "exists", "not"],
        FactType::Text => {
            &["equals", "in", "matches", "starts_with", "ends_with", "contains", "exists", "not"]
        }
        FactType::Choice(_) | FactType::Op => &["equals", "in", "matches", "starts_with", "exists", "not"],
        FactType::Level(_) => &["equals", "in", "min", "max", "exists", "not"],
        FactType::Type => &["equals", "in", "matches", "starts_with", "exists", "not"],
        FactType::List => &["equals", "contains", "any", "every", "none", "count", "exists", "not"],
        FactType::One(_) => &[],
        FactType::Many(_) => &["any", "every", "none", "count", "contains", "exists", "not"],
    }
}

impl TestOf {
    fn equals<E: Error>(self, scalar: &Scalar<'_>) -> Result<Test, E> {
        if self.ty == FactType::List
            && let Scalar::Text(text) = scalar
        {
            return Err(E::custom(format!("{} is a list: write `contains: {text}` or [{text}]", self.name)));
        }
        literal(self.name, self.ty, scalar).map(Test::Equals).map_err(E::custom)
    }

    fn operator(self, word: &str) -> Result<&'static str, String> {
        let known = operators(self.ty);
        known.iter().copied().find(|o| *o == word).ok_or_else(|| {
            let hint = did_you_mean(word, known.iter().copied());
            let hint = if hint.is_empty() { format!(": there are {}", known.join(", ")) } else { hint };
            format!("{} has no test {word:?}{hint}", self.name)
        })
    }

    /// The test of the items of a list.
    const fn of_items(self) -> Self {
        let ty = match self.ty {
            FactType::Many(kind) => FactType::One(kind),
            _ => FactType::Text,
        };
        Self { name: self.name, ty }
    }
}

/// What stands behind an operator.
struct OperandOf {
    operator: &'static str,
    test: TestOf,
}

impl<'de> DeserializeSeed<'de> for OperandOf {
    type Value = Test;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Test, D::Error> {
        let test = self.test;
        let text = |deserializer: D| Word(|text: &str| Ok(text.to_owned())).deserialize(deserializer);
        let number = TestOf { name: test.name, ty: FactType::Number };
        Ok(match self.operator {
            "exists" => {
                let value =
                    LiteralOf(TestOf { name: "exists", ty: FactType::Bool }).deserialize(deserializer)?;
                Test::Exists(value == Literal::Bool(true))
            }
            "equals" if test.ty == FactType::List => {
                Test::Equals(Literal::List(deserializer.deserialize_seq(Texts)?))
            }
            "equals" => Test::Equals(LiteralOf(test).deserialize(deserializer)?),
            "in" => Test::In(ListOf(LiteralOf(test)).deserialize(deserializer)?),
            "matches" => Test::Matches(Word(regex).deserialize(deserializer)?),
            "starts_with" => Test::StartsWith(text(deserializer)?),
            "ends_with" => Test::EndsWith(text(deserializer)?),
            "contains" => Test::Contains(text(deserializer)?),
            "min" => bound(test, LiteralOf(test).deserialize(deserializer)?, Test::Min),
            "max" => bound(test, LiteralOf(test).deserialize(deserializer)?, Test::Max),
            "any" => Test::Any(Box::new(test.of_items().deserialize(deserializer)?)),
            "every" => Test::Every(Box::new(test.of_items().deserialize(deserializer)?)),
            "none" => Test::None(Box::new(test.of_items().deserialize(deserializer)?)),
            "count" => Test::Count(Box::new(number.deserialize(deserializer)?)),
            _ => Test::Not(Box::new(test.deserialize(deserializer)?)),
        })
    }
}

fn bound(test: TestOf, literal: Literal, make: fn(i64, String) -> Test) -> Test {
    let text = literal.to_string();
    let place = match (&literal, test.ty) {
        (Literal::Number(number), _) => *number,
        (Literal::Text(word), FactType::Level(words)) => {
            words.iter().position(|w| w == word).and_then(|at| i64::try_from(at).ok()).unwrap_or(0)
        }
        _ => 0,
    };
    make(place, text)
}

fn regex(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(MAX_REGEX).build().map_err(|error| {
        let error = error.to_string();
        let what = error.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("");
        format!("{text:?} is no regular expression: {}", what.trim().trim_start_matches("error: "))
    })
}

/// A single value.
#[derive(Clone, Copy)]
struct LiteralOf(TestOf);

impl<'de> DeserializeSeed<'de> for LiteralOf {
    type Value = Literal;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Literal, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for LiteralOf {
    type Value = Literal;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {}", expected(self.0.ty), self.0.name)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Literal, E> {
        literal(self.0.name, self.0.ty, &Scalar::Bool(value)).map_err(E::custom)
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Literal, E> {
        literal(self.0.name, self.0.ty, &Scalar::Number(value)).map_err(E::custom)
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Literal, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Literal, E> {
        literal(self.0.name, self.0.ty, &Scalar::Text(text)).map_err(E::custom)
    }
}

/// A text, or a list of texts.
pub(super) struct Texts;

impl<'de> DeserializeSeed<'de> for Texts {
    type Value = Vec<String>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<String>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Texts {
    type Value = Vec<String>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
        Ok(vec![text.to_owned()])
    }
    fn visit_seq<S: SeqAccess<'de>>(self, seq: S) -> Result<Vec<String>, S::Error> {
        texts(seq)
    }
}

fn texts<'de, S: SeqAccess<'de>>(seq: S) -> Result<Vec<String>, S::Error> {
    serde::Deserialize::deserialize(SeqAccessDeserializer::new(seq))
}
