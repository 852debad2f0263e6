//! One guest's turn in a backup: what is looked at, said and done, in Proxmox's order.

use std::sync::Arc;

use super::{
    Order, Script,
    words::{clock, long_clock, notes, short, snapshot_time, span, stamp, tar_command, tar_size},
};
use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        hash::mix,
        prune::{Group, Pruning},
        retention::Keep,
        volumes::{Disk, disks},
        world::{
            guest::{Guest, Kind},
            storage::{Damage, Saved, Seal, Storage, Volume},
            task::{Archive, Work},
        },
    },
};

/// Bytes a second of an unlimited backup.
const SPEED: u64 = 300_000_000;
const LONGEST_MS: i64 = 90_000;
/// How long a guest is away when it is stopped for its backup, besides the backup itself.
const STOP_MS: i64 = 700;

/// A guest, where it goes, and what is to be said of it.
struct Turn<'a> {
    order: &'a Order,
    guest: &'a Guest,
    storage: &'a Storage,
    keep: Keep,
    included: Vec<Disk<'a>>,
    mode: &'static str,
}

impl Datacenter {
    pub(super) fn back_up_one(&self, order: &Order, vmid: u32, script: &mut Script) {
        let guest = self.guests.get(&vmid).filter(|guest| guest.node == order.node);
        let (Some(guest), Some(storage)) = (guest, self.storage(&order.storage)) else {
            return script.fail(vmid, &format!("unable to find VM '{vmid}'"));
        };
        let told = order.keep.or_else(|| storage.option("prune-backups").map(Keep::read));
        let keep = told.unwrap_or(Keep { all: true, ..Keep::default() });
        if let Some(why) = self.forbidden(order, guest, storage, keep) {
            return script.fail(vmid, &why);
        }
        let began = script.at;
        script.say(format!("Starting Backup of VM {vmid} ({})", guest.kind.word()));
        script.say(format!("Backup started at {}", clock(began)));
        script.say(format!("status = {}", if guest.is_running() { "running" } else { "stopped" }));
        if let Some(lock) = guest.lock() {
            return script.fail(vmid, &format!("{} is locked ({lock})", guest.kind.label()));
        }
        script.step(Work::Lock(vmid));
        let included = disks(guest).filter(|disk| is_included(guest, disk)).collect();
        let mut turn = Turn { order, guest, storage, keep, included, mode: "stop" };
        self.prepare(&mut turn, script);
        self.write(&turn, began, script);
    }

    /// What ends a turn before it begins: too many backups there already, or a guest that must not be stopped.
    fn forbidden(&self, order: &Order, guest: &Guest, storage: &Storage, keep: Keep) -> Option<String> {
        if order.mode == "stop" && self.ha.wants_started(guest) {
            return Some(
                "Cannot execute a backup with stop mode on a HA managed and enabled Service. Use snapshot mode or disable the Service."
                    .into(),
            );
        }
        let of_guest = |volume: &&Volume| volume.content == "backup" && volume.vmid == Some(guest.vmid);
        let there = storage.volumes.iter().filter(of_guest).filter(|volume| volume.is_on(&order.node));
        let (bound, open): (Vec<_>, Vec<_>) = there.partition(|volume| volume.is_protected);
        let limit = keep.limit() as usize;
        if order.is_protected {
            let most = order.most_protected.filter(|most| bound.len() >= *most)?;
            let name = storage.name;
            return Some(format!("The number of protected backups per guest is limited to {most} on storage '{name}'"));
        }
        (limit > 0 && !order.removes && open.len() >= limit).then(|| {
            format!(
                "There is a max backup limit of {limit} enforced by the target storage or the vzdump parameters. Either increase the limit or delete old backups."
            )
        })
    }

