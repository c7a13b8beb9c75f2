//! Suppression comments of other tools.
//!
//! In: the body of a comment, without its marks. Out: which tool's it is and what it asks for, in that tool's own names.
//! The forms are those of the tools' sources; where a tool also asks for a reason, it is taken over.

/// What the comment of another tool asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    /// The tool, as rules' metadata names it.
    pub(super) tool: &'static str,
    /// Its names of rules; empty means all of them.
    pub(super) rules: Vec<String>,
    /// The reason, where one is given.
    pub(super) reason: Option<String>,
    /// What it counts for.
    pub(super) reach: Reach,
}

/// What the comment of another tool counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The statement at or after it.
    Statement,
    /// The whole file.
    File,
    /// All statements up to the end of the block.
    Start,
    /// The block that was begun ends.
    End,
}

/// How a tool separates names from what follows.
#[derive(Clone, Copy)]
enum Names {
    /// `a, b`, and behind `--` a reason.
    ThenDashes,
    /// `a, b`.
    List,
    /// `a`, then a reason.
    OneThenReason,
    /// Nothing may follow.
    None,
}

/// Tool, what its comments begin with, what they count for, and what follows. Longer beginnings come first.
const FORMS: &[(&str, &str, Reach, Names)] = &[
    ("squawk", "squawk-ignore-file", Reach::File, Names::ThenDashes),
    ("squawk", "squawk-ignore", Reach::Statement, Names::ThenDashes),
    ("eugene", "eugene: ignore", Reach::Statement, Names::List),
    ("pgsafe", "pgsafe:ignore", Reach::Statement, Names::OneThenReason),
    ("pgsafe", "pgsafe: ignore", Reach::Statement, Names::OneThenReason),
    ("pgfence", "pgfence-ignore", Reach::Statement, Names::List),
    ("migrationpilot", "migrationpilot-disable-file", Reach::File, Names::List),
    ("migrationpilot", "migrationpilot-disable", Reach::Statement, Names::List),
    ("pg-migration-lint", "pgm-lint:suppress-file", Reach::File, Names::List),
    ("pg-migration-lint", "pgm-lint:suppress", Reach::Statement, Names::List),
    ("diesel-guard", "safety-assured:start", Reach::Start, Names::None),
    ("diesel-guard", "safety-assured:end", Reach::End, Names::None),
];

/// Reads the body of a comment; `None` when it is no other tool's.
pub(super) fn read(body: &str) -> Option<Foreign> {
    let (tool, rest, reach, names) = FORMS.iter().find_map(|(tool, head, reach, names)| {
        let start = body.get(..head.len()).filter(|start| start.eq_ignore_ascii_case(head))?;
        let rest = &body[start.len()..];
        let ends = rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == ':');
        ends.then_some((*tool, rest.trim_start_matches(':').trim(), *reach, *names))
    })?;
    let (listed, reason) = match names {
        Names::ThenDashes => rest.split_once("--").map_or((rest, ""), |(names, reason)| (names, reason)),
        Names::List => (rest, ""),
        Names::OneThenReason => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        Names::None if rest.is_empty() => ("", ""),
        Names::None => return None,
    };
    let rules: Vec<String> =
        listed.split(',').map(|rule| rule.trim().to_owned()).filter(|rule| !rule.is_empty()).collect();
    let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    // pgsafe and pg-migration-lint take no comment without a name.
    let needs_name = matches!(tool, "pgsafe" | "pg-migration-lint");
    (!(needs_name && rules.is_empty())).then_some(Foreign { tool, rules, reason, reach })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_the_tools() {
        for (body, tool, rules, reason, reach) in [
            (
                "squawk-ignore ban-drop-column, ban-drop-table -- old",
                "squawk",
                "ban-drop-column+ban-drop-table",
                "old",
                Reach::Statement,
            ),
            ("squawk-ignore", "squawk", "", "", Reach::Statement),
            ("squawk-ignore-file prefer-text-field", "squawk", "prefer-text-field", "", Reach::File),
            ("eugene: ignore E4, W12", "eugene", "E4+W12", "", Reach::Statement),
            ("eugene: ignore", "eugene", "", "", Reach::Statement),
            (
                "pgsafe:ignore drop-table  empty, off-peak",
                "pgsafe",
                "drop-table",
                "empty, off-peak",
                Reach::Statement,
            ),
            ("pgfence-ignore: drop-table", "pgfence", "drop-table", "", Reach::Statement),
            ("migrationpilot-disable-file", "migrationpilot", "", "", Reach::File),
            ("migrationpilot-disable MP001, MP004", "migrationpilot", "MP001+MP004", "", Reach::Statement),
            ("pgm-lint:suppress-file PGM001,PGM501", "pg-migration-lint", "PGM001+PGM501", "", Reach::File),
            ("SAFETY-ASSURED:start", "diesel-guard", "", "", Reach::Start),
            ("safety-assured:end", "diesel-guard", "", "", Reach::End),
        ] {
            let found = read(body).unwrap_or_else(|| panic!("{body}"));
            let text = found.reason.unwrap_or_default();
            assert_eq!(
                (found.tool, found.rules.join("+").as_str(), text.as_str(), found.reach),
                (tool, rules, reason, reach),
                "{body}"
            );
        }
        for body in [
            "squawk-ignored",
            "squawk ignore x",
            "safety-assured:start now",
            "pgsafe:ignore",
            "eugene: run",
            "",
        ] {
            assert_eq!(read(body), None, "{body}");
        }
    }
}
