//! The `checkrail` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    checkrail::cli::main()
}
