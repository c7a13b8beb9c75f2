//! The `checkrail` binary.

use std::process::ExitCode;

/// A review makes millions of small values on one thread that is not the main one, where glibc's allocator spends
/// a third of the whole time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    checkrail::cli::main()
}
