//! Where keys stand in a YAML text. The parser does not keep the places of map keys, but a policy is plain
//! block style, so that indentation tells.

/// 1-based line of a key path such as `["rules", "drop-table"]`; `None` when it is not found in block style.
#[must_use]
pub(super) fn line_of_key(text: &str, path: &[&str]) -> Option<usize> {
    let mut wanted = path.iter();
    let mut next = *wanted.next()?;
    let mut parent_indent: Option<usize> = None;
    // The indentation of the children of the block being searched; deeper lines belong to a child.
    let mut child_indent: Option<usize> = Some(0);
    for (number, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let indent = line.len() - trimmed.len();
        if parent_indent.is_some_and(|p| indent <= p) {
            return None; // left the block without finding the key
        }
        if indent != *child_indent.get_or_insert(indent) {
            continue;
        }
        let key = trimmed.split(':').next().unwrap_or("").trim_matches(['"', '\'']);
        if key == next {
            match wanted.next() {
                Some(deeper) => {
                    next = deeper;
                    parent_indent = Some(indent);
                    child_indent = None;
                }
                None => return Some(number + 1),
            }
        }
    }
    None
}

/// 1-based line of the `index`-th item of a top-level list.
#[must_use]
pub(super) fn line_of_item(text: &str, key: &str, index: usize) -> Option<usize> {
    let start = line_of_key(text, &[key])?;
    let mut item_indent = None;
    let mut seen = 0;
    for (number, line) in text.lines().enumerate().skip(start) {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        if trimmed.starts_with("- ") && indent == *item_indent.get_or_insert(indent) {
            if seen == index {
                return Some(number + 1);
            }
            seen += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_keys_and_items_are_found() {
        let text = "version: 1\n# rules:\nrules:\n  a: off\n  b:\n    options:\n      x: 1\nexceptions:\n  - rule: a\n    reason: r\n  - rule: b\n";
        assert_eq!(line_of_key(text, &["rules", "b", "options", "x"]), Some(7));
        assert_eq!(line_of_key(text, &["rules", "x"]), None);
        assert_eq!(line_of_item(text, "exceptions", 1), Some(11));
    }
}
