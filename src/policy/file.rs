//! From the YAML form of a policy to a [`Policy`]: names looked up, patterns compiled, packs merged.

use camino::Utf8Path;
use globset::Glob;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::Severity;
use crate::parse;
use crate::rules::context::RuleOptions;
use crate::rules::{Category, OptionValue, Rule, registry};

use super::assertion::{self, Entry};
use super::entry::{
    ExceptionEntry, Level, OptionEntry, PolicyFile, RuleEntry, ScopeEntry, Switch, did_you_mean, yaml_message,
};
use super::position::{line_of_item, line_of_key};
use super::sizes::{Bytes, LargeTable, SmallTable};
use super::{Asserted, Exception, Policy, RuleSetting, Scope, SizePolicy, pack};

/// What is wrong with a policy.
#[derive(Debug, thiserror::Error)]
#[error("{origin}{}{}: {message}", number(*line), number(line.and(*column)))]
pub struct PolicyError {
    /// The file or pack.
    pub origin: String,
    /// 1-based line, where known.
    pub line: Option<usize>,
    /// 1-based column, where known.
    pub column: Option<usize>,
    /// What is wrong and what to do.
    pub message: String,
}

fn number(number: Option<usize>) -> String {
    number.map(|n| format!(":{n}")).unwrap_or_default()
}

impl Policy {
    /// Reads a policy from YAML.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line: YAML syntax, unknown keys, rules, packs or options,
    /// patterns that do not compile, missing reasons, impossible dates.
    pub fn parse(origin: &str, text: &str) -> Result<Self, PolicyError> {
        let loader = Loader { origin, text };
        let file: PolicyFile = serde_yaml::from_str(text).map_err(|error| loader.yaml_error(&error))?;
        loader.load(file)
    }

    /// Reads a policy file whose text was read by the caller.
    ///
    /// # Errors
    /// As [`Policy::parse`].
    pub fn parse_file(path: &Utf8Path, text: &str) -> Result<Self, PolicyError> {
        Self::parse(path.as_str(), text)
    }
}

struct Loader<'a> {
    origin: &'a str,
    text: &'a str,
}

