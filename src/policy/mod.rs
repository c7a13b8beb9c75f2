//! Policies: which rules run, how severe they are, where, and which exceptions hold.
//!
//! In: YAML text, a team's file or a shipped pack. Out: a [`Policy`], checked against the registry of rules.
//! The vocabulary is closed: assertions test typed facts, and there is no expression language.

pub mod assertion;
mod entry;
mod file;
mod pack;
mod position;
mod sizes;

use std::collections::BTreeMap;
use std::sync::Arc;

use globset::GlobMatcher;
use jiff::civil::Date;

use crate::finding::Severity;
use crate::rules::context::RuleOptions;
use crate::rules::{OptionValue, Rule, registry};

pub use assertion::Assertion;
pub use entry::{PolicyFile, did_you_mean, yaml_message};
pub use file::PolicyError;
pub use pack::{Pack, packs};
pub use sizes::{SizePolicy, UnknownSize};

/// A policy ready for use.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Where it came from, for messages: a path, or `pack:default`.
    pub origin: String,
    rules: BTreeMap<&'static str, RuleSetting>,
    assertions: BTreeMap<Arc<str>, Asserted>,
    severities: BTreeMap<Severity, Severity>,
    /// Where the policy applies at all.
    pub scope: Scope,
    /// Exceptions in the order of the file.
    pub exceptions: Vec<Exception>,
    /// What is small and what is large.
    pub sizes: SizePolicy,
}

/// An assertion with its setting.
#[derive(Clone, Debug)]
pub struct Asserted {
    /// What is demanded.
    pub assertion: Arc<Assertion>,
    /// Whether, how severely and where.
    pub setting: RuleSetting,
}

/// The setting of one rule.
#[derive(Clone, Debug)]
pub struct RuleSetting {
    /// Whether it runs.
    pub enabled: bool,
    /// Severity instead of the rule's own, when the policy sets one.
    pub severity: Option<Severity>,
    /// Options.
    pub options: RuleOptions,
    /// Where it applies.
    pub scope: Scope,
    /// `file:line` of the entry, when the policy has one.
    pub place: Option<String>,
    /// Whether the policy or one of its packs mentions the rule, by itself or by its category.
    listed: bool,
}

/// Where a rule or an exception applies; an empty list means everywhere.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Paths of migrations.
    pub paths: Vec<GlobMatcher>,
    /// Paths left out.
    pub exclude_paths: Vec<GlobMatcher>,
    /// Qualified objects; a table pattern covers its columns too.
    pub objects: Vec<GlobMatcher>,
    /// Objects left out.
    pub exclude_objects: Vec<GlobMatcher>,
}

/// An exception with its reason.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The rule it silences.
    pub rule: String,
    /// Where.
    pub scope: Scope,
    /// Why; never empty.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Option<Date>,
    /// `file:line` of the entry.
    pub place: String,
}

impl Policy {
    /// Every rule with its own defaults, nothing excepted.
    #[must_use]
    pub fn bare(origin: &str) -> Self {
        let rules = registry::all().map(|rule| (rule.name, RuleSetting::of(rule))).collect();
        Self {
            origin: origin.to_owned(),
            rules,
            assertions: BTreeMap::new(),
            severities: BTreeMap::new(),
            scope: Scope::default(),
            exceptions: Vec::new(),
            sizes: SizePolicy::default(),
        }
    }

    /// The shipped pack `default`.
    #[must_use]
    pub fn builtin_default() -> Self {
        pack::load("default").unwrap_or_else(|_| Self::bare("pack:default"))
    }

    /// The setting of a rule or an assertion.
    #[must_use]
    pub fn setting(&self, rule: &str) -> Option<&RuleSetting> {
        self.rules.get(rule).or_else(|| self.assertions.get(rule).map(|a| &a.setting))
    }

    /// The assertions of the policy and its packs, by name.
    pub fn assertions(&self) -> impl Iterator<Item = &Asserted> {
        self.assertions.values()
    }

    /// An assertion by name.
    #[must_use]
    pub fn assertion(&self, name: &str) -> Option<&Asserted> {
        self.assertions.get(name)
    }

