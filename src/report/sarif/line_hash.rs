//! The hash of a line by which GitHub recognises an alert, computed as GitHub's own upload action does: a polynomial
//! over the 100 UTF-16 units from the line's beginning on, blanks left out and line breaks made `\n`, and a count of
//! lines with the same hash. So a file that is uploaded without that action is recognised just as well.

use std::collections::HashMap;

const BLOCK: usize = 100;
const FACTOR: i64 = 37;
/// What stands for the end of the file.
const END: u16 = 0xffff;

/// The hash of each line of a text, the first line first.
pub(super) fn of_lines(text: &str) -> Vec<String> {
    let mut units = Vec::with_capacity(text.len() + BLOCK);
    // Where lines begin among the units.
    let mut starts = Vec::new();
    let (mut at_start, mut after_return) = (true, false);
    for unit in text.encode_utf16().chain([END]) {
        let blank = unit == u16::from(b' ') || unit == u16::from(b'\t');
        if blank || (after_return && unit == u16::from(b'\n')) {
            after_return = false;
            continue;
        }
        after_return = unit == u16::from(b'\r');
        let unit = if after_return { u16::from(b'\n') } else { unit };
        if at_start {
            starts.push(units.len());
        }
        at_start = unit == u16::from(b'\n');
        units.push(unit);
    }
    units.resize(units.len() + BLOCK, 0);

    let mut seen: HashMap<u64, u32> = HashMap::new();
    let hashes = starts.iter().map(|start| {
        let block = units.iter().skip(*start).take(BLOCK);
        let hash = block.fold(0_i64, |hash, unit| hash.wrapping_mul(FACTOR).wrapping_add(i64::from(*unit)));
        let hash = hash.cast_unsigned();
        let count = seen.entry(hash).or_default();
        *count += 1;
        format!("{hash:x}:{count}")
    });
    hashes.collect()
}

#[cfg(test)]
mod tests {
    use super::of_lines;

    /// Expected values are what the upload action computes.
    #[test]
    fn hashes_are_those_of_the_upload_action() {
        assert_eq!(of_lines(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            of_lines(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
        let lorem = of_lines(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(lorem[4..7], ["a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6", "a7f2ff1481e87703:1"]);
        assert_eq!((lorem.len(), lorem[10].as_str()), (11, "c129715d7a2bc9a3:1"));
    }

    #[test]
    fn line_ends_do_not_matter_and_equal_lines_are_told_apart() {
        assert_eq!(of_lines("a\r\nb"), of_lines("a\nb"));
        assert_eq!(of_lines("a\rb"), of_lines("a\nb"));
        let same = "x".repeat(200);
        let hashes = of_lines(&format!("{same}\n{same}\n"));
        assert_eq!(hashes[0].replace(":1", ":2"), hashes[1]);
    }
}