impl Loader<'_> {
    fn error(&self, line: Option<usize>, message: impl Into<String>) -> PolicyError {
        PolicyError { origin: self.origin.to_owned(), line, column: None, message: message.into() }
    }

    fn yaml_error(&self, error: &serde_yaml::Error) -> PolicyError {
        PolicyError {
            origin: self.origin.to_owned(),
            line: error.location().map(|l| l.line()),
            column: error.location().map(|l| l.column()),
            message: yaml_message(error),
        }
    }

    fn load(&self, file: PolicyFile) -> Result<Policy, PolicyError> {
        if file.version != 1 {
            let line = line_of_key(self.text, &["version"]);
            return Err(self.error(line, format!("version {} is not known: use 1", file.version)));
        }
        let mut policy = Policy::bare(self.origin);
        let is_pack = self.origin.starts_with("pack:");
        let parents =
            file.extends.unwrap_or_else(|| if is_pack { vec![] } else { vec!["default".to_owned()] });
        let mut parents_seen = 0;
        for parent in &parents {
            let line = line_of_key(self.text, &["extends"]);
            let parent = pack::load(parent).map_err(|message| self.error(line, message))?;
            policy.absorb(parent, &mut parents_seen);
        }
        if let Some(switch) = file.unlisted {
            for setting in policy.rules.values_mut().filter(|s| !s.listed) {
                setting.enabled = switch == Switch::On;
            }
        }
        policy.severities.extend(file.severities);
        self.sizes(&mut policy, file.small_table.as_ref(), file.large_table.as_ref())?;
        if let Some(unknown) = file.unknown_size {
            policy.sizes.unknown = unknown;
        }
        if file.assertions.is_there {
            // Data types are read by the server's grammar, which wants a large stack.
            let entries = parse::with_large_stack(|| assertion::read(self.text))
                .map_err(|error| self.error(None, error.to_string()))?
                .map_err(|error| self.yaml_error(&error))?;
            for (index, entry) in entries.into_iter().enumerate() {
                self.assertion(&mut policy, index, entry)?;
            }
        }
        if let Some(scope) = &file.scope {
            policy.scope = self.scope(scope, line_of_key(self.text, &["scope"]))?;
        }
        for (name, level) in file.categories {
            self.category(&mut policy, &name, level)?;
        }
        for (name, entry) in file.rules {
            self.rule(&mut policy, &name, entry)?;
        }
        for (index, entry) in file.exceptions.into_iter().enumerate() {
            let exception = self.exception(&policy, index, entry)?;
            policy.exceptions.push(exception);
        }
        Ok(policy)
    }

    fn sizes(
        &self,
        policy: &mut Policy,
        small: Option<&SmallTable>,
        large: Option<&LargeTable>,
    ) -> Result<(), PolicyError> {
        let bytes = |key: &str, bytes: Option<&Bytes>| match bytes.map(Bytes::value) {
            Some(Err(message)) => Err(self.error(line_of_key(self.text, &[key, "bytes"]), message)),
            Some(Ok(value)) => Ok(Some(value)),
            None => Ok(None),
        };
        let sizes = &mut policy.sizes;
        sizes.small_rows = small.and_then(|s| s.rows).unwrap_or(sizes.small_rows);
        let small_bytes = bytes("small-table", small.and_then(|s| s.bytes.as_ref()))?;
        sizes.small_bytes = small_bytes.unwrap_or(sizes.small_bytes);
        let large_bytes = bytes("large-table", large.and_then(|l| l.bytes.as_ref()))?;
        sizes.large_bytes = large_bytes.unwrap_or(sizes.large_bytes);
        if sizes.large_bytes <= sizes.small_bytes {
            let line = line_of_key(self.text, &["large-table"]).or(line_of_key(self.text, &["small-table"]));
            let message = format!(
                "a large table ({} bytes) must be larger than a small one ({} bytes)",
                sizes.large_bytes, sizes.small_bytes
            );
            return Err(self.error(line, message));
        }
        Ok(())
    }

    fn category(&self, policy: &mut Policy, name: &str, level: Level) -> Result<(), PolicyError> {
        let line = line_of_key(self.text, &["categories", name]);
        let Some(category) = Category::ALL.iter().find(|c| c.name() == name) else {
            let hint = did_you_mean(name, Category::ALL.iter().map(|c| c.name()));
            return Err(self.error(line, format!("unknown category {name:?}{hint}")));
        };
        for rule in registry::all().filter(|r| r.category == *category) {
            if let Some(setting) = policy.setting_mut(rule.name) {
                setting.listed = true;
                setting.place = self.place(line);
                setting.apply_level(level);
            }
        }
        Ok(())
    }

    fn place(&self, line: Option<usize>) -> Option<String> {
        line.map(|l| format!("{}:{l}", self.origin))
    }

    fn rule(&self, policy: &mut Policy, name: &str, entry: RuleEntry) -> Result<(), PolicyError> {
        let line = line_of_key(self.text, &["rules", name]);
        let rule = registry::find(name);
        let Some(setting) = policy.setting_mut(name) else { return Err(self.unknown(policy, name, line)) };
        setting.listed = true;
        setting.place = self.place(line);
        let (level, options, scope) = match entry {
            RuleEntry::Level(level) => (Some(level), BTreeMap::new(), None),
            RuleEntry::Detailed(d) => (d.level, d.options, d.scope),
        };
        setting.apply_level(level.unwrap_or(Level::On));
        for (key, value) in options {
            let line = line_of_key(self.text, &["rules", name, "options", &key]).or(line);
            let Some(rule) = rule else {
                return Err(self.error(line, format!("{name} is an assertion and has no options")));
            };
            self.option(setting, rule, &key, value, line)?;
        }
        if let Some(scope) = scope {
            setting.scope = self.scope(&scope, line)?;
        }
        Ok(())
    }

    fn unknown(&self, policy: &Policy, name: &str, line: Option<usize>) -> PolicyError {
        self.error(line, format!("unknown rule {name:?}{}", did_you_mean(name, policy.names())))
    }

    fn assertion(&self, policy: &mut Policy, index: usize, entry: Entry) -> Result<(), PolicyError> {
        let line = line_of_item(self.text, "assertions", index);
        let scope =
            entry.scope.as_ref().map(|scope| self.scope(scope, line)).transpose()?.unwrap_or_default();
        let place = self.place(line).unwrap_or_else(|| self.origin.to_owned());
        let assertion = entry.at(place);
        let setting = RuleSetting {
            enabled: true,
            severity: None,
            options: RuleOptions::default(),
            scope,
            place: Some(assertion.place.clone()),
            listed: true,
        };
        policy
            .assertions
            .insert(assertion.name.clone(), Asserted { assertion: Arc::new(assertion), setting });
        Ok(())
    }

    fn option(
        &self,
        setting: &mut RuleSetting,
        rule: &Rule,
        key: &str,
        value: OptionEntry,
        line: Option<usize>,
    ) -> Result<(), PolicyError> {
        let Some(option) = rule.options.iter().find(|o| o.name == key) else {
            let hint = did_you_mean(key, rule.options.iter().map(|o| o.name));
            return Err(self.error(line, format!("rule {} has no option {key:?}{hint}", rule.name)));
        };
        match (option.default, value) {
            (OptionValue::Bool(_), OptionEntry::Bool(v)) => {
                setting.options.numbers.insert(key.to_owned(), i64::from(v));
            }
            (OptionValue::Int(_), OptionEntry::Int(v)) => {
                setting.options.numbers.insert(key.to_owned(), v);
            }
            (OptionValue::List(_), OptionEntry::List(v)) => {
                setting.options.lists.insert(key.to_owned(), v);
            }
            (default, _) => {
                let wanted = match default {
                    OptionValue::Bool(_) => "true or false",
                    OptionValue::Int(_) => "a whole number",
                    OptionValue::List(_) => "a list of texts",
                };
                return Err(self.error(line, format!("option {key} of rule {} is {wanted}", rule.name)));
            }
        }
        Ok(())
    }

    fn scope(&self, entry: &ScopeEntry, line: Option<usize>) -> Result<Scope, PolicyError> {
        let compile =
            |patterns: &[String]| patterns.iter().map(|p| self.glob(p, line)).collect::<Result<_, _>>();
        Ok(Scope {
            paths: compile(&entry.paths)?,
            exclude_paths: compile(&entry.exclude_paths)?,
            objects: compile(&entry.objects)?,
            exclude_objects: compile(&entry.exclude_objects)?,
        })
    }

    fn glob(&self, pattern: &str, line: Option<usize>) -> Result<globset::GlobMatcher, PolicyError> {
        let glob =
            Glob::new(pattern).map_err(|e| self.error(line, format!("pattern {pattern:?}: {}", e.kind())))?;
        Ok(glob.compile_matcher())
    }

    fn exception(
        &self,
        policy: &Policy,
        index: usize,
        entry: ExceptionEntry,
    ) -> Result<Exception, PolicyError> {
        let line = line_of_item(self.text, "exceptions", index);
        if policy.setting(&entry.rule).is_none() {
            return Err(self.unknown(policy, &entry.rule, line));
        }
        if entry.reason.trim().is_empty() {
            return Err(self.error(line, format!("the exception for {} needs a reason", entry.rule)));
        }
        let expires = match &entry.expires {
            Some(text) => Some(text.parse::<Date>().map_err(|_| {
                self.error(line, format!("expires: {text:?} is not a date: write it as 2027-01-31"))
            })?),
            None => None,
        };
        let list = |pattern: Option<String>| pattern.into_iter().collect::<Vec<_>>();
        let scope =
            ScopeEntry { paths: list(entry.path), objects: list(entry.object), ..ScopeEntry::default() };
        Ok(Exception {
            rule: entry.rule,
            scope: self.scope(&scope, line)?,
            reason: entry.reason,
            expires,
            place: self.place(line).unwrap_or_else(|| self.origin.to_owned()),
        })
    }
}

