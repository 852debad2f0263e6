//! Arguments to a face; an error to a report and an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Err(report) = color_eyre::install() {
        drop(report);
    }
    proximity::cli::read().map_or_else(std::convert::identity, proximity::boot::run)
}
