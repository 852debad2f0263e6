//! Laws of what is known of backups: how old they are, what covers an app, when a schedule comes round, what all of them
//! come to.

mod board;
mod calendar;
mod statistics;

use std::{sync::Arc, time::Duration};

use proximity::domain::{
    app::{App, Marker},
    backup::{
        Backup, BackupKey, BackupMode, Compression, Guarding, Job, JobState, Run, RunEnd, Runner, ScheduleId, Seal,
        Selection, Shelf, Told,
    },
    fleet::{Fleet, GuestKind, Power},
    ids::{AppId, HostId, NodeName, StorageName, Upid},
    moment::Moment,
};

use super::world;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Some day, at noon.
const NOON: i64 = 1_795_176_000;

fn at(seconds: i64) -> Moment {
    Moment::from_secs(NOON + seconds)
}

fn app(name: &str, vmid: u32) -> App {
    let id = AppId::new(format!("{name}-1"));
    App {
        id: id.clone(),
        name: name.into(),
        guest: world::key(vmid),
        marker: Marker::of(id),
        address: None,
        book: None,
    }
}

fn backup(vmid: u32, made: i64, size: u64) -> Backup {
    Backup {
        key: BackupKey {
            host: HostId::new("home"),
            volume: format!("bak:backup/vzdump-lxc-{vmid}-{made}.tar.zst").into(),
        },
        node: NodeName::new("pve1"),
        guest: world::key(vmid),
        kind: GuestKind::Container,
        made: at(made),
        size: Some(size),
        format: "tar.zst".into(),
        note: None,
        guarding: Guarding::Free,
        seal: Seal::Open,
        verified: None,
    }
}

fn run(vmid: u32, began: i64, end: RunEnd) -> Run {
    Run {
        task: Upid::new(format!("UPID:pve1:{vmid}:{began}")),
        guest: world::key(vmid),
        began: at(began),
        took: Some(Duration::from_secs(60)),
        mode: Some(BackupMode::Snapshot),
        weakened: None,
        volume: (end == RunEnd::Good).then(|| backup(vmid, began, 0).key.volume),
        end,
        size: None,
        left_out: Vec::new(),
    }
}

fn job(id: &str, schedule: &str, of: Selection) -> Job {
    Job {
        id: ScheduleId { host: HostId::new("home"), id: id.into() },
        runner: Runner::Proxmox,
        schedule: schedule.into(),
        state: JobState::Enabled,
        of: Some(of),
        storage: Some(StorageName::new("bak")),
        mode: BackupMode::Snapshot,
        compression: Compression::Zstd,
        keeps: None,
        note: None,
        guarding: Guarding::Free,
        comment: None,
        repeats_missed: false,
        next_run: None,
    }
}

fn shelf(backups: Vec<Backup>) -> Shelf {
    Shelf {
        host: HostId::new("home"),
        node: NodeName::new("pve1"),
        storage: StorageName::new("bak"),
        kind: "nfs".into(),
        is_shared: true,
        usage: None,
        content: Told { known: Some(backups.into_iter().map(Arc::new).collect()), as_of: Some(at(0)), fault: None },
    }
}

/// Apps 100 and 101, with these backups.
fn fleet(backups: Vec<Backup>) -> Fleet {
    let mut fleet = world::fleet();
    fleet.apps = vec![app("mail", 100), app("web", 101)];
    fleet.guests = [100, 101].map(|vmid| Arc::new(world::guest(vmid, Power::Running))).into();
    Arc::make_mut(&mut fleet.backups).put_shelves(vec![Arc::new(shelf(backups))]);
    fleet
}

fn tell_jobs(fleet: &mut Fleet, jobs: Vec<Job>) {
    let told = Arc::make_mut(&mut fleet.backups);
    told.host_mut(&HostId::new("home")).jobs.take(Ok(jobs), at(0));
}
