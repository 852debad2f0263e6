//! `proximity guest …`

use std::process::ExitCode;

use super::{
    arguments::{Global, GuestCommand},
    face::Face,
    inside,
    power::{stop_wish, switch},
    print::{Printer, table},
    rows::{GuestRow, RoadRow},
    ssh::trust_guest,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Fleet, Guest, Usage},
        host::{no_such_host, switched_off},
        ids::GuestKey,
        plan::power::PowerWish,
    },
    engine::{Answer, Change, Engine, Query},
};

pub async fn run(
    command: &GuestCommand,
    global: &Global,
    engine: &Engine,
    printer: &Printer,
) -> Result<ExitCode, Fault> {
    let face = Face::new(global, engine, printer);
    match command {
        GuestCommand::List => list(engine, printer).await?,
        GuestCommand::Show { guest } => show(&guest_key(guest)?, engine, printer).await?,
        GuestCommand::Start { guest } => power(guest, PowerWish::Start, face).await?,
        GuestCommand::Stop { guest, now } => power(guest, stop_wish(*now), face).await?,
        GuestCommand::Trust { guest } => trust_guest(&guest_key(guest)?, global, engine, printer).await?,
        GuestCommand::Restart { guest } => power(guest, PowerWish::Restart, face).await?,
        // It needs a terminal, which is not this room's.
        GuestCommand::Console { .. } => {}
        GuestCommand::Exec { guest, exec } => {
            return inside::exec(&known(guest, engine).await?, exec, engine, printer).await;
        }
        GuestCommand::Put { guest, put } => {
            return inside::put(&known(guest, engine).await?, put, engine, printer).await;
        }
        GuestCommand::Get { guest, get } => {
            return inside::get(&known(guest, engine).await?, get, engine, printer).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A guest as it is now.
pub async fn known(guest: &str, engine: &Engine) -> Result<GuestKey, Fault> {
    let key = guest_key(guest)?;
    refresh_for(&key, engine).await?;
    Ok(key)
}

/// Read from `host/vmid`.
pub fn guest_key(text: &str) -> Result<GuestKey, Fault> {
    text.parse().map_err(|_| {
        Fault::lasting(
            FaultCode::Usage,
            format!("\"{text}\" names no guest"),
            "a vmid alone is not enough: two hosts may have the same",
            "write host/vmid, as `proximity guest list` prints it",
        )
    })
}

async fn power(guest: &str, wish: PowerWish, face: Face<'_>) -> Result<(), Fault> {
    switch(known(guest, face.engine).await?, wish, face).await
}

/// What is to be acted on must be known as it is now; another host's trouble does not matter here.
pub async fn refresh_for(key: &GuestKey, engine: &Engine) -> Result<(), Fault> {
    let refreshed = engine.change(Change::Refresh).await;
    let fleet = engine.fleet().borrow().clone();
    let Some(host) = fleet.host(&key.host) else {
        return Err(no_such_host(key.host.as_str()));
    };
    match &host.reach {
        crate::domain::fleet::Reach::Lost(fault) => Err(fault.clone()),
        crate::domain::fleet::Reach::Online => Ok(()),
        crate::domain::fleet::Reach::Off => Err(switched_off(&key.host)),
        crate::domain::fleet::Reach::Waiting => refreshed,
    }
}

/// Lists what can be listed, as it was last seen where a host does not answer; that is told beside the list. It fails
/// where nothing was ever seen, or where no host may be asked at all.
pub async fn fleet_now(engine: &Engine, printer: &Printer) -> Result<std::sync::Arc<Fleet>, Fault> {
    let refreshed = engine.change(Change::Refresh).await;
    let fleet = engine.fleet().borrow().clone();
    let lost = fleet.hosts.iter().filter_map(|host| match &host.reach {
        crate::domain::fleet::Reach::Lost(fault) => Some((host, fault)),
        _ => None,
    });
    let lost: Vec<_> = lost.collect();
    let is_down = |(_, fault): &(_, &Fault)| fault.code == FaultCode::Unreachable;
    if !fleet.hosts.is_empty()
        && lost.len() == fleet.hosts.len()
        && (fleet.guests.is_empty() || !lost.iter().any(is_down))
    {
        return Err(lost[0].1.clone());
    }
    if fleet.hosts.is_empty() {
        printer.aside("no host is known yet: add one with `proximity host add`, or look at the demo with --demo");
    }
    for (host, fault) in &lost {
        printer.aside(&format!("{}: {fault}", host.id));
    }
    if lost.is_empty() { refreshed.map(|()| fleet) } else { Ok(fleet) }
}

async fn list(engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    let fleet = fleet_now(engine, printer).await?;
    let rows: Vec<_> = fleet.guests.iter().map(|guest| GuestRow::of(&fleet, guest)).collect();
    printer.result(&rows, || {
        let cells: Vec<_> = rows.iter().map(cells).collect();
        table(&["GUEST", "NAME", "KIND", "NODE", "STATE", "CPU", "MEMORY", "DISK", "UPTIME"], &cells)
    });
    Ok(())
}

fn cells(row: &GuestRow) -> Vec<String> {
    vec![
        row.guest.clone(),
        row.name.clone(),
        row.kind.into(),
        row.node.clone(),
        row.state.into(),
        row.cpu.map_or("--".into(), |cpu| format!("{:.0} %", cpu * 100.0)),
        usage(row.memory),
        usage(row.disk),
        row.uptime.filter(|seconds| *seconds > 0).map_or("--".into(), duration),
    ]
}

fn usage(usage: Option<Usage>) -> String {
    usage.map_or("--".into(), |usage| format!("{}/{}", size(usage.used), size(usage.total)))
}

/// Bytes as people read them.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 || value >= 100.0 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

/// Seconds as people read them.
pub fn duration(seconds: u64) -> String {
    match (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes:02} min"),
        (days, hours, _) => format!("{days} d {hours:02} h"),
    }
}

#[derive(serde::Serialize)]
struct Shown {
    #[serde(flatten)]
    row: GuestRow,
    addresses: Vec<String>,
    unprivileged: Option<bool>,
    description: Option<String>,
    /// The roads into it, the best one first; none while it is off.
    roads: Vec<RoadRow>,
}

async fn show(key: &GuestKey, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    refresh_for(key, engine).await?;
    let fleet = engine.fleet().borrow().clone();
    let Some(guest) = fleet.guest(key) else {
        return Err(no_guest(key));
    };
    let shown = look_behind(&fleet, guest, engine).await?;
    printer.result(&shown, || lines(&shown));
    Ok(())
}

async fn look_behind(fleet: &Fleet, guest: &Guest, engine: &Engine) -> Result<Shown, Fault> {
    let Answer::Guest(detail) = engine.query(Query::Guest(guest.key.clone())).await? else {
        return Err(no_guest(&guest.key));
    };
    Ok(Shown {
        row: GuestRow::of(fleet, guest),
        addresses: detail.addresses.iter().map(|address| address.to_string()).collect(),
        unprivileged: detail.is_unprivileged,
        description: detail.description.as_deref().map(Into::into),
        roads: RoadRow::all(&detail.roads),
    })
}

fn lines(shown: &Shown) -> Vec<String> {
    let head = ["guest", "name", "kind", "node", "state", "cpu", "memory", "disk", "uptime"];
    let mut lines: Vec<_> =
        head.iter().zip(cells(&shown.row)).map(|(name, value)| format!("{name:<12}{value}")).collect();
    lines.push(format!("{:<12}{}", "addresses", or_dashes(&shown.addresses.join(" "))));
    lines.push(format!("{:<12}{}", "tags", or_dashes(&shown.row.tags.join(" "))));
    lines.extend(shown.roads.iter().map(RoadRow::in_words));
    lines
}

fn or_dashes(text: &str) -> &str {
    if text.is_empty() { "--" } else { text }
}

pub fn no_guest(key: &GuestKey) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no guest {key}"),
        "its host does not list it",
        "look at `proximity guest list`",
    )
}
