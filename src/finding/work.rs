//! How much work a statement does while others wait for its lock: what is known of the sizes, and how long it takes.
//!
//! Durations are ranges, and only where the size is known: the bytes that are read and written, between a disk that
//! gives 100 MB/s and one that gives 1 GB/s. Sorting, computing and waiting for the lock come on top.

use crate::name::QName;

/// The slow end of the range, in bytes a second.
pub const SLOW: u64 = 100 * 1024 * 1024;
/// The fast end of the range, in bytes a second.
pub const FAST: u64 = 1024 * 1024 * 1024;

/// The work of a statement on relations that others wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The relations that are read or written in full.
    pub relations: Vec<Worked>,
    /// What a policy takes that for.
    pub judged: Judged,
    /// Whether the statement reads and writes them in full, so that their size says how long it takes.
    pub in_full: bool,
}

/// One relation that is worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worked {
    /// Which.
    pub relation: QName,
    /// Whether it is written anew, with its indexes; otherwise it is read.
    pub rewritten: bool,
    /// Its size; nothing where no server was asked.
    pub size: Option<Size>,
}

/// The size of a relation, without its partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Estimated rows; nothing when it was never analysed.
    pub rows: Option<u64>,
    /// Bytes on disk without indexes.
    pub bytes: u64,
    /// Bytes of its indexes.
    pub index_bytes: u64,
}

/// What a policy takes the sizes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Nobody notices the wait.
    Small,
    /// Neither small nor large.
    Medium,
    /// The wait is an outage.
    Large,
    /// Some size is not known: taken for large.
    UnknownAsLarge,
    /// Some size is not known: taken for small.
    UnknownAsSmall,
}

impl Judged {
    /// The name used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
            Self::UnknownAsLarge => "unknown-as-large",
            Self::UnknownAsSmall => "unknown-as-small",
        }
    }
}

impl Work {
    /// Bytes read and written, where all sizes are known.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        if !self.in_full {
            return None;
        }
        self.relations.iter().try_fold(0u64, |sum, worked| {
            let size = worked.size?;
            // A rewrite reads the table, writes it, and writes its indexes.
            let written = if worked.rewritten { size.bytes.saturating_add(size.index_bytes) } else { 0 };
            Some(sum.saturating_add(size.bytes).saturating_add(written))
        })
    }

    /// How long that takes: the least and the most, in seconds.
    #[must_use]
    pub fn seconds(&self) -> Option<(u64, u64)> {
        let bytes = self.bytes()?;
        Some((bytes / FAST, bytes.div_ceil(SLOW)))
    }

    /// What is known, in words for people: sizes, the judgement, and the duration with its basis.
    #[must_use]
    pub fn text(&self) -> String {
        let unknown: Vec<String> =
            self.relations.iter().filter(|w| w.size.is_none()).map(|w| w.relation.to_string()).collect();
        if !unknown.is_empty() {
            let judged = if self.judged == Judged::UnknownAsSmall { "small" } else { "large" };
            return format!("of {} not known, judged as {judged}", list(&unknown));
        }
        let mut sizes: Vec<String> = self.relations.iter().map(Worked::text).collect();
        if sizes.len() > 3 {
            let more = sizes.len() - 2;
            sizes.truncate(2);
            sizes.push(format!("{more} more"));
        }
        let judged = match self.judged {
            Judged::Small => ", which is small",
            Judged::Large => ", which is large",
            Judged::Medium | Judged::UnknownAsLarge | Judged::UnknownAsSmall => "",
        };
        let text = format!("{}{judged}", sizes.join(", "));
        let Some(bytes) = self.bytes() else { return text };
        let does = if self.relations.iter().any(|w| w.rewritten) { "reads and writes" } else { "reads" };
        format!("{text}; {does} {}", pace_text(bytes))
    }
}

