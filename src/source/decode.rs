//! Bytes to text: the one place that decides what counts as SQL text.
//!
//! A UTF-8 byte order mark is dropped, so that line 1 column 1 is the first real character; line breaks stay
//! as they are. Everything that is not UTF-8 text is refused with its place.

use std::sync::Arc;

use camino::Utf8Path;

use super::error::SourceError;
use crate::text::offset;

/// The most that is read from one file: 1 GiB, so that byte offsets and their sums fit `u32`.
pub(super) const MAX_BYTES: u64 = 1 << 30;

/// The text of a file, without its byte order mark.
pub(super) fn decode(path: &Utf8Path, bytes: Vec<u8>) -> Result<Arc<str>, SourceError> {
    if bytes.len() as u64 >= MAX_BYTES {
        return Err(SourceError::TooLarge { path: path.to_owned() });
    }
    if let Some(encoding) = wide_encoding(&bytes) {
        return Err(SourceError::WideText { path: path.to_owned(), encoding });
    }
    if bytes.contains(&0) {
        let at = bytes.iter().position(|b| *b == 0).unwrap_or(0);
        return Err(SourceError::Binary {
            path: path.to_owned(),
            line: line_of(&bytes, at),
            offset: at as u64,
            hint: binary_hint(&bytes),
        });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).into()),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Err(SourceError::NotUtf8 {
                path: path.to_owned(),
                line: line_of(error.as_bytes(), at),
                offset: at as u64,
            })
        }
    }
}

/// The encoding that a byte order mark announces, when it is not UTF-8.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some("UTF-32LE"),
        [0, 0, 0xfe, 0xff, ..] => Some("UTF-32BE"),
        [0xff, 0xfe, ..] => Some("UTF-16LE"),
        [0xfe, 0xff, ..] => Some("UTF-16BE"),
        _ => None,
    }
}

/// Says what a file with NUL bytes probably is.
fn binary_hint(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"SQLite format 3\0") {
        return "; it is an SQLite database: dump it with `sqlite3 FILE .schema`";
    }
    if bytes.starts_with(b"PGDMP") {
        return "; it is a custom-format pg_dump archive: turn it into SQL with `pg_restore -f out.sql FILE`";
    }
    let head = &bytes[..bytes.len().min(256)];
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    if head.len() >= 4 && (zeros(0) * 4 > head.len() || zeros(1) * 4 > head.len()) {
        return "; it looks like UTF-16 without a byte order mark: save the file as UTF-8";
    }
    ""
}

fn line_of(bytes: &[u8], at: usize) -> u32 {
    offset(bytes[..at].split(|b| *b == b'\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(bytes: &[u8]) -> String {
        decode(Utf8Path::new("m/a.sql"), bytes.to_vec()).unwrap_err().to_string()
    }

    #[test]
    fn byte_order_mark_is_stripped_and_crlf_kept() {
        let text =
            decode(Utf8Path::new("a.sql"), b"\xef\xbb\xbfselect 1;\r\nselect 2;\r\n".to_vec()).unwrap();
        assert_eq!(&*text, "select 1;\r\nselect 2;\r\n");
        assert_eq!(&*decode(Utf8Path::new("a.sql"), Vec::new()).unwrap(), "");
    }

    #[test]
    fn bad_bytes_are_placed() {
        assert_eq!(
            error(b"select 1;\n-- caf\xe9\n"),
            "m/a.sql:2: not valid UTF-8 (byte 16 of the file); save the file as UTF-8, \
             for example with `iconv -f LATIN1 -t UTF-8`"
        );
        assert!(error(b"\xef\xbb\xbf\xff").contains("(byte 3 of the file)"));
        assert!(error(b"a\nb\nc\0").starts_with("m/a.sql:3: a NUL byte (byte 5 of the file)"));
    }

    #[test]
    fn other_encodings_are_named() {
        assert!(error(b"\xff\xfes\0e\0").contains("UTF-16LE"));
        assert!(error(b"\xfe\xff\0s\0e").contains("UTF-16BE"));
        assert!(error(b"\xff\xfe\0\0s\0\0\0").contains("UTF-32LE"));
        assert!(error(b"s\0e\0l\0e\0c\0t\0").contains("UTF-16 without"));
        assert!(error(b"SQLite format 3\0\x10").contains(".schema"));
        assert!(error(b"PGDMP\x01\0").contains("pg_restore"));
    }
}
