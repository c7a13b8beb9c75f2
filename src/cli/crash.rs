//! What the user sees when the program has a bug: what happened, where, and how to report it. No backtrace.

use std::panic::PanicHookInfo;

use super::term;

/// Replaces the standard panic message, for every thread.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line()));
        term::error(&report(&what(info), place.as_deref()));
    }));
}

fn what(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown panic".to_owned())
}

/// The message for a bug.
pub fn report(what: &str, place: Option<&str>) -> String {
    let place = place.map(|p| format!(" at {p}")).unwrap_or_default();
    format!(
        "internal error: {what}{place}\n\
         This is a bug in checkrail {}. Please report it with this message, the command line and, if you may \
         share it, the SQL.",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use super::report;

    #[test]
    fn a_bug_is_to_be_reported() {
        let text = report("index out of bounds", Some("src/x.rs:7"));
        assert!(text.starts_with("internal error: index out of bounds at src/x.rs:7\n"), "{text}");
        assert!(text.contains("Please report it"), "{text}");
        assert!(report("x", None).starts_with("internal error: x\n"));
    }
}
