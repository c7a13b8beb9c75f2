//! The `checkrail` binary.

fn main() {}
