//! A homelab with backups: storages, jobs, runs and proofs, some of everything that the board tells apart.

use std::{sync::Arc, time::Duration};

use proximity::domain::{
    backup::{
        Backup, BackupKey, BackupMode, Backups, Compression, Guarding, HostBackups, Job, JobState, Proof, ProofResult,
        Retention, Run, RunEnd, Runner, ScheduleId, Seal, Selection, Shelf, Told, Verdict,
    },
    fault::{Fault, FaultCode},
    fleet::{Fleet, GuestKind, Usage},
    ids::*,
    moment::Moment,
};

use super::fleet::{NOW, crowd, homelab, host, key};

const GIB: u64 = 1 << 30;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

pub fn ago(hours: i64) -> Moment {
    Moment(NOW.0 - hours * HOUR)
}

pub fn archive(storage: &str, vmid: u32, hours: i64) -> Backup {
    let volume = format!("{storage}:backup/vzdump-lxc-{vmid}-{}.tar.zst", NOW.0 / 1000 - hours * 3600);
    Backup {
        key: BackupKey { host: host(), volume: volume.into() },
        node: NodeName::new("pve1"),
        guest: key(vmid),
        kind: GuestKind::Container,
        made: ago(hours),
        size: Some((u64::from(vmid) % 9 + 1) * GIB * 3 / 2 + (800 - hours.unsigned_abs().min(700)) * (GIB >> 11)),
        format: "tar.zst".into(),
        note: Some(format!("guest {vmid} by Proximity").into()),
        guarding: Guarding::Free,
        seal: Seal::Open,
        verified: None,
    }
}

fn shelf(storage: &str, kind: &str, used: u64, content: Vec<Backup>) -> Arc<Shelf> {
    let mut told = Told::default();
    told.take(Ok(content.into_iter().map(Arc::new).collect()), Moment(NOW.0 - 20_000));
    Arc::new(Shelf {
        host: host(),
        node: NodeName::new("pve1"),
        storage: StorageName::new(storage),
        kind: kind.into(),
        is_shared: true,
        usage: Some(Usage { used: used * GIB, total: 4000 * GIB }),
        content: told,
    })
}

pub fn job(id: &str, of: Selection) -> Job {
    Job {
        id: ScheduleId { host: host(), id: id.into() },
        runner: Runner::Proxmox,
        schedule: "02:30".into(),
        state: JobState::Enabled,
        of: Some(of),
        storage: Some(StorageName::new("backup")),
        mode: BackupMode::Snapshot,
        compression: Compression::Zstd,
        keeps: Some(Retention { daily: Some(7), weekly: Some(4), ..Retention::ALL }),
        note: None,
        guarding: Guarding::Free,
        comment: Some("every app of mine".into()),
        repeats_missed: true,
        next_run: Some(Moment(NOW.0 + 9 * HOUR)),
    }
}

fn jobs() -> Vec<Job> {
    let mut weekly = job("backup-media", Selection::Guests(vec![Vmid(104), Vmid(105)]));
    (weekly.schedule, weekly.comment) = ("sat 04:00".into(), None);
    weekly.next_run = Some(Moment(NOW.0 + 3 * DAY));
    let mut off = job("old-nightly", Selection::AllBut(vec![Vmid(201)]));
    (off.state, off.keeps, off.next_run) = (JobState::Disabled, None, None);
    vec![job("proximity-nightly", Selection::Pool("proximity".into())), weekly, off]
}

fn run(vmid: u32, end: RunEnd, weakened: Option<&str>) -> Arc<Run> {
    Arc::new(Run {
        task: Upid::new(format!("UPID:pve1:{vmid}")),
        guest: key(vmid),
        began: ago(6),
        took: Some(Duration::from_secs(u64::from(vmid))),
        mode: Some(if weakened.is_some() { BackupMode::Suspend } else { BackupMode::Snapshot }),
        weakened: weakened.map(Into::into),
        end,
        volume: None,
        size: None,
        left_out: if vmid == 104 { vec!["/media".into()] } else { vec![] },
    })
}

/// Ten of the twelve apps have backups; one of the storages did not answer.
pub fn backups() -> Backups {
    let mut known = Backups::default();
    let nights = |vmid: u32, newest: i64| (0..6).map(move |night| archive("backup", vmid, newest + night * 24));
    let mut content: Vec<Backup> =
        [101, 102, 104, 105, 106, 107].into_iter().flat_map(|vmid| nights(vmid, 6)).collect();
    content.extend(nights(108, 31));
    content.extend(nights(109, 9 * 24));
    content[12].guarding = Guarding::Protected;
    let mut sealed = archive("vault", 110, 6);
    (sealed.seal, sealed.verified) = (Seal::With("a1:b2".into()), Some(Verdict::Whole));
    sealed.key.volume = "vault:backup/ct/110/2026-09-21T08:00:00Z".into();
    sealed.format = "pbs-ct".into();
    known.put_shelves(vec![shelf("backup", "nfs", 3100, content), shelf("vault", "pbs", 900, vec![sealed])]);
    known.hosts = vec![HostBackups { host: host(), jobs: Told::default(), uncovered: Told::default() }];
    known.hosts[0].jobs.take(Ok(jobs()), NOW);
    known.hosts[0].uncovered.take(Ok(vec![Vmid(111), Vmid(208)]), NOW);
    known.runs = vec![
        run(104, RunEnd::Good, None),
        run(105, RunEnd::Good, Some("the storage cannot snapshot")),
        run(109, RunEnd::Failed("no space left on device".into()), None),
        run(101, RunEnd::Good, None),
    ];
    known.proofs = vec![proof(3, 104, ProofResult::Good), proof(5, 106, ProofResult::Bad("it did not answer".into()))];
    known
}

fn proof(app: usize, vmid: u32, result: ProofResult) -> Proof {
    let backup = archive("backup", vmid, 6);
    Proof {
        app: homelab().apps[app].id.clone(),
        backup: backup.key,
        made: backup.made,
        at: ago(3),
        took: Duration::from_secs(95),
        result,
    }
}

pub fn stocked() -> Fleet {
    Fleet { backups: Arc::new(backups()), ..homelab() }
}

/// The storage that holds most of them did not answer.
pub fn silent() -> Fleet {
    let mut known = backups();
    let mut shelves = known.shelves.clone();
    let shelf = Arc::make_mut(&mut shelves[0]);
    shelf.content.as_of = Some(ago(3));
    let why = "the mount of backup on pve1 does not answer";
    shelf.content.fault = Some(Fault::passing(FaultCode::Unreachable, "backup was not read", why, "look at the NAS"));
    known.put_shelves(shelves);
    Fleet { backups: Arc::new(known), ..homelab() }
}

/// A thousand apps, each with a backup.
pub fn crowded() -> Fleet {
    let mut known = Backups::default();
    let content = (0..1000).map(|i| archive("backup", 1000 + i, i64::from(i % 90))).collect();
    known.put_shelves(vec![shelf("backup", "nfs", 3100, content)]);
    Fleet { backups: Arc::new(known), ..crowd(1000) }
}
