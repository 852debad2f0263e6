//! `proximity app …`

use std::process::ExitCode;

use serde::Serialize;

use super::{
    arguments::AppCommand,
    guest::fleet_now,
    inside,
    power::{stop_wish, switch},
    print::{Printer, table},
    rows::{AppRow, RoadRow},
};
use crate::{
    domain::{
        app::App,
        fault::{Fault, FaultCode},
        fleet::Fleet,
        ids::GuestKey,
        plan::power::PowerWish,
    },
    engine::{Answer, Engine, Query},
};

pub async fn run(command: &AppCommand, engine: &Engine, printer: &Printer) -> Result<ExitCode, Fault> {
    let fleet = fleet_now(engine, printer).await?;
    let (name, wish) = match command {
        AppCommand::List => {
            list(&fleet, printer);
            return Ok(ExitCode::SUCCESS);
        }
        AppCommand::Show { app } => {
            let shown = look_behind(&fleet, find(&fleet, app)?, engine, printer).await;
            printer.result(&shown, || lines(&shown));
            return Ok(ExitCode::SUCCESS);
        }
        AppCommand::Exec { app, exec } => {
            return inside::exec(&find(&fleet, app)?.guest, exec, engine, printer).await;
        }
        AppCommand::Put { app, put } => return inside::put(&find(&fleet, app)?.guest, put, engine, printer).await,
        AppCommand::Get { app, get } => return inside::get(&find(&fleet, app)?.guest, get, engine, printer).await,
        // It needs a terminal, which is not this room's.
        AppCommand::Console { .. } => return Ok(ExitCode::SUCCESS),
        AppCommand::Start { app } => (app, PowerWish::Start),
        AppCommand::Stop { app, now } => (app, stop_wish(*now)),
        AppCommand::Restart { app } => (app, PowerWish::Restart),
    };
    switch(find(&fleet, name)?.guest.clone(), wish, engine, printer).await?;
    Ok(ExitCode::SUCCESS)
}

/// The guest of an app, as it is now.
pub async fn guest_of(app: &str, engine: &Engine, printer: &Printer) -> Result<GuestKey, Fault> {
    let fleet = fleet_now(engine, printer).await?;
    Ok(find(&fleet, app)?.guest.clone())
}

/// By its stable id, or by its name.
fn find<'a>(fleet: &'a Fleet, text: &str) -> Result<&'a App, Fault> {
    let by_id = fleet.apps.iter().find(|app| app.id.as_str() == text);
    by_id.or_else(|| fleet.apps.iter().find(|app| &*app.name == text)).ok_or_else(|| {
        Fault::lasting(
            FaultCode::NotFound,
            format!("there is no app called {text}"),
            "no host has a guest that says it is",
            "look at `proximity app list`",
        )
    })
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    row: AppRow,
    /// The roads into it, the best one first; none while it is off.
    roads: Vec<RoadRow>,
}

/// What is known of an app is shown even where its host does not answer.
async fn look_behind(fleet: &Fleet, app: &App, engine: &Engine, printer: &Printer) -> Shown {
    let ways = match engine.query(Query::Guest(app.guest.clone())).await {
        Ok(Answer::Guest(detail)) => detail.roads,
        Ok(_) => Vec::new(),
        Err(fault) => {
            printer.aside(&fault.to_string());
            Vec::new()
        }
    };
    Shown { row: AppRow::of(fleet, app), roads: RoadRow::all(&ways) }
}

fn list(fleet: &Fleet, printer: &Printer) {
    let rows: Vec<_> = fleet.apps.iter().map(|app| AppRow::of(fleet, app)).collect();
    printer.result(&rows, || {
        let cells: Vec<_> = rows.iter().map(cells).collect();
        table(&["NAME", "STATE", "ADDRESS", "RECIPE", "METHOD", "GUEST", "NODE", "APP"], &cells)
    });
}

fn cells(row: &AppRow) -> Vec<String> {
    let recipe = match (&row.recipe, &row.version) {
        (Some(recipe), Some(version)) => format!("{recipe} {version}"),
        (Some(recipe), None) => recipe.clone(),
        (None, _) => "--".into(),
    };
    let address = row.address.as_ref().map(|address| match row.ports.first() {
        Some(port) => format!("{address}:{port}"),
        None => address.clone(),
    });
    vec![
        row.name.clone(),
        row.state.into(),
        address.unwrap_or_else(|| "--".into()),
        recipe,
        row.method.unwrap_or("--").into(),
        row.guest.clone(),
        row.node.clone().unwrap_or_else(|| "--".into()),
        row.app.clone(),
    ]
}

fn lines(shown: &Shown) -> Vec<String> {
    let head = ["name", "state", "address", "recipe", "method", "guest", "node", "app"];
    let facts = head.iter().zip(cells(&shown.row)).map(|(name, value)| format!("{name:<12}{value}"));
    facts.chain(shown.roads.iter().map(RoadRow::in_words)).collect()
}
