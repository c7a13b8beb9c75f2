//! Baselines: the findings that a project had when it began, which do not count any more.
//!
//! In: the text of a baseline file, and what is known of the files that its entries name. Out: which findings it
//! silences, which of its entries are stale, and the file anew. Entries are compared by [fingerprint](super::fingerprint);
//! a path only says which of several alike is meant, as long as its file exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::finding::Finding;
use crate::hash::{HashMap, HashSet, IndexMap};
use crate::text::{FileId, SourceMap};

use super::fingerprint::Alike;

/// A baseline file. Unknown keys are errors.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineFile {
    /// Version of the format; always 1.
    pub version: Version,
    /// The findings, sorted, one on each line.
    pub findings: Vec<Entry>,
}

/// The version of the format, 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Version(u32);

/// One finding that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The migration, from the root of the repository.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// The object it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The finding's fingerprint, as in the JSON report: 16 hexadecimal digits.
    pub fingerprint: Fingerprint,
}

/// A fingerprint as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

/// A baseline that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct BaselineError {
    /// The file.
    pub path: String,
    /// 1-based line.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// A baseline in a review.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// The baseline's file, for messages.
    pub origin: String,
    /// Its entries with their 1-based lines.
    pub entries: Vec<(Entry, usize)>,
    /// The paths of all files of the review as entries have them.
    pub paths: BTreeMap<FileId, String>,
    /// Paths of entries whose files exist and take no part in the review.
    pub elsewhere: BTreeSet<String>,
    /// Whether everything there is stands under review, so that what has no file any more is stale.
    pub whole: bool,
    /// Whether the file is to be written anew: every finding becomes known.
    pub adopt: bool,
}

/// What a baseline makes of findings.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    /// Findings that are new, in the order given.
    pub(super) standing: Vec<Finding>,
    /// Findings that are known, with the lines of their entries.
    pub(super) known: Vec<(Finding, Option<usize>)>,
    /// Entries that nothing matches any more, by their places.
    pub(super) stale: Vec<usize>,
    /// The entries of the file anew, sorted.
    pub(super) renewed: Vec<Entry>,
}

impl Baseline {
    /// Reads a file's entries with their lines.
    ///
    /// # Errors
    /// What is wrong, with the line.
    pub fn parse(path: &str, text: &str) -> Result<Vec<(Entry, usize)>, BaselineError> {
        let file: BaselineFile = serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message);
            BaselineError {
                path: path.to_owned(),
                line: error.line().max(1),
                message: format!(
                    "{message}; correct it, or remove the file and write it anew with --write-baseline"
                ),
            }
        })?;
        // An entry stands where its fingerprint does; those that stand twice are found in their order.
        let mut lines: HashMap<Fingerprint, Vec<usize>> = HashMap::default();
        for (index, line) in text.lines().enumerate() {
            for word in line.split('"').filter(|word| word.len() == 16) {
                if let Ok(fingerprint) = Fingerprint::read(word) {
                    lines.entry(fingerprint).or_default().push(index + 1);
                }
            }
        }
        lines.values_mut().for_each(|lines| lines.reverse());
        let line = |entry: &Entry| lines.get_mut(&entry.fingerprint).and_then(Vec::pop).unwrap_or(1);
        let lines: Vec<usize> = file.findings.iter().map(line).collect();
        Ok(file.findings.into_iter().zip(lines).collect())
    }

    /// The text of a file with these entries: one line for each, so that a change of one is one line of a diff.
    #[must_use]
    pub fn print(entries: &[Entry]) -> String {
        let lines: Vec<String> = entries
            .iter()
            .map(|entry| format!("\n    {}", serde_json::to_string(entry).unwrap_or_default()))
            .collect();
        let end = if lines.is_empty() { "" } else { "\n  " };
        format!("{{\n  \"version\": 1,\n  \"findings\": [{}{end}]\n}}\n", lines.join(","))
    }

    /// The JSON Schema of baseline files, with a final line break.
    #[must_use]
    pub fn json_schema() -> String {
        serde_json::to_string_pretty(&schemars::schema_for!(BaselineFile)).unwrap_or_default() + "\n"
    }

    /// Divides findings, which are in their order, into new and known ones. `reviewed`: the files under review.
    pub(super) fn sort(
        &self,
        findings: Vec<Finding>,
        reviewed: &HashSet<FileId>,
        sources: &SourceMap,
    ) -> Sorted {
        let mut matching = Matching::new(self, reviewed);
        let entries = matching.of_all(&findings, sources);
        let mut sorted = Sorted::default();
        let alikes = findings.iter().map(|finding| Alike::of(finding, sources)).collect::<Vec<_>>();
        for ((finding, entry), alike) in findings.into_iter().zip(entries).zip(alikes) {
            if entry.is_none() && !self.adopt {
                sorted.standing.push(finding);
                continue;
            }
            let fingerprint = match entry {
                Some(entry) => self.entries[entry].0.fingerprint,
                None => matching.free(alike),
            };
            sorted.renewed.push(Entry {
                path: self.paths.get(&finding.file).cloned().unwrap_or_default(),
                rule: finding.rule.to_string(),
                object: finding.object.clone(),
                fingerprint,
            });
            sorted.known.push((finding, entry.map(|entry| self.entries[entry].1)));
        }
        for (index, (entry, _)) in self.entries.iter().enumerate() {
            if matching.used[index] {
                continue;
            }
            let judged = match matching.stands(&entry.path) {
                Stands::UnderReview => true,
                Stands::Gone => self.whole,
                Stands::Aside => false,
            };
            if judged {
                sorted.stale.push(index);
            } else {
                sorted.renewed.push(entry.clone());
            }
        }
        sorted.renewed.sort();
        sorted.renewed.dedup();
        sorted
    }
}

