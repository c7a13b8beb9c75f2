//! The value of a PostgreSQL string literal, and where each byte of the value stands in the source.

use std::borrow::Cow;

use crate::parse::lexer::{Token, TokenKind, continuation};
use crate::text::offset;

/// The value of a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal<'a> {
    /// The value.
    pub text: Cow<'a, str>,
    /// Pairs of an offset in the value and the source offset of the byte there, one for each place where the two
    /// do not advance alike; the first is for offset 0.
    places: Vec<(u32, u32)>,
}

impl Literal<'_> {
    /// Offset in the source of the byte at `at` of the value.
    #[must_use]
    pub fn source(&self, at: u32) -> u32 {
        let index = self.places.partition_point(|(value, _)| *value <= at).max(1) - 1;
        let (value, source) = self.places[index];
        source + (at - value)
    }
}

/// The value of a string token. `None` when it is none, or has an escape the server would refuse.
#[must_use]
pub fn decode(token: Token, source: &str) -> Option<Literal<'_>> {
    let start = token.span.start as usize;
    let text = token.text(source);
    if token.kind == TokenKind::DollarString {
        let tag = text[1..].find('$')? + 2;
        let value = text.get(tag..text.len().checked_sub(tag)?)?;
        return Some(Literal { text: value.into(), places: vec![(0, offset(start + tag))] });
    }
    let prefix = match token.kind {
        TokenKind::String => 0,
        TokenKind::EscapeString | TokenKind::NationalString => 1,
        TokenKind::UnicodeString => 2,
        _ => return None,
    };
    let mut decoder =
        Decoder { bytes: text.as_bytes(), at: prefix + 1, base: start, out: Vec::new(), places: vec![] };
    decoder.place();
    decoder.run(token.kind)?;
    let value = String::from_utf8(decoder.out).ok()?;
    Some(Literal { text: value.into(), places: decoder.places })
}

struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
    base: usize,
    out: Vec<u8>,
    places: Vec<(u32, u32)>,
}

