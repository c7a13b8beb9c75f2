//! User text in HTML and SVG: no markup, and nothing that hides what it says.

use super::visible::is_hidden;

/// Text between tags.
#[must_use]
pub fn text(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 8);
    write(body, &mut out);
    out
}

/// Text in a quoted attribute; line breaks are kept by character references.
#[must_use]
pub fn attribute(body: &str) -> String {
    text(body).replace('\n', "&#10;")
}

/// Text between tags, into a buffer.
pub fn write(body: &str, out: &mut String) {
    // Whether only white space stands before on the line: a runner of GitHub Actions obeys a line that begins with
    // `::`, whatever file it is printed from.
    let mut fresh = true;
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        // Most of a text is letters that stand for themselves.
        let plain =
            rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || b" _.,;()-/*+#=%[]".contains(b)).count();
        if plain > 0 {
            let (run, after) = rest.split_at(plain);
            out.push_str(run);
            fresh = fresh && run.bytes().all(|b| b == b' ');
            rest = after;
            continue;
        }
        match c {
            ':' if fresh => out.push_str("&#58;"),
            c => push(c, out),
        }
        fresh = c == '\n' || (fresh && c.is_whitespace());
        rest = &rest[c.len_utf8()..];
    }
}

fn push(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        '\t' => out.push_str("&#9;"),
        '\n' => out.push(c),
        '\r' => {}
        // Control characters are not allowed in the files, and those that reorder or hide text deceive the reader.
        c if is_hidden(c) || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}') => {
            out.push('\u{fffd}');
        }
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(text("<b a='1'>&\"\r\n"), "&lt;b a=&#39;1&#39;&gt;&amp;&quot;\n");
        assert_eq!(attribute("a\n\"b\t"), "a&#10;&quot;b&#9;");
        assert_eq!(text("a\u{0}b\u{202E}c\u{7F}"), "a\u{FFFD}b\u{FFFD}c\u{FFFD}");
        assert_eq!(text(" ::x::\na::b"), " &#58;:x::\na::b");
        assert_eq!(text("für 表 🦀"), "für 表 🦀");
    }
}
