//! checkrail reviews database schema migrations: it replays them on a model of the schema, says what each
//! statement will do to a running server, judges that by policy, and writes the safe way and the way back.
//!
//! The module map and its invariants are in `docs/architecture.md`; a module imports only from those listed
//! above it here.

pub mod hash;
pub mod name;
pub mod quote;
pub mod text;

pub mod ir;

pub mod emit;
pub mod parse;

pub mod schema;

pub mod diff;
pub mod effects;
pub mod introspect;
pub mod snapshot;
pub mod source;

pub mod plan;

pub mod finding;

pub mod policy;
pub mod rules;

pub mod engine;

pub mod remedy;
pub mod shadow;

pub mod review;

pub mod config;
pub mod report;

pub mod cli;