    /// Chooses the mode, and stops or freezes the guest as it demands.
    fn prepare(&self, turn: &mut Turn, script: &mut Script) {
        let (order, vmid) = (turn.order, turn.guest.vmid);
        let asked = match order.mode.as_str() {
            _ if !turn.guest.is_running() => "stop",
            "stop" => "stop",
            "suspend" => "suspend",
            _ => "snapshot",
        };
        let snaps = |disk: &Disk| self.storage(disk.storage).is_some_and(Storage::makes_snapshots);
        turn.mode = asked;
        if asked == "snapshot" {
            describe(turn.guest, script);
            if turn.guest.kind == Kind::Container && !turn.included.iter().all(snaps) {
                script.say("mode failure - some volumes do not support snapshots");
                script.say("trying 'suspend' mode instead");
                turn.mode = "suspend";
            }
        }
        script.say(format!("backup mode: {}", turn.mode));
        if order.limit > 0 {
            script.say(format!("bandwidth limit: {} KiB/s", order.limit));
        }
        script.say("ionice priority: 7");
        if turn.mode != "snapshot" {
            describe(turn.guest, script);
        }
        match turn.mode {
            "stop" if turn.guest.is_running() => {
                script.say("stopping virtual guest");
                script.step(Work::Halt(vmid));
                script.wait(STOP_MS);
            }
            "suspend" if turn.guest.kind == Kind::Container => synchronize(turn, script),
            "snapshot" if turn.guest.kind == Kind::Container => {
                let many = turn.included.len() > 1;
                if many {
                    script.say("suspend vm to make snapshot");
                }
                script.say("create storage snapshot 'vzdump'");
                if many {
                    script.say("resume vm");
                    script.say("guest is online again after <1 seconds");
                }
            }
            _ => {}
        }
    }

    fn write(&self, turn: &Turn, began: Moment, script: &mut Script) {
        let Turn { order, guest, storage, .. } = turn;
        let data: u64 = turn.included.iter().map(|disk| disk.used).sum();
        let size = ((data as f64 * 0.4) as u64).max(4_096);
        let name = target(turn, began.as_secs());
        let is_server = storage.kind == "pbs";
        match is_server {
            true => script.say(format!("creating Proxmox Backup Server archive '{name}'")),
            false => script.say(format!("creating vzdump archive '{}/dump/{name}'", storage.folder())),
        }
        let lasts = order.lasts_ms.unwrap_or_else(|| lasting(order, size));
        if size > self.room_on(storage, &order.node) {
            script.wait(lasts / 2);
            return run_out(turn, script);
        }
        if is_server {
            send(turn, data, began, lasts, script);
        } else {
            script.wait(lasts);
            let speed = tar_size(data as f64 * 1_000.0 / lasts.max(1) as f64);
            script.say(format!("Total bytes written: {data} ({}, {speed}/s)", tar_size(data as f64)));
            script.say(format!("archive file size: {}", short(size)));
        }
        let volume = self.volume(turn, &name, size, began.as_secs());
        if volume.notes.is_some() {
            script.say("adding notes to backup");
        }
        if order.is_protected {
            script.say("marking backup as protected");
        }
        let archive = Archive { storage: storage.name.to_owned(), volume };
        script.step(Work::Unlock { vmid: guest.vmid, archive: Some(archive) });
        self.tidy(turn, began, script);
    }

    /// Older backups go, and the guest runs again.
    fn tidy(&self, turn: &Turn, began: Moment, script: &mut Script) {
        let Turn { order, guest, storage, keep, .. } = turn;
        if order.removes && !keep.all {
            script.say(format!("prune older backups with retention: {}", keep.told()));
            let group = Group {
                node: order.node.clone(),
                vmid: Some(guest.vmid),
                is_machine: Some(guest.kind == Kind::Machine),
            };
            script.wait(1);
            script.step(Work::Prune(Pruning { storage: storage.name.to_owned(), group, keep: *keep, voice: "INFO: " }));
            script.wait(1);
        }
        if turn.mode == "snapshot" && guest.kind == Kind::Container {
            script.say("cleanup temporary 'vzdump' snapshot");
        }
        if turn.mode == "stop" && guest.is_running() {
            resume(turn, began, script);
        }
        script.say(format!("Finished Backup of VM {} ({})", guest.vmid, span((script.at.0 - began.0) / 1_000)));
        script.say(format!("Backup finished at {}", clock(script.at)));
    }

    fn volume(&self, turn: &Turn, name: &str, size: u64, made: i64) -> Volume {
        let Turn { order, guest, storage, .. } = turn;
        let cluster = self.cluster.as_deref().unwrap_or("standalone node");
        let is_server = storage.kind == "pbs";
        let mut config = guest.config.clone();
        config.remove("lock");
        Volume {
            vmid: Some(guest.vmid),
            notes: order.notes.as_ref().map(|text| notes(text, cluster, &guest.name(), &guest.node, guest.vmid)),
            is_protected: order.is_protected,
            saved: Some(Arc::new(Saved { config, unpacked: size * 5 / 2, damage: Damage::None })),
            node: (!storage.is_shared).then(|| order.node.clone()),
            seal: is_server.then(|| Seal { key: storage.option("encryption-key").map(str::to_owned), is_whole: None }),
            ..Volume::plain("backup", format!("backup/{name}"), format(turn), size, made)
        }
    }
}

