//! What a policy's assertion demands, as text for `checkrail explain`, and the vocabulary as a page of the
//! documentation.

use std::fmt::Write;

use crate::policy::Assertion;

pub use crate::policy::assertion::facts_page;

/// The text of `checkrail explain`; `bold` and `plain` switch headings.
#[must_use]
pub fn explain(assertion: &Assertion, (bold, plain): (&str, &str)) -> String {
    let mut out = format!(
        "{bold}{}{plain} (assertion, {})\n\nAsked for by {}\n\n{bold}What it demands{plain}\n",
        assertion.name, assertion.severity, assertion.place
    );
    let _ = writeln!(out, "for {}", assertion.kind.name());
    for (word, condition) in
        [("where", &assertion.filter), ("require", &assertion.require), ("forbid", &assertion.forbid)]
    {
        if let Some(condition) = condition {
            let _ = writeln!(out, "{word} {condition}");
        }
    }
    let _ = writeln!(out, "\n{bold}What it says{plain}\n{}", assertion.message.template());
    if let Some(why) = &assertion.why {
        let _ = writeln!(out, "\n{bold}Why{plain}\n{why}");
    }
    if let Some(help) = &assertion.help {
        let _ = writeln!(out, "\n{bold}What to do{plain}\n{help}");
    }
    let examples = &assertion.examples;
    for (title, list) in [
        ("On this schema", examples.before.as_slice()),
        ("Fails", &examples.fail),
        ("Passes", &examples.pass),
    ] {
        for sql in list {
            let _ = writeln!(out, "\n{bold}{title}{plain}");
            for line in sql.trim_end().lines() {
                let _ = writeln!(out, "  {line}");
            }
        }
    }
    if let Some(reference) = &assertion.reference {
        let _ = writeln!(out, "\n{bold}Reference{plain}\n{reference}");
    }
    out
}
