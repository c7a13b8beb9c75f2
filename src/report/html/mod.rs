//! HTML: one page that holds everything it needs, for reading offline, with and without scripts, on paper too.
//!
//! In: a review, best one with its [`Detail`](crate::review::Detail). Out: the page. Templates put the data into
//! markup and escape all of it; what is marked as safe in them was made by `crate::report::escape`. A content
//! security policy in the page allows its own style sheet and script by their hashes and nothing else.
//!
//! The page stays under [`MAX_BYTES`] as far as the list of findings does: of long histories the latest migrations
//! are shown in full and the earlier ones in short, and what is left out is said.

mod diagram;
mod finding;
mod glossary;
mod highlight;
mod listing;
mod migration;
mod page;
mod sides;
mod timeline;

use std::sync::OnceLock;

use base64::Engine as _;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::review::Review;
use crate::review::picture::Picture;

use super::erd::Columns;
use super::{escape, words};

/// Larger pages take long to open.
pub const MAX_BYTES: usize = 3_000_000;

const STYLE: &str = concat!(include_str!("../erd/style.css"), include_str!("templates/page.css"));
const SCRIPT: &str = include_str!("templates/page.js");

/// How much is shown of a migration. Numbers are lines where nothing else is said.
#[derive(Clone, Copy, Debug)]
struct Generosity {
    /// Of one with findings: when it is longer, only what is around findings and notable statements.
    whole: usize,
    /// Of one without findings.
    quiet: usize,
    /// Around a finding.
    around: usize,
    /// Of a statement or a finding of many lines.
    head: usize,
    /// A stretch of so many lines is folded, a longer one left out.
    folded: usize,
    /// Of generated scripts; nothing of them when 0.
    scripts: usize,
    /// Of a schema diff; nothing of it when 0.
    diff: usize,
    /// How many safe rewrites.
    rewrites: usize,
    /// Locks are drawn where there are so many statements.
    drawn_from: usize,
    /// How many sentences about locks.
    sentences: usize,
    /// Whether its SQL is shown at all.
    sql: bool,
    /// Whether it is a short form: findings without reasons, facts only with them.
    short: bool,
}

/// From all to little.
const LEVELS: [Generosity; 4] = [
    Generosity {
        whole: 400,
        quiet: 60,
        around: 2,
        head: 12,
        folded: 400,
        scripts: 300,
        diff: 300,
        rewrites: usize::MAX,
        drawn_from: 1,
        sentences: 28,
        sql: true,
        short: false,
    },
    Generosity {
        whole: 40,
        quiet: 12,
        around: 1,
        head: 6,
        folded: 30,
        scripts: 40,
        diff: 40,
        rewrites: 3,
        drawn_from: 2,
        sentences: 10,
        sql: true,
        short: false,
    },
    Generosity {
        whole: 0,
        quiet: 0,
        around: 0,
        head: 2,
        folded: 0,
        scripts: 0,
        diff: 0,
        rewrites: 0,
        drawn_from: usize::MAX,
        sentences: 3,
        sql: true,
        short: true,
    },
    Generosity {
        whole: 0,
        quiet: 0,
        around: 0,
        head: 0,
        folded: 0,
        scripts: 0,
        diff: 0,
        rewrites: 0,
        drawn_from: usize::MAX,
        sentences: 0,
        sql: false,
        short: true,
    },
];

/// The page of a review.
#[must_use]
pub fn render(review: &Review) -> String {
    fill("page.html", Value::from(Serde(page::of(review))))
}

/// A page with nothing but a diagram.
#[must_use]
pub fn render_diagram(picture: &Picture, columns: Columns) -> String {
    #[derive(Serialize)]
    struct Page {
        frame: Frame,
        diagram: diagram::Diagram,
    }
    let title = format!("Schema: {}", words::count(picture.tables.len(), "table"));
    let page = Page { frame: Frame::new(title), diagram: diagram::diagram(picture, None, columns) };
    fill("erd.html", Value::from(Serde(page)))
}

/// What every page has.
#[derive(Debug, Serialize)]
struct Frame {
    title: String,
    style: &'static str,
    script: &'static str,
    policy: String,
    tool: &'static str,
}

impl Frame {
    fn new(title: String) -> Self {
        let hash = |text: &str| {
            let digest = Sha256::digest(text.as_bytes());
            format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(digest))
        };
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
            hash(STYLE),
            hash(SCRIPT)
        );
        Self {
            title,
            style: STYLE,
            script: SCRIPT,
            policy,
            tool: concat!("checkrail ", env!("CARGO_PKG_VERSION")),
        }
    }
}

/// Puts data into a template.
fn fill(template: &str, data: Value) -> String {
    static TEMPLATES: OnceLock<Environment<'static>> = OnceLock::new();
    let environment = TEMPLATES.get_or_init(environment);
    // The templates are part of the program, and tests fill them all.
    let filled = environment.get_template(template).and_then(|t| t.render(data));
    filled.unwrap_or_else(|error| {
        format!("<!DOCTYPE html><title>checkrail</title>{}", escape::text(&error.to_string()))
    })
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // Names of files have no blanks where a line could end.
    environment
        .add_filter("soft", |name: &str| Value::from_safe_string(escape::text(name).replace('_', "_<wbr/>")));
    environment.set_formatter(|out, _, value| {
        let written = match (value.kind(), value.as_str()) {
            (ValueKind::Undefined | ValueKind::None, _) => return Ok(()),
            (ValueKind::Number | ValueKind::Bool, _) => out.write_str(&value.to_string()),
            (_, Some(text)) if value.is_safe() => out.write_str(text),
            (_, Some(text)) => out.write_str(&escape::text(text)),
            (_, None) if value.is_safe() => out.write_str(&value.to_string()),
            (_, None) => out.write_str(&escape::text(&value.to_string())),
        };
        written.map_err(minijinja::Error::from)
    });
    for (name, source) in [
        ("page.html", include_str!("templates/page.html")),
        ("erd.html", include_str!("templates/erd.html")),
        ("parts.html", include_str!("templates/parts.html")),
        ("migration.html", include_str!("templates/migration.html")),
        ("one.html", include_str!("templates/one.html")),
        ("diagram.html", include_str!("templates/diagram.html")),
        ("drawn.html", include_str!("templates/drawn.html")),
    ] {
        // A template that cannot be read shows when it is filled.
        let _ = environment.add_template(name, source);
    }
    environment
}
