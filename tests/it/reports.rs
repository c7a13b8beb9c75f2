//! Reports: every format says the same, in its own form, whatever users' names and texts hold.

mod agree;
mod browser;
mod documented;
mod edits;
mod erd;
mod example;
mod html;
mod junit;
mod places;
mod sarif;
mod schema;
mod xml;

use checkrail::finding::Severity;
use checkrail::report::terminal::Style;
use checkrail::report::{Format, json, markdown, terminal};
use checkrail::review::Review;
use checkrail::text::{SourceFile, SourceMap};

use crate::harness::{checkrail, repo};

const PLAIN: Style =
    Style { color: false, width: Some(100), quiet: false, verbose: false, fold: false, took: None };

#[test]
fn terminal_format() {
    let review = example::review();
    insta::assert_snapshot!("terminal", terminal::render(&review, PLAIN));
    insta::assert_snapshot!("terminal-verbose", terminal::render(&review, Style { verbose: true, ..PLAIN }));
    insta::assert_snapshot!("terminal-quiet", terminal::render(&review, Style { quiet: true, ..PLAIN }));
}

#[test]
fn narrow_terminals() {
    let review = example::review();
    let narrow = Style { width: Some(40), fold: true, ..PLAIN };
    insta::assert_snapshot!("terminal-40", terminal::render(&review, narrow));
    for width in [40, 60, 80, 120] {
        for verbose in [false, true] {
            let text = terminal::render(&review, Style { width: Some(width), verbose, ..narrow });
            let wide: Vec<&str> = text.lines().filter(|l| l.chars().count() > width).collect();
            // SQL and places are not broken; a name without blanks cannot be.
            let prose =
                |l: &&&str| !l.contains([';', '│']) && !l.contains(".sql") && l.split(' ').count() > 4;
            let prose: Vec<_> = wide.iter().filter(prose).filter(|l| !l.contains(" | ")).collect();
            assert!(prose.is_empty(), "{width}: {prose:#?}");
        }
    }
    // The same words, whatever the width.
    let words =
        |style| terminal::render(&review, style).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let summary = |style| words(style).into_iter().rev().take(12).collect::<Vec<_>>();
    assert_eq!(summary(narrow), summary(PLAIN));
}

#[test]
fn the_time_it_took_is_in_the_last_line() {
    let took = Some(std::time::Duration::from_millis(1234));
    let text = terminal::render(&example::review(), Style { took, ..PLAIN });
    assert!(text.trim_end().ends_with("; in 1.2 s)"), "{text}");
}

#[test]
fn markdown_format() {
    insta::assert_snapshot!("markdown", markdown::render(&example::review()));
}

#[test]
fn json_format() {
    insta::assert_snapshot!("json", json::render(&example::review()));
}

#[test]
fn json_fits_its_schema() {
    let schema = serde_json::from_str(&json::schema()).expect("JSON");
    let fits = |text: &str| {
        let report = serde_json::from_str(text).expect("JSON");
        assert_eq!(schema::mismatches(&schema, &report), [""; 0]);
    };
    fits(&json::render(&example::review()));
    fits(&shop("json"));
}

/// The example shop, reviewed by the binary.
fn shop(format: &str) -> String {
    let args = ["review", "migrations-examples/postgresql/shop/migrations", "--format", format];
    let output = checkrail().current_dir(repo(".")).args(args).output().expect("runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn places_are_one_based_and_count_characters() {
    let sql = "SELECT 'äöü'; DROP TABLE t;\r\n  DROP TABLE u;\n";
    let output =
        checkrail().args(["review", "-", "--format", "json"]).write_stdin(sql).output().expect("runs");
    let places = places::json(&String::from_utf8(output.stdout).expect("UTF-8"));
    let lines: Vec<&str> = places.iter().filter_map(|p| p.strip_suffix(" drop-table")).collect();
    assert_eq!(lines, ["<stdin>:1:15", "<stdin>:2:3"]);
}

/// The example with this text wherever users' text can stand.
fn hostile(text: &str) -> Review {
    let mut review = example::review();
    let report = &mut review.report;
    let path = format!("db/{text}.sql");
    text.clone_into(&mut report.policy);
    report.migrations[0].path.clone_from(&path);
    for statement in &mut report.migrations[0].statements {
        statement.locks.iter_mut().for_each(|l| text.clone_into(&mut l.relation));
        statement.scans = vec![text.to_owned()];
        statement.uncertain = vec![text.to_owned()];
    }
    for finding in &mut report.findings {
        finding.path.clone_from(&path);
        finding.object = Some(text.to_owned());
        text.clone_into(&mut finding.message);
        text.clone_into(&mut finding.why);
        text.clone_into(&mut finding.help);
        finding.policy = finding.policy.as_ref().map(|_| text.to_owned());
    }
    for silenced in &mut report.silenced {
        silenced.path.clone_from(&path);
        silenced.object = Some(text.to_owned());
        text.clone_into(&mut silenced.message);
        text.clone_into(&mut silenced.reason);
        text.clone_into(&mut silenced.place);
    }
    report.rollback[0].path.clone_from(&path);
    report.rollback[0].sql = format!("-- {text}\n");
    text.clone_into(&mut report.rewrites[0].summary);
    text.clone_into(&mut report.rewrites[0].stages[0].title);
    report.rewrites[0].stages[0].sql = format!("-- {text}\n");
    report.schema_diff = Some(format!("-{text}\n"));
    for span in &mut report.migrations[0].timeline {
        text.clone_into(&mut span.relation);
    }
    if let Some(down) = &mut report.migrations[0].down {
        down.path.clone_from(&path);
        down.differences = vec![text.to_owned()];
    }
    review.detail = Some(html::detail(text));
    let mut sources = SourceMap::default();
    sources.add(SourceFile::new(path, format!("-- {text}\nx\n-- {text}\n-- {text}\n")));
    review.sources = sources;
    review
}

#[test]
fn nothing_of_the_users_drives_the_terminal() {
    let review = hostile("a\x1b[31mred\x1b]0;title\x07\u{202e}\u{9b}2J\r\x08");
    for verbose in [false, true] {
        let text = terminal::render(&review, Style { verbose, ..PLAIN });
        let bad = |c: &char| (c.is_control() && *c != '\n') || *c == '\u{202e}';
        assert_eq!(text.chars().filter(bad).collect::<String>(), "", "{text:?}");
        // In colour, only the sequences of ours are there.
        let text = terminal::render(&review, Style { verbose, color: true, ..PLAIN });
        for sequence in text.split('\x1b').skip(1) {
            let end = sequence.find(|c: char| c.is_ascii_alphabetic()).expect("an end");
            assert!(sequence.starts_with('[') && sequence[end..].starts_with('m'), "{sequence:?}");
        }
        assert!(!text.contains("\x1b[31mred"));
    }
}

#[test]
fn nothing_of_the_users_is_markup_in_markdown() {
    let text =
        "x</summary><img src=x onerror=y> `code` ``` | **b** [l](http://e.x) @you #12 ![i](x)\n# h\n~~~";
    let page = markdown::render(&hostile(text));
    let mut fence: Option<String> = None;
    for line in page.lines() {
        let run: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if run.len() >= open.len() && line.trim_end() == run => fence = None,
            Some(_) => {}
            None if run.len() >= 3 => fence = Some(run),
            // HTML: Markdown is not read in it.
            None if line.starts_with("<details><summary>") => {
                assert!(!line.contains("<img") && !line.contains("@you"), "{line:?}");
            }
            None => prose(line),
        }
    }
    assert_eq!(fence, None, "every block of code is closed");
    let folds = |tag: &str| page.matches(tag).count();
    assert_eq!(folds("<details>"), folds("</details>"));
    assert_eq!(folds("<summary>"), folds("</summary>") - folds("x</summary><img src"), "outside code");
}

