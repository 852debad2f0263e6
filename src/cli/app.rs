//! `proximity app …`

use std::process::ExitCode;

use serde::Serialize;

use super::{
    arguments::{AppCommand, Global},
    face::Face,
    gateway,
    guest::fleet_now,
    health, inside, life, named, papers, past, plan,
    power::{switch, wish_of},
    print::{Printer, table},
    rows::{AppRow, HealthRow, RoadRow},
    said,
    secrets::{self, Shown as SecretsAre},
    sizing, undo,
};
use crate::{
    domain::{app::App, fault::Fault, fleet::Fleet, ids::GuestKey},
    engine::{Answer, Engine, Query},
};

pub async fn run(command: &AppCommand, global: &Global, engine: &Engine, printer: &Printer) -> Result<ExitCode, Fault> {
    let face = Face::new(global, engine, printer);
    match command {
        AppCommand::List => list(&*fleet_now(engine, printer).await?, printer),
        AppCommand::Show { app } => show(app, face).await?,
        AppCommand::Switch(wanted) => {
            let (app, wish) = wish_of(wanted);
            switch(named::app_now(app, face).await?.guest, wish, face).await?;
        }
        AppCommand::Life(verb) => life::run(verb, face).await?,
        AppCommand::Plan(wanted) => plan::run(wanted, face).await?,
        AppCommand::RightSize { app, rehearsal } => sizing::right_size(app, rehearsal, face).await?,
        AppCommand::Undo { app, operation } => undo::run(app.as_deref(), *operation, face).await?,
        AppCommand::Log(wanted) => said::log(wanted, face).await?,
        AppCommand::History { app, span } => past::history(app, span.meant(), face).await?,
        AppCommand::Files { app, only } => papers::papers(app, only.as_deref(), face).await?,
        AppCommand::Publish(wanted) => gateway::publish(wanted, face).await?,
        AppCommand::Secrets { app, reveal } => {
            let shown = if *reveal { SecretsAre::InClear } else { SecretsAre::Masked };
            secrets::run(app, shown, face).await?;
        }
        AppCommand::Health { app } => health::health(app.as_deref(), face).await?,
        AppCommand::Probe { app } => return health::probe(app, face).await,
        AppCommand::Watch(wanted) => health::watch(wanted, face).await?,
        AppCommand::Exec { app, exec } => {
            return inside::exec(&named::app_now(app, face).await?.guest, exec, engine, printer).await;
        }
        AppCommand::Put { app, put } => {
            return inside::put(&named::app_now(app, face).await?.guest, put, engine, printer).await;
        }
        AppCommand::Get { app, get } => {
            return inside::get(&named::app_now(app, face).await?.guest, get, engine, printer).await;
        }
        // It needs a terminal, which is not this room's.
        AppCommand::Console { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// The guest of an app, as it is now.
pub async fn guest_of(app: &str, face: Face<'_>) -> Result<GuestKey, Fault> {
    Ok(named::app_now(app, face).await?.guest)
}

async fn show(app: &str, face: Face<'_>) -> Result<(), Fault> {
    let fleet = fleet_now(face.engine, face.printer).await?;
    let shown = look_behind(&fleet, named::app(&fleet, app)?, face).await;
    face.printer.result(&shown, || lines(&shown));
    Ok(())
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    row: AppRow,
    /// How it does, in full.
    care: HealthRow,
    /// The roads into it, the best one first; none while it is off.
    roads: Vec<RoadRow>,
}

/// What is known of an app is shown even where its host does not answer.
async fn look_behind(fleet: &Fleet, app: &App, face: Face<'_>) -> Shown {
    let ways = match face.engine.query(Query::Guest(app.guest.clone())).await {
        Ok(Answer::Guest(detail)) => detail.roads,
        Ok(_) => Vec::new(),
        Err(fault) => {
            face.printer.aside(&fault.to_string());
            Vec::new()
        }
    };
    Shown { row: AppRow::of(fleet, app), care: HealthRow::of(fleet, app), roads: RoadRow::all(&ways) }
}

fn list(fleet: &Fleet, printer: &Printer) {
    let rows: Vec<_> = fleet.apps.iter().map(|app| AppRow::of(fleet, app)).collect();
    printer.result(&rows, || {
        let cells: Vec<_> = rows.iter().map(cells).collect();
        table(&["NAME", "STATE", "HEALTH", "ADDRESS", "RECIPE", "METHOD", "GUEST", "NODE", "APP"], &cells)
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
        row.health.into(),
        address.unwrap_or_else(|| "--".into()),
        recipe,
        row.method.unwrap_or("--").into(),
        row.guest.clone(),
        row.node.clone().unwrap_or_else(|| "--".into()),
        row.app.clone(),
    ]
}

fn lines(shown: &Shown) -> Vec<String> {
    let head = ["name", "state", "health", "address", "recipe", "method", "guest", "node", "app"];
    let facts = head.iter().zip(cells(&shown.row)).map(|(name, value)| format!("{name:<12}{value}"));
    let url = shown.row.url.iter().map(|url| format!("{:<12}{url}", "url"));
    let bin = shown.row.binned_until.iter().map(|until| format!("{:<12}in the recycle bin until {until}", "bin"));
    let waits = shown.row.waits_for_restart.iter().map(|what| format!("{:<12}a restart: {what}", "waits for"));
    let looked = shown.care.last.is_some().then(|| shown.care.lines().into_iter().skip(2)).into_iter().flatten();
    facts.chain(url).chain(bin).chain(waits).chain(looked).chain(shown.roads.iter().map(RoadRow::in_words)).collect()
}
