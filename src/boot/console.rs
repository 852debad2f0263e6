//! `proximity guest console` and `app console`: this process's terminal on a guest's. What must hold: it is given back as
//! it was found, and a place that is no terminal is told before anybody is asked.

use super::open;
use crate::{
    cli::{self, Command, Global, Printer},
    domain::{
        fault::{Fault, FaultCode},
        ids::GuestKey,
        road::TerminalSize,
    },
    engine::{Duty, Engine, Visit},
    tui::{
        run::{Call, Listeners},
        term::{Attached, Devices, Parting, TerminalError},
    },
};

pub async fn attend(command: &Command, global: &Global, is_demo: bool, printer: &Printer) -> Result<(), Fault> {
    let devices = Devices::of_process(None).map_err(|error| no_terminal(&error))?;
    let world = open(global, is_demo, Duty::OneErrand).await?;
    if let Some(fault) = &world.unread {
        printer.aside(&fault.to_string());
    }
    let result = sit_down(command, &world.engine, devices, printer).await;
    world.close().await;
    result
}

async fn sit_down(command: &Command, engine: &Engine, devices: Devices, printer: &Printer) -> Result<(), Fault> {
    engine.start().await?;
    let guest = cli::visited(command, engine, printer).await?;
    let (columns, rows) = devices.size();
    let visit = engine.visit(&guest, TerminalSize { columns, rows }).await?;
    printer.aside(&format!("console of {guest} · Ctrl-] leaves"));
    let parting = stay(devices, visit, &guest).await.map_err(|error| no_terminal(&error))?;
    if let Some(words) = words(&guest, &parting) {
        // What the console wrote last may have ended anywhere on its line.
        printer.aside(&format!("\n{words}"));
    }
    Ok(())
}

/// Until somebody leaves, the console ends, or the system wants the process to end.
async fn stay(devices: Devices, visit: Visit, guest: &GuestKey) -> Result<Parting, TerminalError> {
    let (mut calls, _listeners) = Listeners::of_process()?;
    let mut attached = Attached::take(devices, visit, &guest.to_string())?;
    loop {
        tokio::select! {
            parting = attached.serve() => return Ok(parting),
            call = calls.recv() => match call {
                Some(Call::Continued) => attached.take_again()?,
                Some(Call::Leave) | None => return Ok(Parting::Left),
                Some(Call::Gone) => return Ok(Parting::TerminalGone),
            },
        }
    }
}

fn words(guest: &GuestKey, parting: &Parting) -> Option<String> {
    match parting {
        Parting::Left => Some(format!("left the console of {guest}; what runs there goes on")),
        Parting::Ended(why) => Some(why.to_string()),
        Parting::TerminalGone => None,
    }
}

fn no_terminal(error: &TerminalError) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        "the console cannot be shown here",
        error.to_string(),
        "run it in a terminal (over SSH with -t); for scripts there is `proximity guest exec`",
    )
}
