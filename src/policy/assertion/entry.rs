//! The `assertions` of a policy out of YAML, with the place of every mistake.
//!
//! A policy is read twice: once as a whole, where assertions are only looked over, and once for them alone. What can be
//! asked depends on `for`, which may stand behind the conditions, so that it is looked up first.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema as JsonSchemaValue, SchemaGenerator};
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::finding::Severity;
use crate::policy::did_you_mean;
use crate::policy::entry::ScopeEntry;
use crate::rules::registry;

use super::condition::Condition;
use super::fact::Kind;
use super::message::Message;
use super::test::{ConditionOf, Texts, Word};
use super::{Assertion, Examples, shape};

/// The list of assertions, of which the first reading keeps only whether there is one.
#[derive(Debug, Default)]
pub struct AssertionList {
    /// Whether the policy has the key.
    pub(in crate::policy) is_there: bool,
}

impl<'de> Deserialize<'de> for AssertionList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self { is_there: true })
    }
}

impl JsonSchema for AssertionList {
    fn schema_name() -> Cow<'static, str> {
        "Assertions".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> JsonSchemaValue {
        shape::list(generator)
    }
}

/// An assertion as it is written.
pub(in crate::policy) struct Entry {
    pub(in crate::policy) name: String,
    pub(in crate::policy) kind: Kind,
    pub(in crate::policy) filter: Option<Condition>,
    pub(in crate::policy) require: Option<Condition>,
    pub(in crate::policy) forbid: Option<Condition>,
    pub(in crate::policy) message: Message,
    pub(in crate::policy) why: Option<String>,
    pub(in crate::policy) help: Option<String>,
    pub(in crate::policy) severity: Severity,
    pub(in crate::policy) reference: Option<String>,
    pub(in crate::policy) examples: Examples,
    pub(in crate::policy) scope: Option<ScopeEntry>,
}

impl Entry {
    /// The assertion of an entry that stands at a place.
    pub(in crate::policy) fn at(self, place: String) -> Assertion {
        Assertion {
            name: self.name.into(),
            kind: self.kind,
            filter: self.filter,
            require: self.require,
            forbid: self.forbid,
            message: self.message,
            why: self.why,
            help: self.help,
            severity: self.severity,
            reference: self.reference,
            examples: self.examples,
            place,
        }
    }
}

/// Reads the assertions of a policy.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub(in crate::policy) fn read(text: &str) -> Result<Vec<Entry>, serde_yaml::Error> {
    #[derive(Deserialize)]
    struct Kinds {
        #[serde(default)]
        assertions: serde_yaml::Value,
    }
    let first: Kinds = serde_yaml::from_str(text)?;
    let items = first.assertions.as_sequence().cloned().unwrap_or_default();
    let kinds = items.iter().map(|item| item.get("for")?.as_str().and_then(Kind::named)).collect();
    Policy { kinds }.deserialize(serde_yaml::Deserializer::from_str(text))
}

/// The keys of an assertion.
pub(super) const KEYS: &[&str] = &[
    "name",
    "for",
    "where",
    "require",
    "forbid",
    "message",
    "why",
    "help",
    "severity",
    "reference",
    "scope",
    "examples",
];

fn choose<'a>(word: &str, known: &[&'a str], what: &str) -> Result<&'a str, String> {
    known.iter().copied().find(|k| *k == word).ok_or_else(|| {
        let hint = did_you_mean(word, known.iter().copied());
        let hint = if hint.is_empty() { format!(": there are {}", known.join(", ")) } else { hint };
        format!("unknown {what} `{word}`{hint}")
    })
}

/// The whole file.
struct Policy {
    kinds: Vec<Option<Kind>>,
}

impl<'de> DeserializeSeed<'de> for Policy {
    type Value = Vec<Entry>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Entry>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Policy {
    type Value = Vec<Entry>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping that begins with `version: 1`")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Vec<Entry>, M::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "assertions" {
                entries = map.next_value_seed(Entries { kinds: &self.kinds })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(entries)
    }
}

struct Entries<'k> {
    kinds: &'k [Option<Kind>],
}

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = Vec<Entry>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Entry>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = Vec<Entry>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of assertions")
    }
    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Vec<Entry>, S::Error> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let kind = self.kinds.get(entries.len()).copied().flatten();
            let Some(entry) = seq.next_element_seed(EntryOf { kind, earlier: &entries })? else { break };
            entries.push(entry);
        }
        Ok(entries)
    }
}

struct EntryOf<'e> {
    kind: Option<Kind>,
    earlier: &'e [Entry],
}

impl<'de> DeserializeSeed<'de> for EntryOf<'_> {
    type Value = Entry;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Entry, D::Error> {
        deserializer.deserialize_map(self)
    }
}

