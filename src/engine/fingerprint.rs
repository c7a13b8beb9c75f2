//! Fingerprints that stay the same when a file is renamed or lines are added above a finding.

use crate::finding::Finding;
use crate::hash::HashMap;
use crate::text::SourceMap;

/// One fingerprint for each finding, in order: 16 hexadecimal digits over the rule, the object, the statement's
/// text with its spacing folded, and a counter for findings that are alike in all of these.
#[must_use]
pub fn of_all<'a>(findings: impl IntoIterator<Item = &'a Finding>, sources: &SourceMap) -> Vec<String> {
    let mut seen: HashMap<Alike, u64> = HashMap::default();
    findings
        .into_iter()
        .map(|finding| {
            let alike = Alike::of(finding, sources);
            let count = seen.entry(alike).or_default();
            *count += 1;
            format!("{:016x}", alike.nth(*count))
        })
        .collect()
}

/// What findings have in common that only their counter tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Alike(Fnv);

impl Alike {
    pub(super) fn of(finding: &Finding, sources: &SourceMap) -> Self {
        let mut hash = Fnv::new();
        hash.text(&finding.rule);
        hash.text(finding.object.as_deref().unwrap_or(""));
        let text = finding.span.slice(&sources.file(finding.file).text);
        for word in text.split_whitespace() {
            hash.text(word);
        }
        Self(hash)
    }

    /// The fingerprint of the n-th one, from 1.
    pub(super) fn nth(self, count: u64) -> u64 {
        let mut hash = self.0;
        hash.text(&count.to_string());
        hash.0
    }
}

/// FNV-1a, 64 bits: small, and unlike the standard library's hasher the same for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn text(&mut self, text: &str) {
        for byte in text.bytes().chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
