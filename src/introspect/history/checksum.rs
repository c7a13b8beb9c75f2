//! The checksums that migration tools keep of what they ran.
//!
//! In: a tool's text and a migration's file. Out: whether the file is still what ran.

use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256, Sha384};
use siphasher::sip::SipHasher13;

use super::Tool;

/// A checksum as a tool keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// Refinery: `SipHasher13` over name, version and text (`refinery_core/src/runner.rs`). The width of the version
    /// counts: `wide` is `int8`, the crate's feature `int8-versions`.
    Refinery {
        /// The hash.
        hash: u64,
        /// Whether versions are 64 bits wide.
        wide: bool,
    },
    /// Flyway: CRC-32 over the lines without their ends, as a signed number (`ChecksumCalculator.java`).
    Flyway(i32),
    /// sqlx: SHA-384 of the file, in hexadecimal (`sqlx-core/src/migrate/migration.rs`).
    Sha384(String),
    /// Prisma and Drizzle: SHA-256 of the file, in hexadecimal.
    Sha256(String),
}

impl Checksum {
    /// Reads what the tool keeps; `None` for what is no checksum of that tool.
    pub(super) fn parse(tool: Tool, wide: bool, text: &str) -> Option<Self> {
        Some(match tool {
            Tool::Refinery => Self::Refinery { hash: text.trim().parse().ok()?, wide },
            Tool::Flyway => Self::Flyway(text.trim().parse().ok()?),
            Tool::Sqlx => Self::Sha384(text.to_ascii_lowercase()),
            Tool::Prisma | Tool::Drizzle => Self::Sha256(text.to_ascii_lowercase()),
            Tool::Diesel
            | Tool::Goose
            | Tool::GolangMigrate
            | Tool::Dbmate
            | Tool::Supabase
            | Tool::Sqitch => {
                return None;
            }
        })
    }

    /// Whether a file is what ran. Ends of lines may have changed on the way through version control.
    #[must_use]
    pub fn fits(&self, version: &str, name: &str, text: &str) -> bool {
        let unix = text.replace("\r\n", "\n");
        let windows = unix.replace('\n', "\r\n");
        [text, &unix, &windows].into_iter().any(|text| match self {
            Self::Refinery { hash, wide } => refinery(version, name, text, *wide) == Some(*hash),
            Self::Flyway(crc) => flyway(text) == *crc,
            Self::Sha384(hash) => hex(&Sha384::digest(text)) == *hash,
            Self::Sha256(hash) => hex(&Sha256::digest(text)) == *hash,
        })
    }
}

fn refinery(version: &str, name: &str, text: &str, wide: bool) -> Option<u64> {
    let mut hasher = SipHasher13::new();
    name.hash(&mut hasher);
    if wide {
        version.parse::<i64>().ok()?.hash(&mut hasher);
    } else {
        version.parse::<i32>().ok()?.hash(&mut hasher);
    }
    text.hash(&mut hasher);
    Some(hasher.finish())
}

fn flyway(text: &str) -> i32 {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut crc = u32::MAX;
    for byte in text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')) {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            // The polynomial of IEEE 802.3, reflected.
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    (!crc).cast_signed()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refinerys_hash_is_that_of_the_crate() {
        let migration = refinery::Migration::unapplied("V7__add_users", "SELECT 1;").expect("a name");
        let kept = Checksum::Refinery { hash: migration.checksum(), wide: true };
        assert!(kept.fits("7", "add_users", "SELECT 1;"));
        assert!(!kept.fits("7", "add_users", "SELECT 2;"));
        let narrow = Checksum::Refinery { hash: migration.checksum(), wide: false };
        assert!(!narrow.fits("7", "add_users", "SELECT 1;"), "the width counts");
    }

    #[test]
    fn known_values() {
        // CRC-32 of "123456789" is 0xCBF43926.
        assert_eq!(flyway("123\n456\r\n789\n"), 0xCBF4_3926_u32.cast_signed());
        let empty = Checksum::parse(
            Tool::Prisma,
            false,
            "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        );
        assert!(empty.expect("a checksum").fits("", "", ""));
        let abc = "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed\
                   8086072ba1e7cc2358baeca134c825a7";
        assert!(Checksum::Sha384(abc.to_owned()).fits("1", "x", "abc"));
        assert!(!Checksum::Sha384(abc.to_owned()).fits("1", "x", "abd"));
    }

    #[test]
    fn ends_of_lines_do_not_count() {
        let kept = Checksum::Sha256(hex(&Sha256::digest("a\r\nb")));
        assert!(kept.fits("", "", "a\nb"));
    }
}
