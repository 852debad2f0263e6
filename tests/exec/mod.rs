//! Scripts and files, in real shells behind a real console.

// A test may say what was not run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod distant;
mod files;
pub mod lab;
mod lab_itself;
mod lab_recorded;
mod real;
pub mod replay;
mod simulated;
mod sitting;
mod torture;
mod wrong_ways;