/// How long so many bytes take, with the basis: `12 GB at 100 MB/s to 1 GB/s: 12 s to 2 min`.
#[must_use]
pub fn pace_text(bytes: u64) -> String {
    let (least, most) = (bytes / FAST, bytes.div_ceil(SLOW));
    let duration = match (seconds_text(least), seconds_text(most)) {
        _ if most <= 1 => "about a second or less".to_owned(),
        (least, most) if least == most => most,
        (least, most) => format!("{least} to {most}"),
    };
    format!("{} at 100 MB/s to 1 GB/s: {duration}", bytes_text(bytes))
}

fn list(names: &[String]) -> String {
    match names {
        [a, b, rest @ ..] if !rest.is_empty() => format!("{a}, {b} and {} more", rest.len()),
        _ => names.join(", "),
    }
}

impl Worked {
    fn text(&self) -> String {
        let Some(size) = self.size else { return self.relation.to_string() };
        format!("{} {}", self.relation, size_text(size.rows, size.bytes))
    }
}

/// `≈ 1.2 M rows, 340 MB`.
#[must_use]
pub fn size_text(rows: Option<u64>, bytes: u64) -> String {
    let bytes = bytes_text(bytes);
    match rows {
        Some(1) => format!("≈ 1 row, {bytes}"),
        Some(rows) => format!("≈ {} rows, {bytes}", short(rows, 1000, &["", "k", "M", "G"]).trim_end()),
        None => format!("never analysed, {bytes}"),
    }
}

/// `340 MB`.
#[must_use]
pub fn bytes_text(bytes: u64) -> String {
    short(bytes, 1024, &["bytes", "kB", "MB", "GB", "TB"])
}

/// `12 s`, `3 min`, `2 h`.
fn seconds_text(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", (seconds + 30) / 60),
        _ => format!("{} h", (seconds + 1800) / 3600),
    }
}

/// A number with two or three digits and its unit.
fn short(number: u64, step: u64, units: &[&str]) -> String {
    let (mut whole, mut rest, mut unit) = (number, 0, 0);
    while whole >= step && unit + 1 < units.len() {
        rest = whole % step;
        whole /= step;
        unit += 1;
    }
    let tenths = rest * 10 / step;
    if unit > 0 && whole < 10 && tenths > 0 {
        format!("{whole}.{tenths} {}", units[unit])
    } else {
        format!("{whole} {}", units[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worked(name: &str, rewritten: bool, size: Option<(u64, u64, u64)>) -> Worked {
        let size = size.map(|(rows, bytes, index_bytes)| Size { rows: Some(rows), bytes, index_bytes });
        Worked { relation: QName::qualified("public", name), rewritten, size }
    }

    #[test]
    fn durations_have_a_basis() {
        let work = |relations, judged| Work { relations, judged, in_full: true };
        let large = work(vec![worked("orders", false, Some((90_000_000, 12 << 30, 3 << 30)))], Judged::Large);
        assert_eq!(
            large.text(),
            "public.orders ≈ 90 M rows, 12 GB, which is large; reads 12 GB at 100 MB/s to 1 GB/s: 12 s to 2 min"
        );
        let rewrite =
            work(vec![worked("orders", true, Some((90_000_000, 12 << 30, 3 << 30)))], Judged::Large);
        assert_eq!(rewrite.bytes(), Some(27 << 30));
        assert!(rewrite.text().ends_with("reads and writes 27 GB at 100 MB/s to 1 GB/s: 27 s to 5 min"));
        let small = work(vec![worked("plans", false, Some((12, 8192, 16384)))], Judged::Small);
        assert_eq!(
            small.text(),
            "public.plans ≈ 12 rows, 8 kB, which is small; reads 8 kB at 100 MB/s to 1 GB/s: about a second or less"
        );
    }

    #[test]
    fn what_is_not_known_is_said() {
        let relations = vec![worked("a", false, Some((1, 8192, 0))), worked("b", false, None)];
        let work = Work { relations, judged: Judged::UnknownAsLarge, in_full: true };
        assert_eq!(work.text(), "of public.b not known, judged as large");
        assert_eq!((work.bytes(), work.seconds()), (None, None));
    }
}