    /// The names of all rules, and of the policy's assertions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rules.keys().copied().chain(self.assertions.keys().map(AsRef::as_ref))
    }

    /// The severity of a finding to which its rule gives the severity `own`: the level that the policy sets for
    /// the rule, else what the policy counts `own` as.
    #[must_use]
    pub fn severity(&self, setting: &RuleSetting, own: Severity) -> Severity {
        setting.severity.or_else(|| self.severities.get(&own).copied()).unwrap_or(own)
    }

    /// The severity of a rule's findings, unless the rule makes a difference between cases.
    #[must_use]
    pub fn severity_of(&self, rule: &Rule) -> Severity {
        self.setting(rule.name).map_or(rule.severity, |setting| self.severity(setting, rule.severity))
    }

    /// The same policy with one of its assertions and nothing else.
    #[must_use]
    pub fn alone(&self, assertion: &str) -> Self {
        let mut alone = Self::bare(&self.origin);
        for setting in alone.rules.values_mut() {
            setting.enabled = false;
        }
        if let Some((name, asserted)) = self.assertions.get_key_value(assertion) {
            let mut asserted = asserted.clone();
            asserted.setting.enabled = true;
            asserted.setting.scope = Scope::default();
            alone.assertions.insert(name.clone(), asserted);
        }
        alone
    }

    /// The number of rules that run.
    #[must_use]
    pub fn enabled(&self) -> usize {
        self.rules.values().filter(|s| s.enabled).count()
    }

    fn setting_mut(&mut self, rule: &str) -> Option<&mut RuleSetting> {
        self.rules.get_mut(rule).or_else(|| self.assertions.get_mut(rule).map(|a| &mut a.setting))
    }
}

impl RuleSetting {
    fn of(rule: &Rule) -> Self {
        let mut options = RuleOptions::default();
        for option in rule.options {
            match option.default {
                OptionValue::Int(value) => {
                    options.numbers.insert(option.name.to_owned(), value);
                }
                OptionValue::Bool(value) => {
                    options.numbers.insert(option.name.to_owned(), i64::from(value));
                }
                OptionValue::List(values) => {
                    let values = values.iter().map(|v| (*v).to_owned()).collect();
                    options.lists.insert(option.name.to_owned(), values);
                }
            }
        }
        Self { enabled: true, severity: None, options, scope: Scope::default(), place: None, listed: false }
    }
}

impl Scope {
    /// Whether a finding on this path about this object is inside.
    #[must_use]
    pub fn covers(&self, path: &str, object: Option<&str>) -> bool {
        let any = |globs: &[GlobMatcher], text: &str| globs.iter().any(|g| g.is_match(text));
        let object_in = |globs: &[GlobMatcher]| object.is_some_and(|o| parents(o).any(|o| any(globs, o)));
        self.covers_path(path)
            && (self.objects.is_empty() || object_in(&self.objects))
            && !object_in(&self.exclude_objects)
    }

    /// Whether findings on this path can be inside, whatever they are about.
    #[must_use]
    pub fn covers_path(&self, path: &str) -> bool {
        let any = |globs: &[GlobMatcher]| tails(path).any(|tail| globs.iter().any(|g| g.is_match(tail)));
        (self.paths.is_empty() || any(&self.paths)) && !any(&self.exclude_paths)
    }

    /// Whether it says nothing, and so covers everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
            && self.exclude_paths.is_empty()
            && self.objects.is_empty()
            && self.exclude_objects.is_empty()
    }
}

/// `a/b/c`, then `b/c`, then `c`: a pattern holds from wherever checkrail is run.
fn tails(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.split_once('/').map(|(_, tail)| tail))
}

/// `a.b.c`, then `a.b`: a pattern that names a table also covers its columns.
fn parents(object: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(object), |o| {
        o.rsplit_once('.').map(|(head, _)| head).filter(|h| h.contains('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_pack_loads_and_covers_every_rule() {
        let policy = pack::load("default").expect("the shipped pack is valid");
        for rule in registry::all() {
            assert!(policy.setting(rule.name).is_some(), "{}", rule.name);
        }
    }

    #[test]
    fn a_path_pattern_holds_from_everywhere() {
        let glob = |text: &str| vec![globset::Glob::new(text).expect("valid").compile_matcher()];
        let scope = Scope { paths: glob("db/old/*.sql"), ..Scope::default() };
        for path in ["db/old/1.sql", "../db/old/1.sql", "/srv/app/db/old/1.sql"] {
            assert!(scope.covers(path, None), "{path}");
        }
        assert!(!scope.covers("db/new/1.sql", None) && !scope.covers("old/1.sql", None));
    }

    #[test]
    fn a_table_pattern_covers_its_columns() {
        let glob = globset::Glob::new("public.users").expect("valid").compile_matcher();
        let scope = Scope { objects: vec![glob], ..Scope::default() };
        assert!(scope.covers("x.sql", Some("public.users.email")));
        assert!(!scope.covers("x.sql", Some("public.users2")));
        assert!(!scope.covers("x.sql", None));
    }
}
