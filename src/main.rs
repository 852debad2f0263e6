//! Arguments to a face; an error to a report and an exit code.

use std::process::ExitCode;

use clap::Parser;
use proximity::cli::Arguments;

fn main() -> ExitCode {
    if let Err(report) = color_eyre::install() {
        drop(report);
    }
    proximity::boot::run(Arguments::parse())
}
