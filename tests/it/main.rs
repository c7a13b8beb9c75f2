//! All integration tests, as one binary: it links once, and the modules share one harness.
#![allow(clippy::disallowed_methods, reason = "tests read fixtures and start servers")]

mod canonical;
mod cli;
mod conformance;
mod diff;
mod docs;
mod down;
mod effects;
mod exact_replay;
mod examples;
mod generated;
mod harness;
mod harness_test;
mod index;
mod introspect;
mod layers;
mod pending;
mod pipelines;
mod privileges;
mod prove;
mod queries;
mod registry;
mod reports;
mod rewrite;
mod rewrite_command;
mod rollback;
mod round_trip;
mod schema_dump;
mod shadow;
mod sizes;
mod snapshot;
mod support;
mod verify;
mod verify_live;