impl Decoder<'_> {
    /// Notes that the value goes on at the current place.
    fn place(&mut self) {
        let place = (offset(self.out.len()), offset(self.base + self.at));
        if self.places.last().is_some_and(|last| last.0 == place.0) {
            self.places.pop();
        }
        self.places.push(place);
    }

    fn run(&mut self, kind: TokenKind) -> Option<()> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b'\'' if self.bytes.get(self.at + 1) == Some(&b'\'') => {
                    self.out.push(b'\'');
                    self.at += 2;
                    self.place();
                }
                b'\'' => {
                    let Some(next) = continuation(self.bytes, self.at + 1) else { return Some(()) };
                    self.at = next;
                    self.place();
                }
                b'\\' if kind == TokenKind::EscapeString => {
                    self.at += 1;
                    self.escape()?;
                    self.place();
                }
                b'\\' if kind == TokenKind::UnicodeString => {
                    self.at += 1;
                    self.unicode_escape()?;
                    self.place();
                }
                _ => {
                    self.out.push(byte);
                    self.at += 1;
                }
            }
        }
    }

    /// An escape of an `E''` string, behind its backslash.
    fn escape(&mut self) -> Option<()> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        match byte {
            b'b' => self.out.push(8),
            b'f' => self.out.push(12),
            b'n' => self.out.push(b'\n'),
            b'r' => self.out.push(b'\r'),
            b't' => self.out.push(b'\t'),
            b'v' => self.out.push(11),
            b'0'..=b'7' => {
                self.at -= 1;
                let value = self.digits(8, 1, 3)?;
                self.out.push(u8::try_from(value & 0xff).ok().filter(|b| *b != 0)?);
            }
            b'x' if self.bytes.get(self.at).is_some_and(u8::is_ascii_hexdigit) => {
                let value = self.digits(16, 1, 2)?;
                self.out.push(u8::try_from(value).ok().filter(|b| *b != 0)?);
            }
            b'u' => self.code_point(4)?,
            b'U' => self.code_point(8)?,
            // Any other character stands for itself; the rest of a longer one follows by itself.
            byte => self.out.push(byte),
        }
        Some(())
    }

    /// An escape of a `U&''` string, behind its backslash.
    fn unicode_escape(&mut self) -> Option<()> {
        match self.bytes.get(self.at)? {
            b'\\' => {
                self.out.push(b'\\');
                self.at += 1;
                Some(())
            }
            b'+' => {
                self.at += 1;
                self.code_point(6)
            }
            _ => self.code_point(4),
        }
    }

    /// A code point of exactly `digits` hexadecimal digits; a surrogate must be followed by its other half.
    fn code_point(&mut self, digits: usize) -> Option<()> {
        let mut value = self.digits(16, digits, digits)?;
        if (0xd800..0xdc00).contains(&value) {
            let marks: &[&[u8]] = &[b"\\u", b"\\U", b"\\+", b"\\"];
            let mark = marks.iter().find(|m| self.bytes[self.at..].starts_with(m))?;
            let low_digits = match *mark {
                b"\\U" => 8,
                b"\\+" => 6,
                _ => 4,
            };
            self.at += mark.len();
            let low = self.digits(16, low_digits, low_digits).filter(|low| (0xdc00..0xe000).contains(low))?;
            value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
        }
        let c = char::from_u32(value).filter(|c| *c != '\0')?;
        self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        Some(())
    }

    fn digits(&mut self, radix: u32, min: usize, max: usize) -> Option<u32> {
        let mut value = 0u32;
        let mut count = 0;
        while count < max
            && let Some(digit) = self.bytes.get(self.at).and_then(|b| char::from(*b).to_digit(radix))
        {
            value = value.checked_mul(radix)?.checked_add(digit)?;
            count += 1;
            self.at += 1;
        }
        (count >= min).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Dialect;
    use crate::parse::lexer::Lexer;

    fn value(text: &str) -> Option<String> {
        let token = Lexer::new(text, Dialect::PostgreSql).find(|t| t.kind != TokenKind::Whitespace)?;
        decode(token, text).map(|l| l.text.into_owned())
    }

    #[test]
    fn values() {
        for (text, expected) in [
            ("'it''s \\n'", "it's \\n"),
            ("$a$ x $$ $a$", " x $$ "),
            ("$$$$", ""),
            ("N'x'", "x"),
            ("'a' -- it's\n  'b''c'", "ab'c"),
            (r"E'a\n\t\\\'\x41\101\u00e9\U0001F600\q'", "a\n\t\\'AA\u{e9}\u{1f600}q"),
            (r"E'\ud83d\ude00'", "\u{1f600}"),
            (r"U&'d\0061t\+000061\\'", "data\\"),
            (r"U&'\d83d\de00'", "\u{1f600}"),
        ] {
            assert_eq!(value(text).as_deref(), Some(expected), "{text}");
        }
        for refused in [r"E'\ud83d'", r"E'\u12'", r"E'\xff'", r"U&'\12'", "B'01'", r"E'\0'", "x", "'open"] {
            assert_eq!(value(refused), None, "{refused}");
        }
    }

    #[test]
    fn places_lead_back_to_the_source() {
        let text = "  'a''b'\n'cd'";
        let token = Lexer::new(text, Dialect::PostgreSql).nth(1).unwrap();
        let literal = decode(token, text).unwrap();
        assert_eq!(literal.text, "a'bcd");
        let back: Vec<&str> = (0..5).map(|at| &text[literal.source(at) as usize..][..1]).collect();
        assert_eq!(back, ["a", "'", "b", "c", "d"]);
        let text = "x $q$ab$q$";
        let token = Lexer::new(text, Dialect::PostgreSql).nth(2).unwrap();
        assert_eq!(decode(token, text).unwrap().source(1), 6);
    }
}
