//! Prose broken into lines at blanks, by the width of the terminal.

/// Text whose first line has `first` columns less and whose lines are at most `width` wide, where blanks allow it. Breaks
/// that are there stay.
pub(super) fn wrap(text: &str, width: usize, first: usize) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut used = first;
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
            used = 0;
        }
        for (j, word) in line.split(' ').enumerate() {
            let length = word.chars().count();
            if j > 0 && used + 1 + length > width {
                out.push('\n');
                used = 0;
            } else if j > 0 {
                out.push(' ');
                used += 1;
            }
            out.push_str(word);
            used += length;
        }
    }
    out
}

/// The same with every line but the first indented.
pub(super) fn indented(text: &str, width: usize, indent: usize) -> String {
    let body = wrap(text, width.saturating_sub(indent), 0);
    body.replace('\n', &format!("\n{:indent$}", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_blanks() {
        assert_eq!(wrap("one two three", 7, 0), "one two\nthree");
        assert_eq!(wrap("one two three", 7, 5), "one\ntwo\nthree");
        assert_eq!(wrap("unbreakable x", 4, 0), "unbreakable\nx");
        assert_eq!(wrap("a\nb c", 9, 0), "a\nb c");
        assert_eq!(indented("one two three", 9, 2), "one two\n  three");
    }
}
