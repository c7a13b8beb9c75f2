//! Diagrams of a schema: tables as boxes, foreign keys as lines with crow's feet.
//!
//! In: a [`Picture`]. Out: SVG with a layout of our own, Mermaid, or DOT for Graphviz. The same picture gives the same
//! bytes.
//!
//! The layout has three steps. `cluster` finds tables that belong together; `place` stacks them in columns, what
//! refers to each other side by side; `route` leads each line through the channels between columns and the gaps
//! between boxes, so that none crosses a box, and says how wide these have to be.

mod cluster;
pub mod dot;
mod layout;
mod measure;
pub mod mermaid;
mod place;
mod route;
pub mod svg;
#[cfg(test)]
mod tests;

use crate::review::picture::Picture;

pub use layout::{Drawing, Edge, Frame, Node, layout};
pub use measure::{Row, short_text};

/// Which columns a diagram shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Columns {
    /// All of a small schema, keys of a large one.
    #[default]
    Auto,
    /// All, up to forty of a table.
    All,
    /// Those of keys, and those that change.
    Keys,
    /// None: names of tables only.
    None,
}

impl Columns {
    /// What `Auto` means for a picture.
    #[must_use]
    pub fn settle(self, picture: &Picture) -> Self {
        /// More rows than this do not fit what a person looks through.
        const MANY: usize = 2000;
        match self {
            Self::Auto => {
                let rows: usize = picture.tables.iter().map(|t| t.columns.len()).sum();
                if rows > MANY { Self::Keys } else { Self::All }
            }
            other => other,
        }
    }
}

impl std::str::FromStr for Columns {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "all" => Ok(Self::All),
            "keys" => Ok(Self::Keys),
            "none" => Ok(Self::None),
            _ => Err(format!("unknown columns {text:?}: use auto, all, keys or none")),
        }
    }
}
