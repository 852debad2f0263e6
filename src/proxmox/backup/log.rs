//! How a backup goes, read from the log of its task. Proxmox tells no percent for containers, but each of its steps.
//! What must hold: a guest whose failure the log tells is failed, whatever comes after it.

use std::{sync::Arc, time::Duration};

use super::{
    BackupMode,
    words::{archive, bytes, duration, option, quoted, vmid_after},
};
use crate::{
    domain::ids::{StorageName, Vmid},
    proxmox::storage::VolumeId,
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackupProgress {
    /// Another backup runs on the node; this one begins when it has ended.
    pub is_waiting: bool,
    /// In the order they are backed up; the last one is what is being done.
    pub guests: Vec<GuestBackup>,
    pub end: Option<BackupEnd>,
    storage: Option<StorageName>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackupEnd {
    Good,
    /// At least one guest failed; its reason is with the guest.
    WithErrors,
    /// It failed as a whole, and why.
    Failed(Arc<str>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestBackup {
    pub vmid: Vmid,
    pub name: Option<Arc<str>>,
    pub mode: Option<BackupMode>,
    /// It is not made the way it was asked for.
    pub weakened: Option<Weakened>,
    pub phase: BackupPhase,
    /// Where each mount point that is left out is seen in the guest.
    pub left_out: Vec<Arc<str>>,
    pub volume: Option<VolumeId>,
    /// Bytes before they were packed.
    pub written: Option<u64>,
    /// Bytes of the archive; Proxmox rounds them.
    pub size: Option<u64>,
    pub took: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weakened {
    pub to: Option<BackupMode>,
    pub why: Arc<str>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum BackupPhase {
    #[default]
    Preparing,
    /// The guest stands still until the snapshot is made.
    Snapshotting,
    /// Its files are copied while it runs.
    Copying,
    /// The guest stands still while the last changes are copied.
    Suspended,
    /// The guest is shut down.
    Stopping,
    Writing,
    /// The archive is written, what is left is tidied up.
    Finishing,
    Done,
    Failed(Arc<str>),
}

/// Reads the whole log so far.
pub fn read_backup_log(log: &[impl AsRef<str>]) -> BackupProgress {
    let mut progress = BackupProgress::default();
    log.iter().for_each(|line| progress.read(line.as_ref()));
    progress
}

impl BackupProgress {
    /// One more line of the log.
    pub fn read(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some(text) = line.strip_prefix("INFO: ").or_else(|| line.strip_prefix("WARN: ")) {
            self.read_info(text);
        } else if let Some(text) = line.strip_prefix("ERROR: ") {
            self.read_error(text);
        } else if let Some(why) = line.strip_prefix("TASK ERROR: ") {
            self.fail(why);
        } else if line == "TASK OK" || line.starts_with("TASK WARNINGS") {
            self.end.get_or_insert(BackupEnd::Good);
        }
    }

    fn read_info(&mut self, text: &str) {
        let first = text.split(' ').next().unwrap_or_default();
        match first {
            "trying" if text.starts_with("trying to get global lock") => self.is_waiting = true,
            "got" if text == "got global lock" => self.is_waiting = false,
            "starting" if text.starts_with("starting new backup job: ") => {
                self.is_waiting = false;
                self.storage = option(text, "--storage").map(StorageName::new);
            }
            "Starting" => self.guests.extend(vmid_after(text, "Starting Backup of VM ").map(GuestBackup::new)),
            "Backup" if text == "Backup job finished successfully" => self.end = Some(BackupEnd::Good),
            "Backup" if text == "Backup job finished with errors" => self.end = Some(BackupEnd::WithErrors),
            _ => {
                let storage = self.storage.clone();
                if let Some(guest) = self.guests.last_mut().filter(|guest| !guest.is_over()) {
                    guest.read(text, storage.as_ref());
                }
            }
        }
    }

    fn read_error(&mut self, text: &str) {
        let Some(vmid) = vmid_after(text, "Backup of VM ") else { return };
        let why = text.split_once(" failed - ").map_or(text, |(_, why)| why);
        // A guest that is not there has no beginning.
        if self.guests.last().is_none_or(|guest| guest.vmid != vmid) {
            self.guests.push(GuestBackup::new(vmid));
        }
        if let Some(guest) = self.guests.last_mut() {
            guest.phase = BackupPhase::Failed(why.into());
        }
    }

    fn fail(&mut self, why: &str) {
        // `job errors` sums up what was told of the guests.
        if why != "job errors" {
            self.end = Some(BackupEnd::Failed(why.into()));
        } else {
            self.end = Some(BackupEnd::WithErrors);
        }
    }
}

impl GuestBackup {
    fn new(vmid: Vmid) -> Self {
        Self {
            vmid,
            name: None,
            mode: None,
            weakened: None,
            phase: BackupPhase::default(),
            left_out: Vec::new(),
            volume: None,
            written: None,
            size: None,
            took: None,
        }
    }

    pub fn is_over(&self) -> bool {
        matches!(self.phase, BackupPhase::Done | BackupPhase::Failed(_))
    }

    /// Why it failed, if it did.
    pub fn failure(&self) -> Option<&str> {
        match &self.phase {
            BackupPhase::Failed(why) => Some(why),
            _ => None,
        }
    }

    fn read(&mut self, text: &str, storage: Option<&StorageName>) {
        self.read_facts(text, storage);
        if let Some(phase) = phase_of(text) {
            self.phase = phase;
        }
    }

    fn read_facts(&mut self, text: &str, storage: Option<&StorageName>) {
        let after = |start: &str| text.strip_prefix(start);
        if let Some(name) = after("CT Name: ").or_else(|| after("VM Name: ")) {
            self.name = Some(name.into());
        } else if let Some(mode) = after("backup mode: ") {
            self.mode = BackupMode::read(mode);
        } else if let Some(why) = after("mode failure - ") {
            self.begin_anew();
            self.weakened = Some(Weakened { to: None, why: why.into() });
        } else if let Some(instead) = after("trying ").and_then(quoted) {
            if let Some(weakened) = &mut self.weakened {
                weakened.to = BackupMode::read(instead);
            }
        } else if after("excluding ").is_some() {
            self.left_out
                .extend(text.split_once("('").and_then(|(_, rest)| rest.split_once("')")).map(|(path, _)| path.into()));
        } else if text.starts_with("creating ") {
            self.volume = quoted(text).zip(storage).map(|(path, storage)| archive(path, storage));
        } else if let Some(bytes) = after("Total bytes written: ") {
            self.written = bytes.split(' ').next().and_then(|bytes| bytes.parse().ok());
        } else if let Some(size) = after("archive file size: ") {
            self.size = bytes(size);
        } else if let Some(rest) = after("Finished Backup of VM ") {
            self.took = rest.split_once('(').and_then(|(_, time)| duration(time.trim_end_matches(')')));
        }
    }

    /// Proxmox tells everything again when it begins anew in another mode.
    fn begin_anew(&mut self) {
        self.left_out.clear();
        self.mode = None;
    }
}

fn phase_of(text: &str) -> Option<BackupPhase> {
    const STARTS: [(&str, BackupPhase); 13] = [
        ("suspend vm to make snapshot", BackupPhase::Snapshotting),
        ("create storage snapshot", BackupPhase::Snapshotting),
        ("starting first sync", BackupPhase::Copying),
        ("suspending guest", BackupPhase::Suspended),
        ("starting final sync", BackupPhase::Suspended),
        ("stopping virtual guest", BackupPhase::Stopping),
        ("creating ", BackupPhase::Writing),
        ("archive file size: ", BackupPhase::Finishing),
        ("adding notes to backup", BackupPhase::Finishing),
        ("marking backup as protected", BackupPhase::Finishing),
        ("prune older backups", BackupPhase::Finishing),
        ("cleanup temporary", BackupPhase::Finishing),
        ("Finished Backup of VM ", BackupPhase::Done),
    ];
    STARTS.into_iter().find(|(start, _)| text.starts_with(start)).map(|(_, phase)| phase)
}
