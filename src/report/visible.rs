//! Characters that readers do not see but programs and eyes obey.

use std::fmt::Write;

/// Whether a character could move a cursor, change colours, or hide or reverse what is read: control characters,
/// marks of writing direction, and those without a width.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Text of several lines: every such character but line breaks and tabs is drawn as `U+FFFD`, and no line is a command
/// to the pipeline that prints it.
pub(super) fn visible(text: &str) -> String {
    let drawn: String =
        text.chars().map(|c| if is_hidden(c) && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect();
    if drawn.contains("::") && drawn.lines().any(is_command) { without_commands(&drawn) } else { drawn }
}

/// `::name …::`, which the runner of GitHub Actions obeys wherever a line begins so.
fn is_command(line: &str) -> bool {
    line.trim_start().strip_prefix("::").is_some_and(|rest| rest.contains("::"))
}

fn without_commands(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines.map(|line| if is_command(line) { line.replacen("::", ": :", 1) } else { line.to_owned() }).collect()
}

/// Text of one line: line breaks and tabs become spaces.
pub(super) fn one_line(text: &str) -> String {
    let shown = |c| match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_hidden(c) => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// At most `max` characters; what is cut is told by an ellipsis.
pub(super) fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some(_) => text.chars().take(max.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// JSON text with these characters as escapes, so that no viewer of the file obeys them. They stand in strings only.
pub(super) fn escaped_json(json: String) -> String {
    if !json.chars().any(|c| is_hidden(c) && c != '\n') {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hidden(c) && c != '\n' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_user_text_drives_the_terminal() {
        assert_eq!(visible("a\x1b[31mb\u{202e}c\u{9b}d\r"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}");
        assert_eq!(visible("a\n\tbäu"), "a\n\tbäu");
        assert_eq!(one_line("a\r\nb\u{2066}"), "a  b\u{fffd}");
    }

    #[test]
    fn no_line_is_a_command() {
        assert_eq!(visible("a\n  ::error x::y\n"), "a\n  : :error x::y\n");
        assert_eq!(visible("a\n  ::text\n"), "a\n  ::text\n", "a cast on a line of its own");
    }

    #[test]
    fn cuts_are_told() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüx", 3), "äö…");
    }

    #[test]
    fn json_stays_the_same_value() {
        let text = "a\u{202e}b\u{e0041}\u{7f}";
        let json = escaped_json(serde_json::to_string(text).expect("JSON"));
        assert_eq!(json, "\"a\\u202eb\\udb40\\udc41\\u007f\"");
        assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
    }
}
