//! One review through all formats: none loses a finding that another shows, and all say the same places.

use std::collections::BTreeMap;
use std::fs;

use checkrail::report::terminal::Style;
use checkrail::report::{Format, Options};
use checkrail::review::Review;

use super::{PLAIN, example, hostile, junit, places, sarif};
use crate::harness::{checkrail, repo, scrubbed};

/// The reader of a format that lists all findings.
type Reader = fn(&str) -> Vec<String>;

/// How to read places from a format; `None` for those that are read apart.
fn reader(format: Format) -> Option<Reader> {
    match format {
        Format::Terminal => Some(places::terminal),
        Format::Markdown | Format::GithubSummary => Some(places::markdown),
        Format::Html => Some(places::html),
        Format::Json => Some(places::json),
        Format::Sarif => Some(places::sarif),
        Format::Gitlab => Some(places::gitlab),
        Format::Junit => Some(places::junit),
        Format::Github => None,
    }
}

/// Every format, rendered from one review.
fn all(review: &Review) -> BTreeMap<&'static str, (Format, String)> {
    let options = Options { style: PLAIN, ..Options::default() };
    Format::ALL.iter().map(|f| (f.as_str(), (*f, f.render(review, &options)))).collect()
}

#[track_caller]
fn agree(reports: &BTreeMap<&str, (Format, String)>) {
    let expected = places::json(&reports["json"].1);
    assert!(!expected.is_empty());
    for (name, (format, text)) in reports {
        if let Some(reader) = reader(*format) {
            assert_eq!(reader(text), expected, "{name}");
        }
    }
    sarif::valid(&reports["sarif"].1);
    junit::valid(&reports["junit"].1);

    // Annotations: at most ten of a level, all of them true, and none missing without being counted.
    let mut left = expected.clone();
    let mut levels: BTreeMap<String, usize> = BTreeMap::new();
    let mut more = 0;
    for annotation in places::github(&reports["github"].1) {
        *levels.entry(annotation.level).or_default() += 1;
        match annotation.place {
            Some(place) => {
                let at =
                    left.iter().position(|p| *p == place).unwrap_or_else(|| panic!("{place} is not there"));
                left.remove(at);
            }
            None => {
                let count = annotation.message.split(' ').next().and_then(|n| n.parse::<usize>().ok());
                more += count.expect("a count");
            }
        }
    }
    assert!(levels.values().all(|n| *n <= 10), "{levels:?}");
    assert_eq!(left.len(), more, "the rest is counted");
}

#[test]
fn every_format_has_the_same_findings_at_the_same_places() {
    agree(&all(&example::review()));
    let mut many = example::review();
    let once = many.report.findings.clone();
    many.report.findings.extend(once.iter().cycle().take(14 * once.len()).cloned());
    agree(&all(&many));
}

