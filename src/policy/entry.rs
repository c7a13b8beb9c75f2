//! The YAML form of a policy as data, and what is said about YAML that does not fit it.
//!
//! In: text, through serde. Out: [`PolicyFile`], not yet checked against rules, packs and options.

use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::finding::Severity;

use super::assertion::AssertionList;
use super::sizes::{LargeTable, SmallTable, UnknownSize};

/// A policy file. Unknown keys are errors.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    /// Version of the format; always 1.
    pub version: u32,
    /// What the policy is for, in a sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// The packs this policy builds on, in order; where two mention a rule, the later one wins. Without it
    /// `default`.
    #[serde(default)]
    pub extends: Option<Vec<String>>,
    /// The state of rules that this file and its packs do not mention: `on` (their own defaults) or `off`.
    #[serde(default)]
    pub unlisted: Option<Switch>,
    /// Where the policy applies at all; without it everywhere.
    #[serde(default)]
    pub scope: Option<ScopeEntry>,
    /// Levels of whole categories: `access`, `compatibility`, `correctness`, `data-loss`, `design`, `hygiene`,
    /// `locking`, `partitioning`, `transactions`.
    #[serde(default)]
    pub categories: IndexMap<String, Level>,
    /// What findings of a severity count as, for rules whose level does not say: `warning: error`.
    #[serde(default)]
    pub severities: BTreeMap<Severity, Severity>,
    /// Up to what size a table is small: findings about work under locks are advice there.
    #[serde(default, rename = "small-table")]
    pub small_table: Option<SmallTable>,
    /// From what size on a table is large: warnings about work under locks are errors there.
    #[serde(default, rename = "large-table")]
    pub large_table: Option<LargeTable>,
    /// What a table is taken for whose size is not known: `as-large` or `as-small`.
    #[serde(default, rename = "unknown-size")]
    pub unknown_size: Option<UnknownSize>,
    /// Settings by rule name.
    #[serde(default)]
    pub rules: IndexMap<String, RuleEntry>,
    /// Demands of the team's own on what migrations make and change.
    #[serde(default)]
    pub assertions: AssertionList,
    /// Known and accepted findings.
    #[serde(default)]
    pub exceptions: Vec<ExceptionEntry>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// A rule's level: `off`, `on` (its own severity), or a severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The rule does not run.
    Off,
    /// The rule runs with its own severity.
    On,
    /// Findings are advice.
    Advice,
    /// Findings are warnings.
    Warning,
    /// Findings are errors.
    Error,
}

/// A rule's entry: a level, or a mapping.
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub enum RuleEntry {
    /// Only the level.
    Level(Level),
    /// Level, options and scope.
    Detailed(DetailedRule),
}

/// Written out, because serde's own for untagged enums says of any mistake only that nothing matched.
impl<'de> Deserialize<'de> for RuleEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entry;
        impl<'de> Visitor<'de> for Entry {
            type Value = RuleEntry;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("off, on, advice, warning, error, or a mapping of level, options and scope")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<RuleEntry, E> {
                Level::deserialize(text.into_deserializer()).map(RuleEntry::Level)
            }
            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<RuleEntry, M::Error> {
                DetailedRule::deserialize(MapAccessDeserializer::new(map)).map(RuleEntry::Detailed)
            }
        }
        deserializer.deserialize_any(Entry)
    }
}

/// A rule's entry in full.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetailedRule {
    /// The level; without it the rule runs with its own severity.
    #[serde(default)]
    pub level: Option<Level>,
    /// Options of the rule; `checkrail explain NAME` lists them.
    #[serde(default)]
    pub options: BTreeMap<String, OptionEntry>,
    /// Where the rule applies.
    #[serde(default)]
    pub scope: Option<ScopeEntry>,
}

/// The value of an option.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OptionEntry {
    /// A switch.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A list of texts.
    List(Vec<String>),
}

/// Globs; an empty or absent list means everywhere.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeEntry {
    /// Paths of migrations, for example `db/migrate/2026*`.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Paths left out.
    #[serde(default)]
    pub exclude_paths: Vec<String>,
    /// Qualified objects, for example `public.orders`, `audit.*`.
    #[serde(default)]
    pub objects: Vec<String>,
    /// Objects left out.
    #[serde(default)]
    pub exclude_objects: Vec<String>,
}

/// An exception. The reason is required.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionEntry {
    /// The rule.
    pub rule: String,
    /// Why the finding is accepted.
    pub reason: String,
    /// The last day on which the exception holds, as `2027-01-31`.
    #[serde(default)]
    pub expires: Option<String>,
    /// A glob for the migration's path.
    #[serde(default)]
    pub path: Option<String>,
    /// A glob for the qualified object.
    #[serde(default)]
    pub object: Option<String>,
}

impl PolicyFile {
    /// The JSON Schema of policy files, with a final line break.
    #[must_use]
    pub fn json_schema() -> String {
        let schema = serde_json::to_string_pretty(&schemars::schema_for!(PolicyFile));
        schema.unwrap_or_default() + "\n"
    }
}

/// A suggestion for a near miss, as the end of a sentence.
#[must_use]
pub fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    known
        .map(|k| (strsim::jaro_winkler(name, k), k))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| format!(": did you mean {k:?}?"))
        .unwrap_or_default()
}

/// What serde_yaml says about a file, without the place, which is reported apart, in words that a reader of the
/// file knows, and with a suggestion for a near miss.
#[must_use]
pub fn yaml_message(error: &serde_yaml::Error) -> String {
    let full = error.to_string();
    let message = full.split(" at line ").next().unwrap_or(&full);
    let mut message = message.to_owned();
    for (rust, plain) in [
        ("expected a map", "expected a mapping (`name: value`)"),
        ("struct PolicyFile", "a mapping that begins with `version: 1`"),
        ("struct ConfigFile", "a mapping such as `migrations: db/migrations`"),
        ("missing field `version`", "missing field `version`: begin with `version: 1`"),
        ("missing field `reason`", "missing field `reason`: say why the finding is accepted"),
        ("expected u16", "expected a whole number"),
        ("expected u32", "expected a whole number"),
    ] {
        message = message.replace(rust, plain);
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let names_a_choice = message.contains("unknown field") || message.contains("unknown variant");
    let hint = match quoted.next() {
        Some(name) if names_a_choice => did_you_mean(name, quoted),
        _ => String::new(),
    };
    message + &hint
}
