//! The deck's abilities without a screen, on the same engine and the same books. What must hold: what was asked for goes
//! to stdout and nothing else does; the exit code tells how it ended.

mod app;
mod arguments;
mod ask;
mod guest;
mod host;
mod power;
mod print;
mod rows;

pub use arguments::{Arguments, Command, Global, SimArguments};
pub use print::Printer;

use crate::{domain::fault::Fault, engine::Engine};

/// Runs one command. `sim` and the deck are not here: they need more than an engine.
pub async fn run(command: &Command, global: &Global, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    match command {
        Command::Host(command) => host::run(command, global, engine, printer).await,
        Command::Guest(command) => guest::run(command, engine, printer).await,
        Command::App(command) => app::run(command, engine, printer).await,
        Command::Sim(_) | Command::Demo => Ok(()),
    }
}
