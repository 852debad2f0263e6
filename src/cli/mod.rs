//! The deck's abilities without a screen, on the same engine and the same books. What must hold: what was asked for goes
//! to stdout and nothing else does; the exit code tells how it ended.

mod adopt;
mod alert;
mod app;
mod arguments;
mod ask;
mod backup;
mod begin;
mod catalog;
mod deploy;
mod doctor;
mod each;
mod edit;
mod face;
mod follow;
mod gateway;
mod guest;
mod health;
mod host;
mod host_show;
mod import;
mod inbox;
mod inside;
mod least;
mod life;
mod made;
mod moves;
mod named;
mod newer;
mod node;
mod op;
mod papers;
mod past;
mod plain;
mod plan;
mod port;
mod power;
mod print;
mod recipe;
mod restore;
mod rotate;
mod rows;
mod said;
mod schedule;
mod secrets;
mod settings;
mod sheet;
mod shelf;
mod sizing;
mod snapshot;
mod sources;
mod ssh;
mod target;
mod tell;
mod tidy;
mod undo;
mod unit;
mod watch;
mod wishes;

use arguments::{AlertCommand, AppCommand, BackupCommand, GuestCommand, InboxCommand, OpCommand, PortCommand};
pub use arguments::{Arguments, Command, Examining, Global, HowOften, SimArguments, Watching};
pub use doctor::doctor;
use face::{Consent, Face};
pub use plain::plain;
pub use print::Printer;
pub use settings::settings;
pub use unit::{install, uninstall};
pub use watch::watch;

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;

use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::Vault,
        ids::GuestKey,
    },
    engine::{Change, Engine},
};

/// What was typed; or how the program ends without it: with help, or with a fault that scripts can read as well.
pub fn read() -> Result<Arguments, ExitCode> {
    Arguments::try_parse().map_err(|refusal| {
        let wants_json = std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json");
        if wants_json && refusal.use_stderr() {
            Printer::new(true).fault(&usage(&refusal));
        } else {
            // Nobody reads it: there is nowhere to tell that.
            let _ = refusal.print();
        }
        if refusal.use_stderr() { ExitCode::from(FaultCode::Usage.exit_code()) } else { ExitCode::SUCCESS }
    })
}

fn usage(refusal: &clap::Error) -> Fault {
    let text = refusal.to_string();
    let reason =
        text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:")).collect::<Vec<_>>().join(" ");
    Fault::lasting(
        FaultCode::Usage,
        "the command was not understood",
        reason.trim().trim_start_matches("error: "),
        "look at `proximity --help`",
    )
}

/// Runs one command. `sim`, `watch`, consoles and the deck are not here: they need more than an engine, or one that stays.
pub async fn run(command: &Command, global: &Global, engine: &Engine, printer: &Printer) -> Result<ExitCode, Fault> {
    let face = Face::new(global, engine, printer);
    if asks_hosts(command) {
        open_vault(engine).await?;
    }
    match command {
        Command::Host(command) => host::run(command, global, engine, printer).await.map(|()| ExitCode::SUCCESS),
        Command::Node(command) => node::run(command, engine, printer).await.map(|()| ExitCode::SUCCESS),
        Command::Guest(command) => guest::run(command, global, engine, printer).await,
        Command::App(command) => app::run(command, global, engine, printer).await,
        Command::Snapshot(command) => snapshot::run(command, face).await.map(|()| ExitCode::SUCCESS),
        Command::Op(command) => op::run(command, face).await.map(|()| ExitCode::SUCCESS),
        Command::Catalog(command) => catalog::run(command, face).await,
        Command::Port(command) => port::run(command, face).await.map(|()| ExitCode::SUCCESS),
        Command::Gateway(command) => gateway::run(command, face).await.map(|()| ExitCode::SUCCESS),
        Command::Backup(command) => backup::run(command, face).await.map(|()| ExitCode::SUCCESS),
        Command::Restore(restoring) => restore::run(restoring, face).await.map(|()| ExitCode::SUCCESS),
        Command::Schedule(command) => schedule::run(command, face).await.map(|()| ExitCode::SUCCESS),
        Command::Inbox(command) => inbox::run(command, face).await.map(|()| ExitCode::SUCCESS),
        Command::Alert(command) => alert::run(command, global, face).await.map(|()| ExitCode::SUCCESS),
        Command::Sim(_) | Command::Demo | Command::Watch(_) | Command::Doctor(_) | Command::Settings(_) => {
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Nobody is asked for a passphrase where only our own books are read.
fn asks_hosts(command: &Command) -> bool {
    match command {
        Command::Catalog(_) | Command::Settings(_) => false,
        Command::Alert(command) => {
            matches!(command, AlertCommand::Mend { .. } | AlertCommand::Test | AlertCommand::Deliver(_))
        }
        Command::Port(command) => matches!(command, PortCommand::List { look: true }),
        Command::Backup(BackupCommand::Board(look) | BackupCommand::Stats(look)) => !look.cached,
        Command::Backup(BackupCommand::List { look, .. }) => !look.cached,
        Command::Inbox(command) => {
            !matches!(command, InboxCommand::List { .. } | InboxCommand::Show { .. } | InboxCommand::Dismiss { .. })
        }
        Command::Op(command) => !matches!(command, OpCommand::List { .. } | OpCommand::Show { .. }),
        _ => true,
    }
}

/// Whether this command lends the terminal to a guest.
pub fn is_visit(command: &Command) -> bool {
    matches!(command, Command::Guest(GuestCommand::Console { .. }) | Command::App(AppCommand::Console { .. }))
}

/// The guest whose console such a command asks for, as it is now.
pub async fn visited(command: &Command, engine: &Engine, printer: &Printer) -> Result<GuestKey, Fault> {
    open_vault(engine).await?;
    match command {
        Command::Guest(GuestCommand::Console { guest }) => guest::known(guest, engine).await,
        Command::App(AppCommand::Console { app }) => {
            app::guest_of(app, Face { engine, printer, consent: Consent::ToBeAsked }).await
        }
        _ => Err(Fault::lasting(
            FaultCode::Usage,
            "no console was asked for",
            "the command names none",
            "look at `proximity --help`",
        )),
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