/// A line of Markdown outside blocks of code.
#[track_caller]
fn prose(line: &str) {
    let line = without_code(line);
    for bad in ["<img", "@you", " #12", "[l](", "![i]", " **b**", "http://", "~~~"] {
        assert!(!line.contains(bad), "{bad:?} in {line:?}");
    }
    assert!(!line.starts_with("# h"), "{line:?}");
}

/// The line with its inline code cut out: a run of backticks up to the next run of the same length.
fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let run = rest[at..].chars().take_while(|c| *c == '`').count();
        let escaped = rest[..at].ends_with('\\');
        out.push_str(&rest[..at]);
        rest = &rest[at + run..];
        if escaped {
            continue;
        }
        let ticks = "`".repeat(run);
        let close = rest
            .match_indices(&ticks)
            .find(|(i, _)| !rest[..*i].ends_with('`') && !rest[i + run..].starts_with('`'));
        let (i, _) = close.unwrap_or_else(|| panic!("code is not closed: {line:?}"));
        rest = &rest[i + run..];
    }
    out + rest
}

#[test]
fn hostile_text_survives_json() {
    let text = "\"\\\u{1b}\u{202e}</script>\n";
    let rendered = json::render(&hostile(text));
    let report: serde_json::Value = serde_json::from_str(&rendered).expect("JSON");
    assert_eq!(report["findings"][0]["message"], text);
    assert!(!rendered.contains('\u{1b}'));
}

#[test]
fn comments_stay_under_the_limit() {
    let mut review = example::review();
    let report = &mut review.report;
    let finding = report.findings[1].clone();
    report.schema_diff = Some("+x\n".repeat(10_000));
    report.rollback[0].sql = "SELECT 1;\n".repeat(10_000);
    let folded = markdown::render(&review);
    assert!(folded.len() <= markdown::MAX_BYTES);
    assert!(folded.contains("Left out for length: 1 rollback script."), "{}", &folded[folded.len() - 400..]);
    assert!(folded.contains("### What the statements do"));

    review.report.findings = vec![finding; 2000];
    let page = markdown::render(&review);
    assert!(page.len() <= markdown::MAX_BYTES && page.len() > markdown::MAX_BYTES - 2000, "{}", page.len());
    assert!(page.contains("more findings, "), "the rest is counted");
    let shown = page.matches("**drop-column**").count();
    assert!(page.contains(&format!("{} more findings", 2000 - shown)), "{shown} are shown");

    // The page of a step has room for all of them, and says as well what it leaves out.
    let page = markdown::render_summary(&review);
    assert_eq!(page.matches("**drop-column**").count(), 2000);
    assert!(!page.contains("Left out for length"));
    let finding = review.report.findings[0].clone();
    review.report.findings = vec![finding; 20_000];
    let page = markdown::render_summary(&review);
    assert!(page.len() <= markdown::MAX_SUMMARY_BYTES && page.contains("more findings, "), "{}", page.len());
}

#[test]
fn formats_have_names() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse::<Format>().as_ref(), Ok(format));
    }
    let findings = example::review().report.findings;
    assert!(findings.iter().any(|f| f.severity == Severity::Advice), "the example has all severities");
}
