//! Arguments -> one command -> exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    presswire::command::run(std::env::args_os())
}
