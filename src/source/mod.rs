//! Where SQL comes from: files, folders, standard input and git revisions, read as the migration tool that
//! owns them would read them.
//!
//! In goes a `SRC` argument ([`Input`]); out come the texts, in a [`SourceMap`](crate::text::SourceMap), and a
//! [`MigrationSet`]: which part of which file runs when, how it is undone, and which transactions the tool puts
//! around it. [`select()`] then divides the set into history and what is under review.
//!
//! This is the one module that touches the file system and starts `git`. It never reads SQL: annotations are
//! found by line, everything else by file name and by the tools' own bookkeeping files. Nothing found in a
//! folder is dropped without a word: files that do not take part are in [`MigrationSet::skipped`].

#![expect(clippy::disallowed_methods, reason = "the module that reads files and starts git")]

mod candidates;
mod decode;
mod detect;
mod disk;
mod error;
mod git;
mod input;
mod layout;
mod layouts;
mod load;
mod names;
mod natural;
mod neighbours;
mod queries;
mod scripts;
mod select;
mod series;
mod set;
mod tree;
mod variants;

#[cfg(test)]
mod testing;

pub use disk::read_text;
pub use error::SourceError;
pub use git::changed_since;
pub use input::Input;
pub use layout::{Layout, Runner};
pub use load::{LoadOptions, load, load_files, snapshot_text};
pub use queries::{QueryText, queries};
pub use select::{Selected, Selection, select};
pub use series::{Member, Outside, Part, Series};
pub use set::{Down, Kind, Migration, MigrationSet, Skipped, Warning};