#[test]
fn one_run_feeds_every_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = checkrail();
    command.current_dir(repo(".")).args(["review", "migrations-examples/postgresql/shop/migrations"]);
    let file = |format: &Format| folder.path().join(format.as_str());
    for format in Format::ALL {
        command.arg("--format").arg(format!("{format}={}", file(format).display()));
    }
    let output = command.output().expect("runs");
    assert_eq!(
        (output.status.code(), output.stdout.len()),
        (Some(1), 0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let read = |format: &Format| fs::read_to_string(file(format)).expect("written");
    let reports: BTreeMap<_, _> = Format::ALL.iter().map(|f| (f.as_str(), (*f, read(f)))).collect();
    assert!(places::json(&reports["json"].1).len() > 5, "the example has findings");
    agree(&reports);
}

/// Texts with which users, or those who send them migrations, could try to speak to a program or to a reader.
const HOSTILE: &[&str] = &[
    "</td></script><script>alert(1)</script><img src=x onerror=alert(2)>",
    "\"'><svg/onload=alert(1)>&lt;&#60;",
    "]]></failure></testcase><!-- --><![CDATA[",
    "[click](javascript:alert(1)) ![x](http://e.x/y) **b** `c` | d ~~~ ```",
    "x\n::set-output name=token::1\n::error file=a::b\n##[error]c",
    "x%0A::add-mask::y%0D%25::stop-commands::z",
    "a,b:c=d::e ##[set-env name=PATH]f",
    "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\r\u{8}",
    "\u{202e}txet\u{2066}\u{200b}\u{feff}\u{e0041}\u{2028}",
    "\u{0}\u{1}\u{fffe}\u{ffff}\u{7f}",
    "{0} {{1}} ${{ secrets.X }} $(id) `id`",
];

#[test]
fn hostile_text_is_escaped_in_every_format() {
    for text in HOSTILE {
        let review = hostile(text);
        let reports = all(&review);
        sarif::valid(&reports["sarif"].1);
        junit::valid(&reports["junit"].1);
        let findings = review.report.findings.len();
        for (name, (format, report)) in &reports {
            // Nothing that moves a cursor or turns the order of what is read.
            let hidden = |c: char| {
                (c.is_control() && c != '\n')
                    || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0041}')
            };
            let bad: String = report.chars().filter(|c| hidden(*c)).collect();
            assert_eq!(bad, "", "{name} with {text:?}");
            // No line of any report is a command to a runner, but for those meant as such.
            let commands = report.lines().filter(|line| line.trim_start().starts_with("::")).count();
            assert_eq!(
                commands,
                if *format == Format::Github { findings } else { 0 },
                "{name} with {text:?}"
            );
            if let Some(reader) = reader(*format)
                .filter(|_| matches!(format, Format::Json | Format::Sarif | Format::Gitlab | Format::Junit))
            {
                assert_eq!(reader(report).len(), findings, "{name} with {text:?}");
            }
        }
        let log = &reports["github"].1;
        assert_eq!(log.lines().count(), findings + 1, "{log}");
        assert!(!log.lines().last().expect("a line").contains("##["), "{log}");
    }
}

/// A file name of this kind comes with a pull request.
#[test]
fn hostile_file_names_are_escaped() {
    let folder = tempfile::tempdir().expect("a folder");
    let git = |args: &[&str]| {
        assert!(scrubbed("git").current_dir(folder.path()).args(args).status().expect("git").success());
    };
    git(&["init", "-q"]);
    let name = "m/1_a::b,%0A<i>[x](y) `t` @you \u{1b}[1m.sql";
    fs::create_dir(folder.path().join("m")).expect("a folder");
    let sql = "-- <script> ::error::x\nDROP TABLE \"::error::\u{202e}<b>\";\n";
    fs::write(folder.path().join(name), sql).expect("written");
    let mut command = checkrail();
    command.current_dir(folder.path()).args(["review", "m"]);
    for format in Format::ALL {
        command.args(["--format", &format!("{format}=r.{format}")]);
    }
    assert_eq!(command.output().expect("runs").status.code(), Some(1));
    let read =
        |format: Format| fs::read_to_string(folder.path().join(format!("r.{format}"))).expect("written");
    let place = format!("{name}:2:1 failing-statement");
    assert!(places::json(&read(Format::Json)).contains(&place));
    assert!(places::sarif(&read(Format::Sarif)).contains(&place));
    assert!(places::gitlab(&read(Format::Gitlab)).contains(&place));
    junit::valid(&read(Format::Junit));
    let shown = place.replace('\u{1b}', "\u{fffd}");
    assert!(places::github(&read(Format::Github)).iter().any(|a| a.place.as_ref() == Some(&shown)));
}

#[test]
fn colours_are_for_standard_output_only() {
    let options = Options { style: Style { color: true, ..PLAIN }, ..Options::default() };
    for format in Format::ALL.iter().filter(|f| **f != Format::Terminal) {
        assert!(!format.render(&example::review(), &options).contains('\u{1b}'), "{format}");
    }
}
