//! Orders that people and tools mean: runs of digits compare as numbers, so `2` comes before `10`.

use std::cmp::Ordering;

use camino::Utf8Path;

/// Compares two texts with runs of digits taken as numbers of any length; letters compare without case, and
/// ties are broken by the plain text so that the order is total.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a, b);
    loop {
        let (Some(first), Some(second)) = (x.chars().next(), y.chars().next()) else {
            return x.len().cmp(&y.len()).then_with(|| a.cmp(b));
        };
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let (left, right) = (digits(x), digits(y));
            x = &x[left.len()..];
            y = &y[right.len()..];
            numeric(left, right)
        } else {
            x = &x[first.len_utf8()..];
            y = &y[second.len_utf8()..];
            first.to_lowercase().cmp(second.to_lowercase())
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Compares paths folder by folder, each in natural order; the extension of the file takes no part.
pub(super) fn natural_path(a: &Utf8Path, b: &Utf8Path) -> Ordering {
    let (mut left, mut right) = (a.components().peekable(), b.components().peekable());
    loop {
        let (x, y) = match (left.next(), right.next()) {
            (Some(x), Some(y)) => (x.as_str(), y.as_str()),
            (x, y) => return x.is_some().cmp(&y.is_some()).then_with(|| a.cmp(b)),
        };
        let x = if left.peek().is_none() { stem(x) } else { x };
        let y = if right.peek().is_none() { stem(y) } else { y };
        let order = natural(x, y);
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Compares two strings of digits as numbers, whatever their length.
pub(super) fn numeric(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Compares dotted versions part by part as numbers; missing parts count as 0, so `1` equals `1.0`.
pub(super) fn dotted(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (parts(a), parts(b));
    loop {
        let (x, y) = (left.next(), right.next());
        if x.is_none() && y.is_none() {
            return Ordering::Equal;
        }
        let order = numeric(x.unwrap_or("0"), y.unwrap_or("0"));
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Whether every part of a version is a number, so that [`dotted`] can compare it.
pub(super) fn is_dotted(version: &str) -> bool {
    parts(version).all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

fn parts(version: &str) -> impl Iterator<Item = &str> {
    version.split(['.', '_'])
}

/// The run of digits at the start.
pub(super) fn digits(text: &str) -> &str {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

fn stem(name: &str) -> &str {
    match name.rfind('.') {
        Some(dot) if dot > 0 => &name[..dot],
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(mut names: Vec<&str>) -> Vec<&str> {
        names.sort_by(|a, b| natural_path(Utf8Path::new(a), Utf8Path::new(b)));
        names
    }

    #[test]
    fn numbers_are_numbers() {
        assert_eq!(sorted(vec!["10-x.sql", "2-x.sql", "1-x.sql"]), ["1-x.sql", "2-x.sql", "10-x.sql"]);
        assert_eq!(sorted(vec!["010_a.sql", "9_b.sql"]), ["9_b.sql", "010_a.sql"]);
        assert_eq!(sorted(vec!["20240101_b.sql", "3_a.sql"]), ["3_a.sql", "20240101_b.sql"]);
        assert_eq!(sorted(vec!["1_a.sql", "1.sql"]), ["1.sql", "1_a.sql"]);
    }

    #[test]
    fn folders_sort_by_their_own_names() {
        assert_eq!(
            sorted(vec!["v10/1.sql", "v2/10.sql", "v2/9.sql", "readme.sql"]),
            ["readme.sql", "v2/9.sql", "v2/10.sql", "v10/1.sql"]
        );
    }

    #[test]
    fn the_order_is_total() {
        assert_eq!(natural("A", "a"), Ordering::Less);
        assert_eq!(natural("01", "1"), Ordering::Less);
        assert_eq!(natural("ä", "ä"), Ordering::Equal);
        assert_eq!(natural("", "a"), Ordering::Less);
    }

    #[test]
    fn versions_compare_part_by_part() {
        assert_eq!(dotted("1.2", "1.10"), Ordering::Less);
        assert_eq!(dotted("1", "1.0"), Ordering::Equal);
        assert_eq!(dotted("1_1", "1.0.9"), Ordering::Greater);
        assert_eq!(dotted("99999999999999999999999", "100000000000000000000000"), Ordering::Less);
        assert!(is_dotted("2024.01_02") && !is_dotted("1..2") && !is_dotted("") && !is_dotted("1a"));
    }
}
