//! `schedule list`, `uncovered` and `rights`. What must hold: what a host does not tell is told as that, and is not an
//! empty list.

use serde::Serialize;

use super::{
    super::{
        backup::named::look_now,
        face::{Face, other_answer},
        named::fleet_known,
        print::table,
    },
    rows::JobRow,
};
use crate::{
    domain::{
        fault::Fault,
        fleet::Fleet,
        ids::{GuestKey, HostId, Vmid},
    },
    engine::{Answer, MissingRight, Query},
};

pub async fn schedules(face: Face<'_>) -> Result<(), Fault> {
    let fleet = look_now(face).await?;
    let rows: Vec<_> = fleet.backups.jobs().map(JobRow::of).collect();
    face.printer.result(&rows, || table(&JobRow::HEAD, &rows.iter().map(JobRow::cells).collect::<Vec<_>>()));
    Ok(())
}

#[derive(Serialize)]
pub struct UncoveredRow {
    guest: String,
    name: Option<String>,
    app: Option<String>,
}

impl UncoveredRow {
    fn of(fleet: &Fleet, host: &HostId, vmid: Vmid) -> Self {
        let key = GuestKey { host: host.clone(), vmid };
        Self {
            name: fleet.guest(&key).map(|guest| guest.name.to_string()),
            app: fleet.app_of(&key).map(|app| app.id.to_string()),
            guest: key.to_string(),
        }
    }

    pub fn in_words(&self) -> String {
        format!("{} {}", self.guest, self.name.as_deref().unwrap_or("--"))
    }

    fn cells(&self) -> Vec<String> {
        let or_dashes = |text: &Option<String>| text.clone().unwrap_or_else(|| "--".into());
        vec![self.guest.clone(), or_dashes(&self.name), or_dashes(&self.app)]
    }
}

/// Of one host; nothing where it never told.
pub fn uncovered_on(fleet: &Fleet, host: &HostId) -> Option<Vec<UncoveredRow>> {
    let told = fleet.backups.host(host)?.uncovered.known.as_ref()?;
    Some(told.iter().map(|vmid| UncoveredRow::of(fleet, host, *vmid)).collect())
}

pub async fn uncovered(face: Face<'_>) -> Result<(), Fault> {
    let fleet = look_now(face).await?;
    let mut rows = Vec::new();
    for host in &fleet.hosts {
        let told = fleet.backups.host(&host.id).map(|host| &host.uncovered);
        match (uncovered_on(&fleet, &host.id), told.and_then(|told| told.fault.as_ref())) {
            (Some(told), _) => rows.extend(told),
            (None, Some(fault)) => return Err(fault.clone()),
            (None, None) => face.printer.aside(&format!("{}: it does not tell which guests it backs up", host.id)),
        }
    }
    face.printer
        .result(&rows, || table(&["GUEST", "NAME", "APP"], &rows.iter().map(UncoveredRow::cells).collect::<Vec<_>>()));
    Ok(())
}

#[derive(Serialize)]
struct RightsRow {
    host: String,
    /// Nothing is missing.
    may: bool,
    missing: Vec<MissingRow>,
    /// Lines for a shell of the host, in their order.
    grants: Vec<String>,
}

#[derive(Serialize)]
struct MissingRow {
    privilege: String,
    path: String,
    needed_for: String,
}

impl RightsRow {
    fn of(host: &HostId, missing: Vec<MissingRight>) -> Self {
        let mut grants: Vec<String> = Vec::new();
        for line in missing.iter().flat_map(|right| right.grant.split("; ")).filter(|line| !line.is_empty()) {
            if !grants.iter().any(|known| known == line) {
                grants.push(line.to_owned());
            }
        }
        let missing: Vec<_> = missing.into_iter().map(MissingRow::of).collect();
        Self { host: host.to_string(), may: missing.is_empty(), missing, grants }
    }

    fn lines(&self) -> Vec<String> {
        if self.may {
            return vec![format!("{}: schedules can be changed", self.host)];
        }
        let missing = self.missing.iter().map(|right| format!("  missing: {} at {}", right.privilege, right.path));
        let grants = self.grants.iter().map(|line| format!("    {line}"));
        let head = format!("{}: schedules of Proxmox cannot be changed", self.host);
        std::iter::once(head)
            .chain(missing)
            .chain(["  in a shell of the host, this grants it:".to_owned()])
            .chain(grants)
            .collect()
    }
}

impl MissingRow {
    fn of(right: MissingRight) -> Self {
        Self { privilege: right.privilege, path: right.path, needed_for: right.needed_for }
    }
}

pub async fn rights(face: Face<'_>) -> Result<(), Fault> {
    let (fleet, mut rows) = (fleet_known(face).await, Vec::new());
    for host in &fleet.hosts {
        let Answer::Grants(missing) = face.engine.query(Query::JobRights(host.id.clone())).await? else {
            return Err(other_answer());
        };
        rows.push(RightsRow::of(&host.id, missing));
    }
    face.printer.result(&rows, || rows.iter().flat_map(RightsRow::lines).collect());
    Ok(())
}