#[derive(Default)]
struct Draft {
    name: Option<String>,
    filter: Option<Condition>,
    require: Option<Condition>,
    forbid: Option<Condition>,
    message: Option<Message>,
    why: Option<String>,
    help: Option<String>,
    severity: Option<Severity>,
    reference: Option<String>,
    examples: Option<Examples>,
    scope: Option<ScopeEntry>,
}

impl<'de> Visitor<'de> for EntryOf<'_> {
    type Value = Entry;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an assertion: a mapping of name, for, require or forbid, and message")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Entry, M::Error> {
        let mut draft = Draft::default();
        let mut has_kind = false;
        let word = |text: &str| Ok(text.to_owned());
        while let Some(key) = map.next_key_seed(Word(|word: &str| choose(word, KEYS, "field")))? {
            match (key, self.kind) {
                ("name", _) => draft.name = Some(map.next_value_seed(Word(|name: &str| self.name(name)))?),
                ("for", _) => {
                    has_kind = true;
                    map.next_value_seed(Word(kind))?;
                }
                ("why", _) => draft.why = Some(map.next_value_seed(Word(word))?),
                ("help", _) => draft.help = Some(map.next_value_seed(Word(word))?),
                ("severity", _) => draft.severity = Some(map.next_value_seed(Word(severity))?),
                ("reference", _) => draft.reference = Some(map.next_value_seed(Word(reference))?),
                ("scope", _) => draft.scope = Some(map.next_value()?),
                ("examples", _) => draft.examples = Some(map.next_value_seed(ExamplesOf)?),
                (_, None) => {
                    map.next_value::<IgnoredAny>()?;
                }
                ("where", Some(kind)) => draft.filter = Some(map.next_value_seed(ConditionOf(kind))?),
                ("require", Some(kind)) => draft.require = Some(map.next_value_seed(ConditionOf(kind))?),
                ("forbid", Some(kind)) => draft.forbid = Some(map.next_value_seed(ConditionOf(kind))?),
                (_, Some(kind)) => {
                    let message = Word(|text: &str| Message::parse(kind, text));
                    draft.message = Some(map.next_value_seed(message)?);
                }
            }
        }
        let missing = |what: &str| M::Error::custom(format!("missing field `{what}`"));
        let name = draft.name.ok_or_else(|| missing("name"))?;
        let kind = self.kind.ok_or_else(|| {
            let kinds: Vec<&str> = Kind::ALL.iter().map(|k| k.name()).collect();
            let rest = if has_kind { "" } else { ": say what it judges" };
            M::Error::custom(format!("missing field `for`{rest}: {}", kinds.join(", ")))
        })?;
        if draft.require.is_none() && draft.forbid.is_none() {
            return Err(M::Error::custom(format!("{name} demands nothing: say `require` or `forbid`")));
        }
        Ok(Entry {
            name,
            kind,
            filter: draft.filter,
            require: draft.require,
            forbid: draft.forbid,
            message: draft.message.ok_or_else(|| missing("message"))?,
            why: draft.why,
            help: draft.help,
            severity: draft.severity.unwrap_or(Severity::Warning),
            reference: draft.reference,
            examples: draft.examples.unwrap_or_default(),
            scope: draft.scope,
        })
    }
}

impl EntryOf<'_> {
    fn name(&self, name: &str) -> Result<String, String> {
        let part = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        if !name.split('-').all(part) {
            return Err(format!(
                "{name:?} is no name: write it in lower case with hyphens, as table-without-comment"
            ));
        }
        if registry::find(name).is_some() {
            return Err(format!("{name:?} is the name of a rule: take another"));
        }
        if self.earlier.iter().any(|entry| entry.name == name) {
            return Err(format!("there are two assertions {name:?}"));
        }
        Ok(name.to_owned())
    }
}

fn kind(word: &str) -> Result<Kind, String> {
    let names: Vec<&str> = Kind::ALL.iter().map(|k| k.name()).collect();
    let name = choose(word, &names, "subject")?;
    Kind::named(name).ok_or_else(|| format!("unknown subject `{word}`"))
}

fn severity(word: &str) -> Result<Severity, String> {
    let name = choose(word, &["advice", "warning", "error"], "severity")?;
    name.parse()
}

fn reference(text: &str) -> Result<String, String> {
    if (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace) {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is no address: begin it with https://"))
    }
}

struct ExamplesOf;

impl<'de> DeserializeSeed<'de> for ExamplesOf {
    type Value = Examples;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Examples, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ExamplesOf {
    type Value = Examples;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping of before, pass and fail, each SQL or a list of it")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Examples, M::Error> {
        let mut examples = Examples::default();
        let known = &["before", "pass", "fail"];
        while let Some(key) = map.next_key_seed(Word(|word: &str| choose(word, known, "field")))? {
            match key {
                "before" => examples.before = Some(map.next_value()?),
                "pass" => examples.pass = map.next_value_seed(Texts)?,
                _ => examples.fail = map.next_value_seed(Texts)?,
            }
        }
        Ok(examples)
    }
}