/// Roots always, mount points when they ask for it.
pub fn is_included(guest: &Guest, disk: &Disk) -> bool {
    let text = guest.text(disk.slot).unwrap_or_default();
    match guest.kind {
        _ if disk.slot.starts_with("unused") => false,
        Kind::Container => disk.slot == "rootfs" || text.split(',').any(|part| part == "backup=1"),
        Kind::Machine => !text.split(',').any(|part| part == "backup=0"),
    }
}

fn describe(guest: &Guest, script: &mut Script) {
    script.say(format!("{} Name: {}", guest.kind.label(), guest.name()));
    if guest.kind == Kind::Machine {
        for disk in disks(guest).filter(|disk| is_included(guest, disk)) {
            let size = tar_size(disk.size as f64).replace("iB", "");
            script.say(format!("include disk '{}' '{}:{}' {size}", disk.slot, disk.storage, disk.path));
        }
        return;
    }
    for (slot, mount, reason) in mounts(guest) {
        match reason {
            None => script.say(format!("including mount point {slot} ('{mount}') in backup")),
            Some((kind, why)) => {
                script.say(format!("excluding {kind} mount point {slot} ('{mount}') from backup ({why})"));
            }
        }
    }
}

type Excluded = Option<(&'static str, &'static str)>;

/// Slots and places of a container's mount points, the root first, and why one is left out.
pub fn mounts(guest: &Guest) -> Vec<(&str, &str, Excluded)> {
    let root = guest.config.get_key_value("rootfs").map(|(slot, _)| (slot.as_str(), "/", None));
    let mut slots: Vec<&String> = guest.config.keys().filter(|slot| is_mount(slot)).collect();
    slots.sort_by_key(|slot| slot[2..].parse::<u32>().unwrap_or(0));
    let rest = slots.into_iter().map(|slot| {
        let text = guest.text(slot).unwrap_or_default();
        let place = text.split(',').find_map(|part| part.strip_prefix("mp=")).unwrap_or("/");
        let excluded = match text.split(',').next().unwrap_or_default() {
            volume if volume.starts_with("/dev/") => Some(("device", "not a volume")),
            volume if volume.starts_with('/') => Some(("bind", "not a volume")),
            _ if text.split(',').any(|part| part == "backup=1") => None,
            _ => Some(("volume", "disabled")),
        };
        (slot.as_str(), place, excluded)
    });
    root.into_iter().chain(rest).collect()
}

fn is_mount(slot: &str) -> bool {
    slot.strip_prefix("mp").is_some_and(|number| number.parse::<u32>().is_ok())
}

fn synchronize(turn: &Turn, script: &mut Script) {
    let Turn { guest, storage, order, .. } = turn;
    let name = format!("vzdump-lxc-{}-{}.tmp", guest.vmid, stamp(script.at.as_secs()));
    let place = match storage.kind {
        "pbs" => format!("/var/tmp/vzdumptmp{}_{}", 1_000 + mix(u64::from(guest.vmid), 7) % 30_000, guest.vmid),
        _ => format!("{}/dump/{name}", storage.folder()),
    };
    if storage.kind == "nfs" {
        script.say(
            "temporary directory is on NFS, disabling xattr and acl support, consider configuring a local tmpdir via /etc/vzdump.conf",
        );
    }
    let data: u64 = turn.included.iter().map(|disk| disk.used).sum();
    let lasts = order.lasts_ms.unwrap_or_else(|| lasting(order, data)) / 4;
    let from = format!("/proc/{}/root/", guest.pid);
    script.say(format!("starting first sync {from} to {place}"));
    script.wait(lasts);
    let moved = tar_size(data as f64).replace("iB", "");
    script.say(format!("first sync finished - transferred {moved} bytes in {}s", lasts / 1_000));
    script.say("suspending guest");
    script.say(format!("starting final sync {from} to {place}"));
    script.say("final sync finished - transferred 0 bytes in 0s");
    script.say("resuming guest");
    script.say("guest is online again after <1 seconds");
}

