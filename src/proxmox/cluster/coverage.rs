//! What backup jobs take with them, and what none takes.

use crate::{
    domain::{fleet::GuestKind, ids::Vmid},
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{
            backup::{CoverageSaid, CoveredRow, CoveredVolumeRow, UncoveredRow},
            list::List,
        },
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredGuest {
    pub vmid: Vmid,
    /// Nothing where a job still names a guest that is gone.
    pub kind: Option<GuestKind>,
    pub name: Option<String>,
    pub volumes: Vec<CoveredVolume>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredVolume {
    /// `rootfs`, `mp0`, …
    pub slot: String,
    pub volume: String,
    pub is_included: bool,
    /// In Proxmox's words.
    pub why: String,
}

/// A guest that no job backs up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UncoveredGuest {
    pub vmid: Vmid,
    pub kind: Option<GuestKind>,
    pub name: Option<String>,
}

fn kind(word: Option<&str>) -> Option<GuestKind> {
    match word? {
        "lxc" => Some(GuestKind::Container),
        "qemu" => Some(GuestKind::Machine),
        _ => None,
    }
}

impl CoveredGuest {
    fn read(row: &CoveredRow<'_>) -> Option<Self> {
        Some(Self {
            vmid: Vmid(row.id.fits()?),
            kind: kind(row.kind.as_deref()),
            name: row.name.as_deref().map(str::to_owned),
            volumes: row.children.0.iter().filter_map(CoveredVolume::read).collect(),
        })
    }
}

impl CoveredVolume {
    fn read(row: &CoveredVolumeRow<'_>) -> Option<Self> {
        let id = row.id.as_deref()?;
        Some(Self {
            slot: id.split_once(':').map_or(id, |(_, slot)| slot).to_owned(),
            volume: row.name.as_deref().unwrap_or_default().to_owned(),
            is_included: row.included.is_set(),
            why: row.reason.as_deref().unwrap_or_default().to_owned(),
        })
    }
}

impl Client {
    /// What a job would back up now, volume by volume.
    pub async fn job_coverage(&self, id: &str) -> Result<Vec<CoveredGuest>, ClientError> {
        let asked = Asked::get(&["cluster", "backup", id, "included_volumes"]);
        let answer = self.call(&asked).await?;
        let said: CoverageSaid<'_> = answer.read(&asked.call)?;
        let mut guests: Vec<_> = said.children.0.iter().filter_map(CoveredGuest::read).collect();
        guests.sort_by_key(|guest| guest.vmid);
        Ok(guests)
    }

    /// By vmid.
    pub async fn not_backed_up(&self) -> Result<Vec<UncoveredGuest>, ClientError> {
        let asked = Asked::get(&["cluster", "backup-info", "not-backed-up"]);
        let answer = self.call(&asked).await?;
        let rows: List<UncoveredRow<'_>> = answer.read(&asked.call)?;
        let guest = |row: &UncoveredRow<'_>| {
            let name = row.name.as_deref().map(str::to_owned);
            Some(UncoveredGuest { vmid: Vmid(row.vmid.fits()?), kind: kind(row.kind.as_deref()), name })
        };
        let mut guests: Vec<_> = rows.0.iter().filter_map(guest).collect();
        guests.sort_by_key(|guest| guest.vmid);
        Ok(guests)
    }
}