impl Policy {
    /// Adds a pack to build on: what it mentions wins over what came before, what it leaves on is on.
    fn absorb(&mut self, parent: Self, seen: &mut usize) {
        for (name, theirs) in parent.rules {
            match self.rules.get_mut(name) {
                Some(ours) if *seen > 0 && !theirs.listed => ours.enabled |= !ours.listed && theirs.enabled,
                _ => {
                    self.rules.insert(name, theirs);
                }
            }
        }
        self.assertions.extend(parent.assertions);
        self.severities.extend(parent.severities);
        self.exceptions.extend(parent.exceptions);
        if parent.sizes != SizePolicy::default() {
            self.sizes = parent.sizes;
        }
        *seen += 1;
    }
}

impl RuleSetting {
    fn apply_level(&mut self, level: Level) {
        self.enabled = level != Level::Off;
        self.severity = match level {
            Level::Off | Level::On => None,
            Level::Advice => Some(Severity::Advice),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Policy::parse("p.yaml", text).expect_err("must be refused").to_string()
    }

    #[test]
    fn unknown_names_are_refused_with_line_and_hint() {
        let message = error("version: 1\nrules:\n  non-concurent-index: off\n");
        assert_eq!(
            message,
            "p.yaml:3: unknown rule \"non-concurent-index\": did you mean \"non-concurrent-index\"?"
        );
        let message = error("version: 1\nrule:\n  x: off\n");
        assert!(
            message.starts_with("p.yaml:2:1: unknown field `rule`") && message.contains("did you mean"),
            "{message}"
        );
    }

    #[test]
    fn mistakes_in_entries_are_named() {
        let message = error("version: 1\nrules:\n  drop-table: eror\n");
        assert!(
            message.contains("unknown variant `eror`") && message.contains("mean \"error\""),
            "{message}"
        );
        let message = error("version: 1\nrules:\n  drop-table:\n    levl: error\n");
        assert!(message.contains("unknown field `levl`") && message.contains("mean \"level\""), "{message}");
        let message = error("version: 1\nrules:\n  drop-table: [error]\n");
        assert!(message.contains("expected off, on, advice, warning, error, or a mapping"), "{message}");
        assert!(error("rules: {}\n").contains("begin with `version: 1`"));
    }

    #[test]
    fn exceptions_need_a_reason_and_real_dates() {
        let base = "version: 1\nexceptions:\n  - rule: non-concurrent-index\n    reason: ";
        assert!(
            error(&format!("{base}\"\"\n"))
                .contains("p.yaml:3: the exception for non-concurrent-index needs")
        );
        assert!(error(&format!("{base}x\n    expires: 2026-02-30\n")).contains("is not a date"));
        assert!(Policy::parse("p.yaml", &format!("{base}x\n    expires: 2026-02-28\n")).is_ok());
    }

    #[test]
    fn categories_and_severities_apply() {
        let text =
            "version: 1\nextends: [default]\ncategories:\n  locking: off\nseverities:\n  warning: error\n";
        let policy = Policy::parse("p.yaml", text).expect("valid");
        assert!(!policy.setting("non-concurrent-index").expect("known").enabled);
        let drop = registry::find("drop-column").expect("known");
        assert_eq!((drop.severity, policy.severity_of(drop)), (Severity::Warning, Severity::Error));
        assert_eq!(
            error("version: 1\ncategories:\n  lockin: off\n"),
            "p.yaml:3: unknown category \"lockin\": did you mean \"locking\"?"
        );
    }

    #[test]
    fn packs_add_up() {
        let on = |extends: &str, rule: &str| {
            let policy =
                Policy::parse("p.yaml", &format!("version: 1\nextends: {extends}\n")).expect("valid");
            policy.setting(rule).expect("known").enabled
        };
        assert!(!on("[rls-and-grants]", "drop-table"));
        assert!(on("[rls-and-grants]", "grant-all"));
        for both in ["[reversibility, rls-and-grants]", "[rls-and-grants, reversibility]"] {
            assert!(on(both, "drop-table") && on(both, "grant-all"), "{both}");
            assert!(!on(both, "non-concurrent-index"), "{both}");
        }
        assert!(on("[default, rls-and-grants]", "drop-table"));
        assert!(on("[rls-and-grants, default]", "drop-table"));
    }

    #[test]
    fn sizes_are_checked() {
        let text = "version: 1\nsmall-table:\n  rows: 500\n  bytes: 2MB\nlarge-table:\n  bytes: 5GB\nunknown-size: as-small\n";
        let sizes = Policy::parse("p.yaml", text).expect("valid").sizes;
        assert_eq!((sizes.small_rows, sizes.small_bytes, sizes.large_bytes), (500, 2 << 20, 5 << 30));
        assert_eq!(sizes.unknown, super::super::UnknownSize::AsSmall);
        let message = error("version: 1\nsmall-table:\n  bytes: many\n");
        assert_eq!(message, "p.yaml:3: \"many\" is not a number of bytes: write it as 10MB");
        let message = error("version: 1\nsmall-table:\n  bytes: 2GB\n");
        assert!(message.contains("must be larger than a small one"), "{message}");
        assert!(error("version: 1\nunknown-size: large\n").contains("did you mean \"as-large\""));
    }

    #[test]
    fn levels_and_scopes_apply() {
        let text = "version: 1\nrules:\n  non-concurrent-index:\n    level: warning\n    scope:\n      exclude_objects: ['audit.*']\n";
        let policy = Policy::parse("p.yaml", text).expect("valid");
        let setting = policy.setting("non-concurrent-index").expect("known");
        assert_eq!(setting.severity, Some(Severity::Warning));
        assert_eq!(setting.place.as_deref(), Some("p.yaml:3"));
        assert!(!setting.scope.covers("x", Some("audit.log")));
        assert!(setting.scope.covers("x", Some("public.log")));
    }
}
