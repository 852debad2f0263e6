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

use std::io::IsTerminal;

use crate::{
    domain::{fault::Fault, fleet::Vault},
    engine::{Change, Engine},
};

/// Runs one command. `sim` and the deck are not here: they need more than an engine.
pub async fn run(command: &Command, global: &Global, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    open_vault(engine).await?;
    match command {
        Command::Host(command) => host::run(command, global, engine, printer).await,
        Command::Guest(command) => guest::run(command, engine, printer).await,
        Command::App(command) => app::run(command, engine, printer).await,
        Command::Sim(_) | Command::Demo => Ok(()),
    }
}

/// Asks for the passphrase where somebody is there to type it; else each host tells that it is locked.
async fn open_vault(engine: &Engine) -> Result<(), Fault> {
    if engine.fleet().borrow().vault != Vault::Locked || !std::io::stdin().is_terminal() {
        return Ok(());
    }
    let passphrase = ask::secret(None, "passphrase of the file of secrets", "--passphrase-file")?;
    engine.change(Change::Unlock { passphrase }).await
}
