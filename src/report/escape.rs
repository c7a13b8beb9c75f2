//! User text in HTML and SVG: no markup, and nothing that hides what it says.

/// Text between tags.
#[must_use]
pub fn text(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 8);
    write(body, &mut out);
    out
}

/// Text in a quoted attribute; line breaks and tabs are kept by character references.
#[must_use]
pub fn attribute(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 8);
    for c in body.chars() {
        match c {
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c => push(c, &mut out),
        }
    }
    out
}

/// Text between tags, into a buffer.
pub fn write(body: &str, out: &mut String) {
    body.chars().for_each(|c| push(c, out));
}

fn push(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        '\n' | '\t' => out.push(c),
        '\r' => {}
        // Control characters are not allowed in the files, and those that reorder or hide text deceive the reader.
        c if c.is_control() || is_hidden(c) => out.push('\u{FFFD}'),
        c => out.push(c),
    }
}

/// Characters that are not seen themselves and change how others are seen, and what XML does not allow.
fn is_hidden(c: char) -> bool {
    matches!(u32::from(c),
        0x00AD | 0x061C | 0x180E | 0x200B | 0x200E | 0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB
        | 0xFFFE | 0xFFFF | 0xE0000..=0xE007F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(text("<b a='1'>&\"\r\n"), "&lt;b a=&#39;1&#39;&gt;&amp;&quot;\n");
        assert_eq!(attribute("a\n\"b\t"), "a&#10;&quot;b&#9;");
        assert_eq!(text("a\u{0}b\u{202E}c\u{7F}"), "a\u{FFFD}b\u{FFFD}c\u{FFFD}");
        assert_eq!(text("für 表 🦀"), "für 表 🦀");
    }
}
