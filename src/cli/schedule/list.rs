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
        fault::{Fault, FaultCode},
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

/// What some hosts do not tell hides nothing of the others.
pub async fn uncovered(face: Face<'_>) -> Result<(), Fault> {
    let fleet = look_now(face).await?;
    let mut rows = Vec::new();
    let mut silent = Silent::default();
    for host in &fleet.hosts {
        match uncovered_on(&fleet, &host.id) {
            Some(told) => rows.extend(told),
            None => silent.add(&host.id, why_silent(&fleet, &host.id), face),
        }
    }
    silent.unless(fleet.hosts.len())?;
    face.printer
        .result(&rows, || table(&["GUEST", "NAME", "APP"], &rows.iter().map(UncoveredRow::cells).collect::<Vec<_>>()));
    Ok(())
}

fn why_silent(fleet: &Fleet, host: &HostId) -> Fault {
    let told = fleet.backups.host(host).and_then(|host| host.uncovered.fault.clone());
    told.unwrap_or_else(|| {
        let what = "it is not known which guests are backed up";
        Fault::lasting(FaultCode::Failed, what, "the host did not tell", "look at it with `proximity host test`")
    })
}

/// Hosts that did not tell.
#[derive(Default)]
struct Silent(Vec<Fault>);

impl Silent {
    fn add(&mut self, host: &HostId, fault: Fault, face: Face<'_>) {
        face.printer.aside(&format!("{host}: {fault}"));
        self.0.push(fault);
    }

    /// Where none told there is no result.
    fn unless(self, all: usize) -> Result<(), Fault> {
        let count = self.0.len();
        self.0.into_iter().next().filter(|_| count == all).map_or(Ok(()), Err)
    }
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
    let (fleet, mut rows, mut silent) = (fleet_known(face).await, Vec::new(), Silent::default());
    for host in &fleet.hosts {
        match face.engine.query(Query::JobRights(host.id.clone())).await {
            Ok(Answer::Grants(missing)) => rows.push(RightsRow::of(&host.id, missing)),
            Ok(_) => return Err(other_answer()),
            Err(fault) => silent.add(&host.id, fault, face),
        }
    }
    silent.unless(fleet.hosts.len())?;
    face.printer.result(&rows, || rows.iter().flat_map(RightsRow::lines).collect());
    Ok(())
}
