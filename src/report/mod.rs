//! Reports: one file for each format, pure functions of a [`crate::review::Review`].
//!
//! All text that comes from users (paths, SQL, identifiers, messages that quote them) is escaped for the format
//! it goes into.

pub mod json;
pub mod markdown;
pub mod rule;
pub mod terminal;
pub mod words;

use std::fmt;
use std::str::FromStr;

use crate::review::Review;

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Terminal,
    /// For a pull-request comment.
    Markdown,
    /// For programs; `docs/schema/report.schema.json` describes it.
    Json,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::Terminal, Self::Markdown, Self::Json];

    /// The name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Markdown => "markdown",
            Self::Json => "json",
        }
    }

    /// Renders a review. `style` is of interest to the terminal only.
    #[must_use]
    pub fn render(self, review: &Review, style: terminal::Style) -> String {
        match self {
            Self::Terminal => terminal::render(review, style),
            Self::Markdown => markdown::render(review),
            Self::Json => json::render(review),
        }
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
