//! `app health`, `app probe`, `app watch`.

use std::process::ExitCode;

use super::{
    arguments::{Restarting, WatchingOver},
    face::{Face, other_answer},
    named::{app, app_known, app_now, fleet_known},
    print::table,
    rows::{HealthRow, ProbedRow, WatchRow},
};
use crate::{
    domain::{
        care::{Amiss, Gaze, SelfRestart, Watch, read_probe},
        fault::{Fault, FaultCode},
    },
    engine::{Answer, Change, Query},
};

pub async fn health(named: Option<&str>, face: Face<'_>) -> Result<(), Fault> {
    let fleet = fleet_known(face).await;
    if let Some(name) = named {
        let row = HealthRow::of(&fleet, app(&fleet, name)?);
        face.printer.result(&row, || row.lines());
        return Ok(());
    }
    let apps = fleet.apps.iter().filter(|app| app.binned_until().is_none());
    let rows: Vec<_> = apps.map(|app| HealthRow::of(&fleet, app)).collect();
    let head = ["NAME", "HEALTH", "SINCE", "LAST", "DAY", "WEEK", "MONTH", "RESTARTS"];
    face.printer.result(&rows, || table(&head, &rows.iter().map(HealthRow::cells).collect::<Vec<_>>()));
    Ok(())
}

/// The exit code tells whether it was good, as a script wants it.
pub async fn probe(name: &str, face: Face<'_>) -> Result<ExitCode, Fault> {
    let app = app_now(name, face).await?;
    let Answer::Probed(probed, what) = face.engine.query(Query::Probe(app.id.clone())).await? else {
        return Err(other_answer());
    };
    let row = ProbedRow::of(&probed);
    let said =
        serde_json::json!({ "app": app.id.as_str(), "name": &*app.name, "probe": what.to_string(), "look": row });
    face.printer.result(&said, || vec![format!("{}: {what}: {probed}", app.name)]);
    Ok(if probed.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub async fn watch(wanted: &WatchingOver, face: Face<'_>) -> Result<(), Fault> {
    let app = app_known(&wanted.app, face).await?;
    let before = app.book.as_ref().and_then(|book| book.watch.clone()).unwrap_or_default();
    let watch = said(wanted, before.clone()).map_err(|Amiss { why, remedy }| {
        Fault::lasting(FaultCode::Usage, format!("{} is watched as before", app.name), why, remedy)
    })?;
    if watch != before {
        face.engine.change(Change::SetWatch { app: app.id.clone(), watch: watch.clone() }).await?;
    }
    let row = WatchRow::of(&app, &watch);
    face.printer.result(&row, || row.lines());
    Ok(())
}

fn said(wanted: &WatchingOver, before: Watch) -> Result<Watch, Amiss> {
    let probe = match wanted.probe.as_deref() {
        None => before.probe,
        Some("default") => None,
        Some("off") => Some(Gaze::Off),
        Some(text) => Some(Gaze::At(read_probe(text)?)),
    };
    let self_restart = match wanted.self_restart {
        None => before.self_restart,
        Some(Restarting::Default) => None,
        Some(Restarting::On) => Some(SelfRestart::On),
        Some(Restarting::Off) => Some(SelfRestart::Off),
    };
    Ok(Watch {
        interval: wanted.interval.map_or(before.interval, |said| said.own()),
        timeout: wanted.timeout.map_or(before.timeout, |said| said.own()),
        fall: wanted.fall.map_or(before.fall, |said| said.own()),
        rise: wanted.rise.map_or(before.rise, |said| said.own()),
        self_restart,
        probe,
    })
}
