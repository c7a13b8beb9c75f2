//! Annotations of GitHub Actions: workflow commands, one a line, for standard output.
//!
//! GitHub shows ten of each level for a step and drops the others without a word. So the worst come first, and where
//! there are more, the tenth says how many.

use std::fmt::Write;

use crate::finding::Severity;
use crate::review::Review;
use crate::review::model::Finding;

use super::visible::{cut, one_line, visible};
use super::{Base, words};

/// Annotations of one level that GitHub shows.
pub const MAX_PER_LEVEL: usize = 10;
/// Characters of a message; GitHub takes 64 KB.
const MAX_MESSAGE: usize = 4000;

/// Renders the review.
#[must_use]
pub fn render(review: &Review, base: &Base) -> String {
    let report = &review.report;
    let mut out = String::new();
    for (severity, command, more) in [
        (Severity::Error, "error", "more errors"),
        (Severity::Warning, "warning", "more warnings"),
        (Severity::Advice, "notice", "more pieces of advice"),
    ] {
        let all: Vec<&Finding> = report.findings.iter().filter(|f| f.severity == severity).collect();
        let shown = if all.len() > MAX_PER_LEVEL { MAX_PER_LEVEL - 1 } else { all.len() };
        for finding in &all[..shown] {
            annotation(finding, command, base, &mut out);
        }
        // Never a single one: ten are shown, or nine and this line.
        let left = all.len() - shown;
        if left > 0 {
            let _ = writeln!(
                out,
                "::{command} title=checkrail::{left} {more}: GitHub shows {MAX_PER_LEVEL} of a kind for each step; \
                 the summary of the step has all"
            );
        }
    }
    // For those who read the log. No command can stand in it: it does not begin with `::`, and the older form is broken.
    let line = format!(
        "checkrail: {}: {} ({}; {})",
        words::verdict(report.verdict),
        words::findings(report),
        words::coverage(report),
        words::subject(report)
    );
    let _ = writeln!(out, "{}", one_line(&line).replace("##[", "## ["));
    out
}

fn annotation(finding: &Finding, command: &str, base: &Base, out: &mut String) {
    let Finding { line, column, end_line, end_column, .. } = finding;
    // Columns of an annotation over several lines are ignored; the first is still true.
    let end = if line == end_line { format!(",endColumn={end_column}") } else { String::new() };
    let message = format!(
        "{}\n\nWhy: {}\nWhat to do: {}\n{}",
        finding.message, finding.why, finding.help, finding.docs
    );
    let _ = writeln!(
        out,
        "::{command} file={},line={line},endLine={end_line},col={column}{end},title={}::{}",
        property(&base.path(&finding.path)),
        property(&format!("checkrail: {}", finding.rule)),
        data(&cut(&visible(&message), MAX_MESSAGE))
    );
}

/// The text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value before the text.
fn property(text: &str) -> String {
    data(&one_line(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command() {
        assert_eq!(data("100%\r\n::set-output name=x::y"), "100%25%0D%0A::set-output name=x::y");
        assert_eq!(property("a,b:c%0A\u{1b}\nd"), "a%2Cb%3Ac%250A\u{fffd} d");
    }
}
