//! Reports: one file for each format, pure functions of a [`crate::review::Review`].
//!
//! All text that comes from users (paths, SQL, identifiers, messages that quote them) is escaped for the format
//! it goes into. Every format shows every finding, at the same line and column, or says how many it leaves out.

pub mod assertion;
mod base;
pub mod erd;
mod escape;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod index;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod rule;
pub mod sarif;
pub mod terminal;
mod visible;
pub mod words;

use std::fmt;
use std::str::FromStr;

use crate::review::Review;

pub use base::Base;

/// What a report depends on besides the review.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How the terminal's is drawn.
    pub style: terminal::Style,
    /// Where the paths of those for continuous integration begin.
    pub base: Base,
}

/// Declares the formats: a line for each, with its name on the command line and what renders it.
macro_rules! formats {
    ($($(#[$doc:meta])+ $format:ident = $name:literal => $render:expr,)+) => {
        /// An output format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Format {
            $($(#[$doc])+ $format,)+
        }

        impl Format {
            /// Every format.
            pub const ALL: &'static [Self] = &[$(Self::$format),+];

            /// The name on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$format => $name,)+
                }
            }

            /// Renders a review.
            #[must_use]
            pub fn render(self, review: &Review, options: &Options) -> String {
                let render: fn(&Review, &Options) -> String = match self {
                    $(Self::$format => $render,)+
                };
                render(review, options)
            }
        }
    };
}

formats! {
    /// For people at a terminal.
    Terminal = "terminal" => |review, options| terminal::render(review, options.style),
    /// For a pull-request comment.
    Markdown = "markdown" => |review, _| markdown::render(review),
    /// For a browser: one page that holds everything.
    Html = "html" => |review, _| html::render(review),
    /// For programs; `docs/schema/report.schema.json` describes it.
    Json = "json" => |review, _| json::render(review),
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif = "sarif" => |review, options| sarif::render(review, &options.base),
    /// Annotations of GitHub Actions: workflow commands for standard output.
    Github = "github" => |review, options| github::render(review, &options.base),
    /// The page of a step of GitHub Actions.
    GithubSummary = "github-summary" => |review, _| markdown::render_summary(review),
    /// GitLab's Code Quality.
    Gitlab = "gitlab" => |review, options| gitlab::render(review, &options.base),
    /// JUnit's XML, which every pipeline shows.
    Junit = "junit" => |review, options| junit::render(review, &options.base),
}

impl Format {
    /// Whether it shows more of a review when that comes with its [`crate::review::Detail`].
    #[must_use]
    pub const fn shows_detail(self) -> bool {
        matches!(self, Self::Html)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|f| f.as_str() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|f| f.as_str()).collect();
            format!("unknown format {text:?}: use {}", names.join(", "))
        })
    }
}
