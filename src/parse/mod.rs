//! SQL text to something the model can use: tokens, pieces, suppression comments, syntax trees.
//!
//! In comes the text of a source, out come values and errors with places; nothing here fails as a whole or
//! panics. Only this module names the parsers it is built on.

pub mod canonical;
mod foreign;
pub mod generic;
pub mod lexer;
pub mod postgres;
pub mod query;
mod script;
pub mod segments;
pub mod split;
pub mod suppress;
pub mod template;

pub use self::postgres::stack::{StackError, with_large_stack};
pub use self::script::{Parsed, Suppression, exact, neutral, script};
