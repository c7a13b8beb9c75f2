//! User text in GitHub's and GitLab's Markdown: nothing in it is markup, a mention, or a link.

use crate::report::visible::{is_hidden, one_line, visible};

/// Plain text in a paragraph, a list or a table cell.
pub(super) fn text(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 8);
    for c in body.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // An entity alone is not enough: mentions are looked for after entities are decoded.
            '@' => out.push_str("@&#8203;"),
            '#' => out.push_str("\\#&#8203;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_hidden(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    // Bare addresses become links.
    out.replace("://", ":&#8203;//").replace("www.", "www&#8203;.")
}

/// Text inside an HTML element, where Markdown is not read.
pub(super) fn html(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 8);
    for c in body.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '@' | '#' => {
                out.push(c);
                out.push_str("&#8203;");
            }
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_hidden(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A code block whose fence is longer than any run of backticks inside.
pub(super) fn fence(language: &str, body: &str) -> String {
    let fence = "`".repeat(longest_run(body).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", visible(body).trim_end())
}

/// Inline code. Backticks and line breaks cannot end it.
pub(super) fn code(body: &str) -> String {
    let body = one_line(body);
    let fence = "`".repeat(longest_run(&body) + 1);
    let pad = if body.starts_with('`') || body.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{body}{pad}{fence}")
}

/// Inline code in a table, where a bar ends the cell even in code.
pub(super) fn cell_code(body: &str) -> String {
    code(body).replace('|', "\\|")
}

fn longest_run(body: &str) -> usize {
    body.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_text_is_no_markup() {
        assert_eq!(text("<b>@you|x</b>"), "&lt;b&gt;@&#8203;you\\|x&lt;/b&gt;");
        assert_eq!(text("see #12 https://x"), "see \\#&#8203;12 https:&#8203;//x");
        assert_eq!(html("<i>a_b</i> @you"), "&lt;i&gt;a_b&lt;/i&gt; @&#8203;you");
    }

    #[test]
    fn code_cannot_be_ended() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code("a\nb|c"), "`a b|c`");
        assert_eq!(cell_code("b|c"), "`b\\|c`");
        assert!(fence("sql", "```\nx").starts_with("````sql\n"));
    }
}