/// The storage took no more: nothing stays.
fn run_out(turn: &Turn, script: &mut Script) {
    let vmid = turn.guest.vmid;
    let (line, code) = match turn.order.packing() {
        ".zst" => (
            "zstd: error 70 : Write error : cannot write block : No space left on device (cannot write compressed block)",
            70,
        ),
        ".gz" => ("gzip: stdout: No space left on device", 1),
        ".lzo" => ("lzop: No space left on device: <stdout>", 1),
        _ => ("tar: -: Wrote only 4096 of 10240 bytes", 2),
    };
    script.say(line);
    script.step(Work::Unlock { vmid, archive: None });
    if turn.mode == "snapshot" {
        script.say("cleanup temporary 'vzdump' snapshot");
    }
    if turn.mode == "stop" && turn.guest.is_running() {
        let at = script.at;
        resume(turn, at, script);
    }
    script.fail(vmid, &format!("command '{}' failed: exit code {code}", tar_command()));
}

fn resume(turn: &Turn, stopped: Moment, script: &mut Script) {
    script.say("restarting vm");
    script.wait(turn.guest.temper.start_ms as i64);
    script.step(Work::Resume(turn.guest.vmid));
    let seconds = ((script.at.0 - stopped.0) / 1_000).max(1);
    script.say(format!("guest is online again after {seconds} seconds"));
}

/// What the client of a backup server says.
fn send(turn: &Turn, data: u64, began: Moment, lasts: i64, script: &mut Script) {
    let Turn { guest, storage, order, .. } = turn;
    let option = |key: &str| storage.option(key).unwrap_or_default();
    let place = format!("{}@{}:8007:{}", option("username"), option("server"), option("datastore"));
    script.say("set max number of entries in memory for file-based backups to 1048576");
    script.say(format!("Starting backup: {}", target(turn, began.as_secs())));
    script.say(format!("Client name: {}", order.node));
    script.say(format!("Starting backup protocol: {}", long_clock(script.at)));
    let of_guest = |volume: &&Volume| volume.vmid == Some(guest.vmid);
    match storage.volumes.iter().filter(of_guest).map(|volume| volume.made).max() {
        Some(made) => script.say(format!("Downloading previous manifest ({})", long_clock(Moment(made * 1_000)))),
        None => script.say("No previous manifest available."),
    }
    script.say(format!("Upload config file 'pct.conf' to '{place}' as pct.conf.blob"));
    script.say(format!("Upload directory '/mnt/vzsnap0' to '{place}' as root.pxar.didx"));
    script.wait(lasts);
    let (seconds, new) = (lasts as f64 / 1_000.0, data / 5);
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    script.say(format!(
        "root.pxar: had to backup {:.3} MiB of {:.3} MiB (compressed {:.3} MiB) in {seconds:.2} s (average {:.3} MiB/s)",
        mib(new),
        mib(data),
        mib(new / 2),
        mib(new) / seconds.max(0.01)
    ));
    script.say(format!("root.pxar: backup was done incrementally, reused {:.3} MiB (80.0%)", mib(data - new)));
    script.say("Uploaded backup catalog (512.4 KiB)");
    script.say(format!("Duration: {seconds:.2}s"));
    script.say(format!("End Time: {}", long_clock(script.at)));
}

fn lasting(order: &Order, size: u64) -> i64 {
    match order.limit {
        0 => (1_000 + size * 1_000 / SPEED).min(LONGEST_MS as u64) as i64,
        limit => 1_000 + (size / (limit * 1_024)) as i64 * 1_000,
    }
}

/// The name of the archive: a file, or a snapshot of a backup server.
fn target(turn: &Turn, made: i64) -> String {
    let Turn { order, guest, storage, .. } = turn;
    let is_machine = guest.kind == Kind::Machine;
    if storage.kind == "pbs" {
        let group = if is_machine { "vm" } else { "ct" };
        return format!("{group}/{}/{}", guest.vmid, snapshot_time(made));
    }
    let ending = if is_machine { ".vma" } else { ".tar" };
    format!("vzdump-{}-{}-{}{ending}{}", guest.kind.word(), guest.vmid, stamp(made), order.packing())
}

fn format(turn: &Turn) -> &'static str {
    let is_machine = turn.guest.kind == Kind::Machine;
    match (turn.storage.kind, turn.order.packing(), is_machine) {
        ("pbs", _, true) => "pbs-vm",
        ("pbs", _, false) => "pbs-ct",
        (_, ".zst", true) => "vma.zst",
        (_, ".gz", true) => "vma.gz",
        (_, ".lzo", true) => "vma.lzo",
        (_, _, true) => "vma",
        (_, ".zst", false) => "tar.zst",
        (_, ".gz", false) => "tar.gz",
        (_, ".lzo", false) => "tar.lzo",
        (_, _, false) => "tar",
    }
}
