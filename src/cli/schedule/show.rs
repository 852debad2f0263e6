//! `schedule show` and `runs`: when a schedule comes round, and what it takes with it.

use serde::Serialize;

use super::{
    super::{
        backup::named::look_now,
        face::{Face, other_answer},
        named::fleet_known,
        rows::rfc3339,
    },
    list::{UncoveredRow, uncovered_on},
    named,
    rows::JobRow,
};
use crate::{
    domain::{
        backup::{Job, Runner, Selection},
        fault::Fault,
        fleet::Fleet,
        ids::HostId,
    },
    engine::{Answer, CoverageRow, Query},
};

#[derive(Serialize)]
struct Sheet {
    #[serde(flatten)]
    row: JobRow,
    /// Its next times.
    runs: Vec<String>,
    takes: Vec<TakenRow>,
    /// The guests of its host that no schedule of Proxmox takes; nothing where that is not told.
    uncovered: Option<Vec<UncoveredRow>>,
}

/// A guest that it takes with it.
#[derive(Serialize)]
struct TakenRow {
    guest: String,
    name: Option<String>,
    /// Nothing where only the run itself decides.
    volumes: Vec<VolumeRow>,
}

#[derive(Serialize)]
struct VolumeRow {
    slot: String,
    volume: String,
    included: bool,
    why: String,
}

pub async fn run(text: &str, face: Face<'_>) -> Result<(), Fault> {
    let fleet = look_now(face).await?;
    let job = named::job(&fleet.backups, text)?;
    let sheet = Sheet {
        row: JobRow::of(job),
        runs: next_runs(&job.id.host, &job.schedule, face).await?,
        takes: taken(job, &fleet, face).await?,
        uncovered: uncovered_on(&fleet, &job.id.host),
    };
    face.printer.result(&sheet, || lines(&sheet));
    Ok(())
}

/// What Proxmox tells of its own; of ours only the apps are known beforehand.
async fn taken(job: &Job, fleet: &Fleet, face: Face<'_>) -> Result<Vec<TakenRow>, Fault> {
    if job.runner == Runner::Watch {
        let is_meant = |guest: &crate::domain::ids::GuestKey| match &job.of {
            Some(Selection::Guests(guests)) => guests.contains(&guest.vmid),
            Some(Selection::AllBut(guests)) => !guests.contains(&guest.vmid),
            Some(Selection::Pool(pool)) => fleet.guest(guest).is_some_and(|guest| guest.pool.as_ref() == Some(pool)),
            Some(Selection::Apps) => fleet.app_of(guest).is_some(),
            None => false,
        };
        let meant = fleet.guests.iter().filter(|guest| guest.key.host == job.id.host && is_meant(&guest.key));
        let row = |guest: &std::sync::Arc<crate::domain::fleet::Guest>| TakenRow {
            guest: guest.key.to_string(),
            name: Some(guest.name.to_string()),
            volumes: Vec::new(),
        };
        return Ok(meant.map(row).collect());
    }
    match face.engine.query(Query::JobCoverage(job.id.clone())).await? {
        Answer::Coverage(rows) => Ok(rows.into_iter().map(taken_row).collect()),
        _ => Err(other_answer()),
    }
}

fn taken_row(row: CoverageRow) -> TakenRow {
    let volumes = row.volumes.into_iter().map(|volume| VolumeRow {
        slot: volume.slot,
        volume: volume.volume,
        included: volume.is_included,
        why: volume.why,
    });
    TakenRow { guest: row.guest.to_string(), name: row.name, volumes: volumes.collect() }
}

fn lines(sheet: &Sheet) -> Vec<String> {
    let mut lines = sheet.row.lines();
    lines.extend(sheet.runs.iter().map(|at| format!("{:<12}{at}", "runs")));
    for taken in &sheet.takes {
        lines.push(format!("{:<12}{} {}", "takes", taken.guest, taken.name.as_deref().unwrap_or("--")));
        let left_out = taken.volumes.iter().filter(|volume| !volume.included);
        lines.extend(left_out.map(|volume| format!("{:<12}  without {}: {}", "", volume.slot, volume.why)));
    }
    let uncovered = sheet.uncovered.iter().flatten();
    lines.extend(uncovered.map(|guest| format!("{:<12}{}", "uncovered", guest.in_words())));
    lines
}

pub async fn next_runs(host: &HostId, schedule: &str, face: Face<'_>) -> Result<Vec<String>, Fault> {
    let query = Query::NextRuns { host: host.clone(), schedule: schedule.to_owned() };
    match face.engine.query(query).await? {
        Answer::Runs(runs) => Ok(runs.into_iter().map(rfc3339).collect()),
        _ => Err(other_answer()),
    }
}

#[derive(Serialize)]
struct Runs<'a> {
    host: String,
    calendar: &'a str,
    runs: Vec<String>,
}

pub async fn runs(calendar: &str, host: Option<&str>, face: Face<'_>) -> Result<(), Fault> {
    let host = named::host(host, face)?;
    fleet_known(face).await;
    let runs = Runs { host: host.to_string(), calendar, runs: next_runs(&host, calendar, face).await? };
    face.printer.result(&runs, || runs.runs.clone());
    Ok(())
}
