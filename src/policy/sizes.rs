//! What a policy takes for a small table and for a large one, and what for one whose size is not known.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::finding::work::{Judged, Size};

/// The thresholds in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizePolicy {
    /// A table with more rows is not small.
    pub small_rows: u64,
    /// A table with more bytes, indexes included, is not small.
    pub small_bytes: u64,
    /// A table with as many bytes, indexes included, is large.
    pub large_bytes: u64,
    /// What a table is taken for whose size is not known.
    pub unknown: UnknownSize,
}

impl Default for SizePolicy {
    /// Up to 10,000 rows and 10 MB, which take a tenth of a second; from 1 GB, which takes ten seconds.
    fn default() -> Self {
        Self {
            small_rows: 10_000,
            small_bytes: 10 * 1024 * 1024,
            large_bytes: 1024 * 1024 * 1024,
            unknown: UnknownSize::AsLarge,
        }
    }
}

/// What a table is taken for whose size is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownSize {
    /// Large: findings keep the severity that their rules give them.
    AsLarge,
    /// Small: findings about work under locks are advice.
    AsSmall,
}

/// The thresholds of a policy file; what it does not say is as in the packs below it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmallTable {
    /// A table with more rows is not small.
    #[serde(default)]
    pub rows: Option<u64>,
    /// A table with more bytes is not small, indexes included: a number, or a text such as `10MB`.
    #[serde(default)]
    pub bytes: Option<Bytes>,
}

/// From where on a table is large.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LargeTable {
    /// A table with as many bytes is large, indexes included: a number, or a text such as `1GB`.
    #[serde(default)]
    pub bytes: Option<Bytes>,
}

/// A number of bytes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Bytes {
    /// Bytes.
    Number(u64),
    /// With one of the server's units: `kB`, `MB`, `GB`, `TB`.
    Text(String),
}

impl Bytes {
    /// The number.
    ///
    /// # Errors
    /// A sentence, when it is no number with a unit.
    pub fn value(&self) -> Result<u64, String> {
        let text = match self {
            Self::Number(number) => return Ok(*number),
            Self::Text(text) => text.trim(),
        };
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let power = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 0,
            "kb" => 1,
            "mb" => 2,
            "gb" => 3,
            "tb" => 4,
            _ => return Err(format!("{text:?} is not a number of bytes: write it as 10MB")),
        };
        let number: u64 =
            number.parse().map_err(|_| format!("{text:?} is not a number of bytes: write it as 10MB"))?;
        Ok(number.saturating_mul(1024u64.saturating_pow(power)))
    }
}

impl SizePolicy {
    /// What work on relations of these sizes is taken for.
    #[must_use]
    pub fn judge(&self, sizes: &[Option<Size>]) -> Judged {
        let known: Option<Vec<Size>> = sizes.iter().copied().collect();
        let Some(known) = known.filter(|known| !known.is_empty()) else {
            return match self.unknown {
                UnknownSize::AsLarge => Judged::UnknownAsLarge,
                UnknownSize::AsSmall => Judged::UnknownAsSmall,
            };
        };
        let bytes =
            known.iter().fold(0u64, |sum, s| sum.saturating_add(s.bytes).saturating_add(s.index_bytes));
        let rows = known.iter().fold(0u64, |sum, s| sum.saturating_add(s.rows.unwrap_or(0)));
        if bytes >= self.large_bytes {
            Judged::Large
        } else if bytes <= self.small_bytes && rows <= self.small_rows {
            Judged::Small
        } else {
            Judged::Medium
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(rows: u64, bytes: u64) -> Option<Size> {
        Some(Size { rows: Some(rows), bytes, index_bytes: 0 })
    }

    #[test]
    fn thresholds_hold_for_the_sum() {
        let policy = SizePolicy::default();
        assert_eq!(policy.judge(&[size(10, 8192)]), Judged::Small);
        assert_eq!(policy.judge(&[size(9_000, 8192), size(9_000, 8192)]), Judged::Medium);
        assert_eq!(policy.judge(&[size(10, 11 << 20)]), Judged::Medium);
        assert_eq!(policy.judge(&[size(10, 1 << 30)]), Judged::Large);
        assert_eq!(policy.judge(&[size(10, 8192), None]), Judged::UnknownAsLarge);
        assert_eq!(policy.judge(&[]), Judged::UnknownAsLarge);
        let small = SizePolicy { unknown: UnknownSize::AsSmall, ..policy };
        assert_eq!(small.judge(&[None]), Judged::UnknownAsSmall);
    }

    #[test]
    fn bytes_have_units() {
        let read = |text: &str| Bytes::Text(text.to_owned()).value();
        assert_eq!(read("10MB"), Ok(10 << 20));
        assert_eq!(read("1 GB"), Ok(1 << 30));
        assert_eq!(read("4096"), Ok(4096));
        assert_eq!(Bytes::Number(7).value(), Ok(7));
        assert!(read("ten").is_err() && read("10 miles").is_err());
    }
}