/// How the file of an entry stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// Under review.
    UnderReview,
    /// It exists, and its findings are not looked for.
    Aside,
    /// There is no such file: it was renamed or removed.
    Gone,
}

/// Finds the entry of each finding.
struct Matching<'a> {
    baseline: &'a Baseline,
    by_fingerprint: HashMap<u64, Vec<usize>>,
    by_rule: HashMap<&'a str, usize>,
    /// Whether the file of a path is under review; absent when it is not there.
    files: HashMap<&'a str, bool>,
    /// Which entries have their finding.
    used: Vec<bool>,
    /// Fingerprints that are taken.
    taken: HashSet<u64>,
}

impl<'a> Matching<'a> {
    fn new(baseline: &'a Baseline, reviewed: &HashSet<FileId>) -> Self {
        let mut matching = Self {
            baseline,
            by_fingerprint: HashMap::default(),
            by_rule: HashMap::default(),
            files: HashMap::default(),
            used: vec![false; baseline.entries.len()],
            taken: HashSet::default(),
        };
        for (file, path) in &baseline.paths {
            *matching.files.entry(path).or_default() |= reviewed.contains(file);
        }
        for (index, (entry, _)) in baseline.entries.iter().enumerate() {
            matching.by_fingerprint.entry(entry.fingerprint.0).or_default().push(index);
            *matching.by_rule.entry(&entry.rule).or_default() += 1;
            matching.taken.insert(entry.fingerprint.0);
        }
        matching
    }

    fn stands(&self, path: &str) -> Stands {
        match self.files.get(path) {
            Some(true) => Stands::UnderReview,
            Some(false) => Stands::Aside,
            None if self.baseline.elsewhere.contains(path) => Stands::Aside,
            None => Stands::Gone,
        }
    }

    /// The entry of each finding. Of several that are alike each first takes one of its own file, then one whose file
    /// is gone: where a file is still there, its entries are meant for nothing else.
    fn of_all(&mut self, findings: &[Finding], sources: &SourceMap) -> Vec<Option<usize>> {
        let mut groups: IndexMap<Alike, Vec<usize>> = IndexMap::default();
        for (index, finding) in findings.iter().enumerate() {
            if self.by_rule.contains_key(&*finding.rule) {
                groups.entry(Alike::of(finding, sources)).or_default().push(index);
            }
        }
        let mut found = vec![None; findings.len()];
        for (alike, group) in groups {
            let entries = self.entries_of(alike, &findings[group[0]].rule, group.len());
            for own_file in [true, false] {
                for &index in &group {
                    if found[index].is_some() {
                        continue;
                    }
                    let own = self.baseline.paths.get(&findings[index].file).map(String::as_str);
                    let fits = |path: &str| {
                        if own_file { Some(path) == own } else { self.stands(path) == Stands::Gone }
                    };
                    let fit =
                        entries.iter().find(|e| !self.used[**e] && fits(&self.baseline.entries[**e].0.path));
                    if let Some(&entry) = fit {
                        self.used[entry] = true;
                        found[index] = Some(entry);
                    }
                }
            }
        }
        found
    }

    /// The entries for findings that are alike, whatever their counters: these depend on what else is under review.
    fn entries_of(&self, alike: Alike, rule: &str, findings: usize) -> Vec<usize> {
        let most = findings + self.by_rule.get(rule).copied().unwrap_or(0);
        let fingerprints = (1..=most as u64).filter_map(|n| self.by_fingerprint.get(&alike.nth(n)));
        fingerprints.flatten().copied().collect()
    }

    /// A fingerprint that no entry has.
    fn free(&mut self, alike: Alike) -> Fingerprint {
        let mut count = 1;
        while !self.taken.insert(alike.nth(count)) {
            count += 1;
        }
        Fingerprint(alike.nth(count))
    }
}

impl Fingerprint {
    fn read(text: &str) -> Result<Self, String> {
        let digits = text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let number = u64::from_str_radix(text, 16).ok().filter(|_| digits);
        number
            .map(Self)
            .ok_or_else(|| format!("fingerprint {text:?} is not made of 16 hexadecimal digits (0-9, a-f)"))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).map_err(de::Error::custom)
    }
}

impl JsonSchema for Fingerprint {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fingerprint".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-f]{16}$" })
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            1 => Ok(Self(1)),
            other => Err(de::Error::custom(format!("version {other} of baselines is not known: use 1"))),
        }
    }
}
